"""D1, D3 and D5: whether children were met about in time, who came, and whether the minutes went out in time."""

from django.db.models import QuerySet

from cases.record.models.case import Episode
from cse_portal.reference.working_days import local_day
from mase.meetings.choices import PRESENT, MeetingKind
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.querysets import MeetingQuerySet
from mase.minutes.models import Minutes
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.attendance import ABSENT, CAME, INVITED, answers, came_or_not
from reporting.measures.selectors.breakdown import shared
from reporting.measures.selectors.expected import initials_of, possibly_due
from reporting.measures.selectors.figures import ALL, TOTAL, Figure, Key, Subject, one_way, total_only
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

_COUNT = Key("count", "Meetings")
_DUE = Key("count", "Due")
PAUSED = Key("count", "Paused at the end of the quarter")
SENT_OUT = "Sent out"
_QUORUM = (Key("quorate", "With a quorum"), Key("not_quorate", "Without a quorum"))
_YES_NO = (Key("yes", "Yes"), Key("no", "No"))
_PEOPLE = (
    Key("child_invited", "The child was invited"),
    Key("child_came", "The child came"),
    Key("child_view", "The child's view was heard"),
    Key("parent_invited", "A parent or carer was invited"),
    Key("parent_came", "A parent or carer came"),
    Key("parent_view", "A parent's or carer's view was heard"),
)


@measure(
    Measure(
        code="D1",
        version=1,
        valid_from=SINCE,
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
    )
)
def initial_meetings(period: Period) -> list[Figure]:
    """Held in time and late, by category; what became of those due; why late; and how many stand still."""
    tally = initial_tally(period, Meeting.objects.of_children(), Episode.objects.all())
    due = Subject(f"due@{period.quarter.slug}", DUE, Unit.INITIALS)
    held = Subject(f"initial@{period.quarter.slug}", HELD, Unit.INITIALS)
    by_category = counts(tally, Dimension.CATEGORY)
    late = Subject(f"initial@{period.quarter.slug}|late", HELD_LATE.label, Unit.INITIALS)
    reasons = column_counts(tally, Dimension.REASON)
    paused = Subject(f"initial_paused@{period.quarter.slug}", PAUSED.label, Unit.INITIALS)
    return [
        *shared(
            held, Dimension.CATEGORY, groups.CATEGORIES, TIMING, by_category, part="in_time", share="Share in time"
        ),
        *shared(
            due, Dimension.DUE, groups.CATEGORIES, STANDINGS, counts(tally, Dimension.DUE), part="in_time",
            share="Share in time",
        ),
        *one_way(late, Dimension.REASON, late_reasons(reasons), reasons),
        total_only(paused, column_counts(tally, Dimension.PAUSED)[TOTAL], Dimension.PAUSED),
    ]  # fmt: skip


def initial_tally(period: Period, meetings: MeetingQuerySet, episodes: QuerySet[Episode]) -> list[Counted]:
    """Where D1 counts these periods of work, by the initial MASE due in each, and which of these meetings were held."""
    quarter = period.quarter
    near = possibly_due(episodes, quarter.starts_on, quarter.ends_on)
    initials = initials_of(near, until=quarter.ends_on)
    tally = [
        Counted(Dimension.DUE, category_of(each.category), standing_of(each, period), each.episode.pk, DUE)
        for each in initials
        if quarter.starts_on <= each.due_on <= quarter.ends_on and each.falls_due and not each.paused
    ]
    tally += [Counted(Dimension.PAUSED, ALL, PAUSED, each.episode.pk) for each in initials if each.paused]
    late = []
    for meeting in _held(period, meetings.filter(kind=MeetingKind.INITIAL)):
        timing = _timing(meeting)
        category = category_of(meeting.category_at_entry)
        tally.append(Counted(Dimension.CATEGORY, category, timing, meeting.pk, HELD))
        if timing.code == "late":
            late.append(meeting)
    why = (Counted(Dimension.REASON, reason(each.late_reason), HELD_LATE, each.pk) for each in late)
    return [*tally, *why]


