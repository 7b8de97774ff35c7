"""The scale of a danger in words and as a chart: everybody's number, and why."""

from collections.abc import Callable, Mapping
from typing import Any

from cse_portal.ui.charts import Mark
from cse_portal.ui.presenters import display_date, display_time, local_date
from mase.meetings.choices import CHILD
from mase.meetings.models.meeting import Invitation
from mase.meetings.selectors.record import MeetingRecord
from mase.plans.models.safety_map import DangerStatement, ScaleScore


def marks_of(danger: DangerStatement, name: Callable[[Invitation | None], str]) -> list[Mark]:
    """A line for each seat that has given a number, today or ever; those of today first."""
    now, *before = [
        {seat_key(each.invitation): each for each in row.scores.all()}
        for row in (danger, *danger.at_earlier_meetings)
    ]
    newest: dict[tuple[Any, ...], ScaleScore] = {}
    for given in (now, *before):
        newest |= {seat: score for seat, score in given.items() if seat not in newest}
    marks = []
    for seat, score in newest.items():
        last, *earlier = [_value(given, seat) for given in before] or [None]
        marks.append(Mark(name(score.invitation), _value(now, seat), last, earlier))
    return marks


def days_of(danger: DangerStatement) -> list[str]:
    """The day of each earlier meeting at which this danger was placed, the last one first."""
    return [display_date(local_date(each.meeting.started_at)) for each in danger.at_earlier_meetings]


def _value(given: Mapping[tuple[Any, ...], ScaleScore], seat: tuple[Any, ...]) -> int | None:
    return given[seat].value if seat in given else None


def seat_key(invitation: Invitation | None) -> tuple[Any, ...]:
    """An agency's, or one person's of it, in whatever role; of the family, the role alone tells who it is.

    Of who has no agency, the role and the name.
    """
    if invitation is None:
        return (CHILD, "")
    asked = (invitation.agency_id, invitation.person_id)
    return asked if any(asked) else (invitation.role, invitation.name)


def asked_again(record: MeetingRecord) -> str:
    """Why agencies that have spoken stand without a word: what they spoke of is not what is decided now."""
    changed = record.decision.changed_at if record.decision else None
    if changed is None or not record.silent:
        return ""
    return f"The decision changed at {display_time(changed)}: each agency is asked again."
