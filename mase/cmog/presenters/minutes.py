"""The minutes of a CMOG: their page, and one reader's document, marked with who it was made for."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator

from cse_portal.accounts.models import User
from mase.cmog.presenters.cmog import (
    Guest,
    Part,
    Slot,
    action_line,
    agenda,
    guests,
    how_known,
    name_of,
    reference_of,
    tactic_line,
    title,
)
from mase.cmog.selectors.minutes import MinutesFacts
from mase.meetings.choices import MinutesState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.reports import held_words
from mase.minutes.models import Minutes, MinutesAddendum, MinutesObjection, MinutesWording, SentWords
from mase.minutes.presenters.words import (
    STATE_COLOURS,
    WHOLE,
    AddendumLine,
    ObjectionCard,
    ObjectionLine,
    addendum_words,
    objection_words,
    standing_words,
    time_words,
    version_words,
)

NOT_SENT = "Draft – not sent"
NEXT = "Not to be passed on: this is what your own copy would say if the minutes were sent out now."


@dataclass(frozen=True)
class CmogDocument:
    """What templates/pdf/cmog_minutes.html draws."""

    title: str
    mark: str
    reader: str
    standing: str
    facts: list[tuple[str, str]]
    guests: list[Guest]
    parts: list[Part]
    objections: list[ObjectionLine]
    addenda: list[AddendumLine]
    fingerprint: str
    is_draft: bool


@dataclass(frozen=True)
class Worded:
    """One item as the minutes have it, and where its wording is changed, for who may."""

    name: str
    reference: str
    words: str
    decision: str
    changed: str
    url: str
    rest: str = ""


@dataclass(frozen=True)
class MinutesPage:
    """What the page says of where they stand, and of each item this reader may see."""

    title: str
    minutes: Minutes
    state: str
    colour: str
    time: str
    sent: str
    late: bool
    reads: bool
    is_draft: bool
    agreed: bool
    may_word: bool
    rows: list[Worded]
    silent: list[Worded]
    objections: list[ObjectionCard]
    addenda: list[AddendumLine]


def place(meeting: Meeting) -> dict[str, object]:
    """What stands above every form of these minutes, and the way back to them."""
    back = reverse("mase:cmog-minutes-page", args=[meeting.pk])
    return {"meeting": meeting, "caption": title(meeting), "back": back}


def minutes_document(found: MinutesFacts, *, reader: User) -> CmogDocument:
    """The whole document: what the last version says; of a draft, what the next would."""
    meeting, minutes, version = found.meeting, found.minutes, found.version
    return CmogDocument(
        title=f"{title(meeting)}: {'draft minutes' if found.is_draft else 'minutes'}",
        mark=title(meeting),
        reader=reader.full_name,
        standing=standing_words(minutes, version),
        facts=_facts(meeting),
        guests=guests(found.invited),
        parts=_parts(found, as_worded_now=found.is_draft),
        objections=[objection_line(each) for each in found.objections],
        addenda=[addendum_line(each) for each in found.addenda],
        fingerprint=minutes.sha256,
        is_draft=found.is_draft,
    )


def next_version(found: MinutesFacts, *, reader: User) -> CmogDocument:
    """What would go out if it were sent now, of what this reader sees: each page says that it was not."""
    now = minutes_document(replace(found, sent={}, version=None), reader=reader)
    return replace(now, mark=NOT_SENT, standing=f"{NOT_SENT}. {NEXT}")


def minutes_page(found: MinutesFacts, *, answers: set[uuid.UUID]) -> MinutesPage:
    """The page; of a draft, who does not run the CMOG is told that it is one. They answer the objections named."""
    minutes, version, meeting = found.minutes, found.version, found.meeting
    parts = _parts(found, as_worded_now=True)
    everything = [_row(slot, found.worded) for part in parts for slot in part.slots]
    agreed = minutes.state == MinutesState.AGREED
    return MinutesPage(
        title=title(meeting),
        minutes=minutes,
        state=minutes.state.label,
        colour=STATE_COLOURS[minutes.state],
        time=time_words(minutes),
        sent=version_words(version) if version else "",
        late=minutes.is_late and not agreed,
        reads=found.runs or version is not None,
        is_draft=found.is_draft,
        agreed=agreed,
        may_word=bool(found.worded),
        rows=[row for row in everything if row.words or row.decision],
        silent=[row for row in everything if not row.words and not row.decision],
        objections=[_card(each, meeting, each.pk in answers and not agreed) for each in found.objections],
        addenda=[addendum_line(each) for each in found.addenda],
    )


def parts_to_name(items: Sequence[AgendaItem]) -> dict[str, str]:
    """The items this reader sees, to choose the one they speak of."""
    named = {str(each.pk): (_short(name_of(each)), reference_of(each)) for each in items}
    return {key: " · ".join(filter(None, names)) for key, names in named.items()}


def objection_line(row: MinutesObjection) -> ObjectionLine:
    """One objection about what it is about, and the answer by the person who gave it."""
    return objection_words(row, _about(row.item))


def addendum_line(row: MinutesAddendum) -> AddendumLine:
    """One correction by what it is about. Not by its number: that would count those its reader may not see."""
    return addendum_words(row, _about(row.item))


def _about(item: AgendaItem | None) -> str:
    return _short(name_of(item)) if item is not None else WHOLE


def _short(name: str) -> str:
    """An action's name is all that it says: in a list as much as fits, and a sign that there is more."""
    return Truncator(name).chars(110)


