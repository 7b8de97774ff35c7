"""An agency's report before a meeting: written as a draft, sent, taken back, asked for again."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

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
from mase.meetings.choices import MeetingState
from mase.meetings.errors import ChangedMeanwhile, DraftTooLate, MeetingNotEditable, ReportEmpty
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import AgencyInformation, ReportReminder
from mase.meetings.selectors.reports import ReportState, agency_reports, awaiting_reports, clocks_due
from mase.meetings.selectors.suggestions import suggestions
from mase.meetings.services.invitations import reached
from mase.meetings.services.locking import hold, hold_ahead, hold_open
from mase.meetings.services.sections import Edit, save_edited
from mase.minutes.selectors.minutes import sees_restricted
from mase.plans.choices import POLICE_WORK, PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.services import plan

WAITS = "The report of your agency for a meeting is still to come."


@dataclass(frozen=True)
class Report:
    """What an agency brings to a meeting, in the four parts of its form, and whether the family may read it."""

    text: str = ""
    worries: str = ""
    working_well: str = ""
    suggested: str = ""
    family_may_read: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether none of the parts says anything."""
        return not (self.text or self.worries or self.working_well or self.suggested)


@transaction.atomic
def save(*, information: AgencyInformation, report: Report, edit: Edit, by: User) -> AgencyInformation:
    """A draft, which the agency alone reads: by any of its people who contribute, until it is sent.

    None is begun while the meeting runs: it would take the agency's part off the page of anyone who writes there.
    """
    _require_own(information, by)
    meeting = hold_open(information.meeting)
    if meeting.is_running and _fresh(information).saved_at is None:
        raise DraftTooLate
    return _write(meeting, information, report, edit, by)


@transaction.atomic
def save_and_send(
    *, information: AgencyInformation, report: Report, edit: Edit, by: User
) -> AgencyInformation:
    """What was typed goes to the meeting in one step, whether or not there was a draft."""
    _require_own(information, by)
    written = _write(hold_open(information.meeting), information, report, edit, by)
    return send(information=written, by=by)


@transaction.atomic
def send(*, information: AgencyInformation, by: User) -> AgencyInformation:
    """From now on everybody who sees the meeting reads it. Sending twice is sending once."""
    _require_own(information, by)
    meeting = hold_open(information.meeting)
    row = AgencyInformation.objects.select_for_update(of=("self",)).get(pk=information.pk)
    if row.submitted_at is not None:
        return row
    if not row.text:
        raise ReportEmpty
    row.submitted_at, row.submitted_by, row.version = timezone.now(), by, row.version + 1
    row.save(update_fields=["submitted_at", "submitted_by", "version"])
    record(Action.REPORT_SENT, by=by, obj=row, case=meeting.case, detail={"meeting": str(meeting.pk)})
    return row


@transaction.atomic
def take_back(*, information: AgencyInformation, by: User) -> AgencyInformation:
    """It is a draft again, until the meeting starts; what was read by then was read."""
    _require_own(information, by)
    meeting = hold_ahead(information.meeting)
    row = AgencyInformation.objects.select_for_update(of=("self",)).get(pk=information.pk)
    if row.submitted_at is None:
        raise ChangedMeanwhile
    row.submitted_at, row.submitted_by, row.version = None, None, row.version + 1
    row.saved_at, row.saved_by = row.saved_at or timezone.now(), row.saved_by or by
    row.save(update_fields=["submitted_at", "submitted_by", "version", "saved_at", "saved_by"])
    record(Action.REPORT_TAKEN_BACK, by=by, obj=row, case=meeting.case, detail={"meeting": str(meeting.pk)})
    return row


@transaction.atomic
def ask_again(*, meeting: Meeting, agency: Agency, by: User) -> None:
    """Somebody who works on the case reminds an agency of its report, once a day at most."""
    gate.require(by, Permission.MEETING_SCHEDULE, meeting.case)
    held = hold_ahead(meeting)
    reports = {each.agency.pk: each for each in agency_reports(held)}
    if agency.pk not in reports:
        raise NotVisible
    if reports[agency.pk].state is ReportState.IN:
        raise ChangedMeanwhile
    if any(local_day(each.sent_at) == timezone.localdate() for each in reports[agency.pk].reminders):
        raise ChangedMeanwhile
    ReportReminder.objects.create(meeting=held, agency=agency, for_day=_day_of(held), sent_by=by)
    _remind(held, agency, by=by, clock="")