@measure(
    Measure(
        code="D3",
        version=1,
        valid_from=SINCE,
        name="Who came to the meetings",
        kind=MeasureKind.FLOW,
        definition="Of the MASE meetings that ended in the quarter: for each agency, the invitations answered by"
        " coming or by sending a deputy (a written report alone is not coming); the meetings with and"
        " without a quorum, and the share with one; and the meetings to which the child and a parent or carer"
        " were invited, came, and at which their view was heard.",
        source="Meetings, invitations and attendance",
    )
)
def attendance(period: Period) -> list[Figure]:
    """By agency, by quorum, and for the child and their family."""
    tally = attendance_tally(period, Meeting.objects.of_children())
    invited = Subject(f"invited@{period.quarter.slug}", INVITED, Unit.INVITATIONS)
    meetings = Subject(_met(period), _COUNT.label, Unit.MEETINGS)
    family = Subject(f"family@{period.quarter.slug}", _COUNT.label, Unit.CHILDREN_MET)
    agencies = groups.agencies(each.row.code for each in tally if each.dimension == Dimension.AGENCY)
    by_agency = counts(tally, Dimension.AGENCY)
    return [
        *shared(
            invited, Dimension.AGENCY, agencies, (CAME, ABSENT), by_agency, part="came", share="Attendance"
        ),
        *shared(
            meetings, Dimension.QUORUM, [ALL], _QUORUM, counts(tally, Dimension.QUORUM), part="quorate",
            share="Share with a quorum", total_row=False,
        ),
        *shared(
            family, Dimension.PEOPLE, _PEOPLE, _YES_NO,
            counts(tally, Dimension.PEOPLE), part="yes", share="Share", total_row=False,
            facts={(row.code, TOTAL): _met(period) for row in _PEOPLE},
        ),
    ]  # fmt: skip


def attendance_tally(period: Period, meetings: MeetingQuerySet) -> list[Counted]:
    """Which invitations to these meetings D3 counts where, and which meetings."""
    held = list(_held(period, meetings))
    quorate, not_quorate = _QUORUM
    return [
        *came_or_not(answers(meetings, period.start, period.end)),
        *(
            Counted(Dimension.QUORUM, ALL, not_quorate if each.no_quorum_reason else quorate, each.pk)
            for each in held
        ),
        *_family(held),
    ]


@measure(
    Measure(
        code="D5",
        version=1,
        valid_from=SINCE,
        name="Minutes due, sent out, and sent out in time",
        kind=MeasureKind.FLOW,
        definition="Due: the last day to send out a meeting's minutes fell in the quarter. Sent out: the chair sent "
        "them out for the first time in the quarter. In time: on or before that last day, by the clock in force when "
        "the meeting ended (5 working days). The day they were sent out counts, not the day their copies were made.",
        source="Minutes of meetings",
    )
)
def minutes_sent_out(period: Period) -> list[Figure]:
    """Sent out in time and late, and how many were due."""
    tally = minutes_tally(period, Meeting.objects.of_children())
    due = Subject(f"minutes_due@{period.quarter.slug}", _DUE.label, Unit.MINUTES)
    sent = Subject(f"minutes@{period.quarter.slug}", SENT_OUT, Unit.MINUTES)
    return [
        *shared(
            sent, Dimension.ALL, [ALL], TIMING, counts(tally, Dimension.ALL), part="in_time", share="Share in time",
            total_row=False,
        ),
        total_only(due, column_counts(tally, Dimension.DUE)[TOTAL], Dimension.DUE),
    ]  # fmt: skip


def minutes_tally(period: Period, meetings: MeetingQuerySet) -> list[Counted]:
    """Which of these meetings D5 counts where, by their minutes."""
    of_these = Minutes.objects.filter(meeting__in=meetings)
    due = of_these.filter(due_on__gte=period.quarter.starts_on, due_on__lte=period.quarter.ends_on)
    sent = of_these.filter(circulated_at__gte=period.start, circulated_at__lt=period.end)
    in_time, late = TIMING
    return [
        *(Counted(Dimension.DUE, ALL, _DUE, pk) for pk in due.values_list("meeting", flat=True)),
        *(
            Counted(Dimension.ALL, ALL, in_time if day and local_day(day) <= due_on else late, pk, SENT_OUT)
            for pk, day, due_on in sent.values_list("meeting", "circulated_at", "due_on")
        ),
    ]


def _held(period: Period, meetings: MeetingQuerySet) -> QuerySet[Meeting]:
    ended = meetings.ended().filter(ended_at__gte=period.start, ended_at__lt=period.end)
    return ended.select_related("voice")


def _timing(meeting: Meeting) -> Key:
    in_time, late = TIMING
    return in_time if local_day(meeting.started_at or meeting.scheduled_for) <= meeting.due_on else late


def _met(period: Period) -> str:
    return f"met@{period.quarter.slug}"


def _family(held: list[Meeting]) -> list[Counted]:
    rows = Invitation.objects.filter(meeting__in=held, agency=None, came_as__in=PRESENT)
    came = set(rows.values_list("meeting_id", "role"))
    yes, no = _YES_NO
    tally = []
    for meeting in held:
        voice = getattr(meeting, "voice", None)
        said = (
            meeting.child_invited,
            (meeting.pk, "CHILD") in came,
            bool(voice and voice.obtained),
            meeting.parent_invited,
            (meeting.pk, "PAR") in came,
            bool(voice and voice.parent_is_recorded),
        )
        tally += [
            Counted(Dimension.PEOPLE, row, yes if answer else no, meeting.pk, _COUNT.label)
            for row, answer in zip(_PEOPLE, said, strict=True)
        ]
    return tally
