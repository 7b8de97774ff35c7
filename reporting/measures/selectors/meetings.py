"""D1, D2, D3 and D5: whether meetings and reviews were held in time, who came, and whether the minutes went out."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast, Coalesce, TruncDate

from cases.record.models.case import Case, Episode
from cases.reviews.selectors import LeadReview, lead_reviews_due
from mase.meetings.choices import PRESENT, MeetingKind
from mase.meetings.models.meeting import Invitation, Meeting
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.attendance import ABSENTS, CAMES, NOT_RECORDED
from reporting.measures.selectors.expected import (
    Expected,
    Initial,
    Review,
    initials_of,
    possibly_due,
    possibly_due_reviews,
    reviews_set_by,
)
from reporting.measures.selectors.figures import RATE, Key, keys_of
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Across, Lines, Share, Table, counted
from reporting.measures.selectors.tally import Flags, Rows, Scope, Things, things

HELD = "Held"
TIMING = Across("timing", (Key("in_time", "In time"), Key("late", "Late")))
HELD_LATE = "Held late"
DUE = "Due"
STANDINGS = (
    Key("in_time", "Held in time"), Key("late", HELD_LATE), Key("not_held", "Not held by the end of the quarter"),
)  # fmt: skip
IN_TIME = Share("in_time", "Share in time")
NO_REASON = Key("not_given", "No reason given")
_CAME = Across("came", (Key("came", "Came, or sent a deputy"), Key("absent", "Did not come, or not known")))
_QUORUM = Across("quorum", (Key("quorate", "With a quorum"), Key("not_quorate", "Without a quorum")))
_SO, _NOT_SO = Key("yes", "Yes"), Key("no", "No")


def late_reasons(used: Collection[str]) -> list[Key]:
    """The reasons of today's list, and those of the meetings that it no longer has."""
    return [*keys_of("late-reason", {*used} - {NO_REASON.code}), NO_REASON]


# The tables of initial meetings and of reviews alike.
OF_DUE = Table(Dimension.DUE, "category", Across("standing", STANDINGS), groups.CATEGORIES, IN_TIME)
OF_HELD = Table(Dimension.CATEGORY, across=TIMING, share=IN_TIME)
OF_LATE = Table(Dimension.REASON, rows=late_reasons)


def due_traits(expected: Expected, period: Period) -> Mapping[str, str]:
    """The category by which a meeting was due, and what had become of it at the end of the period."""
    return {"category": groups.category_code(expected.category), "standing": _standing(expected, period)}


def _standing(expected: Expected, period: Period) -> str:
    if expected.booked is None or expected.booked.ended_at is None or expected.booked.ended_at >= period.end:
        return "not_held"
    return "in_time" if expected.in_time else "late"


@counted("due@{quarter}", DUE, Unit.INITIALS)
def initials_due(period: Period, scope: Scope) -> Things:
    """The periods of work whose initial MASE was due, by category and what became of it."""
    due = (
        each
        for each in _initials(period, scope)
        if period.starts_on <= each.due_on <= period.ends_on and each.falls_due and not each.paused
    )
    return things((each.episode.pk, due_traits(each, period)) for each in due)


@counted("initial_paused@{quarter}", "Paused at the end of the quarter", Unit.INITIALS)
def initials_paused(period: Period, scope: Scope) -> Things:
    """The periods of work whose clock stood still at the end."""
    return things((each.episode.pk, {}) for each in _initials(period, scope) if each.paused)


@counted("initial@{quarter}", HELD, Unit.INITIALS, CountedThing.MEETINGS)
def initials_held(period: Period, scope: Scope) -> Rows:
    """The initial meetings that were held, by category and whether in time."""
    day = TruncDate(Coalesce("started_at", "scheduled_for"))
    rows = _held(period, scope).filter(kind=MeetingKind.INITIAL).annotate(held_on=day)
    return Rows(
        rows,
        {
            Dimension.CATEGORY: Cast("category_at_entry", CharField()),
            "timing": groups.either(Q(held_on__lte=F("due_on")), "in_time", "late"),
        },
    )


