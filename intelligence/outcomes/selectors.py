"""Outcomes, for the person who asks: on the court page of a child, and of one person of concern."""

import uuid
from dataclasses import replace

from django.urls import reverse

from cases.court.models import Investigation
from cases.court.selectors import Against
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from intelligence.disruption.selectors import subjects_linked
from intelligence.outcomes.models import CourtOutcome, OutcomeQuerySet
from intelligence.subjects.models import Subject, SubjectKind


def outcomes_of(user: User, subject: Subject) -> OutcomeQuerySet:
    """What came of investigations for a person of concern; no child is named with it."""
    return CourtOutcome.objects.visible_to(user).holding().filter(subject=subject)


def people_concerned(user: User, case: Case) -> list[Subject]:
    """The people of concern linked with a child, as far as one may read it. Somebody under 18 is none of them."""
    linked = subjects_linked(user, case).kept().of_kind(SubjectKind.PERSON)
    return [each for each in linked if not each.is_child]


def outcomes_for_child(user: User, case: Case) -> list[Against]:
    """By investigation, each person of concern linked with the child or with an outcome, for readers of both."""
    known = CourtOutcome.objects.visible_to(user).holding().filter(case=case).select_related("subject")
    outcomes = {(each.investigation_id, each.subject_id): each for each in known}
    people = {each.pk: each for each in [*(each.subject for each in known), *people_concerned(user, case)]}
    records = case.is_open and gate.can(user, Permission.COURT_RECORD, case)
    return [
        _against(case, investigation, person, outcomes.get((investigation.pk, person.pk)), records=records)
        for investigation in Investigation.objects.visible_to(user).filter(case=case)
        for person in people.values()
    ]


def outcome_for(user: User, case: Case, investigation: uuid.UUID, reference: str) -> CourtOutcome:
    """What came of one investigation for one person, or a row that is not saved yet; NotVisible for anything else."""
    about = get_visible(Investigation.objects.visible_to(user).filter(case=case, pk=investigation))
    rows = CourtOutcome.objects.visible_to(user).filter(investigation=about, subject__reference=reference)
    found = rows.select_related("subject").first()
    if found is None:
        person = next((each for each in people_concerned(user, case) if each.reference == reference), None)
        if person is None:
            raise NotVisible
        found = CourtOutcome(subject=person)
    found.case, found.investigation = case, about
    return found


def _against(
    case: Case, investigation: Investigation, person: Subject, found: CourtOutcome | None, *, records: bool
) -> Against:
    about = [case.reference, investigation.pk, person.reference]
    known = Against(
        investigation=investigation.pk,
        name=person.name,
        url=reverse("intelligence:subject", args=[person.reference]),
        record_url=reverse("intelligence:court-outcome", args=about) if records else "",
    )
    if found is None:
        return known
    return replace(known, result=found.label, on=found.decided_on, text=found.text)
