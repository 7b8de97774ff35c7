"""A case in words: who the child is, what was decided, and what somebody else saved meanwhile."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from cases.assessments.models import CategoryDecision
from cases.concerns.models import Concern
from cases.record.models.case import Case, Episode
from cases.record.models.child import ChildAlias
from cases.record.presenters import LISTS, UNKNOWN, Difference, shortened, spaced
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import Row, TimelineEntry, age_on, display_date, due_words, joined

CONFIDENTIAL, NO_OTHER_NAMES = "Confidential", "No other names recorded"


def identity_rows(case: Case, aliases: Sequence[ChildAlias]) -> list[Row]:
    """Who the child is."""
    child = case.child
    age = age_on(child.date_of_birth)
    estimated = ", estimated" if child.date_of_birth_estimated else ""
    born = f"{display_date(child.date_of_birth)} (age {age}{estimated})" if child.date_of_birth else ""
    others = joined(alias.name for alias in aliases if alias.name != child.known_as)
    return [
        Row("Name", child.name),
        *([Row("Known as", child.called)] if child.called else []),
        Row("Also known as", others or NO_OTHER_NAMES),
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
    again = case.models_review_on
    looked_at_again = f". Look again by {display_date(again)}, {due_words(again)}." if again else ""
    rows = [
        Row("Confirmed category", case.get_category_display()),
        Row("Harm", f"{case.harm_status}: {case.get_harm_status_display()}"),
        Row("Models of exploitation", f"{models or 'Not recorded'}{looked_at_again}"),
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
