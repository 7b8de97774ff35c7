"""A meeting as a calendar reads it (RFC 5545, sent as RFC 5546 says). It tells when, and to sign in; nothing else."""

import datetime as dt
from dataclasses import dataclass

LONGEST = 75  # octets of a line, its end not counted
PRODUCT = "-//CSE Portal//Meetings//EN"


@dataclass(frozen=True)
class CalendarEvent:
    """One appointment of one person. `sequence` rises with every change, so that the last one sent holds."""

    uid: str
    starts_at: dt.datetime
    minutes: int
    summary: str
    sequence: int
    stamped_at: dt.datetime
    organiser: str
    attendee: str
    address: str = ""
    cancelled: bool = False

    @property
    def method(self) -> str:
        """What the calendar is asked to do."""
        return "CANCEL" if self.cancelled else "REQUEST"


def calendar_file(event: CalendarEvent) -> str:
    """The file, each line ended and folded as the standard has it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{event.method}",
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{moment(event.stamped_at)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTART:{moment(event.starts_at)}",
        f"DTEND:{moment(event.starts_at + dt.timedelta(minutes=event.minutes))}",
        f"SUMMARY:{escaped(event.summary)}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        f"ORGANIZER:mailto:{mailbox(event.organiser)}",
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{mailbox(event.attendee)}",
        *([f"URL:{event.address}"] if event.address else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def moment(value: dt.datetime) -> str:
    """In universal time, so that no calendar has to know this country's clock."""
    return value.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """What would end or split a value is marked; other control characters are left out."""
    marked = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = marked.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(character for character in lines if character >= " " and character != "\x7f")


def mailbox(address: str) -> str:
    """An address as part of a line: nothing in it begins another line."""
    return "".join(character for character in address if "!" <= character <= "~" or character > "\x7f")


def folded(line: str) -> str:
    """No line is longer than 75 octets; a line that goes on begins with a space, and no character is cut in two."""
    parts, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += octets
    return "\r\n".join(parts)
