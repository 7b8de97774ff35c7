"""Agencies' reports in words: on the meeting's page, and for anyone who follows up those that are missing."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cse_portal.ui.presenters import display_date, display_datetime, joined
from mase.meetings.models.meeting import MaseMeeting
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


def _came_late(row: AgencyInformation, meeting: MaseMeeting) -> str:
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


def report_lines(reports: Iterable[AgencyReport], meeting: MaseMeeting) -> list[ReportLine]:
    """Everybody who is to send a report."""
    return [_report_line(each, meeting) for each in reports]


def _report_line(report: AgencyReport, meeting: MaseMeeting) -> ReportLine:
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


def due_words(due_on: dt.date) -> str:
    """By when reports are to be in."""
    return display_date(due_on)
