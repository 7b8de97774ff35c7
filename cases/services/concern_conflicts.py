"""Who may be too close to a concern is shut out of it before anybody reads it, and the privacy officer decides.

As of a case (cases/services/conflicts.py): proposed by the portal, untold to whom it is about, in the same transaction.
"""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from cases.models import Case, Concern, ConcernConflict
from cases.selectors import concern_conflicts as conflicts
from cases.selectors.concern_conflicts import TooClose
from cse_portal import acting
from cse_portal.access.people import people_who_may
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify

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


def _shut_out(found: Iterable[TooClose]) -> int:
    """Each as a finding that waits. What was dismissed is not found again for the same reason."""
    new = 0
    with acting.for_the_system():  # nobody is told what was found in their name
        for each in found:
            holder = {"user": each.holder} if isinstance(each.holder, User) else {"agency": each.holder}
            conflict, is_new = ConcernConflict.objects.get_or_create(
                concern=each.concern, **{"user": None, "agency": None, **holder}, basis=each.basis,
                defaults={"reference": each.concern.reference},
            )  # fmt: skip
            if is_new:
                new += 1
                detail, about = {"basis": each.basis}, [conflict.about_id]
                record(Action.CONFLICT_FOUND, by=None, obj=conflict, detail=detail, about=about)
                _tell(conflict)
    return new


def _tell(conflict: ConcernConflict) -> None:
    for officer in people_who_may(Permission.EXCLUSION_DECIDE):
        if conflicts.may_decide_on(officer, conflict):
            url = reverse("cases:concern-conflict", args=[conflict.pk])
            notify(user=officer, text=TOLD, url=url, about_id=conflict.pk)
