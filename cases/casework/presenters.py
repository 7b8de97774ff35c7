"""The first page of a case in words, and what somebody else saved meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.assessments.models import CategoryDecision, DecisionSource
from cases.casework.selectors import Overview
from cases.concerns.models import Concern
from cases.family.models import YesNoUnknown
from cases.record.models.case import Case, CurrentPicture, Episode
from cases.record.models.child import ChildAlias
from cases.record.presenters import LISTS, UNKNOWN, Difference, StepRow, shortened, spaced, step_row
from cases.record.selectors import NextStep
from cse_portal.reference import selectors as reference
from cse_portal.ui.charts import Chart, StepPoint, Years, case_years
from cse_portal.ui.presenters import Row, TimelineEntry, age_on, counted, display_date, joined

CONFIDENTIAL = "Confidential"


def identity_rows(case: Case, aliases: Sequence[ChildAlias]) -> list[Row]:
    """Who the child is."""
    child = case.child
    age = age_on(child.date_of_birth)
    estimated = ", estimated" if child.date_of_birth_estimated else ""
    born = f"{display_date(child.date_of_birth)} (age {age}{estimated})" if child.date_of_birth else ""
    return [
        Row("Name", child.name),
        Row("Also known as", joined(alias.name for alias in aliases)),
        Row("Date of birth", born),
        *(Row(label, worded(name, getattr(child, name))) for label, name in CODED_ROWS),
        Row("First language", child.first_language),
        Row("NHS number", spaced(child.nhs_number)),
        Row("Unique pupil number", child.upn),
    ]


def home_rows(case: Case, *, confidential: bool = False) -> list[Row]:
    """Where the child lives and learns; of a home that is confidential, that it is."""
    child = case.child
    place = joined(filter(None, [child.address, child.postcode]), last=",").replace(" ,", ",")
    place = CONFIDENTIAL if confidential and not place else place
    rows = [
        Row("Lives with", child.lives_with),
        Row("Address", place),
        Row("Ward", CONFIDENTIAL if confidential and not child.ward else worded("ward", child.ward)),
        Row("School, college or training", child.school),
        Row("Legal status", worded("legal_status", child.legal_status)),
    ]
    return rows + ([Row("Placing authority", child.placing_authority)] if child.placing_authority else [])


def risk_rows(case: Case, decision: CategoryDecision | None) -> list[Row]:
    """The confirmed category and harm status, who confirmed them and why."""
    models = joined(reference.label("exploitation-model", code) for code in case.exploitation_models)
    rows = [
        Row("Confirmed category", case.get_category_display()),
        Row("Harm", f"{case.harm_status}: {case.get_harm_status_display()}"),
        Row("Kinds of exploitation", models or "Not recorded"),
    ]
    if decision is None:
        return [*rows, Row("Confirmed by", "Nobody has confirmed a category yet")]
    where = decision.get_source_display()
    confirmed = f"{decision.decided_by.full_name}, {display_date(decision.decided_at)} ({where})"
    return [*rows, Row("Confirmed by", confirmed), Row("Why", decision.rationale)]


def ended_rows(case: Case, episodes: Sequence[Episode]) -> list[Row]:
    """Why the last period of work on a closed case ended."""
    episode = next(iter(episodes), None)
    if episode is None or not episode.closed_at:
        return []
    opened = f"{display_date(episode.opened_at)} by {episode.opened_by.full_name}"
    why = reference.label("closure-reason", episode.closing_code)
    rows = [
        Row("Status", case.get_status_display()),
        Row(episode.get_kind_display(), opened),
        Row("Why", episode.opening_reason),
        Row("Closed", f"{display_date(episode.closed_at)} by {episode.closed_by}"),
        Row("Why closed", f"{why}. {episode.closing_reason}"),
    ]
    if len(episodes) > 1:
        first = display_date(episodes[-1].opened_at)
        rows.append(Row("First opened", f"{first}; {len(episodes)} periods of work"))
    return rows


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
    indicated: int | None = case.indicated  # type: ignore[attr-defined]
    words = (
        f"Category {case.category} since {day:%B %Y}." if case.category else f"No category since {day:%B %Y}."
    )
    return (
        words
        if indicated in (None, case.category)
        else f"{words} The newest assessment points to {indicated}."
    )


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
            reference.label("family-relation", each.relation),
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


def concern_entries(concerns: Sequence[Concern]) -> list[TimelineEntry]:
    """The concerns this person may see, each leading to its page."""
    return [
        TimelineEntry(
            title=f"Concern {concern.reference}",
            when=display_date(concern.submitted_at),
            by=f"{concern.author.full_name}, {concern.author_agency.short_name}",
            body=shortened(concern.worry),
            url=reverse("cases:concern", args=[concern.reference]),
        )
        for concern in concerns
    ]


def differences(
    form: Any, case: Case, aliases: Sequence[ChildAlias], typed_aliases: Sequence[str]
) -> list[Difference]:
    """Where the record, saved by somebody else meanwhile, differs from what is on the page."""
    stored = {name: getattr(case.child, name) for name in form.identity}
    stored["exploitation_models"] = case.exploitation_models
    typed = {**form.identity, "exploitation_models": form.cleaned_data["exploitation_models"]}
    found = [
        Difference(
            str(form[name].label), worded(name, stored[name]) or UNKNOWN, worded(name, value) or UNKNOWN
        )
        for name, value in typed.items()
        if stored[name] != value
    ]
    known, written = joined(alias.name for alias in aliases), joined(typed_aliases)
    return found + (
        [Difference("Other names", known or "None", written or "None")] if known != written else []
    )


def worded(name: str, value: Any) -> str:
    """A stored value as a person reads it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return joined(reference.label(LISTS[name], code) for code in value)
    if hasattr(value, "year"):
        return display_date(value)
    return reference.label(LISTS[name], value) if value and name in LISTS else str(value or "")


CODED_ROWS = (("Sex", "sex"), ("Ethnicity", "ethnicity"), ("Disabilities", "disabilities"))


def closing_rows(episode: Episode) -> list[Row]:
    """Why the last period of work ended, and what was not done by then."""
    on = episode.closed_at.date() if episode.closed_at else None
    not_done = [
        f"{reference.label('step-down', line['code'], on)}: {line['reason']}"
        for line in episode.checklist
        if not line["done"]
    ]
    return [
        Row("Closed", f"{display_date(episode.closed_at)} by {episode.closed_by}"),
        Row("Why", reference.label("closure-reason", episode.closing_code, on)),
        Row("What had changed", episode.closing_reason),
        Row("Not done by then", "; ".join(not_done) or "Every line of the checklist was done"),
    ]
