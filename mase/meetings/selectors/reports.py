"""Agencies' reports before a meeting: whose is in, who is writing, who has not begun, and what is to be chased."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.errors import NotVisible
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import local_day, put_off
from mase.clocks.models import ClockPause, ClockStep
from mase.clocks.selectors.clocks import paused_days, report_due
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.sections import AgencyInformation, ReportReminder
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.together import read_together

CHASES = ("AGENCY_REPORT_CHASE_1", "AGENCY_REPORT_CHASE_2")


class ReportState(Enum):
    """How far an agency's report is."""

    IN = "In"
    WRITING = "Being written"
    MISSING = "Not begun"


@dataclass(frozen=True)
class AgencyReport:
    """One agency's report: how far it is, by when it is due, when it came, and when the agency was reminded."""

    agency: Agency
    state: ReportState
    due_on: dt.date
    sent_at: dt.datetime | None
    reminders: tuple[ReportReminder, ...]

    @property
    def late(self) -> bool:
        """Sent after its day, or not sent and its day is over."""
        return (local_day(self.sent_at) if self.sent_at else timezone.localdate()) > self.due_on


def agency_reports(meeting: Meeting) -> list[AgencyReport]:
    """Of every agency that is asked, by name. Anyone who may not read a draft learns that there is one, and no more."""
    invitations = list(meeting.invitations.select_related("agency"))
    information, reminders, pauses = read_together(
        meeting,
        meeting.information.filter(at_table=False),
        meeting.report_reminders.all(),
        meeting.clock_pauses.all(),
    )
    rows = {each.agency_id: each for each in information}
    asked = {each.agency.pk: each.agency for each in invitations if each.agency and each.role != "CHAIR"}
    return [
        AgencyReport(
            agency=agency,
            state=_state_of(rows.get(agency.pk)),
            due_on=_due(meeting, [each for each in invitations if each.agency_id == agency.pk], pauses),
            sent_at=rows[agency.pk].submitted_at if agency.pk in rows else None,
            reminders=tuple(each for each in reminders if each.agency_id == agency.pk),
        )
        for agency in sorted(asked.values(), key=lambda each: each.name)
    ]


def unsent_reports(meeting: Meeting) -> list[Agency]:
    """Anyone who has begun a report and not sent it, by name; nothing of a draft is told."""
    return [each.agency for each in agency_reports(meeting) if each.state is ReportState.WRITING]


def unsent(record: MeetingRecord) -> list[Agency]:
    """The same, from what has been read already: nothing readable is there of those, or their own draft."""
    there = {each.agency_id for each in record.information if not each.at_table and not each.is_draft}
    asked = {
        each.agency.pk: each.agency for each in record.invitations if each.agency and each.role != "CHAIR"
    }
    left = [agency for key, agency in asked.items() if key not in there]
    return sorted(left, key=lambda each: each.name)


def own_report(user: User, meeting: Meeting) -> AgencyInformation:
    """The report of this person's agency; it does not exist where the agency is not asked."""
    who = user_context(user)
    found = (
        meeting.information.filter(agency=who.agency, at_table=False).select_related("agency", "saved_by")
        if who
        else None
    )
    row = found.first() if found is not None else None
    if row is None:
        raise NotVisible
    row.meeting = meeting
    return row


def awaiting_reports(now: dt.datetime) -> QuerySet[Meeting]:
    """Meetings ahead, soonest first, whose agencies may have to be reminded."""
    rows = Meeting.objects.of_children().filter(state=MeetingState.SCHEDULED, scheduled_for__gt=now)
    pauses = Prefetch("clock_pauses", ClockPause.objects.filter(step=ClockStep.REPORTS))
    return rows.order_by("scheduled_for", "pk").select_related("case").prefetch_related(pauses)


def clocks_due(meeting: Meeting, today: dt.date) -> list[str]:
    """The reminders whose day has come: put off by every pause of the reports, and none while one goes on."""
    pauses = [each for each in meeting.clock_pauses.all() if each.step == ClockStep.REPORTS]
    if any(each.ends_on is None for each in pauses):
        return []
    days = paused_days(pauses)
    return [code for code in CHASES if put_off(clock_rule(code).due(meeting.scheduled_for), days) <= today]


def reports_due_on(meeting: Meeting) -> dt.date:
    """The last day for reports as the meeting's clock has it: a pause that goes on counts to today."""
    return _after_pauses(meeting, meeting.clock_pauses.all())


def _state_of(row: AgencyInformation | None) -> ReportState:
    """No row is one that may not be read: a draft."""
    if row is None or row.is_draft:
        return ReportState.WRITING
    return ReportState.IN if row.submitted_at else ReportState.MISSING


def _due(meeting: Meeting, asked: Iterable[Invitation], pauses: Iterable[ClockPause]) -> dt.date:
    """An agency that was asked after the day reports are due has until the meeting."""
    due_on = _after_pauses(meeting, pauses)
    first = min(local_day(each.invited_at) for each in asked)
    return due_on if first <= due_on else max(first, local_day(meeting.scheduled_for))


def _after_pauses(meeting: Meeting, pauses: Iterable[ClockPause]) -> dt.date:
    stood_still = [each for each in pauses if each.step == ClockStep.REPORTS]
    return put_off(report_due(meeting), paused_days(stood_still, timezone.localdate()))
