"""D1, D3 and D5: whether children were met about in time, who came, and whether the minutes went out in time."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from cse_portal.reference import selectors as reference
from cse_portal.reference.working_days import local_day
from mase.choices import PRESENT, MeetingKind, MeetingState
from mase.models import Invitation, MaseMeeting, Minutes
from reporting.choices import Dimension, MeasureKind
from reporting.selectors.measures import groups
from reporting.selectors.measures.breakdown import Traits, outcomes, shared
from reporting.selectors.measures.figures import ALL, TOTAL, Figure, Key, Subject, one_way, total_only
from reporting.selectors.measures.population import SINCE
from reporting.selectors.measures.registry import Measure, Period, measure

MEETINGS = "meetings"
MINUTES = "minutes"
_TIMING = (Key("in_time", "In time"), Key("late", "Late"))
_NO_REASON = Key("not_given", "No reason given")
_CAME = (Key("came", "Came, or sent a deputy"), Key("absent", "Did not come"))
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
        definition="Due: the last day for the child's initial MASE fell in the quarter and the meeting was not "
        "cancelled. Held: the meeting took place and ended in the quarter. In time: held on or before"
        " its last day, by the clock in force when it was booked (10 working days from the decision; "
        "5 for category 3).",
        source="Meetings",
    )
)
def initial_meetings(period: Period) -> list[Figure]:
    """Due, held in time and late, by category, and why late."""
    initial = MaseMeeting.objects.filter(kind=MeetingKind.INITIAL)
    due = initial.filter(due_on__gte=period.quarter.starts_on, due_on__lte=period.quarter.ends_on)
    not_cancelled = Q(cancelled_at__isnull=True) | Q(cancelled_at__gte=period.end)
    due_fact = Subject(f"due@{period.quarter.slug}", "Due", MEETINGS)
    held = list(_held(period).filter(kind=MeetingKind.INITIAL))
    counted = [
        (Traits(category=groups.category(meeting.category_at_entry)), _timing(meeting)) for meeting in held
    ]
    subject = Subject(f"initial@{period.quarter.slug}", "Held", MEETINGS)
    return [
        total_only(due_fact, due.filter(not_cancelled).count()),
        *outcomes(subject, counted, _TIMING, [Dimension.CATEGORY], part="in_time", share="Share in time"),
        *_late_reasons(period, held),
    ]


@measure(
    Measure(
        code="D3",
        version=1,
        valid_from=SINCE,
        name="Who came to the meetings",
        kind=MeasureKind.FLOW,
        definition="Of the MASE meetings that ended in the quarter: for each agency, the invitations answered by"
        " coming or by sending a deputy (a written report alone is not coming); the meetings with and"
        " without a quorum; and the meetings to which the child and a parent or carer were invited, "
        "came, and at which their view was heard.",
        source="Meetings, invitations and attendance",
    )
)
def attendance(period: Period) -> list[Figure]:
    """By agency, by quorum, and for the child and their family."""
    held = list(_held(period))
    invitations = list(Invitation.objects.filter(meeting__in=held).select_related("agency", "attendance"))
    counted = [
        (Traits(agency=invitation.agency.code), "came" if _came(invitation) else "absent")
        for invitation in invitations
        if invitation.agency is not None
    ]
    invited = Subject(f"invited@{period.quarter.slug}", "Invited", "invitations")
    quorate = Counter("quorate" if not meeting.no_quorum_reason else "not_quorate" for meeting in held)
    meetings = Subject(_met(period), "Meetings", MEETINGS)
    rows = [Key("quorate", "With a quorum"), Key("not_quorate", "Without a quorum")]
    return [
        *outcomes(invited, counted, _CAME, [Dimension.AGENCY], part="came", share="Attendance"),
        *one_way(meetings, Dimension.QUORUM, rows, quorate),
        *_family(period, held, invitations),
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
    """Due, sent out in time and late."""
    due = Minutes.objects.filter(due_on__gte=period.quarter.starts_on, due_on__lte=period.quarter.ends_on)
    sent = Minutes.objects.filter(circulated_at__gte=period.start, circulated_at__lt=period.end)
    totals = Counter(
        (TOTAL, "in_time" if circulated_at and local_day(circulated_at) <= due_on else "late")
        for circulated_at, due_on in sent.values_list("circulated_at", "due_on")
    )
    subject = Subject(f"minutes@{period.quarter.slug}", "Sent out", MINUTES)
    return [
        total_only(Subject(f"minutes_due@{period.quarter.slug}", "Due", MINUTES), due.count()),
        *shared(
            subject, Dimension.ALL, [ALL], _TIMING, totals, part="in_time", share="Share in time",
            total_row=False,
        ),
    ]  # fmt: skip


def _held(period: Period) -> QuerySet[MaseMeeting]:
    ended = MaseMeeting.objects.filter(state=MeetingState.ENDED)
    return ended.filter(ended_at__gte=period.start, ended_at__lt=period.end).select_related("voice")


def _timing(meeting: MaseMeeting) -> str:
    return "in_time" if local_day(meeting.started_at or meeting.scheduled_for) <= meeting.due_on else "late"


def _met(period: Period) -> str:
    return f"met@{period.quarter.slug}"


def _late_reasons(period: Period, held: Iterable[MaseMeeting]) -> list[Figure]:
    late = Counter(m.late_reason or _NO_REASON.code for m in held if _timing(m) == "late")
    listed = [Key(entry.code, entry.label) for entry in reference.codes("late-reason")]
    others = [
        Key(code, reference.label("late-reason", code))
        for code in sorted(late)
        if code not in {row.code for row in [*listed, _NO_REASON]}
    ]
    subject = Subject(f"initial@{period.quarter.slug}|late", "Held late", MEETINGS)
    return one_way(subject, Dimension.REASON, [*listed, *others, _NO_REASON], late)


def _came(invitation: Invitation) -> bool:
    answer = getattr(invitation, "attendance", None)
    return answer is not None and answer.code in PRESENT


def _family(period: Period, held: list[MaseMeeting], invitations: list[Invitation]) -> list[Figure]:
    came = {(each.meeting_id, each.role) for each in invitations if each.is_family and _came(each)}
    counts: Counter[tuple[str, str]] = Counter()
    for meeting in held:
        voice = getattr(meeting, "voice", None)
        answers = (
            meeting.child_invited,
            (meeting.pk, "CHILD") in came,
            bool(voice and voice.obtained),
            meeting.parent_invited,
            (meeting.pk, "PAR") in came,
            bool(voice and voice.parent_view),
        )
        counts.update(
            (row.code, "yes" if answer else "no") for row, answer in zip(_PEOPLE, answers, strict=True)
        )
    return shared(
        Subject(f"family@{period.quarter.slug}", "Meetings", MEETINGS), Dimension.PEOPLE, _PEOPLE, _YES_NO, counts,
        part="yes", share="Share", total_row=False, facts={(row.code, TOTAL): _met(period) for row in _PEOPLE},
    )  # fmt: skip
