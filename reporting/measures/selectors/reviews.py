"""D2: whether each review was held in time: by a MASE meeting, or in category 1 by the lead professional."""

from collections.abc import Iterator
from typing import Any

from cases.record.models.case import Case
from cases.reviews.selectors import LeadReview, lead_reviews_due
from mase.meetings.models.meeting import Meeting
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.expected import Review, possibly_due_reviews, reviews_set_by
from reporting.measures.selectors.figures import RATE
from reporting.measures.selectors.lateness import (
    DUE,
    HELD,
    HELD_LATE,
    NO_REASON,
    OF_DUE,
    OF_HELD,
    OF_LATE,
    due_traits,
)
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import counted
from reporting.measures.selectors.tally import Scope, Things, things


@counted("reviews_due@{quarter}", DUE, Unit.REVIEWS)
def reviews_due(period: Period, scope: Scope) -> Things:
    """The reviews that meetings set, each by the meeting before, and those that lead professionals hold."""
    due = [
        each
        for each in _reviews(period, scope)
        if period.starts_on <= each.due_on <= period.ends_on and each.falls_due
    ]
    by_meeting = {each.after.case_id for each in due if each.booked is None}
    by_lead = (
        each
        for each in lead_reviews_due(scope.of(Case), period.starts_on, period.ends_on)
        if each.held or each.case.pk not in by_meeting
    )
    return things(
        [
            *((each.after.pk, due_traits(each, period)) for each in due),
            *((each.key, _lead_traits(each, period)) for each in by_lead),
        ]
    )


@counted("reviews@{quarter}", HELD, Unit.REVIEWS, CountedThing.MEETINGS)
def reviews_held(period: Period, scope: Scope) -> Things:
    """The meetings that were such a review, by the category before and whether in time."""
    return things(
        (
            meeting.pk,
            {
                "category": groups.category_code(each.category),
                "timing": "in_time" if each.in_time else "late",
            },
        )
        for meeting, each in _held(period, scope)
    )


@counted("reviews@{quarter}:timing=late", HELD_LATE, Unit.REVIEWS, CountedThing.MEETINGS)
def reviews_late(period: Period, scope: Scope) -> Things:
    """Those of them that were late, by the reason."""
    late = (meeting for meeting, each in _held(period, scope) if not each.in_time)
    return things((meeting.pk, {Dimension.REASON: meeting.late_reason or NO_REASON.code}) for meeting in late)


def _reviews(period: Period, scope: Scope) -> list[Review]:
    near = possibly_due_reviews(scope.of(Meeting).of_children(), period.starts_on, period.ends_on)
    return reviews_set_by(near, until=period.ends_on)


def _held(period: Period, scope: Scope) -> Iterator[tuple[Any, Review]]:
    for each in _reviews(period, scope):
        if each.booked and each.booked.ended_at and period.start <= each.booked.ended_at < period.end:
            yield each.booked, each


def _lead_traits(review: LeadReview, period: Period) -> dict[str, str]:
    standing = "not_held"
    if review.held is not None and review.held.held_on <= period.ends_on:
        standing = "in_time" if review.held.in_time else "late"
    return {"category": groups.category_code(review.category), "standing": standing}


register(
    Measure(
        code="D2",
        name="Reviews due, and held in time",
        kind=MeasureKind.FLOW,
        definition="Due: the last day for a child's next review fell in the quarter, booked or not. The meeting "
        "before sets that day, by the category it decided (28 days for category 3, 42 for 2, 84 for 1, or sooner); "
        "pauses of the clock move it on. In category 1 the lead professional reviews every 84 days without a meeting, "
        "counted from the decision or the last review. Not due where work on the case ended on or before that day "
        "with no review held. Of those due, held in time: the review took place on or before its last day; held late: "
        "after it, and ended by the quarter's end. Held: MASE reviews that took place and ended in the quarter, "
        "whenever they were due.",
        source="Meetings, and reviews by lead professionals",
        note="By the category that the meeting before decided. A review due in one quarter and held late in the next "
        "counts as not held in the one, and as held late in the other. A review by the lead professional counts by the "
        "category that the child had then. One that was due, and was not held before the case closed or the category "
        "rose, is not counted.",
        version=2,
        headlines=[
            Headline("Reviews in time, category 3", Dimension.DUE, row="3", column=RATE, better=Better.MORE),
            Headline("Reviews in time, category 2", Dimension.DUE, row="2", column=RATE, better=Better.MORE),
            Headline("Reviews in time, category 1", Dimension.DUE, row="1", column=RATE, better=Better.MORE),
            Headline("Reviews in time, all categories", Dimension.DUE, column=RATE, better=Better.MORE),
        ],
        counts=[reviews_due.by(OF_DUE), reviews_held.by(OF_HELD), reviews_late.by(OF_LATE)],
    )
)
