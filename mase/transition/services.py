"""The verbs of turning 18: record a part of the way, and set the steps on the agenda."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.keys import free_key
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import last_place
from mase.meetings.services.locking import already_made
from mase.transition.models import TransitionEntry, TransitionPart
from mase.transition.selectors import AGENDA_CODE, begins_by, turning_18


@transaction.atomic
def record_part(
    *,
    case: Case,
    part: TransitionPart,
    text: str,
    by: User,
    code: str = "",
    happened_on: dt.date | None = None,
    key: uuid.UUID | None = None,
) -> TransitionEntry:
    """Write down one part of the way into adulthood; an earlier entry of it stays beside the new one."""
    who = gate.require_standing(by, Permission.CASE_CHANGE, case)
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if key and (found := already_made(TransitionEntry, key, case_id=locked.pk)):
        return found
    if not locked.is_open:
        raise CaseClosed
    entry = TransitionEntry(
        pk=free_key(TransitionEntry, key), case=locked, part=part, code=code, happened_on=happened_on, text=text,
        recorded_by=by, agency=who.agency,
    )  # fmt: skip
    entry.save(force_insert=True)
    add_entry(
        case=locked, kind=EntryKind.EVENT, happened_on=happened_on, text=f"Turning 18. {part.label}: {text}", by=by,
        source_id=entry.pk,
    )  # fmt: skip
    record(Action.TRANSITION_RECORDED, by=by, obj=entry, case=locked, detail={"part": part})
    return entry


def set_on_agenda(meeting: Meeting) -> None:
    """The meeting of a child of 16 and a half or older has the item: each step by when, or when it was done.

    For anyone who books the meeting, moves it past that age, or starts it, when the steps are told as they are then.
    """
    if not begins_by(meeting.case.child, timezone.localdate(meeting.scheduled_for)):
        return
    found = turning_18(meeting.case)
    guidance = "\n".join([found.birth, *(f"{each.label}: {each.plain}." for each in found.steps)])
    if meeting.agenda.filter(code=AGENDA_CODE).update(guidance=guidance):
        return
    AgendaItem.objects.create(
        meeting=meeting,
        order=last_place(meeting) + 1,
        code=AGENDA_CODE,
        title="Turning 18",
        guidance=guidance,
    )
