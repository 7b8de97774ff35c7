"""Agencies' reports in words: on the meeting's page, and for anyone who follows up those that are missing."""

import datetime as dt
from typing import Any

from django.urls import reverse

from cse_portal.accounts.models import Agency
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date, display_datetime, display_time, local_date
from mase.meetings.choices import FOR_POLICE, Stage
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.presenters.meeting import MeetingPage
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.reports import unsent
from mase.meetings.selectors.thresholds import is_present


def reports_of(page: MeetingPage) -> dict[str, Any]:
    """What the agencies brought, each with the forms in which this person writes for it; and where they add their own.

    `planned` are the keys of what is in the plan.
    """
    record, meeting, own = page.record, page.meeting, page.powers.agency
    mine = own is not None and page.powers.contributes and own in record.reporting and meeting.is_open
    brought = record.brought if page.place == Stage.NEW else []
    parts = [_part(agency, rows, page) for agency, rows in brought]
    sent = own not in unsent(record)
    return {
        "agencies": [each for each in parts if each["lines"] or each["section"] or each["asks"]],
        "planned": {each.pk for each in record.actions},
        "own_url": reverse("mase:report", args=[meeting.pk]) if mine else "",
        "own_words": "Add to your agency’s report" if sent else "Write your agency’s report",
    }


def _part(agency: Agency, rows: list[Contribution], page: MeetingPage) -> dict[str, Any]:
    """One agency: its boxes, those added to `later`, and who speaks for it.

    Before the meeting, where nothing came, somebody who books it `asks` the agency. One's own `tells` the police.
    """
    first, minute = (
        min((each.given_at for each in rows if each.given_at), default=None),
        dt.timedelta(minutes=1),
    )
    return {
        "key": agency.pk.hex[-12:], "agency": agency, "speaker": _speaker(agency, page.record),
        "lines": [each for each in rows if each.text],
        "later": [each for each in rows if first and each.saved_at and each.saved_at - first > minute],
        "section": page.sections.get(("boxes", agency.pk)), "apart": page.sections.get(("apart", agency.pk)),
        "asks": page.may_change and agency in unsent(page.record),
        "tells": agency == page.powers.agency and any(each.kind in FOR_POLICE and each.text for each in rows),
    }  # fmt: skip


def _speaker(agency: Agency, record: MeetingRecord) -> str:
    """Who came for an agency, else who was asked by name."""
    seats = [each for each in record.invitations if each.agency_id == agency.pk]
    for each in sorted(seats, key=lambda seat: not is_present(seat)):
        if each.who_came or each.person:
            return each.who_came or str(each.person)
    return ""


def held_words(began: dt.datetime | None, ended: dt.datetime | None) -> str:
    """10 June 2026 at 10am to 11:30am; with its own day where the end was on another."""
    same_day = local_date(began) == local_date(ended)
    return f"{display_datetime(began)} to {display_time(ended) if same_day else display_datetime(ended)}"


def chair_words(meeting: Meeting) -> str:
    """The person who chaired; where the chair passed midway, the first, and from when and why each of the others."""
    befell = list(meeting.interruptions.all())
    first = min(filter(None, [*(each.started_at for each in befell), meeting.started_at]), default=None)
    midway = [
        (each, each.before, each.to)
        for each in befell
        if each.before and each.to and first and each.at >= first
    ]
    if not midway:
        return str(meeting.chair.full_name)
    passed = [
        f"from {_when(each.at, meeting.started_at)} {to.full_name}, because: {each.reason}"
        for each, _, to in midway
    ]
    return "; ".join([midway[0][1].full_name, *passed])


def interruption_lines(meeting: Meeting, *, chair: bool = False) -> list[tuple[str, str]]:
    """Each time that it had begun before, why it was not held then, and who was there.

    With `chair`, each time that somebody else took the chair too, before it was held or midway, and why.
    """
    lines = []
    for each in meeting.interruptions.all():
        if each.started_at:
            said = f"{held_words(each.started_at, each.at)}; not held then, or broken off, because: {each.reason}"
            lines.append(("Begun before", said + (f"\nThere: {each.there}" if each.there else "")))
        elif chair and each.before and each.to:
            said = f"{each.to.full_name} in place of {each.before.full_name}, because: {each.reason}"
            lines.append(("Who chairs was changed", f"{display_datetime(each.at)}: {said}"))
    return lines


def late_words(meeting: Meeting) -> str:
    """Why it was held late; nothing where it was held in time."""
    reason = meeting.late_reason
    if not reason or (local_date(meeting.started_at) or meeting.due_on) <= meeting.due_on:
        return ""
    return f"{label('late-reason', reason)}. It was due by {display_date(meeting.due_on)}."


def _when(moment: dt.datetime, began: dt.datetime | None) -> str:
    return display_time(moment) if local_date(moment) == local_date(began) else display_datetime(moment)
