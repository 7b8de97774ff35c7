"""What agencies bring to a meeting: sent, added to, asked for, and its suggestions taken into the plan."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.exports.services import free_copy
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import local_day
from cse_portal.ui.marking import Mark
from mase.meetings.choices import AT_TABLE, ContributionKind, MeetingState
from mase.meetings.errors import ChangedMeanwhile, MeetingNotEditable, SomeoneElseSaved
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.selectors.reports import (
    awaiting_reports,
    clocks_due,
    is_asked,
    owing,
)
from mase.meetings.services.invitations import reached
from mase.meetings.services.locking import hold, hold_ahead, hold_open, hold_running
from mase.minutes.selectors.minutes import sees_restricted
from mase.plans.choices import POLICE_WORK, PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.services import plan

WAITS = "The report of your agency for a meeting is still to come."


@dataclass(frozen=True)
class Box:
    """What is in one box, whether the family may read it, and which version its writer had before them."""

    text: str
    family_may_read: bool = False
    version: int = 0


Boxes = Mapping[ContributionKind, Box]


@transaction.atomic
def contribute(*, meeting: Meeting, agency: Agency, boxes: Boxes, by: User) -> Meeting:
    """What an agency brings, until the meeting ends: from then on everybody who sees the meeting reads it.

    By its own people, all of it; by who takes notes, what it says at the table; by the chair, also for the restricted
    part. Of two who write into one box at once the second is told. Sending the same again changes nothing.
    """
    own = gate.require_standing(by, Permission.MEETING_VIEW, meeting).agency.pk == agency.pk
    gate.require(by, Permission.MEETING_CONTRIBUTE if own else Permission.MEETING_NOTE, meeting)
    if not own:
        _require_at_table(meeting, boxes, by)
    held = hold_open(meeting) if own else hold_running(meeting)
    if not is_asked(held, agency):
        raise NotVisible
    there = {each.kind: each for each in held.contributions.filter(agency=agency, kind__in=boxes)}
    written = []
    for kind, box in boxes.items():
        row = there.get(kind) or Contribution(meeting=held, agency=agency, kind=kind, version=0)
        if _write(row, box, by):
            written.append(kind.value)
    if written:
        detail = {"meeting": str(held.pk), "agency": str(agency.pk), "boxes": written}
        record(Action.REPORT_SENT, by=by, obj=held, case=held.case, detail=detail)
    return held


def _require_at_table(meeting: Meeting, boxes: Boxes, by: User) -> None:
    """What is written for another agency: what it says there; of the restricted part by a chair who was given it."""
    if ContributionKind.APART in boxes:
        gate.require(by, Permission.MEETING_CHAIR, meeting)
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    if not set(boxes) <= {*AT_TABLE, ContributionKind.APART}:
        raise NotPermitted


def _write(row: Contribution, box: Box, by: User) -> bool:
    """Whether anything in it changed. The caller holds the meeting."""
    may_read = box.family_may_read and not row.is_apart
    if row.text == box.text and (row.family_may_read == may_read or not box.text):
        return False
    if row.version != box.version:
        raise SomeoneElseSaved(row)
    now, is_new = timezone.now(), row.version == 0
    row.text, row.family_may_read, row.version = box.text, may_read, row.version + 1
    row.saved_at, row.saved_by, row.given_at = now, by, row.given_at or now
    row.save(force_insert=is_new)
    return True


@transaction.atomic
def ask_again(*, meeting: Meeting, agency: Agency, by: User) -> None:
    """Somebody who works on the case reminds an agency of its report, once a day at most."""
    gate.require(by, Permission.MEETING_SCHEDULE, meeting.case)
    held = hold_ahead(meeting)
    if not is_asked(held, agency):
        raise NotVisible
    today = str(timezone.localdate())
    if today in owing(held).get(agency, {today}):
        raise ChangedMeanwhile
    _remind(held, agency, by=by)


@transaction.atomic
def chase() -> int:
    """Every morning: agencies whose report is still to come, as the reference clocks say; returns how many were told.

    Run again, it tells nobody again; a day that was missed is made up for. Who was asked today was told today.
    """
    return sum(_chase(each) for each in awaiting_reports(timezone.now()))


@transaction.atomic
def take_suggestion(*, box: Contribution, key: uuid.UUID, by: User) -> PlanAction:
    """An action that an agency suggested goes into the plan as it stands; pressed twice, it is there once.

    How anybody will know that it is done, and who does it, is completed there: `plan.change_action`. On Pursue and
    Prosecute it is for professionals only, as is usual there. The family reads it where they may read the box.
    """
    line = dict(box.suggestions).get(key)
    if line is None:
        raise NotVisible
    p, due_on = PlanP(box.kind), clock_rule("SUGGESTED_ACTION").due(timezone.localdate())
    apart = p in POLICE_WORK and gate.can(by, Permission.MINUTES_RESTRICTED_VIEW, box.meeting.case)
    agreed = plan.Agreed(p, line, box.agency, due_on, restricted=apart, family_may_read=box.family_may_read)
    return plan.add_action(meeting=box.meeting, key=key, agreed=agreed, by=by)


def _chase(meeting: Meeting) -> int:
    today = timezone.localdate()
    clocks = {f"{code} {local_day(meeting.scheduled_for)}": code for code in clocks_due(meeting, today)}
    if not clocks or hold(meeting).state != MeetingState.SCHEDULED:
        return 0
    told = 0
    asked_today = set(meeting.invitations.filter(invited_at__date=today).values_list("agency_id", flat=True))
    for agency, reminded in owing(meeting).items():
        due = [key for key in clocks if key not in reminded]
        if due and agency.pk not in asked_today:
            _remind(meeting, agency, by=None, clock=clocks[due[-1]], of=due)
            told += 1
    return told


def _remind(
    meeting: Meeting, agency: Agency, *, by: User | None, clock: str = "", of: Sequence[str] = ()
) -> None:
    """Only who can open and write the report is told, and of no child; its invitations remember that, and `of` what."""
    rows = list(meeting.invitations.filter(agency=agency).select_related("agency", "person", "deputy"))
    for row in rows:
        row.reminded += [str(timezone.localdate()), *of]
    Invitation.objects.bulk_update(rows, ["reminded"])
    people = [each for each in reached(rows) if gate.can(each, Permission.MEETING_CONTRIBUTE, meeting)]
    url = f"/meetings/{meeting.pk}/report/"
    notify_all(
        Notification(user=person, text=WAITS, url=url, case_id=meeting.case_id)
        for person in people
        if person != by
    )
    detail = {"meeting": str(meeting.pk), "agency": str(agency.pk), "clock": clock, "people": len(people)}
    record(Action.REPORT_CHASED, by=by, obj=meeting, case=meeting.case, detail=detail)


@transaction.atomic
def take(*, meeting: Meeting, by: User) -> Mark:
    """Anyone who takes part takes their own papers, until the meeting is over; then its minutes tell what was said."""
    who = gate.require_standing(by, Permission.MEETING_TAKE_PART, meeting)
    if not meeting.is_open:
        raise MeetingNotEditable
    letters = free_copy()
    restricted = sees_restricted(by, meeting) and not meeting.family_in_room
    detail = {"copy": letters, "restricted": restricted}
    record(Action.PACK_DOWNLOADED, by=by, obj=meeting, case=meeting.case, detail=detail)
    return Mark(letters, by.full_name, who.agency.name, timezone.now())
