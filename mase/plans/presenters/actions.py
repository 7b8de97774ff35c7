"""How a plan action reads in a list and on its own page."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from cse_portal.ui.presenters import counted, display_date, local_date
from mase.cmog.presenters.cmog import name_of, reference_of
from mase.plans.choices import ActionState, UpdateKind
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.selectors import actions as selectors

STATE_COLOURS = {
    ActionState.OPEN: "blue",
    ActionState.IN_PROGRESS: "blue",
    ActionState.DONE: "outline",
    ActionState.DONE_LATE: "orange",
    ActionState.NOT_DONE: "red",
    ActionState.SUPERSEDED: "grey",
    ActionState.CANCELLED: "grey",
}
KINDS = {
    selectors.OVERDUE: "overdue action",
    selectors.FINISHED: "finished action",
    selectors.ESCALATED: "escalated action",
}
ENDS = {
    selectors.OPEN: " still to do",
    selectors.WITHOUT_OWNER: " declined or without an owner",
    selectors.WAITING: " waiting for the chair",
}


def row(action: PlanAction) -> dict[str, Any]:
    """One line; `done_on` is the day it was done, or else the day somebody reported that it was not."""
    return {
        "action": action,
        "about": about(action),
        "reference": reference(action),
        "owner": action.owner.full_name if action.owner else "Nobody named yet",
        "answer": answer_words(action),
        "colour": STATE_COLOURS[ActionState(action.state)],
        "done_on": action.done_on or local_date(action.completed_at),
    }


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


def count_words(number: int, whose: str, show: str) -> str:
    """3 overdue actions of my agency."""
    words, still = counted(number, KINDS.get(show, "action")), ENDS.get(show, "")
    of = {selectors.MINE: " for you", selectors.AGENCY: " for your agency"}.get(whose, " that you may see")
    return f"{words}{still}{of}"
