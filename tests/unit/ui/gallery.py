"""Every layout and component on pages of their own, drawn for tests; no page of the product."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from cse_portal.ui import charts, navigation
from cse_portal.ui.presenters import CaseBanner, Chip, Row, Step, Task, TimelineEntry
from tests.unit.ui import forms

PAGES = Path(__file__).parent / "pages"
TODAY = dt.date(2026, 11, 25)

BANNER = CaseBanner(
    name="Example Child",
    reference="CSE-2026-00042",
    url="/cases/CSE-2026-00042/",
    age=14,
    category=3,
    restricted=True,
    missing_since=dt.datetime(2026, 11, 24, 21, 30, tzinfo=dt.UTC),
    facts=[("Lead", "A. Worker, children's social care")],
)
AREAS = [
    navigation.Link(label, f"/{label.lower()}/", label == "Children")
    for label in ("Today", "Children", "Meetings")
]
FRAME = navigation.Frame(
    AREAS, pages=[], menu=[navigation.Link("Exclusions", "/exclusions/", False)], searches=True
)
TABS = [navigation.Link(label, f"#{label}", label == "Overview") for label in
        ("Overview", "Assessments", "Chronology", "Meetings", "Access")]  # fmt: skip


def names() -> list[str]:
    """The pages of the gallery."""
    return sorted(path.stem for path in PAGES.glob("*.html"))


def draw(name: str, **extra: Any) -> str:
    """One page of the gallery as HTML."""
    request = RequestFactory().get("/cases/", {"category": "3"})
    template = engines["django"].from_string(CottonCompiler().process((PAGES / f"{name}.html").read_text()))
    with (
        patch.object(navigation, "frame", return_value=FRAME),
        patch.object(navigation, "case_links", return_value=TABS),
    ):
        return template.render({**context(request), **page_context(name), **extra}, request)


def context(request: HttpRequest) -> dict[str, Any]:
    """Somebody signed in, without a database."""
    person = SimpleNamespace(is_authenticated=True, is_active=False, full_name="Sam Example")
    request.user = person  # type: ignore[assignment]
    return {
        "user": person,
        "standing": SimpleNamespace(agency=SimpleNamespace(name="Children's social care")),
        "unread": 3,
        "csp_nonce": "n",
        "banner": BANNER,
        "case": SimpleNamespace(reference=BANNER.reference),
        "current_tab": "overview",
        "steps": STEPS,
        "rows": ROWS,
        "tasks": TASKS,
        "entries": ENTRIES,
        "chips": [
            Chip("Category", "3: High – significant", "?"),
            Chip("Lead agency", "Police", "?category=3"),
        ],
        "page": Paginator(range(500), 25).page(4),
        "due_soon": TODAY + dt.timedelta(days=2000),
        "due_past": dt.date(2026, 11, 1),
        "list_rows": LIST_ROWS,
        "charts": CHARTS,
        "filters": forms.CaseFilter(request.GET),
    }


def page_context(name: str) -> dict[str, Any]:
    """The form a page of the gallery shows."""
    if name == "form":
        return {"form": forms.Everything()}
    if name == "form_errors":
        return {"form": forms.Everything(forms.WRONG), "formset": forms.People(forms.WRONG, prefix="people")}
    return {}


STEPS = [
    Step("Immediate danger", "done", "#1"),
    Step("The child", "done", "#2"),
    Step("What worries you", "current", "#3"),
    Step("People and places mentioned", "todo"),
    Step("Who knows", "todo"),
    Step("Check your answers", "todo"),
]
ROWS = [
    Row("Date of birth", "3 May 2012", "#dob"),
    Row("School", "Example Academy, Year 9", "#school"),
    Row("NHS number", "", "#nhs"),
]
TASKS = [
    Task("Record the child's voice", "Not yet", "#voice", "Her own words, or why they could not be obtained"),
    Task("Confirm the category", "Done", "#category", done=True),
    Task("Set the review date", "Not yet", "#review"),
]
ENTRIES = [
    TimelineEntry(
        "Missing from home", "24 November 2026 at 9:30pm", "West Midlands Police",
        "Reported by her carer.\nFound at 2am.", "#", "Missing episode", "Recorded a day later",
    ),
    TimelineEntry("Category set to 3", "10 November 2026 at 2:15pm", "A. Chair, MASE", "Decision of the meeting."),
]  # fmt: skip
AGENCIES = [
    (3, "Children's social care"), (3, "Police"), (2, "Early help"), (2, "Youth offending"), (1, "Education"),
    (0, "Health"),
]  # fmt: skip
LIST_ROWS = [
    (
        f"Child {number}",
        f"CSE-2026-{number:05d}",
        category,
        agency,
        dt.date(2026, 11, 1) + dt.timedelta(number * 9),
    )
    for number, (category, agency) in enumerate(AGENCIES, 1)
]
CHARTS = [
    charts.case_years(
        "Category over time",
        charts.Years(
            TODAY, [charts.StepPoint(dt.date(2025, 11, 3), 1), charts.StepPoint(dt.date(2026, 2, 10), 3)],
            category_alone=True,
        ),
    ),
    charts.columns(
        "Who told us", "", ["Social care", "Police", "Education"],
        [charts.Series("In time", [34, 22, "withheld"]), charts.Series("Late", [3, None, 5])],
    ),
    charts.scale_spread(
        "How safe is she?", "",
        [charts.Mark("The child", 3, 1, [0, 2]), charts.Mark("Mother", 5), charts.Mark("Police", None, 4)],
        ["2 June 2026", "5 May 2026", "7 April 2026"],
    ),
]  # fmt: skip
