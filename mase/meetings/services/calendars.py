"""Meetings in people's own calendars: sent with the invitation, moved and taken out with the meeting.

What is sent says when, and to sign in to the portal; it names no child, no place and nobody else.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.recorder import membership_of
from cse_portal.jobs.choices import Topic
from cse_portal.jobs.services import outbox, send_with
from cse_portal.ui.icalendar import CalendarEvent, calendar_file
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.models.meeting import CalendarEntry, Meeting
from mase.meetings.selectors.sessions import usual

SUMMARY = "Meeting - sign in to the portal"
TEXT = "A meeting for your calendar. Sign in to the portal to see what it is about."
USUAL_MINUTES = 60
NAME = "meeting.ics"
EPOCH = (
    1_750_000_000  # what is sent later is newer in every calendar; counted in seconds from the summer of 2025
)


def event_for(meeting: Meeting, person: User) -> CalendarEvent:
    """The meeting in this person's calendar, under a key that is theirs alone: no two calendars can be compared.

    A session is one entry, however many of its children they come for.
    """
    session = meeting.session
    minutes = int(usual(MeetingKind(meeting.kind)).get("minutes", USUAL_MINUTES))
    return CalendarEvent(
        uid=str(uuid.uuid5(session.pk if session else meeting.pk, str(person.pk))),
        starts_at=session.starts_at if session else meeting.scheduled_for,
        minutes=session.minutes if session else minutes,
        summary=SUMMARY,
        sequence=int(timezone.now().timestamp()) - EPOCH,
        stamped_at=timezone.now(),
        organiser=settings.DEFAULT_FROM_EMAIL,
        attendee=person.email,
        address=settings.PORTAL_ADDRESS,
        cancelled=meeting.state == MeetingState.CANCELLED,
    )


def send_to(meeting: Meeting, people: Iterable[User]) -> None:
    """Put the meeting into these people's calendars, once it is certain; they were found to see it."""
    rows = [CalendarEntry(meeting=meeting, person=person) for person in people]
    CalendarEntry.objects.bulk_create(rows, ignore_conflicts=True)
    theirs = meeting.calendar_entries.filter(person__in=[row.person_id for row in rows])
    theirs.update(taken_out_at=None)
    outbox.promise_all(Topic.CALENDAR, _to_send(meeting, theirs))


def take_out(meeting: Meeting, person: User | None = None) -> None:
    """It is cancelled: it goes from every calendar it was put into, also of those who no longer see it. Or somebody
    else comes in the place of one `person`: it goes from theirs.
    """
    entries = meeting.calendar_entries.filter(taken_out_at__isnull=True)
    entries = entries.filter(person=person) if person else entries
    keys = _to_send(meeting, entries)
    entries.update(taken_out_at=timezone.now())
    outbox.promise_all(Topic.CALENDAR, keys)


def in_session(meeting: Meeting) -> QuerySet[CalendarEntry]:
    """What is in people's calendars of the meetings of its session."""
    rows = CalendarEntry.objects.filter(meeting__session=meeting.session_id, taken_out_at=None)
    rows = rows.exclude(meeting__state=MeetingState.CANCELLED)
    return rows if meeting.session_id else rows.none()


def _to_send(meeting: Meeting, entries: QuerySet[CalendarEntry]) -> list[uuid.UUID]:
    """Of a session only the first child that puts it into a calendar, and the last that takes it out."""
    others = in_session(meeting).exclude(meeting=meeting).values("person")
    return list(entries.exclude(person__in=others).values_list("pk", flat=True))


def _send(entry_id: uuid.UUID) -> None:
    people = {"person__is_active": True, "person__is_system": False}
    rows = CalendarEntry.objects.select_related("person", "meeting__case", "meeting__session")
    entry = rows.filter(pk=entry_id, **people).first()
    if entry is None or membership_of(entry.person) is None:
        return
    event = event_for(entry.meeting, entry.person)
    event = replace(event, cancelled=event.cancelled or entry.taken_out_at is not None)
    if not event.cancelled and not gate.can(entry.person, Permission.MEETING_VIEW, entry.meeting):
        return
    mail = EmailMessage(SUMMARY, TEXT, None, [entry.person.email])
    mail.attach(NAME, calendar_file(event), f"text/calendar; method={event.method}")
    mail.send()


send_with(Topic.CALENDAR, _send)
