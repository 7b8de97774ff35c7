"""Clocks in words: when a step is due, why then, and how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date, joined
from mase.clocks.forms import ASKED
from mase.clocks.models import ClockPause, ClockState, ClockStep
from mase.clocks.selectors.clocks import Clock

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


def clock_lines(clocks: Iterable[Clock], url: str = "") -> list[ClockLine]:
    """The clocks of a meeting, or of one that is not booked; `url`: the page of its clock, for who may act on it."""
    return [line(each, url) for each in clocks]


def line(clock: Clock, url: str = "") -> ClockLine:
    """One clock in words; only the meeting itself is paused or explained."""
    state = clock.state
    act = ASKED[state].button if url and clock.step == ClockStep.HELD and state in ASKED else ""
    rule = [clock.because, "" if clock.set_by else clock.rule.source]
    return ClockLine(
        what=clock.rule.label, clock=clock, state=state.label, colour=COLOURS[state],
        rule=" ".join(f"{each}." for each in rule if each), notes=notes_of(clock), url=url if act else "", act=act,
    )  # fmt: skip


def notes_of(clock: Clock) -> list[str]:
    """When it was done, why it was late, and what held it up."""
    is_late = clock.state == ClockState.EXPLAINED
    done = [f"Done on {display_date(clock.done_on)}."] if clock.done_on else []
    missing = [f"Not invited yet: {joined(clock.waits_for)}."] if clock.waits_for else []
    late = [f"Why late: {label('late-reason', clock.reason)}."] if is_late else []
    return [*done, *missing, *late, *map(_held_up, clock.pauses)]


def _held_up(pause: ClockPause) -> str:
    until = f" to {display_date(pause.ends_on)}" if pause.ends_on else ""
    return f"Paused from {display_date(pause.starts_on)}{until}: {label('pause-reason', pause.reason)}."
