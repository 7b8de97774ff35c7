"""How a plan action reads in a list and on its own page."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cse_portal.ui.presenters import Row, TimelineEntry, counted, display_date, display_datetime, local_date
from mase.choices import ActionState, PlanP, UpdateKind
from mase.models import ActionUpdate, PlanAction
from mase.selectors.actions import AGENCY, FINISHED, MINE, OVERDUE

STATE_COLOURS = {
    ActionState.OPEN: "blue",
    ActionState.IN_PROGRESS: "blue",
    ActionState.DONE: "outline",
    ActionState.DONE_LATE: "orange",
    ActionState.NOT_DONE: "red",
    ActionState.SUPERSEDED: "grey",
    ActionState.CANCELLED: "grey",
}
_TITLES = {
    UpdateKind.PROGRESS: "Progress reported",
    UpdateKind.HANDED_ON: "Handed on",
    UpdateKind.FINISHED: "Final report",
    UpdateKind.CARRIED: "Carried forward",
}


@dataclass(frozen=True)
class ActionRow:
    """One line of a list of actions."""

    text: str
    url: str
    child: str
    reference: str
    p: str
    agency: str
    owner: str
    due_on: dt.date
    done_on: dt.date | None
    state: str
    colour: str


def rows(actions: Iterable[PlanAction]) -> list[ActionRow]:
    """The lines of a list."""
    return [row(action) for action in actions]


def row(action: PlanAction) -> ActionRow:
    """One line."""
    return ActionRow(
        text=action.text,
        url=reverse("mase:action", args=[action.pk]),
        child=action.case.child.name,
        reference=action.case.reference,
        p=PlanP(action.p).label,
        agency=action.agency.short_name,
        owner=owner_words(action),
        due_on=action.due_on,
        done_on=finished_on(action),
        state=ActionState(action.state).label,
        colour=STATE_COLOURS[ActionState(action.state)],
    )


def owner_words(action: PlanAction) -> str:
    """Who does it."""
    return action.owner.full_name if action.owner else "Nobody named yet"


def finished_on(action: PlanAction) -> dt.date | None:
    """The day it was done, or else the day somebody reported that it was not."""
    return action.done_on or local_date(action.completed_at)


def count_words(number: int, whose: str, show: str) -> str:
    """3 overdue actions of my agency."""
    words = counted(number, {OVERDUE: "overdue action", FINISHED: "finished action"}.get(show, "action"))
    still = "" if show in (OVERDUE, FINISHED) else " still to do"
    of = {MINE: " for you", AGENCY: " for your agency"}.get(whose, " on the cases you may see")
    return f"{words}{still}{of}"


def facts(action: PlanAction) -> list[Row]:
    """What, who, by when, for which goal."""
    goal = action.goal.text if action.goal else ""
    lines = [
        Row("Part of the plan", PlanP(action.p).label),
        Row("Agency", action.agency.name),
        Row("Who", owner_words(action)),
        Row("Due", display_date(action.due_on)),
        Row("Safety goal", goal) if goal else None,
        agreed_at(action),
    ]
    return [line for line in lines if line is not None]


def agreed_at(action: PlanAction) -> Row:
    """The child's meeting, or a CMOG; with a link for who sees that."""
    if action.meeting is not None:
        words = f"{action.meeting.get_kind_display()}, {display_date(action.meeting.started_at)}"
        return Row("Agreed at", words, reverse("mase:meeting", args=[action.meeting_id]), "See the meeting")
    words = f"CMOG, {display_date(action.issued_at)}"
    if action.cmog_item is None:  # PostgreSQL does not show it to this reader
        return Row("Agreed at", words)
    return Row("Agreed at", words, reverse("mase:cmog-item", args=[action.cmog_item_id]), "See the item")


def outcome_facts(action: PlanAction) -> list[Row]:
    """What came of it; nothing while it is open."""
    if action.is_open:
        return []
    by = action.completed_by.full_name if action.completed_by else ""
    done = Row("Done on", display_date(action.done_on)) if action.done_on else None
    effect = Row("What it changed for the child", action.effect_on_child) if action.effect_on_child else None
    label = "Reason" if action.state == ActionState.NOT_DONE else "Outcome"
    lines = [
        done,
        Row(label, action.outcome),
        effect,
        Row("Reported", f"{display_datetime(action.completed_at)} by {by}"),
    ]
    return [line for line in lines if line is not None]


def history(action: PlanAction, updates: list[ActionUpdate]) -> list[TimelineEntry]:
    """From the meeting that set it to the last report, newest first."""
    start = TimelineEntry(
        title="Agreed and given out",
        when=display_datetime(action.issued_at),
        by=action.set_by.full_name,
    )
    reports = [
        TimelineEntry(
            title=_TITLES[UpdateKind(update.kind)],
            when=display_datetime(update.at),
            by=f"{update.by.full_name}, {update.agency.short_name}",
            body=update.text,
        )
        for update in updates
    ]
    return [*reversed(reports), start]
