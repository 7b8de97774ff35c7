"""Recording a piece of prevention, and noting who read the list or took it along."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.record.services import apply_edit
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key
from reporting.prevention.models import PreventionActivity


class NotHeldYet(NotAllowedNow):
    """Prevention is recorded when it was done."""

    message = "Enter today, or a day before it."
    field = "on"


@transaction.atomic
def record_activity(
    *,
    activity: PreventionActivity,
    said: Mapping[str, Any],
    version: int,
    by: User,
    key: uuid.UUID | None = None,
) -> PreventionActivity:
    """Add what one's agency did, or change it. The same key again finds the same row; StaleEdit after another save."""
    agency = gate.require_standing(by, Permission.PREVENTION_RECORD).agency
    is_new = activity._state.adding
    rows = PreventionActivity.objects.select_for_update().filter(agency=agency)
    row = rows.filter(pk=key if is_new and key else activity.pk).first()
    if row is not None and is_new:
        return row
    row = row or activity
    if said["on"] > timezone.localdate():
        raise NotHeldYet
    changed = apply_edit(row, said, version)
    if is_new:
        row.pk, row.agency, row.recorded_by = free_key(PreventionActivity, key), agency, by
    row.save(force_insert=is_new)
    record(Action.PREVENTION_RECORDED, by=by, obj=row, detail={"fields": changed})
    return row


def record_view(*, by: User, page: str) -> None:
    """A person read prevention, or took the list along."""
    record(Action.PREVENTION_VIEWED, by=by, detail={"page": page})