@counted("initial@{quarter}:timing=late", HELD_LATE, Unit.INITIALS, CountedThing.MEETINGS)
def initials_late(period: Period, scope: Scope) -> Rows:
    """Those of them that were late, by the reason."""
    held = initials_held(period, scope)
    why = groups.either(~Q(late_reason=""), F("late_reason"), NO_REASON.code)
    return Rows(held.things.filter(held_on__gt=F("due_on")), {Dimension.REASON: why})


@counted("invited@{quarter}", "Invited", Unit.INVITATIONS)
def invitations(period: Period, scope: Scope) -> Rows:
    """The invitations of agencies to the meetings that were held, and how they were answered."""
    rows = Invitation.objects.filter(meeting__in=_held(period, scope).values("pk"), agency__isnull=False)
    return Rows(
        rows,
        {
            Dimension.AGENCY: F("agency__code"),
            "came": groups.either(Q(came_as__in=PRESENT), "came", "absent"),
            "came_as": groups.either(~Q(came_as=""), F("came_as"), NOT_RECORDED.code),
        },
    )


@counted("met@{quarter}", "Meetings", Unit.MEETINGS)
def meetings_held(period: Period, scope: Scope) -> Rows:
    """The meetings that were held: with a quorum or not, and whether the child and their family were heard."""
    family = Invitation.objects.filter(meeting=OuterRef("pk"), agency=None, came_as__in=PRESENT)
    heard_by = (
        ~Q(voice__parent_heard_by="") & ~Q(voice__parent_how="") & Q(voice__parent_heard_on__isnull=False)
    )
    part = {
        Key("child_invited", "The child was invited"): Q(child_invited=True),
        Key("child_came", "The child came"): Q(Exists(family.filter(role="CHILD"))),
        Key("child_view", "The child's view was heard"): Q(voice__obtained=True),
        Key("parent_invited", "A parent or carer was invited"): Q(parent_invited=True),
        Key("parent_came", "A parent or carer came"): Q(Exists(family.filter(role="PAR"))),
        Key("parent_view", "A parent's or carer's view was heard"): ~Q(voice__parent_view="") & heard_by,
    }
    quorum = groups.either(Q(no_quorum_reason=""), "quorate", "not_quorate")
    return Rows(_held(period, scope), {"quorum": quorum, Dimension.PEOPLE: Flags(part)})


@counted("minutes_due@{quarter}", DUE, Unit.MINUTES)
def minutes_due(period: Period, scope: Scope) -> Rows:
    """The meetings whose minutes were to be sent out."""
    return Rows(scope.of(Meeting).of_children().filter(period.has_day("minutes__due_on")))


@counted("minutes@{quarter}", "Sent out", Unit.MINUTES)
def minutes_sent(period: Period, scope: Scope) -> Rows:
    """The meetings whose minutes were sent out, in time or late."""
    rows = scope.of(Meeting).of_children().filter(period.has("minutes__circulated_at"))
    rows = rows.annotate(sent_on=TruncDate("minutes__circulated_at"))
    return Rows(rows, {"timing": groups.either(Q(sent_on__lte=F("minutes__due_on")), "in_time", "late")})


def _initials(period: Period, scope: Scope) -> Iterator[Initial]:
    near = possibly_due(scope.of(Episode), period.starts_on, period.ends_on)
    return initials_of(near, until=period.ends_on)


def _held(period: Period, scope: Scope) -> Any:
    return scope.of(Meeting).of_children().ended().filter(period.has("ended_at"))


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
        for meeting, each in _reviews_held(period, scope)
    )


