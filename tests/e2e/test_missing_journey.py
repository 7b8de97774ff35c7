"""A missing child in a browser: from the police's own system to the interview, a draft of intelligence and a plan."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pypdf import PdfReader

from cases.missing.models import MissingEpisode
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.missing import system_of

SignIn = Callable[..., Person]
NOW = timezone.now()


def message(case: Case, **more: Any) -> dict[str, Any]:
    """What the police's system says of this child."""
    child = case.child
    return {
        "reference": "MP-1482", "sent_at": timezone.now().isoformat(), "kind": "M", "missing_from": "FOSTER",
        "child": {
            "given_name": child.given_name, "family_name": child.family_name,
            "date_of_birth": str(child.date_of_birth),
        },
        "missing_since": ago(hours=52).isoformat(), "risk": {"grade": "HIGH", "graded_at": ago(hours=51).isoformat()},
        "last_seen_where": "58 Hatch Road", **more,
    }  # fmt: skip


def ago(**time: int) -> dt.datetime:
    return NOW - dt.timedelta(**time)


def fill_moment(person: Person, name: str, moment: dt.datetime) -> None:
    local = timezone.localtime(moment)
    parts = {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
    for part, value in parts.items():
        person.page.locator(f"[name={name}_{part}]").fill(str(value))


@pytest.mark.long
def test_from_the_police_to_the_interview_a_draft_and_a_plan(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(ago(days=30)):
        case = make_case(cast, category=RiskCategory.MEDIUM)
    police = system_of(cast, "police")
    assert police.post("/api/v1/missing/", message(case), "application/json").status_code == 200
    worker, manager = sign_in("practitioner"), sign_in("manager")
    for person in (worker, manager):
        for page in ("/", "/missing/", "/cases/", f"/cases/{case.reference}/"):
            person.goes_to(page)
            person.sees(case.child.family_name)
            person.sees("Missing")
    worker.goes_to(f"/cases/{case.reference}/missing/")
    worker.sees("Missing now, 52 hours")
    worker.sees("Review the category")
    worker.clicks("Add a sighting")
    fill_moment(worker, "seen_at", ago(hours=44))
    worker.types("Where?", "Castle Street car park")
    worker.clicks("Save")
    worker.goes_to("/missing/")
    worker.sees("Castle Street car park")

    back = {"returned": {"returned_at": ago(hours=41).isoformat(), "found_where": "High Street"}}
    assert police.post("/api/v1/missing/", message(case, **back), "application/json").status_code == 200
    worker.goes_to("/missing/")
    worker.sees("1 day and")
    books_the_interview(worker)
    worker.sees("The interview is booked, after the 72 hours")
    worker.goes_to("/missing/")
    worker.sees("Booked after the 72 hours")
    records_the_interview(worker, case)
    worker.sees("in time")
    worker.sees("Send this to intelligence")
    worker.clicks("Start the draft")
    worker.sees("What you ticked is filled in")
    assert "Castle Street" in worker.page.content()
    draft = worker.page.url
    worker.goes_to(f"/cases/{case.reference}/missing/")
    worker.clicks("Start the draft")
    assert worker.page.url == draft

    worker.goes_to(f"/cases/{case.reference}/missing/")
    worker.follows("Start one")
    worker.page.get_by_label("Expected police risk grade").select_option("HIGH")
    worker.types("What is done first?", "Ring her\nCarer rings 101")
    worker.clicks("Save the plan")
    worker.sees("It fits on one sheet")
    with worker.page.expect_download() as printed:
        worker.page.get_by_role("link", name="Print for the police").click()
    assert printed.value.suggested_filename == f"trigger-plan-{case.reference}.pdf"
    assert len(PdfReader(printed.value.path()).pages) == 1
    assert worker.script_errors == []


def books_the_interview(worker: Person) -> None:
    """For three days from now, which is late."""
    episode = MissingEpisode.objects.select_related("case").get()
    worker.goes_to(f"/cases/{episode.case.reference}/missing/{episode.pk}/book/")
    fill_moment(worker, "at", ago(hours=-72))
    worker.types("Who will hold it?", "Sam Aldous")
    worker.page.locator("[name=provider]").select_option(index=1)
    worker.clicks("Save")


def records_the_interview(worker: Person, case: Case) -> None:
    """Held one hour ago, forty hours after the return."""
    episode = MissingEpisode.objects.get()
    worker.goes_to(f"/cases/{case.reference}/missing/{episode.pk}/interview/")
    worker.page.locator("input[name=step][value=held]").check()
    assert worker.page.get_by_label("Who held it?").input_value() == "Sam Aldous"
    worker.page.locator("input[name=is_independent][value=yes]").check()
    worker.types("Where did they go?", "Castle Street; a flat above a shop")
    worker.types("Who were they with?", "“Tee”, about 19")
    fill_moment(worker, "at", ago(hours=1))
    worker.page.locator("[name=provider]").select_option(index=1)
    worker.clicks("Save")
