"""Agencies' reports in words: on the meeting's page, and for anyone who follows up those that are missing."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.urls import reverse

from cse_portal.accounts.models import Agency
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date, display_datetime, display_time, local_date
from mase.meetings.choices import Stage
from mase.meetings.forms.sections import SectionForm
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.presenters.meeting import MeetingPage
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.reports import unsent
from mase.meetings.selectors.thresholds import is_present


@dataclass(frozen=True)
class Suggestion:
    """One action an agency suggests, and whether it is in the plan."""

    key: uuid.UUID
    text: str
    taken: bool


@dataclass(frozen=True)
class BoxLine:
    """What stands in one box, who reads it, when it was added where that was later; or what it suggests on its P."""

    name: str
    row: Contribution
    added: str
    suggestions: list[Suggestion]


@dataclass(frozen=True)
class AgencyPart:
    """What one agency brought, box by box, who speaks for it, and the forms in which this person writes for it.

    Before the meeting, where nothing came, `ask_url` is where somebody who books it reminds the agency.
    """

    key: str
    name: str
    short: str
    speaker: str
    section: SectionForm | None
    apart: SectionForm | None
    lines: list[BoxLine]
    ask_url: str


@dataclass(frozen=True)
class ReportsOfPage:
    """The agencies' item of the agenda."""

    agencies: list[AgencyPart]
    own_url: str
    own_words: str


def reports_of(page: MeetingPage) -> ReportsOfPage:
    """From what the page has read already."""
    record, meeting, own = page.record, page.meeting, page.powers.agency
    mine = own is not None and page.powers.contributes and own in record.reporting and meeting.is_open
    brought = record.brought if page.place == Stage.NEW else []
    parts = [_part(agency, rows, page) for agency, rows in brought]
    return ReportsOfPage(
        agencies=[each for each in parts if each.lines or each.section or each.ask_url],
        own_url=reverse("mase:report", args=[meeting.pk]) if mine else "",
        own_words="Add to your agency’s report"
        if own not in unsent(record)
        else "Write your agency’s report",
    )


def _part(agency: Agency, rows: list[Contribution], page: MeetingPage) -> AgencyPart:
    first = min((each.given_at for each in rows if each.given_at), default=None)
    planned = {each.pk for each in page.record.actions}
    lines = [
        BoxLine(
            each.get_kind_display(), each, _added(each, first),
            [Suggestion(key, line, key in planned) for key, line in each.suggestions],
        )
        for each in rows if each.text
    ]  # fmt: skip
    boxes, apart = (page.sections.get((kind, agency.pk)) for kind in ("boxes", "apart"))
    spoken = _speaker(agency, page.record)
    asks = page.may_change and agency in unsent(page.record)
    ask_url = reverse("mase:report-ask", args=[page.meeting.pk, agency.pk]) if asks else ""
    return AgencyPart(
        agency.pk.hex[-12:], agency.name, agency.short_name, spoken, boxes, apart, lines, ask_url
    )


def _speaker(agency: Agency, record: MeetingRecord) -> str:
    """Who came for an agency, else who was asked by name."""
    seats = [each for each in record.invitations if each.agency_id == agency.pk]
    for each in sorted(seats, key=lambda seat: not is_present(seat)):
        came = each.attendance.who_came if hasattr(each, "attendance") else ""
        if came or each.person:
            return came or str(each.person)
    return ""


def _added(row: Contribution, first: dt.datetime | None) -> str:
    """When it was added or changed after the first of the report had come."""
    later = first and row.saved_at and row.saved_at - first > dt.timedelta(minutes=1)
    return f"Added {display_datetime(row.saved_at)}" if later else ""


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
    """Why it was held late; nothing where it was held in time."""
    reason = meeting.late_reason
    if not reason or (local_date(meeting.started_at) or meeting.due_on) <= meeting.due_on:
        return ""
    return f"{label('late-reason', reason)}. It was due by {display_date(meeting.due_on)}."


def _when(moment: dt.datetime, began: dt.datetime | None) -> str:
    return display_time(moment) if local_date(moment) == local_date(began) else display_datetime(moment)
