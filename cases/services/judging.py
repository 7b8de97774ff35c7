"""The privacy officer judges what the portal found of somebody who works here."""

import datetime as dt
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from cases.choices import ConflictOutcome
from cases.models import Case, Conflict
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
    detail, about = {"outcome": outcome}, [None if case else locked.about_id]
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
