"""The chair says, after an action was given out, who reads it: everybody who sees the case, or professionals only."""

import uuid
from functools import partial

from django.db import transaction

from cases.chronology.services import set_readers
from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.meetings.choices import MeetingState
from mase.meetings.errors import ChangedMeanwhile
from mase.meetings.models.meeting import MaseMeeting
from mase.meetings.selectors.chairing import require_restricted_part
from mase.meetings.services.meeting_reading import note_change
from mase.plans.choices import UpdateKind
from mase.plans.errors import ReadersReasonMissing
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import subject_of
from mase.plans.services import rows
from mase.plans.services.telling import responsible, tell


@transaction.atomic
def change_readers(
    *, action: PlanAction, restricted: bool, reason: str, by: User, key: uuid.UUID | None = None
) -> PlanAction:
    """Restrict an issued action to who has the restricted part and who does it, or open it to all who see the case.

    Of one about no child: to who writes on its CMOG item, or to all who see the item. By a chair who has the restricted
    part themselves. What it continues, and what continues it, says the same and goes with it, also what a meeting still
    running has taken along, and what the chronology told of them. Minutes that were sent out stay as they are.
    Raises ActionNotIssued before its meeting has ended, ChangedMeanwhile where it is so already, ReadersReasonMissing.
    """
    locked = rows.held_by_chair(action, by)
    require_restricted_part(by, locked)
    if rows.reported_before(locked, key):
        return locked
    rows.check_issued(locked)
    if not reason.strip():
        raise ReadersReasonMissing
    if locked.restricted == restricted:
        raise ChangedMeanwhile
    kind = UpdateKind.RESTRICTED if restricted else UpdateKind.OPENED
    changed = [each for each in _held_with(locked) if each.restricted != restricted]
    for each in changed:
        each.restricted = restricted
        rows.save(each, "restricted")
        rows.report(each, kind, "", by, key)
        rows.report(each, UpdateKind.READERS, reason, by)
    if locked.case:
        set_readers(case=locked.case, about=[each.pk for each in changed], restricted=restricted)
    detail = {"restricted": restricted, "actions": [str(each.pk) for each in changed]}
    record(
        Action.ACTION_READERS_CHANGED, by=by, obj=locked, case=locked.case, reason=reason, detail=detail,
        about=[subject_of(locked)],
    )  # fmt: skip
    tell(responsible(locked), locked, "The chair has changed who reads an action of yours.", by=by)
    for meeting in _running(locked.case) if locked.case else ():
        transaction.on_commit(partial(note_change, meeting))
    return next(each for each in changed if each.pk == locked.pk)


def _running(case: Case) -> list[uuid.UUID]:
    """The meeting that goes on about the child, if any: its pages, and a wall, show what earlier plans left to do."""
    rows = MaseMeeting.objects.filter(case=case, state=MeetingState.IN_PROGRESS)
    return list(rows.values_list("pk", flat=True))


def _held_with(action: PlanAction) -> list[PlanAction]:
    """The action, those it continues and those that continue it, locked; of one case, or of one place: of one sight."""
    earlier = dict(
        PlanAction.objects.filter(case=action.case_id, carried_from__isnull=False).values_list(
            "pk", "carried_from"
        )
    )
    later = {old: new for new, old in earlier.items()}
    keys = {action.pk}
    for step in (earlier, later):
        at = step.get(action.pk)
        while at is not None and at not in keys:
            keys.add(at)
            at = step.get(at)
    return list(rows.locked_rows().filter(pk__in=keys).order_by("id"))
