"""The verbs of turning 18: record a part of the way, and remind the lead professional of each step once."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
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
from cse_portal.jobs.services import notify
from cse_portal.keys import free_key
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import chairs_for
from mase.meetings.services.locking import already_made
from mase.transition.models import TransitionEntry, TransitionPart, TransitionPrompt
from mase.transition.selectors import AGENDA_CODE, begins_by, near_18, turning_18


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
    day = happened_on or timezone.localdate()
    words = f"Turning 18. {part.label}: {text}"
    add_entry(case=locked, kind=EntryKind.EVENT, happened_on=day, text=words, by=by, source_id=entry.pk)
    record(Action.TRANSITION_RECORDED, by=by, obj=entry, case=locked, detail={"part": part})
    return entry


@transaction.atomic
def prompt_leads() -> int:
    """Daily: each step whose day has come and that nobody has taken is brought to the lead professional, once.

    Several at once, of a case that was opened late, are one line. Without a lead who sees the case the chairs are told.
    Returns how many cases somebody was told of.
    """
    return sum(_prompt(case) for case in near_18())


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
    last = meeting.agenda.aggregate(last=Max("order"))["last"] or 0
    AgendaItem.objects.create(
        meeting=meeting, order=last + 1, code=AGENDA_CODE, title="Turning 18", guidance=guidance
    )


def _prompt(case: Case) -> bool:
    today = timezone.localdate()
    before = set(TransitionPrompt.objects.filter(case=case).values_list("step", flat=True))
    due = [each for each in turning_18(case).steps if each.is_due(today) and each.step not in before]
    if not due:
        return False
    lead = case.lead_professional
    told = lead if lead is not None and gate.can(lead, Permission.CASE_VIEW, case) else None
    people = [told] if told else chairs_for(case)
    if not people:
        return False  # asked again tomorrow: somebody may lead it or chair by then
    TransitionPrompt.objects.bulk_create(
        [TransitionPrompt(case=case, step=each.step, due_on=each.due_on, told=told) for each in due],
        ignore_conflicts=True,
    )
    url = reverse("mase:transition", args=[case.reference])
    for person in people:
        notify(
            user=person,
            text="A young person will turn 18, and a step towards adult services is due.",
            url=url,
            case_id=case.pk,
        )
    record(
        Action.TRANSITION_PROMPTED,
        by=None,
        obj=case,
        case=case,
        detail={"steps": [each.step for each in due]},
    )
    return True
