"""The minutes of a CMOG as one reader's document: what that reader may see, marked with who it was made for."""

import uuid
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import display_date, display_datetime, display_time
from mase.models import CmogMeeting
from mase.presenters.cmog import Guest, Part, agenda, guests, title
from mase.selectors.cmog import MinutesFacts


@dataclass(frozen=True)
class CmogMinutes:
    """What templates/pdf/cmog_minutes.html draws."""

    title: str
    copy_id: str
    reader: str
    facts: list[tuple[str, str]]
    guests: list[Guest]
    parts: list[Part]


def minutes_document(found: MinutesFacts, *, reader: User, copy: uuid.UUID) -> CmogMinutes:
    """The whole document."""
    meeting = found.meeting
    return CmogMinutes(
        title=f"{title(meeting)}: minutes",
        copy_id=f"Copy {copy} · {reader.full_name} · {display_date(timezone.localdate())}",
        reader=reader.full_name,
        facts=_facts(meeting),
        guests=guests(found.invited),
        parts=agenda(meeting, found.items, found.agreed),
    )


def _facts(meeting: CmogMeeting) -> list[tuple[str, str]]:
    return [
        ("Held", f"{display_datetime(meeting.started_at)} to {display_time(meeting.ended_at)}"),
        ("Place", meeting.place),
        ("Chair", meeting.chair.full_name),
        ("Members", "The CSE team and the police intelligence unit, and those named below"),
    ]
