"""The lists behind the numbers of a return, in words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cases.missing.presenters.tab import episode_row
from cases.missing.selectors.episodes import record_of
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.reviews.selectors import LeadReview
from cse_portal.ui.presenters import display_date
from mase.meetings.models.meeting import Meeting
from mase.plans.presenters import actions as actions_in_words
from reporting.measures.models import CountedThing, Dimension
from reporting.measures.selectors.expected import Expected, Initial, Review
from reporting.measures.selectors.periods import Period
from reporting.returns.presenters.lines import line_row
from reporting.returns.selectors.behind import Behind


@dataclass(frozen=True)
class DueRow:
    """A meeting that was due: whose, by when, which meeting set it, if one did, and which it became."""

    child: str
    reference: str
    after: Meeting | None
    due_on: dt.date
    category: str
    booked: Meeting | None
    standing: str
    colour: str


def heading(found: Behind) -> str:
    """The measure, and what it is broken down by. What the address says is not repeated."""
    undivided = found.dimension in (Dimension.ALL, Dimension.DUE, Dimension.PAUSED)
    broken_down = "" if undivided else f": {found.dimension.label.lower()}"
    return f"{found.measure.code} {found.measure.name}{broken_down}"


def period(days: Period) -> str:
    """Its label; of a quarter its days, too."""
    of = f", {display_date(days.starts_on)} to {display_date(days.ends_on)}" if days.quarter else ""
    return f"{days.label}{of}"


def back_from(found: Behind) -> str:
    """The page on which the number stands."""
    if found.dimension == Dimension.ANSWER:
        return reverse("reporting:attendance")
    return reverse("reporting:measure", args=[found.period.slug, found.measure.code])


def differs(in_return: int | None, seen: int) -> tuple[str, str]:
    """12 in the return, 10 that you may see today, and why; nothing where it is as many, or no return says how many."""
    if in_return is None or in_return == seen:
        return "", ""
    if in_return > seen:
        why = "The others are about children whose cases you do not see, or have changed since."
        return f"{in_return} in the return, {seen} that you may see today.", why
    why = "Records have changed since the return was worked out."
    return f"{in_return} in the return, {seen} today.", why


def source_of_lines(found: Behind) -> str:
    """Whether the lines are those of today, or of the day that was counted."""
    if found.things == CountedThing.ACTIONS:
        end = display_date(found.period.ends_on)
        return (
            f"Each action is shown as it stood at the end of {end}, or as it stands today if that is earlier."
        )
    return "The list is drawn from the records as they are today."


_CHILD = "Child or young person"
# What a list is called, and its columns.
_LISTS = {
    CountedThing.ACTIONS: ("Actions", "What", _CHILD, "Who", "Due", "State"),
    CountedThing.CHILDREN: ("Children and young people", _CHILD, "Category today", "Lead professional"),
    CountedThing.DISAGREEMENTS: ("Disagreements", "Disagreement about", _CHILD, "Stage", "Ended"),
    CountedThing.EPISODES: ("Missing episodes", "Missing", _CHILD, "For", "Found", "Interview"),
    CountedThing.INITIALS: ("Initial meetings", "Due by", _CHILD, "Category", "Meeting"),
    CountedThing.INVITATIONS: ("Invitations", "Meeting", _CHILD, "Invited", "Answer"),
    CountedThing.MEETINGS: ("Meetings", "When", _CHILD, "Meeting", "Chair"),
    CountedThing.MINUTES: ("Minutes", "Minutes of the meeting of", _CHILD, "Due by", "Sent out"),
    CountedThing.REVIEWS: ("Reviews", "Due by", _CHILD, "Set by the meeting of", "Review"),
    CountedThing.STAGES: ("Stages of disagreements", "Disagreement about", _CHILD, "Stage reached", "On"),
}


def columns(things: CountedThing) -> tuple[str, ...]:
    """What a list is called, and the headings of its columns."""
    return _LISTS.get(things, ("What is counted", "Reference", "About", "When"))


def template_of(things: CountedThing) -> str:
    """Which template draws a line of the list."""
    return f"reporting/returns/behind/_{things if things in _LISTS else 'lines'}.html"


def rows(things: CountedThing, shown: Sequence[Any]) -> Sequence[Any]:
    """The lines of the list."""
    match things:
        case CountedThing.ACTIONS:
            return [actions_in_words.row(each) for each in shown]
        case CountedThing.INITIALS:
            return [_initial(each) for each in shown]
        case CountedThing.REVIEWS:
            return [_by_lead(each) if isinstance(each, LeadReview) else _review(each) for each in shown]
        case each if each not in _LISTS:
            return [line_row(each) for each in shown]
        case CountedThing.EPISODES:
            return [episode_row(record_of(each, each.interviews.all())) for each in shown]
        case _:
            return shown


def _initial(initial: Initial) -> DueRow:
    standing = ("Paused", "grey") if initial.paused else _standing(initial)
    return _due(initial, initial.episode.case, None, initial.booked, standing)


def _review(review: Review) -> DueRow:
    return _due(review, review.after.case, review.after, review.booked, _standing(review))


def _by_lead(review: LeadReview) -> DueRow:
    in_time = ("In time", "green") if review.held and review.held.in_time else ("Late", "red")
    return _due(review, review.case, None, None, in_time if review.held else ("Not held", "red"))


def _due(
    expected: Expected | LeadReview, case: Case, after: Meeting | None, booked: Meeting | None,
    standing: tuple[str, str],
) -> DueRow:  # fmt: skip
    category = RiskCategory(expected.category).label
    return DueRow(case.child.name, case.reference, after, expected.due_on, category, booked, *standing)


def _standing(expected: Expected) -> tuple[str, str]:
    """What became of it, and the colour of its tag."""
    if expected.held_on is None:
        return ("Booked, not held", "yellow") if expected.booked else ("Not held", "red")
    return ("In time", "green") if expected.in_time else ("Late", "red")
