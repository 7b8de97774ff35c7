"""Hand-offs in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cases.handoffs.choices import HandOffState, HandOffStep
from cases.handoffs.models import HandOff, HandOffChange
from cse_portal.ui.presenters import Row, TimelineEntry, display_date, display_datetime

COLOURS = {
    HandOffState.ASKED: "yellow", HandOffState.ACCEPTED: "blue", HandOffState.DECLINED: "red",
    HandOffState.PASSED_ON: "grey", HandOffState.ENDED: "grey",
}  # fmt: skip


@dataclass(frozen=True)
class HandOffRow:
    """One line of a list."""

    hand_off: HandOff
    url: str
    state: str
    colour: str


def rows(hand_offs: Iterable[HandOff]) -> list[HandOffRow]:
    """The lines of a list, each leading to the hand-off."""
    return [
        HandOffRow(each, reverse("cases:handoff", args=[each.pk]), each.words, _colour(each))
        for each in hand_offs
    ]


def facts(hand_off: HandOff) -> list[Row]:
    """What was asked of whom, and what the agency does."""
    who = f"{hand_off.asked_by.full_name}, {display_datetime(hand_off.asked_at)}"
    lines = [
        Row("Born", display_date(hand_off.date_of_birth)),
        Row("Agency", hand_off.agency.name),
        Row("What is asked", hand_off.asked),
        Row("Asked by", who),
        Row("Accept by", display_date(hand_off.accept_by) if hand_off.is_asked else ""),
        Row("Plan", hand_off.plan),
        Row("Review on", display_date(hand_off.review_on) if hand_off.is_accepted else ""),
    ]
    return [line for line in lines if line.value]


def history(changes: Iterable[HandOffChange]) -> list[TimelineEntry]:
    """Every change, the newest first."""
    return [
        TimelineEntry(
            each.get_step_display(), display_datetime(each.at), by=f"{each.by.full_name}, {each.agency.short_name}",
            body=each.text,
        )
        for each in sorted(changes, key=lambda each: each.at, reverse=True)
    ]  # fmt: skip


def own_answers(hand_off: HandOff) -> list[TimelineEntry]:
    """What the agency itself answered, and nothing that it was told."""
    return history(each for each in hand_off.changes.all() if each.step == HandOffStep.DECLINED)


def stepped_up_words(hand_off: HandOff) -> str:
    """Who sent a concern back to triage, and why."""
    last = max(hand_off.changes.all(), key=lambda each: each.at)
    return f"Stepped up by {last.agency.name}: {last.text}"


def _colour(hand_off: HandOff) -> str:
    return "red" if hand_off.is_late else COLOURS[HandOffState(hand_off.state)]