def _card(row: MinutesObjection, meeting: Meeting, answers: bool) -> ObjectionCard:
    url = reverse("mase:cmog-minutes-answer", args=[meeting.pk, row.pk])
    return ObjectionCard(objection_line(row), row.is_answered, url if answers and not row.is_answered else "")


def _row(slot: Slot, worded: set[uuid.UUID]) -> Worded:
    return Worded(
        name=slot.name,
        reference=slot.reference,
        words=slot.notes,
        decision=slot.decision,
        changed=slot.worded,
        url=reverse("mase:cmog-wording", args=[slot.key]) if slot.key in worded else "",
        rest=", ".join(filter(None, [slot.agency, f"due {slot.due}" if slot.due else ""])),
    )


def _parts(found: MinutesFacts, *, as_worded_now: bool) -> list[Part]:
    """The agenda with each item as the last version has it; or as it is worded now, where this person words it."""
    return [
        replace(part, slots=[_slot(slot, found, as_worded_now) for slot in part.slots])
        for part in agenda(found.meeting, found.items, found.agreed)
    ]


def _slot(slot: Slot, found: MinutesFacts, as_worded_now: bool) -> Slot:
    sent, wording = found.sent.get(slot.key), found.wordings.get(slot.key)
    if sent is not None:
        slot = _as_sent(slot, sent, found)
    if as_worded_now and slot.key in found.worded and wording is not None:
        return replace(
            slot, notes=wording.text, worded=_worded_by(wording, found), done=slot.done or "Worded"
        )
    return slot


def _as_sent(slot: Slot, sent: SentWords, found: MinutesFacts) -> Slot:
    seen = {str(each.pk) for each in found.agreed.get(slot.key, [])}
    return replace(
        slot,
        notes=sent.words,
        worded=_by(sent.worded_by, found.meeting) if sent.worded_by else "",
        decision=sent.decision,
        deferred=sent.deferred,
        category=sent.category,
        actions=[_agreed_line(each) for each in sent.agreed if each["id"] in seen],
        done=slot.done or sent.words,
    )


def _worded_by(wording: MinutesWording, found: MinutesFacts) -> str:
    noted = next(each.notes for each in found.items if each.pk == wording.item_id)
    return _by(wording.saved_by, found.meeting) if wording.text != noted else ""


def _by(person: User | None, meeting: Meeting) -> str:
    if person is None or person.pk == meeting.chair_id:
        return "Worded by the chair"
    return f"Worded by {person.full_name}"


def _agreed_line(line: dict[str, Any]) -> str:
    if "tactic" in line:
        return tactic_line(
            line["tactic"], line["text"], line["agency"], dt.date.fromisoformat(line["due_on"])
        )
    known = how_known(line["priority"], line["measure"])
    return action_line(
        line["text"], line["agency"], line["owner"], dt.date.fromisoformat(line["due_on"]), known
    )


def _facts(meeting: Meeting) -> list[tuple[str, str]]:
    return [
        ("Held", held_words(meeting.started_at, meeting.ended_at)),
        ("Place", meeting.place),
        ("Chair", meeting.chair.full_name),
    ]
