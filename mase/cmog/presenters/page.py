"""The one page of a meeting about no one child: its items, the one that is talked about, and where, when and who."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from cse_portal.reference.selectors import find_code
from intelligence.disruption.presenters import tactic_words
from intelligence.hotspots.presenters import address_of, picture
from intelligence.hotspots.selectors import Hotspots, Span
from intelligence.subjects.presenters import standing_words
from mase.cmog.presenters.cmog import Agreed, Slot, guests, intro_words, short_reason, slot, title
from mase.cmog.presenters.month import month_line, month_words
from mase.cmog.selectors.agenda import CAP
from mase.cmog.selectors.cmog import ItemRecord, invited
from mase.meetings.choices import ItemKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.thresholds import is_present
from mase.plans.models.plan import PlanAction

SHAPES = {
    ItemKind.CHILD: "child", ItemKind.PERSON: "person", ItemKind.PLACE: "place", ItemKind.ACTION: "tick",
    ItemKind.THEME: "theme", ItemKind.TOPIC: "theme", ItemKind.OBJECTIVE: "objective",
}  # fmt: skip


def cmog_page(
    meeting: Meeting,
    items: Sequence[AgendaItem],
    agreed: Mapping[uuid.UUID, list[Agreed]],
    item: AgendaItem | None,
    found: Hotspots | None,
) -> dict[str, Any]:
    """What follows the item is the next on the list; the last of them leads nowhere."""
    top, people = items[:CAP], invited(meeting)
    slots = [_line(each, slot(each, meeting, agreed.get(each.pk, []))) for each in top]
    at = next((number for number, each in enumerate(top) if item and each.pk == item.pk), None)
    to_go, others = counts(items, agreed)
    return {
        "title": title(meeting),
        "intro": intro_words(meeting),
        "here": sum(is_present(each) for each in people),
        "clock": _clock(meeting),
        "guests": guests(people),
        "rail": [(each, SHAPES[ItemKind(item.kind)]) for each, item in zip(slots, top, strict=True)],
        "discussed": sum(bool(each.done) for each in slots),
        "to_go": to_go,
        "others": others,
        "before": top[at - 1] if at else None,
        "following": top[at + 1] if at is not None and at + 1 < len(top) else None,
        "map": _map(found, item) if found else None,
    }


def _map(found: Hotspots, item: AgendaItem | None) -> dict[str, Any]:
    """Where the child of the item lives is ringed; a number leads to the page of hot spots."""
    lives_in = item.case.child.ward if item and item.case else ""
    return picture(found, Span.QUARTER.label, ringed=lives_in, address=address_of(Span.QUARTER))


def _line(item: AgendaItem, one: Slot) -> Slot:
    """In a few words why; on this page what was saved without a word is discussed, too."""
    done = one.done or ("Looked at" if item.is_written else "")
    return replace(one, done=done, why=[short_reason(item)])


def counts(items: Sequence[AgendaItem], agreed: Mapping[uuid.UUID, list[Agreed]]) -> tuple[int, int]:
    """How many are to go, and how many others will not be discussed: beyond the cap, or put off."""
    to_go = sum(not (each.is_written or agreed.get(each.pk)) for each in items[:CAP])
    return to_go, len(items[CAP:]) + sum(each.deferred_at is not None for each in items[:CAP])


def _clock(meeting: Meeting) -> tuple[str, str, int, int] | None:
    """0:36 of 2:00."""
    kind = find_code("meeting-type", meeting.kind)
    if not meeting.is_running or meeting.started_at is None or kind is None:
        return None
    planned = int(kind.extra.get("minutes", 60))
    passed = int((timezone.now() - meeting.started_at).total_seconds()) // 60
    return _hours(passed), _hours(planned), min(passed, planned), planned


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def item_part(record: ItemRecord, agreed: list[Agreed]) -> dict[str, Any]:
    """The item in the middle, with what is in force, was decided last and is left to do."""
    item = record.item
    return {
        "slot": slot(item, item.meeting, agreed),
        "line": month_line(record.month) if record.month else "",
        "legend": month_words(record.month) if record.month else [],
        "orders": [(tactic_words(each.tactic), each) for each in record.disruption if each.is_open],
        "decided": next((each for each in record.earlier if each.decision), None),
        "standing": standing_words(item.subject) if item.subject else "",
        "actions": [each for each in agreed if isinstance(each, PlanAction)],
    }
