"""D1, D3 and D5: whether children were met about in time, who came, and whether the minutes went out in time."""

from dataclasses import replace
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast, Coalesce, TruncDate

from cases.record.models.case import Episode
from mase.meetings.choices import PRESENT, MeetingKind
from mase.meetings.models.meeting import Invitation, Meeting
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.attendance import ABSENTS, CAMES, NOT_RECORDED
from reporting.measures.selectors.expected import Initial, initials_of, possibly_due
from reporting.measures.selectors.figures import RATE, Key
from reporting.measures.selectors.lateness import (
    DUE,
    HELD,
    HELD_LATE,
    IN_TIME,
    NO_REASON,
    OF_DUE,
    OF_HELD,
    OF_LATE,
    TIMING,
    due_traits,
)
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Across, Lines, Share, Table, counted
from reporting.measures.selectors.tally import Flags, Rows, Scope, Things, things

_CAME = Across("came", (Key("came", "Came, or sent a deputy"), Key("absent", "Did not come, or not known")))
_QUORUM = Across("quorum", (Key("quorate", "With a quorum"), Key("not_quorate", "Without a quorum")))
_SO, _NOT_SO = Key("yes", "Yes"), Key("no", "No")


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


def _initials(period: Period, scope: Scope) -> list[Initial]:
    near = possibly_due(scope.of(Episode), period.starts_on, period.ends_on)
    return initials_of(near, until=period.ends_on)


def _held(period: Period, scope: Scope) -> Any:
    return scope.of(Meeting).of_children().ended().filter(period.has("ended_at"))


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
