"""The first screen of a child's record: the two years, open actions, whom to call, and what is folded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cases.assessments.models import DecisionSource
from cases.casework.presenters import concern_entries, ended_rows, home_rows, identity_rows, risk_rows
from cases.casework.selectors import Overview
from cases.chronology.presenters import entry_rows
from cases.family.models import YesNoUnknown
from cases.family.presenters import contact_for_address, kept_apart
from cases.record.choices import HarmStatus
from cases.record.models.case import Case, CurrentPicture
from cases.record.presenters import StepRow, banner, points_to, shortened, step_row
from cases.record.selectors.steps import NextStep
from cse_portal.reference import selectors as reference
from cse_portal.ui.charts import Chart, StepPoint, Years, case_years, then_and_now
from cse_portal.ui.presenters import Row, TimelineEntry, counted, display_date

STEPS = 5


def screen(case: Case, seen: Overview, tabs: Mapping[str, str]) -> dict[str, Any]:
    """Everything the page says of a case; `tabs` are the addresses of those that the reader may open."""
    identity, home = identity_rows(case, seen.aliases), home_rows(case, confidential=seen.hides_home)
    return {
        "banner": banner(case),
        "years": two_years(case, seen),
        "more_steps": max(len(seen.steps) - STEPS, 0),
        "actions": open_actions(seen.steps, case),
        "harms": [(each.value, each.value <= case.harm_status) for each in HarmStatus],
        "also": seen.also.values(),
        "safety": then_and_now(seen.scalings) if seen.scalings else None,
        "events": entry_rows(seen.events, tabs, seen.also),
        "people": people_to_call(seen, case),
        "access": access_words(seen),
        "folds": folds(case, seen, identity, home),
        "lacking": lacking(identity, home),
        "confidential": kept_apart(case, seen.confidential) if seen.confidential else None,
        "ask": contact_for_address(case),
        "concerns": concern_entries(seen.concerns),
    }


def lacking(*groups: Sequence[Row]) -> list[str]:
    """The labels of what nobody has recorded yet."""
    return [row.label for rows in groups for row in rows if not row.value]


@dataclass(frozen=True)
class Fold:
    """A folded part of the record: its name, its first facts in a line, and what is known."""

    title: str
    brief: str
    rows: list[Row]


def folds(case: Case, seen: Overview, identity: Sequence[Row], home: Sequence[Row]) -> list[Fold]:
    """Who the child is and what was decided; what nobody knows is not among it."""
    numbers = ("NHS number", "Unique pupil number")
    groups = (
        (
            f"Who {case.child.given_name or 'the child'} is",
            [row for row in identity if row.label not in numbers],
        ),
        ("Home and school", home),
        (
            "Identifiers",
            [Row("Case reference", case.reference), *(row for row in identity if row.label in numbers)],
        ),
        ("Category and harm", risk_rows(case, next(iter(seen.decisions), None))),
        ("Work on this case", ended_rows(case, seen.episodes)),
    )
    known = ((title, [row for row in rows if row.value]) for title, rows in groups)
    return [Fold(title, _in_brief(rows), rows) for title, rows in known if rows]


def _in_brief(rows: Sequence[Row]) -> str:
    return shortened(" · ".join(str(row.value) for row in rows), 110)


def picture_entries(pictures: Sequence[CurrentPicture]) -> list[TimelineEntry]:
    """What was written as the current picture, the newest first."""
    return [
        TimelineEntry(
            title=display_date(each.recorded_at),
            when="",
            by=f"{each.recorded_by.full_name}, {each.agency.short_name}",
            body=each.text,
        )
        for each in pictures
    ]


def two_years(case: Case, seen: Overview) -> Chart:
    """The picture of the category, with meetings, missing episodes and concerns."""
    now = timezone.now()
    opened = StepPoint(timezone.localdate(case.opened_at), 0)
    decided = [
        StepPoint(timezone.localdate(each.decided_at), each.category) for each in reversed(seen.decisions)
    ]
    hours = [
        (
            timezone.localdate(each.missing_since),
            ((each.returned_at or now) - each.missing_since).total_seconds() / 3600,
        )
        for each in seen.missing
    ]
    meetings = [
        timezone.localdate(each.decided_at)
        for each in seen.decisions
        if each.source == DecisionSource.MEETING
    ]
    concerns = [timezone.localdate(each.submitted_at) for each in seen.concerns if each.submitted_at]
    steps = [opened, *decided] if not decided or opened.on < decided[0].on else decided
    return case_years(_years_title(case, seen), Years(timezone.localdate(), steps, meetings, hours, concerns))


def _years_title(case: Case, seen: Overview) -> str:
    """Category 2 since September 2026. New signs point to 3."""
    if not seen.decisions:
        return "No category is confirmed yet"
    since = seen.decisions[0].decided_at
    for each in seen.decisions:
        if each.category != case.category:
            break
        since = each.decided_at
    day = timezone.localdate(since)
    words = (
        f"Category {case.category} since {day:%B %Y}." if case.category else f"No category since {day:%B %Y}."
    )
    indicated = points_to(case)
    return f"{words} The newest assessment points to {indicated}." if indicated else words


@dataclass(frozen=True)
class Person:
    """Somebody to call; whom nobody may contact has no number here."""

    name: str
    what: str
    phone: str
    do_not_contact: bool = False


CALLED = 7


def people_to_call(seen: Overview, case: Case) -> list[Person]:
    """Who the child lives with, then the lead, the family and professionals; whom not to contact is always named."""
    family = sorted(seen.family, key=lambda each: (not each.lives_with_child, each.name))
    kin = [
        Person(
            each.name,
            ", ".join(filter(None, (reference.label("family-relation", each.relation), each.organisation))),
            "" if is_unsafe else each.phone,
            is_unsafe,
        )
        for each in family
        for is_unsafe in [each.contact_safe == YesNoUnknown.NO]
    ]
    at_home = [person for person, each in zip(kin, family, strict=True) if each.lives_with_child]
    others = [person for person in kin if person not in at_home]
    lead = sorted(seen.people, key=lambda each: each.user_id != case.lead_professional_id)
    work = [
        Person(each.user.full_name, f"{each.user.job_title or each.agency.short_name}", each.user.phone)
        for each in lead
    ]
    called = [*at_home, *work[:1], *others, *work[1:]]
    safe = [each for each in called if not each.do_not_contact]
    unsafe = [each for each in called if each.do_not_contact]
    return [*safe[: max(CALLED - len(unsafe), 3)], *unsafe]


def access_words(seen: Overview) -> str:
    """9 people in 5 agencies have access."""
    first: Any = next(iter(seen.people), None)
    if first is None:
        return ""
    agencies = counted(first.agencies, "agency,agencies")
    return f"{counted(first.people, 'person,people')} in {agencies} {'has' if first.people == 1 else 'have'} access."


@dataclass(frozen=True)
class Actions:
    """How many actions are open and late, and the one that has waited longest."""

    open: int
    late: int
    first: StepRow | None


def open_actions(steps: Sequence[NextStep], case: Case) -> Actions:
    """Of the dated steps, those of the plan."""
    rows = [each for each in steps if each.kind.slug == "action"]
    first = step_row(rows[0], case) if rows else None
    return Actions(len(rows), sum(each.is_late for each in rows), first)
