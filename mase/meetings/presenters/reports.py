"""Agencies' reports in words: on the meeting's page, and for anyone who follows up those that are missing."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date, display_datetime, display_time, joined, local_date
from mase.clocks.models import ClockStep
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import AgencyInformation
from mase.meetings.presenters.meeting import MeetingPage, Section
from mase.meetings.selectors.reports import AgencyReport, ReportState, unsent
from mase.meetings.selectors.suggestions import suggestions

COLOURS = {ReportState.IN: "blue", ReportState.WRITING: "yellow", ReportState.MISSING: "outline"}


@dataclass(frozen=True)
class Suggestion:
    """One action an agency suggests, and whether it is in the plan."""

    key: uuid.UUID
    text: str
    taken: bool


@dataclass(frozen=True)
class AgencyPart:
    """What one agency brought, in the parts of its report, with the form this person may write it in."""

    row: AgencyInformation
    section: Section | None
    parts: list[tuple[str, str]]
    suggestions: list[Suggestion]
    note: str


@dataclass(frozen=True)
class ReportsOfPage:
    """The agencies' item of the agenda."""

    agencies: list[AgencyPart]
    writing: str
    own_url: str
    own_words: str


def reports_of(page: MeetingPage) -> ReportsOfPage:
    """From what the page has read already."""
    record, meeting = page.record, page.meeting
    names = joined(each.name for each in unsent(record))
    own = page.powers.agency.pk if page.powers.agency and page.powers.contributes else None
    mine = next((each for each in record.information if each.agency_id == own and not each.at_table), None)
    before = meeting.is_open and not meeting.is_running
    writes = mine is not None and meeting.is_open and (before or mine.is_draft)
    return ReportsOfPage(
        agencies=[_part(each, section, page) for each, section in page.information if not each.is_draft],
        writing=names if meeting.is_open else "",
        own_url=reverse("mase:report", args=[meeting.pk]) if writes else "",
        own_words=_own_words(mine) if mine else "",
    )


def _own_words(row: AgencyInformation) -> str:
    if row.submitted_at:
        return "Your agency’s report has been sent."
    if row.saved_at:
        return "Your agency’s report is a draft. Nobody else reads it until you send it."
    return "Your agency has not begun its report."


def _part(row: AgencyInformation, section: Section | None, page: MeetingPage) -> AgencyPart:
    planned = {each.pk for each in page.record.actions}
    offered = [Suggestion(key, line, key in planned) for key, line in suggestions(row)]
    parts = [("What it worries about", row.worries), ("What works well", row.working_well)]
    return AgencyPart(
        row, section, [(name, text) for name, text in parts if text], offered, _came_late(row, page.meeting)
    )


def _came_late(row: AgencyInformation, meeting: Meeting) -> str:
    if row.submitted_at is None or (meeting.started_at and row.submitted_at >= meeting.started_at):
        return ""
    return f"Sent on {display_datetime(row.submitted_at)}"


@dataclass(frozen=True)
class ReportLine:
    """One agency on the page of reports."""

    agency: str
    state: str
    colour: str
    late: bool
    due: str
    sent: str
    reminded: str
    ask_url: str


def report_lines(reports: Iterable[AgencyReport], meeting: Meeting) -> list[ReportLine]:
    """Everybody who is to send a report."""
    return [_report_line(each, meeting) for each in reports]


def _report_line(report: AgencyReport, meeting: Meeting) -> ReportLine:
    told = joined(display_date(each.sent_at) for each in report.reminders)
    asks = report.state is not ReportState.IN and meeting.is_open and not meeting.is_running
    return ReportLine(
        agency=report.agency.name,
        state=report.state.value,
        colour=COLOURS[report.state],
        late=report.late,
        due=display_date(report.due_on),
        sent=display_datetime(report.sent_at) if report.sent_at else "",
        reminded=told,
        ask_url=reverse("mase:report-ask", args=[meeting.pk, report.agency.pk]) if asks else "",
    )


def held_words(began: dt.datetime | None, ended: dt.datetime | None) -> str:
    """10 June 2026 at 10am to 11:30am; with its own day where the end was on another."""
    same_day = local_date(began) == local_date(ended)
    return f"{display_datetime(began)} to {display_time(ended) if same_day else display_datetime(ended)}"


def chair_words(meeting: Meeting) -> str:
    """The person who chaired; where the chair passed midway, the first, and from when and why each of the others."""
    begun = [each.started_at for each in meeting.adjournments.all()] + [meeting.started_at]
    first = min(filter(None, begun), default=None)
    midway = [each for each in meeting.chair_handovers.all() if first and each.at >= first]
    if not midway:
        return str(meeting.chair.full_name)
    passed = [
        f"from {_when(each.at, meeting.started_at)} {each.to.full_name}, because: {each.reason}"
        for each in midway
    ]
    return "; ".join([midway[0].before.full_name, *passed])


def adjournment_lines(meeting: Meeting) -> list[tuple[str, str]]:
    """Each time that it had begun before, why it was not held then, and who was there."""
    return [
        (
            "Begun before",
            f"{held_words(each.started_at, each.at)}; not held then, or broken off, because: {each.reason}"
            + (f"\nThere: {each.there}" if each.there else ""),
        )
        for each in meeting.adjournments.all()
    ]


def passed_lines(meeting: Meeting) -> list[tuple[str, str]]:
    """Each time that somebody else took the chair, before it was held or midway, and why."""
    return [
        (
            "Who chairs was changed",
            f"{display_datetime(each.at)}: {each.to.full_name} in place of {each.before.full_name}, "
            f"because: {each.reason}",
        )
        for each in meeting.chair_handovers.all()
    ]


def late_words(meeting: Meeting) -> str:
    """Why it was held late, as its clock says it: what was said of it later, else at the booking; nothing in time."""
    if (local_date(meeting.started_at) or meeting.due_on) <= meeting.due_on:
        return ""
    later = [each.reason for each in meeting.late_reasons.all() if each.step == ClockStep.HELD]
    reason = next(iter(later), meeting.late_reason)
    return f"{label('late-reason', reason)}. It was due by {display_date(meeting.due_on)}." if reason else ""


def _when(moment: dt.datetime, began: dt.datetime | None) -> str:
    return display_time(moment) if local_date(moment) == local_date(began) else display_datetime(moment)
