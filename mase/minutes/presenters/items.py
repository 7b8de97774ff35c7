"""Minutes of a meeting about no one child: each item in words, on the page and in one reader's document."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse

from cse_portal.accounts.models import User
from cse_portal.ui.pdf import compose
from mase.cmog.presenters.cmog import (
    Part,
    Slot,
    action_line,
    agenda,
    guests,
    how_known,
    reference_of,
    tactic_line,
    title,
)
from mase.meetings.choices import ItemKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.reports import held_words
from mase.minutes.models import SentWords
from mase.minutes.presenters.words import WordingRow, about_words
from mase.minutes.selectors.items import MinutesFacts

NOT_SENT = "Draft – not sent"


def composed_for(found: MinutesFacts, reader: User) -> str:
    """One reader's copy: what the last version says; of a draft, what the next would."""
    return compose("pdf/cmog_minutes.html", {"m": minutes_document(found, reader=reader)})


def minutes_document(found: MinutesFacts, *, reader: User) -> dict[str, Any]:
    """What templates/pdf/cmog_minutes.html draws."""
    meeting = found.meeting
    return {
        "title": f"{title(meeting)}: {'draft minutes' if found.is_draft else 'minutes'}",
        "mark": NOT_SENT if found.is_draft else title(meeting),
        "reader": reader.full_name,
        "facts": [
            ("Held", held_words(meeting.started_at, meeting.ended_at)),
            ("Place", meeting.place),
            ("Chair", meeting.chair.full_name),
        ],
        "guests": guests(found.invited),
        "parts": _parts(found, as_worded_now=found.is_draft),
        "is_draft": found.is_draft,
    }


def rows_of(found: MinutesFacts) -> list[WordingRow]:
    """Each item this reader may see, as the minutes have it now."""
    return [_row(slot, found) for part in _parts(found, as_worded_now=True) for slot in part.slots]


def parts_to_name(items: Sequence[AgendaItem]) -> dict[str, str]:
    """The items this reader sees, to choose the one they speak of."""
    return {str(each.pk): _part_words(each) for each in items}


def _part_words(item: AgendaItem) -> str:
    if item.kind == ItemKind.OWN:
        return f"{item.order}. {item.title}"
    return " · ".join(filter(None, (about_words(item), reference_of(item))))


def _row(slot: Slot, found: MinutesFacts) -> WordingRow:
    wording = found.wordings.get(slot.key)
    return WordingRow(
        title=slot.name,
        reference=slot.reference,
        words=slot.notes,
        decision=slot.decision,
        changed=slot.worded,
        url=reverse("mase:minutes-wording", args=[found.meeting.pk, wording.pk]) if wording else "",
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
    if as_worded_now and wording is not None and wording.saved_at is not None:
        worded = _by(wording.saved_by, found.meeting) if wording.is_reworded else ""
        return replace(slot, notes=wording.text, worded=worded, done=slot.done or "Worded")
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