@transaction.atomic
def chase() -> int:
    """Every morning: agencies whose report is still to come, as the reference clocks say; returns how many were told.

    Run again, it tells nobody again; a day that was missed is made up for. Who was asked today was told today.
    """
    return sum(_chase(each) for each in awaiting_reports(timezone.now()))


@transaction.atomic
def take_suggestion(*, information: AgencyInformation, key: uuid.UUID, p: PlanP, by: User) -> PlanAction:
    """An action that an agency suggested goes into the plan as it stands; pressed twice, it is there once.

    How anybody will know that it is done, and who does it, is completed there: `plan.change_action`. On Pursue and
    Prosecute it is for professionals only, as is usual there. The family reads it where they may read the report.
    """
    line = dict(suggestions(information)).get(key)
    if line is None:
        raise NotVisible
    due_on = clock_rule("SUGGESTED_ACTION").due(timezone.localdate())
    apart = p in POLICE_WORK and gate.can(by, Permission.MINUTES_RESTRICTED_VIEW, information.meeting.case)
    agreed = plan.Agreed(
        p, line, information.agency, due_on, restricted=apart, family_may_read=information.family_may_read
    )
    return plan.add_action(meeting=information.meeting, key=key, agreed=agreed, by=by)


def _write(
    meeting: Meeting, information: AgencyInformation, report: Report, edit: Edit, by: User
) -> AgencyInformation:
    if _fresh(information).submitted_at is not None:
        raise ChangedMeanwhile
    parts = asdict(report)
    is_first = not (report.is_empty or information.first_given_at)
    given = {"first_given_at": timezone.now()} if is_first else {}
    return save_edited(information, parts | given, edit=edit, meeting=meeting, by=by, compare=tuple(parts))


def _fresh(information: AgencyInformation) -> AgencyInformation:
    return AgencyInformation.objects.get(pk=information.pk)


def _require_own(information: AgencyInformation, by: User) -> None:
    who = gate.require_standing(by, Permission.MEETING_CONTRIBUTE, information.meeting)
    if who.agency.pk != information.agency_id:
        raise NotPermitted


def _chase(meeting: Meeting) -> int:
    today = timezone.localdate()
    clocks = clocks_due(meeting, today)
    if not clocks or hold(meeting).state != MeetingState.SCHEDULED:
        return 0
    told = 0
    asked_today = set(meeting.invitations.filter(invited_at__date=today).values_list("agency_id", flat=True))
    for report in agency_reports(meeting):
        done = {each.clock for each in report.reminders if each.for_day == _day_of(meeting)}
        due = [code for code in clocks if code not in done]
        if report.state is ReportState.IN or not due or report.agency.pk in asked_today:
            continue
        ReportReminder.objects.bulk_create(
            ReportReminder(meeting=meeting, agency=report.agency, clock=code, for_day=_day_of(meeting))
            for code in due
        )
        _remind(meeting, report.agency, by=None, clock=due[-1])
        told += 1
    return told


def _remind(meeting: Meeting, agency: Agency, *, by: User | None, clock: str) -> None:
    """Only who can open and write the report is told, and of no child."""
    rows = meeting.invitations.filter(agency=agency).select_related("agency", "person", "deputy")
    people = [each for each in reached(rows) if gate.can(each, Permission.MEETING_CONTRIBUTE, meeting)]
    url = f"/meetings/{meeting.pk}/report/"
    notify_all(
        Notification(user=person, text=WAITS, url=url, case_id=meeting.case_id)
        for person in people
        if person != by
    )
    detail = {"meeting": str(meeting.pk), "agency": str(agency.pk), "clock": clock, "people": len(people)}
    record(Action.REPORT_CHASED, by=by, obj=meeting, case=meeting.case, detail=detail)


def _day_of(meeting: Meeting) -> dt.date:
    return local_day(meeting.scheduled_for)


@dataclass(frozen=True)
class Taken:
    """Whose papers, under which number, from when."""

    copy: str
    reader: str
    agency: str
    taken_at: dt.datetime


@transaction.atomic
def take(*, meeting: Meeting, by: User) -> Taken:
    """Anyone who takes part takes their own papers, until the meeting is over; then its minutes tell what was said."""
    who = gate.require_standing(by, Permission.MEETING_TAKE_PART, meeting)
    if not meeting.is_open:
        raise MeetingNotEditable
    letters = free_copy()
    restricted = sees_restricted(by, meeting) and not meeting.family_in_room
    detail = {"copy": letters, "restricted": restricted}
    record(Action.PACK_DOWNLOADED, by=by, obj=meeting, case=meeting.case, detail=detail)
    return Taken(letters, by.full_name, who.agency.name, timezone.now())
