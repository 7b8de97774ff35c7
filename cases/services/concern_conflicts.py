"""Who may be too close to a concern is shut out of it before anybody reads it, and the privacy officer decides.

As of a case (cases/services/conflicts.py): proposed by the portal, untold to whom it is about, in the same transaction.
"""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from cases.choices import ConflictOutcome
from cases.models import Case, Concern, ConcernConflict, ConflictFinding, Exclusion
from cases.selectors import concern_conflicts as conflicts
from cases.selectors.concern_conflicts import TooClose
from cases.services.judging import found_again, judge
from cse_portal import acting
from cse_portal.access.people import people_who_may
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.selectors import was_told
from cse_portal.jobs.services import notify

NOBODY_READS = "{urgency}: nobody in triage may read concern {reference}. Decide at once who may."
TOLD = "Somebody who works here may be too close to a concern. Your decision is needed."


@transaction.atomic
def find_in_concern(concern: Concern) -> int:
    """As it is sent, before triage reads it; returns how many were new."""
    return _shut_out(conflicts.conflicts_of_concern(concern.pk))


@transaction.atomic
def find_for(user_id: uuid.UUID) -> int:
    """Once somebody has come to work here, or said whom they are close to; returns how many were new."""
    return _shut_out(conflicts.conflicts_of_person(User.objects.get(pk=user_id)))


@transaction.atomic
def find_beside(case: Case) -> int:
    """Once somebody is shut out of a case: of every concern like its child too; returns how many were new."""
    return _shut_out(conflicts.conflicts_beside(case))


@transaction.atomic
def find_everywhere() -> int:
    """Nightly, as the system: whatever was missed; returns how many were new."""
    with acting.for_the_system():
        found = list(conflicts.conflicts_everywhere())
    return _shut_out(found)


@transaction.atomic
def end_likeness(holder: User | Agency, *, reason: str, by: User) -> None:
    """Once somebody is shut out of a case no more: of what is only like that one they are let in again, too.

    What somebody decided to be a conflict stays one. Should they be shut out again, it is found again.
    """
    with acting.for_the_system():  # the privacy officer sees neither the cases nor what is like them
        concerned, cases = conflicts.no_longer_like(holder)
        for conflict in concerned:
            judge(conflict, outcome=ConflictOutcome.DISMISSED, note=reason, by=by)
        for finding in cases:
            judge(finding, outcome=ConflictOutcome.DISMISSED, note=reason, by=by, case=finding.case)
            theirs = {"case": finding.case_id, "user": finding.user_id}
            if not ConflictFinding.objects.filter(**theirs, outcome="").exists():
                Exclusion.objects.filter(**theirs, decided_by=None).delete()


def _shut_out(found: Iterable[TooClose]) -> int:
    """Each as a finding that waits. What was dismissed is not found again but by what was said since."""
    new = 0
    waiting: dict[uuid.UUID, Concern] = {}
    with acting.for_the_system():  # nobody is told what was found in their name
        for each in found:
            holder = {"user": each.holder} if isinstance(each.holder, User) else {"agency": each.holder}
            conflict, is_new = ConcernConflict.objects.get_or_create(
                concern=each.concern, **{"user": None, "agency": None, **holder}, basis=each.basis,
                defaults={"reference": each.concern.reference},
            )  # fmt: skip
            if is_new or found_again(conflict, each.since):
                new += 1
                waiting |= {each.concern.pk: each.concern} if each.concern.is_waiting else {}
                detail, about = {"basis": each.basis}, [conflict.about_id]
                record(Action.CONFLICT_FOUND, by=None, obj=conflict, detail=detail, about=about)
                _tell(conflict)
        for concern in waiting.values():
            if not conflicts.triage_readers(concern):
                tell_that_nobody_reads(concern)
    return new


def tell_that_nobody_reads(concern: Concern) -> None:
    """The privacy officers, once: a concern that waits for nobody would wait for ever."""
    text = NOBODY_READS.format(urgency=concern.get_urgency_display(), reference=concern.reference)
    sent = concern.submitted_at or concern.created_at
    with acting.for_the_system():  # nobody is told in whose name it was found
        for officer in conflicts.officers_of(concern):
            if not was_told(officer, text=text, since=sent):
                notify(user=officer, text=text, url=reverse("cases:exclusions"), urgent=True)


def _tell(conflict: ConcernConflict) -> None:
    for officer in people_who_may(Permission.EXCLUSION_DECIDE):
        if conflicts.may_decide_on(officer, conflict):
            url = reverse("cases:concern-conflict", args=[conflict.pk])
            notify(user=officer, text=TOLD, url=url, about_id=conflict.pk)
