"""D2: whether each review was held in time: by a MASE meeting, or in category 1 by the lead professional."""

from django.db.models import QuerySet

from cases.record.models.case import Case
from cases.reviews.selectors import LeadReview, lead_reviews_due
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.querysets import MeetingQuerySet
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.breakdown import shared
from reporting.measures.selectors.expected import Review, possibly_due_reviews, reviews_set_by
from reporting.measures.selectors.figures import Figure, Key, Subject, one_way
from reporting.measures.selectors.lateness import (
    DUE,
    HELD,
    HELD_LATE,
    STANDINGS,
    TIMING,
    category_of,
    late_reasons,
    reason,
    standing_of,
)
from reporting.measures.selectors.population import SINCE
from reporting.measures.selectors.registry import Measure, Period, measure
from reporting.measures.selectors.tally import Counted, column_counts, counts


@measure(
    Measure(
        code="D2",
        version=2,
        valid_from=SINCE,
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
    )
)
def review_meetings(period: Period) -> list[Figure]:
    """What became of those due; those held, in time and late; and why late."""
    tally = review_tally(period, Meeting.objects.of_children(), Case.objects.all())
    due = Subject(f"reviews_due@{period.quarter.slug}", DUE, Unit.REVIEWS)
    held = Subject(f"reviews@{period.quarter.slug}", HELD, Unit.REVIEWS)
    late = Subject(f"{held.fact}|late", HELD_LATE.label, Unit.REVIEWS)
    reasons = column_counts(tally, Dimension.REASON)
    share, part = "Share in time", "in_time"
    return [
        *shared(
            due, Dimension.DUE, groups.CATEGORIES, STANDINGS, counts(tally, Dimension.DUE), part=part, share=share
        ),
        *shared(
            held, Dimension.CATEGORY, groups.CATEGORIES, TIMING, counts(tally, Dimension.CATEGORY), part=part,
            share=share,
        ),
        *one_way(late, Dimension.REASON, late_reasons(reasons), reasons),
    ]  # fmt: skip


def review_tally(period: Period, meetings: MeetingQuerySet, cases: QuerySet[Case]) -> list[Counted]:
    """Where D2 counts the reviews that these meetings set: one due by the meeting before, one held by itself.

    And those that lead professionals hold of these cases, which are due and nothing else.
    """
    quarter = period.quarter
    near = possibly_due_reviews(meetings, quarter.starts_on, quarter.ends_on)
    reviews = reviews_set_by(near, until=quarter.ends_on)
    held = {each.booked: each for each in reviews if each.booked and _ended_in(each.booked, period)}
    due = [each for each in reviews if quarter.starts_on <= each.due_on <= quarter.ends_on and each.falls_due]
    by_meeting = {each.after.case_id for each in due if each.booked is None}
    return [
        *(
            Counted(Dimension.DUE, category_of(each.category), standing_of(each, period), each.after.pk, DUE)
            for each in due
        ),
        *(
            Counted(Dimension.DUE, category_of(each.category), _standing_of(each, period), each.key, DUE)
            for each in lead_reviews_due(cases, quarter.starts_on, quarter.ends_on)
            if each.held or each.case.pk not in by_meeting
        ),
        *(
            Counted(Dimension.CATEGORY, category_of(each.category), _timing(each), meeting.pk, HELD)
            for meeting, each in held.items()
        ),
        *(
            Counted(Dimension.REASON, reason(meeting.late_reason), HELD_LATE, meeting.pk)
            for meeting, each in held.items()
            if not each.in_time
        ),
    ]


def _standing_of(review: LeadReview, period: Period) -> Key:
    in_time, late, not_held = STANDINGS
    if review.held is None or review.held.held_on > period.quarter.ends_on:
        return not_held
    return in_time if review.held.in_time else late


def _ended_in(meeting: Meeting, period: Period) -> bool:
    return meeting.ended_at is not None and period.start <= meeting.ended_at < period.end


def _timing(review: Review) -> Key:
    in_time, late = TIMING
    return in_time if review.in_time else late
