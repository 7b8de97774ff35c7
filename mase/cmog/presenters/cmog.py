"""A CMOG in words: the agenda as one reader sees it, why each item is there, and what was said."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cse_portal.reference.selectors import agenda_items
from cse_portal.ui.presenters import display_date, display_datetime, local_date
from intelligence.disruption.models import Disruption
from intelligence.disruption.presenters import tactic_words
from mase.cmog.choices import CmogWhy
from mase.cmog.selectors.agenda import URGENCY, Why, heading_of
from mase.meetings.choices import AttendanceCode, ItemKind, MeetingState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.minutes.selectors.content import as_said
from mase.plans.choices import ActionPriority
from mase.plans.models.plan import PlanAction

Agreed = PlanAction | Disruption
SITS_ON_EVERY = "Sits on every one"
NO_MORE = "Of concern"  # to whom no other reason may be told
UNSAID = "It does not say how we shall know that it is done."


@dataclass(frozen=True)
class Slot:
    """One item as a line of the agenda."""

    item: AgendaItem
    name: str
    reference: str
    category: int | None
    why: list[str]
    done: str
    colour: str
    notes: str
    decision: str
    deferred: str
    actions: list[str]
    may_go: bool = False
    worded: str = ""


def title(meeting: Meeting) -> str:
    """CMOG, November 2026."""
    return f"{meeting.get_kind_display()}, {meeting.period:%B %Y}"


def agenda(
    meeting: Meeting, items: list[AgendaItem], agreed: Mapping[uuid.UUID, list[Agreed]]
) -> list[tuple[str, list[Slot]]]:
    """The standing agenda with this reader's items; a heading is there for everybody, whatever is under it.

    What comes back under a heading that the standing agenda has no more stands last, under its own name. A
    cancelled CMOG has none.
    """
    slots: dict[str, list[Slot]] = {}
    for each in items:
        slots.setdefault(heading_of(each), []).append(slot(each, meeting, agreed.get(each.pk, [])))
    headings = agenda_items(meeting.kind, local_date(meeting.scheduled_for))
    parts = [(each.title, slots.pop(each.code, [])) for each in headings]
    parts += [(rows[0].name, rows) for rows in slots.values()]
    return [each for each in parts if each[1] or meeting.state != MeetingState.CANCELLED]


def slot(item: AgendaItem, meeting: Meeting, agreed: list[Agreed]) -> Slot:
    """One item in words."""
    done, colour = _done(item, agreed)
    return Slot(
        item=item,
        name=name_of(item),
        reference=reference_of(item),
        category=item.case.category if item.kind == ItemKind.CHILD and item.case else None,
        why=reasons(item, meeting),
        done=done,
        colour=colour,
        notes=item.notes,
        decision=item.decision,
        deferred=item.deferred_reason,
        actions=[agreed_line(as_said(each)) for each in agreed],
        may_go=item.added_by_id is not None and not (item.why or item.is_written or agreed),
    )


def name_of(item: AgendaItem) -> str:
    """Whom or what it is about; an action by what it says, a point of a child's meeting by its title."""
    if item.kind == ItemKind.OWN:
        return item.title
    return item.action.text if item.action is not None else subject_name(item)


def subject_name(item: AgendaItem) -> str:
    """The child, subject, theme or topic, also of an action that is about one of them."""
    if item.case is not None:
        return item.case.child.name
    return item.subject.name if item.subject is not None else item.title


def reference_of(item: AgendaItem) -> str:
    """The reference of what it is about; of an action, whose it is."""
    if item.action is not None:
        agency = item.action.agency.short_name
        return ", ".join(filter(None, [subject_name(item), subject_reference(item), agency]))
    return subject_reference(item)


def subject_reference(item: AgendaItem) -> str:
    """The reference of the child's case or the subject it is about, if it is about one."""
    subject = item.case or item.subject
    return subject.reference if subject is not None else ""


