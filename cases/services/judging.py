"""The privacy officer judges what the portal found of somebody who works here."""

import datetime as dt
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from cases.choices import ConflictOutcome
from cases.models import Case, ConcernConflict, Conflict, Exclusion
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record

C = TypeVar("C", bound=Conflict)


@transaction.atomic
def judge(conflict: C, *, outcome: ConflictOutcome, note: str, by: User, case: Case | None = None) -> C:
    """Whether it keeps them out, or they see it again. The last decision counts."""
    gate.require(by, Permission.EXCLUSION_DECIDE)
    locked = type(conflict)._default_manager.select_for_update().get(pk=conflict.pk)
    locked.outcome, locked.note, locked.decided_by, locked.decided_at = outcome, note, by, timezone.now()
    locked.save(update_fields=["outcome", "note", "decided_by", "decided_at"])
    if isinstance(locked, ConcernConflict) and locked.agency_id and outcome == ConflictOutcome.DISMISSED:
        _end_proposal(locked)
    detail, about = {"outcome": outcome}, [locked.about_id]
    record(Action.CONFLICT_DECIDED, by=by, obj=locked, case=case, reason=note, detail=detail, about=about)
    return locked


def found_again(conflict: Conflict, since: dt.datetime | None) -> bool:
    """Whether what was dismissed is found by something that was said since, and waits for a decision once more.

    Otherwise one dismissal would let somebody in whatever they declare afterwards.
    """
    last = conflict.decided_at
    if conflict.outcome != ConflictOutcome.DISMISSED or last is None or since is None or since <= last:
        return False
    conflict.outcome, conflict.note, conflict.decided_by, conflict.decided_at = "", "", None, None
    conflict.found_at = timezone.now()
    conflict.save(update_fields=["outcome", "note", "decided_by", "decided_at", "found_at"])
    return True


def _end_proposal(found: ConcernConflict) -> None:
    """What was proposed against an agency of the case that the concern became part of ends, if nothing else is found.

    That it is kept out is decided of the case too, one floor up (cases/services/conflicts.py).
    """
    with acting.for_the_system():  # the privacy officer sees neither the concern nor its case
        others = ConcernConflict.objects.filter(concern=found.concern_id, agency=found.agency_id)
        if not others.undismissed().exists():
            Exclusion.objects.filter(
                case__concerns=found.concern_id, agency=found.agency_id, decided_by=None
            ).delete()
