"""How a plan action reads in a list and on its own page."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import (
    Row,
    TimelineEntry,
    counted,
    display_date,
    display_datetime,
    joined,
    local_date,
    non_working_day_note,
)
from mase.cmog.presenters.cmog import name_of, reference_of
from mase.plans.choices import ActionPriority, ActionState, UpdateKind
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.selectors.actions import (
    AGENCY,
    ESCALATED,
    FINISHED,
    MINE,
    OPEN,
    OVERDUE,
    WAITING,
    WITHOUT_OWNER,
)

STATE_COLOURS = {
    ActionState.OPEN: "blue",
    ActionState.IN_PROGRESS: "blue",
    ActionState.DONE: "outline",
    ActionState.DONE_LATE: "orange",
    ActionState.NOT_DONE: "red",
    ActionState.SUPERSEDED: "grey",
    ActionState.CANCELLED: "grey",
}
LEFT = "has left: needs an owner"
READ_BY = "Professionals who have the restricted part, and who does it"
READ_OF_NO_CHILD = "The CSE team and the police intelligence unit where they see its item, and who does it"
KINDS = {OVERDUE: "overdue action", FINISHED: "finished action", ESCALATED: "escalated action"}
ENDS = {
    OPEN: " still to do", WITHOUT_OWNER: " declined or without an owner", WAITING: " waiting for the chair",
}  # fmt: skip


@dataclass(frozen=True)
class ActionRow:
    """One line of a list of actions."""

    action: PlanAction
    about: str
    reference: str
    owner: str
    answer: str
    colour: str
    done_on: dt.date | None


def rows(actions: Iterable[PlanAction]) -> list[ActionRow]:
    """The lines of a list."""
    return [row(action) for action in actions]


def row(action: PlanAction) -> ActionRow:
    """One line."""
    return ActionRow(
        action, about(action), reference(action), owner_words(action), answer_words(action),
        STATE_COLOURS[ActionState(action.state)], finished_on(action),
    )  # fmt: skip


def about(action: PlanAction) -> str:
    """The child; or the person, place, theme or topic, for a reader who sees that: see `with_items_for`."""
    if action.case is not None:
        return action.case.child.name
    return name_of(action.item) if action.item is not None else "Agreed at a CMOG"


def reference(action: PlanAction) -> str:
    """The reference of the same, where it has one."""
    if action.case is not None:
        return action.case.reference
    return reference_of(action.item) if action.item is not None else ""


def owner_words(action: PlanAction) -> str:
    """Who does it, where the agency has said who."""
    return action.owner.full_name if action.owner else "Nobody named yet"


def answer_words(action: PlanAction) -> str:
    """How far its agency has answered; nothing once it has accepted."""
    if not action.is_open or action.is_accepted:
        return ""
    if action.declined or action.answer_by is None:
        return "Declined"
    late = action.answer_by < timezone.localdate()
    return f"{'Not answered' if late else 'To accept or decline'} by {display_date(action.answer_by)}"


def declined_because(action: PlanAction, updates: Sequence[ActionUpdate]) -> str:
    """The reason of an agency that declined it; nothing where none did."""
    said = [each.text for each in updates if each.kind == UpdateKind.DECLINED]
    return said[-1] if action.declined and said else ""


def finished_on(action: PlanAction) -> dt.date | None:
    """The day it was done, or else the day somebody reported that it was not."""
    return action.done_on or local_date(action.completed_at)


def count_words(number: int, whose: str, show: str) -> str:
    """3 overdue actions of my agency."""
    words, still = counted(number, KINDS.get(show, "action")), ENDS.get(show, "")
    of = {MINE: " for you", AGENCY: " for your agency"}.get(whose, " that you may see")
    return f"{words}{still}{of}"


def facts(action: PlanAction) -> list[Row]:
    """For whom, by when, for which goal, and how we shall know it; `marking_owners` says who does it no more."""
    named = action.owner is not None or not action.agency.is_active
    left = named and action.is_open and not action.declined and getattr(action, "owner_gone", False)
    who = owner_words(action) + (f" ({LEFT})" if left else "")
    lines = [
        Row("Who", f"{who}, {action.agency.name}"),
        Row("Due", " ".join([display_date(action.due_on), _non_working_day_note(action)]).strip()),
        Row("Safety goal", action.goal.text) if action.goal else None,
        Row("How we shall know", action.measure_of_success) if action.measure_of_success else None,
    ]
    return [line for line in lines if line is not None]


def background(action: PlanAction, *, told: Sequence[User] = ()) -> list[Row]:
    """Where it comes from and who reads it; `told`: whom a late one was taken to."""
    came = action.carried_from
    lines = [
        agreed_at(action),
        Row("Comes from", "An earlier plan", came.get_absolute_url(), "See it there") if came else None,
        Row("Who reads it", READ_BY if action.case_id else READ_OF_NO_CHILD) if action.restricted else None,
        Row("Priority", ActionPriority(action.priority).label),
        Row("Told that it is late", joined(each.full_name for each in told)) if told else None,
    ]
    return [line for line in lines if line is not None]


def agreed_at(action: PlanAction) -> Row:
    """The child's meeting, or a CMOG; with a link for who sees that."""
    if action.meeting is not None:
        words = f"{action.meeting.get_kind_display()}, {display_date(action.meeting.started_at)}"
        return Row("Agreed at", words, reverse("mase:meeting", args=[action.meeting_id]), "See the meeting")
    words = f"CMOG, {display_date(action.issued_at)}"
    if action.item is None:  # this reader does not see it
        return Row("Agreed at", words)
    if action.case is None:
        words = f"{words}: {name_of(action.item)}"
    return Row("Agreed at", words, action.item.get_absolute_url(), "See the item")


def outcome_facts(action: PlanAction) -> list[Row]:
    """What came of it; nothing while it is open."""
    if action.is_open:
        return []
    by = action.completed_by.full_name if action.completed_by else ""
    done = Row("Done on", display_date(action.done_on)) if action.done_on else None
    changed = "What it changed for the child" if action.case_id else "What it changed"
    effect = Row(changed, action.effect_on_child) if action.effect_on_child else None
    label = "Reason" if action.state in (ActionState.NOT_DONE, ActionState.CANCELLED) else "Outcome"
    said = action.verified_by and f"{display_datetime(action.verified_at)} by {action.verified_by.full_name}"
    said = f"{said} (confirmed by who reported it: nobody else may chair)" if action.is_own_report else said
    waiting = "Not yet" if action.waits_for_chair else ""
    lines = [
        done,
        Row(label, action.outcome),
        effect,
        Row("Reported", f"{display_datetime(action.completed_at)} by {by}"),
        Row("Confirmed by the chair", said or waiting) if said or waiting else None,
    ]
    return [line for line in lines if line is not None]


def history(action: PlanAction, updates: list[ActionUpdate]) -> list[TimelineEntry]:
    """From the meeting that set it to the last report, newest first."""
    agreed = TimelineEntry(
        "Agreed and given out", display_datetime(action.issued_at), action.set_by.full_name
    )
    return [*(_report(each) for each in reversed(updates)), agreed]


def _report(update: ActionUpdate) -> TimelineEntry:
    return TimelineEntry(
        title=update.get_kind_display(),
        when=display_datetime(update.at),
        by=f"{update.by.full_name}, {update.agency.short_name}",
        body=update.text,
    )


def _non_working_day_note(action: PlanAction) -> str:
    words = non_working_day_note(action.due_on) if action.is_open else ""
    return f"({words.removesuffix('.')})" if words else ""