def reasons(item: AgendaItem, meeting: Meeting) -> list[str]:
    """Why it is on the agenda: what the person who added it by hand says, what the records say, what an action has
    come to.
    """
    words = why_words(item)
    if item.why and not words and item.added_by is None:
        words = [NO_MORE]
    if item.added_by is not None:
        words = [f"Added by {item.added_by.full_name}: {item.added_because}", *words]
    action = item.action
    if action is None or action.completed_at is None or action.is_open:
        return words
    since_then = meeting.ended_at is not None and action.completed_at > meeting.ended_at
    came = f"{action.get_state_display()} on {display_date(action.completed_at)}"
    return words if since_then else [*words, came]


def why_words(item: AgendaItem) -> list[str]:
    """Each reason in words; of what reports say, what is borne out."""
    return [each["words"] for each in _told(item)]


def short_reason(item: AgendaItem) -> str:
    """The most urgent reason in a few words."""
    codes = [CmogWhy(each["code"]) for each in _told(item)]
    if not codes:
        return NO_MORE if item.added_by is None else f"Added by {item.added_by.full_name}"
    return min(codes, key=URGENCY.index).label


def _told(item: AgendaItem) -> list[Why]:
    return [each for each in item.why if each["code"] != CmogWhy.INTELLIGENCE or item.confirmed]


def _done(item: AgendaItem, agreed: list[Agreed]) -> tuple[str, str]:
    if item.deferred_at is not None:
        return "Put off", "grey"
    if item.decision or agreed:
        return "Agreed", "green"
    return ("Discussed", "blue") if item.notes else ("", "outline")


def agreed_line(said: Mapping[str, Any]) -> str:
    """What, who, by when, in one line; of a disruption the tactic and who uses it."""
    agency, day = said["agency"], display_date(dt.date.fromisoformat(said["due_on"]))
    if "tactic" in said:
        return f"{tactic_words(said['tactic'])}: {said['text']} ({agency}, by {day})"
    known = how_known(said["priority"], said["measure"])
    return f"{said['text']} ({agency}, {said['owner'] or 'nobody named yet'}, by {day}). {known}"


def how_known(priority: str, measure: str) -> str:
    """The priority of an action, and how anybody will know that it is done."""
    said = f"We shall know that it is done by: {measure}" if measure else UNSAID
    return f"{ActionPriority(priority).label} priority. {said}"


def guests(invitations: Iterable[Invitation]) -> list[dict[str, str]]:
    """Who sits on every one, who was asked, and who was there as it was marked."""
    rows = []
    for each in invitations:
        words = AttendanceCode(each.came_as).label if each.came_as else "Not marked"
        words = f"{words} ({each.who_came})" if each.who_came else words
        who = each.person.full_name if each.person else SITS_ON_EVERY
        rows.append({"who": who, "agency": each.agency_name, "attendance": words})
    return rows


def decision_rows(items: Iterable[AgendaItem]) -> list[tuple[Slot, str]]:
    """What CMOGs decided, each with its month."""
    return [(slot(each, each.meeting, []), title(each.meeting)) for each in items]


def left_words(to_go: int, others: int, seats: Iterable[Invitation]) -> str:
    """Said before it ends: what was not discussed, and of whom the record would not say whether they came."""
    words, unmarked = [], [each for each in seats if not each.came_as]
    names = [each.person.full_name if each.person else each.agency_name for each in unmarked]
    if number := to_go + others:
        words.append(
            f"{number} not discussed. Those whose reason still holds come to the next one by themselves."
        )
    if names:
        words.append(f"Nobody has said whether these came, and the minutes will say so: {', '.join(names)}.")
    return " ".join(words)


def intro_words(meeting: Meeting) -> str:
    """How the agenda stands."""
    if meeting.state == MeetingState.CANCELLED and meeting.cancelled_by:
        who = f"{meeting.cancelled_by.full_name} on {display_datetime(meeting.cancelled_at)}"
        return f"It was cancelled by {who}: {meeting.cancelled_reason}"
    if not meeting.is_open:
        return f"It ended on {display_datetime(meeting.ended_at)}. Its record cannot be changed."
    if meeting.compiled_at is None:
        return "The agenda is compiled once the one before it has ended. You can compile it now."
    brought = f"The agenda was brought up to date on {display_datetime(meeting.compiled_at)}."
    later = "What is new is added when the meeting starts."
    return brought if meeting.is_running else f"{brought} {later}"
