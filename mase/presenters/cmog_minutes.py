"""The minutes of a CMOG: their page, and one reader's document, marked with who it was made for."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import display_date, display_datetime, display_time
from mase.choices import MinutesState
from mase.models import CmogMeeting, CmogMinutes, CmogWording
from mase.presenters.cmog import Guest, Part, Slot, agenda, guests, title
from mase.selectors.cmog import MinutesFacts


@dataclass(frozen=True)
class CmogDocument:
    """What templates/pdf/cmog_minutes.html draws."""

    title: str
    copy_id: str
    reader: str
    facts: list[tuple[str, str]]
    guests: list[Guest]
    parts: list[Part]
    is_draft: bool


@dataclass(frozen=True)
class Worded:
    """One item as the minutes have it, and where its wording is changed."""

    name: str
    reference: str
    words: str
    decision: str
    changed: bool
    url: str


@dataclass(frozen=True)
class MinutesPage:
    """What the page says of where they stand, and of each item this reader may see."""

    title: str
    state: str
    colour: str
    time: str
    late: bool
    reads: bool
    may_word: bool
    rows: list[Worded]
    silent: list[Worded]


def minutes_document(found: MinutesFacts, *, reader: User, copy: uuid.UUID) -> CmogDocument:
    """The whole document."""
    meeting = found.meeting
    return CmogDocument(
        title=f"{title(meeting)}: {'draft minutes' if found.is_draft else 'minutes'}",
        copy_id=f"Copy {copy} · {reader.full_name} · {display_date(timezone.localdate())}",
        reader=reader.full_name,
        facts=_facts(meeting, found.minutes),
        guests=guests(found.invited),
        parts=_worded(agenda(meeting, found.items, found.agreed), found.wordings),
        is_draft=found.is_draft,
    )


def minutes_page(found: MinutesFacts) -> MinutesPage:
    """The page; of a draft, who does not run the CMOG is told that it is one."""
    parts = _worded(agenda(found.meeting, found.items, found.agreed), found.wordings)
    state = found.minutes.state
    everything = [_row(slot) for part in parts for slot in part.slots]
    return MinutesPage(
        title=title(found.meeting),
        state=state.label,
        colour="yellow" if state == MinutesState.DRAFT else "green",
        time=_time(found.minutes),
        late=found.minutes.is_late,
        reads=found.runs or not found.is_draft,
        may_word=found.runs and found.is_draft,
        rows=[row for row in everything if row.words or row.decision],
        silent=[row for row in everything if not row.words and not row.decision],
    )


def _row(slot: Slot) -> Worded:
    return Worded(
        name=slot.name,
        reference=slot.reference,
        words=slot.notes,
        decision=slot.decision,
        changed=slot.worded,
        url=reverse("mase:cmog-wording", args=[slot.key]),
    )


def _time(minutes: CmogMinutes) -> str:
    if minutes.circulated_at is None or minutes.circulated_by is None:
        return f"To be sent out by {display_date(minutes.due_on)}."
    return f"{minutes.circulated_by.full_name} sent them out on {display_datetime(minutes.circulated_at)}."


def _worded(parts: list[Part], wordings: Mapping[uuid.UUID, CmogWording]) -> list[Part]:
    """Each item in the chair's words where there are some, and marked."""
    return [replace(part, slots=[_as_worded(slot, wordings) for slot in part.slots]) for part in parts]


def _as_worded(slot: Slot, wordings: Mapping[uuid.UUID, CmogWording]) -> Slot:
    wording = wordings.get(slot.key)
    return replace(slot, notes=wording.text, worded=True) if wording else slot


def _facts(meeting: CmogMeeting, minutes: CmogMinutes) -> list[tuple[str, str]]:
    sent = display_date(minutes.circulated_at) if minutes.circulated_at else "Not yet: this is a draft"
    return [
        ("Held", f"{display_datetime(meeting.started_at)} to {display_time(meeting.ended_at)}"),
        ("Place", meeting.place),
        ("Chair", meeting.chair.full_name),
        ("Members", "The CSE team and the police intelligence unit, and those named below"),
        ("Sent out", sent),
    ]
