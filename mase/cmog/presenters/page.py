"""The one page of a CMOG: its items, the item that is talked about, what is decided, and where, when and who."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from cse_portal.reference.selectors import find_code
from cse_portal.ui.presenters import counted, display_date, display_time
from intelligence.disruption.models import Disruption
from intelligence.disruption.presenters import tactic_words
from mase.cmog.forms import SaidForm
from mase.cmog.presenters.cmog import (
    Agreed,
    Guest,
    Slot,
    guests,
    intro_words,
    name_of,
    short_reason,
    slot,
    title,
)
from mase.cmog.presenters.pictures import MapPage, map_page, month_line, month_words
from mase.cmog.selectors.agenda import CAP
from mase.cmog.selectors.cmog import ItemRecord
from mase.cmog.selectors.pictures import Pictures
from mase.meetings.choices import ItemKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.thresholds import is_present
from mase.plans.models.plan import PlanAction
from mase.strategy.selectors import ObjectiveRecord

SHAPES = {
    ItemKind.CHILD: "child", ItemKind.PERSON: "person", ItemKind.PLACE: "place", ItemKind.ACTION: "tick",
    ItemKind.THEME: "theme", ItemKind.TOPIC: "theme", ItemKind.OBJECTIVE: "tick",
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """A heading with its lines: words, where they lead, and small print."""

    title: str
    lines: list[tuple[str, str, str]]


@dataclass(frozen=True)
class ItemPart:
    """The item in the middle, with what is decided on it at the right."""

    item: AgendaItem
    slot: Slot
    kind: str
    line: SafeString
    legend: list[tuple[str, str]]
    facts: list[Fact]
    objective: ObjectiveRecord | None
    earlier: list[AgendaItem]
    actions: list[PlanAction]
    form: SaidForm | None
    theirs: list[tuple[str, str]]
    theirs_by: str
    saved: str
    writes: bool
    puts_off: bool


@dataclass(frozen=True)
class CmogPage:
    """Everything the page says but who may do what."""

    title: str
    intro: str
    here: int
    clock: tuple[str, str, int, int] | None
    guests: list[Guest]
    rail: list[tuple[Slot, str]]
    discussed: int
    to_go: int
    others: int
    before: AgendaItem | None
    following: AgendaItem | None
    part: ItemPart | None
    map: MapPage | None


def cmog_page(
    meeting: Meeting,
    items: Sequence[AgendaItem],
    agreed: Mapping[uuid.UUID, list[Agreed]],
    part: ItemPart | None,
    *,
    invited: list[Invitation],
    pictures: Pictures | None,
) -> CmogPage:
    """What follows the item is the next on the list; the last of them leads nowhere."""
    top = items[:CAP]
    slots = [_line(each, slot(each, meeting, agreed.get(each.pk, []))) for each in top]
    keys = [each.pk for each in top]
    at = keys.index(part.item.pk) if part and part.item.pk in keys else None
    to_go, others = counts(items, agreed)
    case = part.item.case if part else None
    return CmogPage(
        title=title(meeting),
        intro=intro_words(meeting),
        here=sum(is_present(each) for each in invited),
        clock=_clock(meeting),
        guests=guests(invited),
        rail=[(each, SHAPES[ItemKind(item.kind)]) for each, item in zip(slots, top, strict=True)],
        discussed=sum(bool(each.done) for each in slots),
        to_go=to_go,
        others=others,
        before=top[at - 1] if at else None,
        following=top[at + 1] if at is not None and at + 1 < len(top) else None,
        part=part,
        map=map_page(pictures, case.child.ward if case else "") if pictures else None,
    )


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


def item_part(
    record: ItemRecord,
    agreed: list[Agreed],
    form: SaidForm | None,
    *,
    writes: bool,
    puts_off: bool,
    stale: bool,
) -> ItemPart:
    """The item; after a stale save with the other person's text beside what was typed."""
    item, month = record.item, record.month
    texts = (("What is decided", item.decision), ("What was said", item.notes))
    by = item.saved_by.full_name if item.saved_by else ""
    return ItemPart(
        item=item,
        slot=slot(item, item.meeting, agreed),
        kind=item.get_kind_display(),
        line=month_line(month) if month else SafeString(""),
        legend=month_words(month) if month else [],
        facts=[each for each in _facts(record) if each.lines],
        objective=record.objective,
        earlier=record.earlier,
        actions=[each for each in agreed if isinstance(each, PlanAction)],
        form=form,
        theirs=[(name, text) for name, text in texts if text] if stale else [],
        theirs_by=by,
        saved=f"Saved {display_time(item.saved_at)}, {by}" if item.saved_at else "",
        writes=writes,
        puts_off=puts_off,
    )


def _facts(record: ItemRecord) -> list[Fact]:
    """Orders in force, the last decision, what is left to do, and where to read more."""
    item, last = record.item, next((each for each in record.earlier if each.decision), None)
    orders = [
        (tactic_words(each.tactic), reverse("intelligence:disruption", args=[each.pk]), _until(each))
        for each in record.disruption
        if each.is_open
    ]
    decided = [(last.decision, last.get_absolute_url(), "")] if last else []
    on = f" on {display_date(last.meeting.scheduled_for)}" if last else ""
    left = [(each.text, reverse("mase:action", args=[each.pk]), _who(each)) for each in record.left]
    linked = _linked(record)
    return [
        Fact("In force", orders), Fact(f"Decided{on}", decided), Fact("Left to do from earlier meetings", left),
        Fact("See also" if item.action_id else "Linked", linked),
    ]  # fmt: skip


def _until(order: Disruption) -> str:
    day = order.due_on if order.waits else order.expires_on
    if day is None:
        return ""
    late = day < timezone.localdate()
    if order.waits:
        return f"{'Overdue, due' if late else 'Due'} {display_date(day)}"
    return f"{'Expired' if late else 'To'} {display_date(day)}"


def _who(action: PlanAction) -> str:
    owner = action.owner.full_name if action.owner else "nobody named yet"
    return f"{owner}, {action.agency.short_name}, by {display_date(action.due_on)}"


def _linked(record: ItemRecord) -> list[tuple[str, str, str]]:
    item, lines = record.item, []
    if item.action is not None:
        lines.append((item.action.text, reverse("mase:action", args=[item.action.pk]), _who(item.action)))
    if item.case is not None:
        lead = item.case.lead_professional
        words = f"Lead professional: {lead.full_name if lead else 'none yet'}"
        lines.append((item.case.child.name, reverse("cases:case", args=[item.case.reference]), words))
    if record.home is not None:
        lines.append((name_of(record.home), record.home.get_absolute_url(), "the item it belongs to"))
    if item.person is not None:
        since = display_date(item.person.standing_since)
        lines.append((item.person.standing.replace("_", " ").capitalize(), "", f"since {since}"))
    if item.place is not None and item.place.address:
        lines.append((item.place.address, "", ""))
    shown, rest = record.reports[:3], record.reports[3:]
    lines += [
        (each.reference, reverse("intelligence:report", args=[each.reference]), display_date(each.issued_at))
        for each in shown
    ]
    return [*lines, *([(f"and {counted(len(rest), 'report')} more", "", "")] if rest else [])]
