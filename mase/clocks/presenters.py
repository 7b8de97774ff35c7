"""Clocks in words: when a step is due, why then, and how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cases.record.models.case import Case
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date, joined
from mase.clocks.models import ClockState, ClockStep
from mase.clocks.selectors.clocks import Clock
from mase.meetings.models.meeting import Meeting

COLOURS = {
    ClockState.RUNNING: "blue", ClockState.PAUSED: "yellow", ClockState.IN_TIME: "grey", ClockState.LATE: "red",
    ClockState.EXPLAINED: "orange",
}  # fmt: skip


@dataclass(frozen=True)
class ClockLine:
    """One clock as a line of a list; `url` is where it is paused or explained, if this person may."""

    what: str
    clock: Clock
    state: str
    colour: str
    rule: str
    notes: list[str]
    url: str = ""
    act: str = ""


def clock_lines(
    clocks: Iterable[Clock],
    *,
    meeting: Meeting | None = None,
    case: Case | None = None,
    may: bool = False,
) -> list[ClockLine]:
    """The clocks of a meeting, or of a case's meeting that is not booked; `may` says who may act on them."""
    return [line(each, address(each, meeting, case) if may else "") for each in clocks]


def line(clock: Clock, url: str = "") -> ClockLine:
    """One clock in words."""
    act = act_of(clock)
    return ClockLine(
        what=clock.label, clock=clock, state=clock.state.label, colour=COLOURS[clock.state],
        rule=" ".join(f"{each}." for each in (clock.rule, clock.source) if each), notes=notes_of(clock),
        url=url if act else "", act=act,
    )  # fmt: skip


def act_of(clock: Clock) -> str:
    """The one thing that can be said about a clock now; a review is paused where the meeting that holds it is."""
    if clock.may_resume or clock.step == ClockStep.REVIEW and clock.state == ClockState.PAUSED:
        return "Let it run again"
    is_late = clock.may_explain or clock.step == ClockStep.REVIEW and clock.state == ClockState.LATE
    may_pause = clock.may_pause or clock.step == ClockStep.REVIEW and clock.state == ClockState.RUNNING
    return "Pause" if may_pause else "Say why it is late" if is_late else ""


def notes_of(clock: Clock) -> list[str]:
    """When it was done, why it was late, and what held it up."""
    done = [f"Done on {display_date(clock.done_on)}."] if clock.done_on else []
    late = [f"Why late: {clock.late_reason}."] if clock.late_reason else []
    held_up = [
        f"Paused from {display_date(each.starts_on)}"
        + (f" to {display_date(each.ends_on)}" if each.ends_on else "")
        + f": {label('pause-reason', each.reason)}."
        for each in clock.pauses
    ]
    missing = [f"Not invited yet: {joined(clock.waits_for)}."] if clock.waits_for else []
    return [*done, *missing, *late, *held_up]


def address(clock: Clock, meeting: Meeting | None, case: Case | None) -> str:
    """The page of one clock."""
    # What is said of a review is said of the meeting that holds it, booked or not: so that D2 reads it too.
    if meeting is not None and clock.step == ClockStep.REVIEW:
        held = ClockStep.HELD.value
        if clock.held_by is not None:
            return reverse("mase:clock", args=[clock.held_by, held])
        return reverse("mase:case-clock", args=[meeting.case.reference, held]) if meeting.case.is_open else ""
    if meeting is not None:
        return reverse("mase:clock", args=[meeting.pk, clock.step.value])
    return reverse("mase:case-clock", args=[case.reference, clock.step.value]) if case else ""