@counted("reviews@{quarter}:timing=late", HELD_LATE, Unit.REVIEWS, CountedThing.MEETINGS)
def reviews_late(period: Period, scope: Scope) -> Things:
    """Those of them that were late, by the reason."""
    late = (meeting for meeting, each in _reviews_held(period, scope) if not each.in_time)
    return things((meeting.pk, {Dimension.REASON: meeting.late_reason or NO_REASON.code}) for meeting in late)


def _reviews(period: Period, scope: Scope) -> list[Review]:
    near = possibly_due_reviews(scope.of(Meeting).of_children(), period.starts_on, period.ends_on)
    return reviews_set_by(near, until=period.ends_on)


def _reviews_held(period: Period, scope: Scope) -> Iterator[tuple[Any, Review]]:
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
        code="D1",
        name="Initial MASE meetings due, held, and held in time",
        kind=MeasureKind.FLOW,
        definition="Due: the last day for a child's initial MASE fell in the quarter, booked or not: 10 working days "
        "from the first decision in a period of work for category 2 or 3, 5 for category 3; pauses of the clock move "
        "it on. Not due where work ended on or before that day with no such meeting held. Paused: not due either, as "
        "the clock stood still at the quarter's end (today, while the quarter runs) and no meeting was held; it falls "
        "due once it runs again. Of those due, held in time: the meeting took place on or before its last day; held "
        "late: after it, and ended by the quarter's end. Held: initial meetings that took place and ended in the "
        "quarter, whenever they were due.",
        source="Category decisions, periods of work and meetings",
        note="A meeting due in one quarter and held late in the next counts as not held in the one, and as held late "
        "in the other.",
        headlines=[Headline("First MASE meetings in time", Dimension.DUE, column=RATE, better=Better.MORE)],
        counts=[
            initials_held.by(OF_HELD),
            initials_due.by(OF_DUE),
            initials_late.by(OF_LATE),
            initials_paused.by(Table(Dimension.PAUSED, "")),
        ],
    ),
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
    ),
    Measure(
        code="D3",
        name="Who came to the meetings",
        kind=MeasureKind.FLOW,
        definition="Of the MASE meetings that ended in the quarter: for each agency, the invitations answered by"
        " coming or by sending a deputy (a written report alone is not coming); the meetings with and"
        " without a quorum, and the share with one; and the meetings to which the child and a parent or carer"
        " were invited, came, and at which their view was heard.",
        source="Meetings, invitations and attendance",
        headlines=[
            Headline("Agencies came", Dimension.AGENCY, column=RATE, better=Better.MORE),
            Headline(
                "The child was heard", Dimension.PEOPLE, row="child_view", column=RATE, better=Better.MORE
            ),
        ],
        counts=[
            invitations.by(
                Table(Dimension.AGENCY, across=_CAME, share=Share("came", "Attendance")),
                Table(Dimension.ANSWER, "agency", Across("came_as", (*CAMES, *ABSENTS)), groups.agencies),
            ),
            meetings_held.by(
                Table(Dimension.QUORUM, "", _QUORUM, share=Share("quorate", "Share with a quorum"))
            ),
            replace(meetings_held, unit=Unit.CHILDREN_MET).by(Lines(Dimension.PEOPLE, _SO, _NOT_SO, "Share")),
        ],
    ),
    Measure(
        code="D5",
        name="Minutes due, sent out, and sent out in time",
        kind=MeasureKind.FLOW,
        definition="Due: the last day to send out a meeting's minutes fell in the quarter. Sent out: the chair sent "
        "them out for the first time in the quarter. In time: on or before that last day, by the clock in force when "
        "the meeting ended (5 working days). The day they were sent out counts, not the day their copies were made.",
        source="Minutes of meetings",
        headlines=[
            Headline("Minutes out in five working days", Dimension.ALL, column=RATE, better=Better.MORE)
        ],
        counts=[
            minutes_sent.by(Table(Dimension.ALL, across=TIMING, share=IN_TIME)),
            minutes_due.by(Table(Dimension.DUE, "")),
        ],
    ),
)
