"""What minutes say of actions: as they stood when the meeting ended, which every version draws on."""

from typing import Any

from django.db.models import QuerySet

from mase.models import MaseMeeting, Minutes, MinutesAction, PlanAction
from mase.selectors.actions import reported_on


def to_keep(minutes: Minutes) -> list[MinutesAction]:
    """A row for each action that belongs into these minutes, not saved yet; whoever asks keeps them for all readers."""
    agreed = PlanAction.objects.filter(meeting=minutes.meeting_id).order_by("set_at", "id")
    parts = ((agreed, False), (_earlier(minutes.meeting), True))
    found = [
        (action, earlier)
        for rows, earlier in parts
        for action in rows.select_related("agency", "owner", "goal")
    ]
    return [
        MinutesAction(minutes=minutes, action=action, order=order, earlier=earlier, said=said_of(action))
        for order, (action, earlier) in enumerate(found)
    ]


def kept(minutes: Minutes, *, restricted: bool) -> list[MinutesAction]:
    """What these minutes say of actions; of those for professionals only, as they are now, where these may be read."""
    rows = MinutesAction.objects.filter(minutes=minutes).select_related("action")
    return list(rows if restricted else rows.filter(action__restricted=False))


def said_of(action: PlanAction) -> dict[str, Any]:
    """An action as it stands, in the words and names of today."""
    return {
        "p": action.p,
        "text": action.text,
        "agency": action.agency.short_name,
        "owner": action.owner.full_name if action.owner else "",
        "due_on": action.due_on.isoformat(),
        "priority": action.priority,
        "measure": action.measure_of_success,
        "goal": action.goal.text if action.goal_id and action.goal else "",
        "standing": action.standing,
        "outcome": action.outcome,
        "effect": action.effect_on_child,
    }


def _earlier(meeting: MaseMeeting) -> QuerySet[PlanAction]:
    """What earlier plans left to do as it began, what waited for the chair, and what ended since the last meeting."""
    earlier = PlanAction.objects.filter(case=meeting.case_id, issued_at__lt=meeting.started_at)
    still_open = earlier.exclude(completed_at__lt=meeting.started_at)
    return (still_open | reported_on(meeting)).exclude(meeting=meeting).order_by("due_on", "id")
