"""The clocks of a meeting: by when each step is due, which rule says so, and how it stands."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case, Episode
from cases.reviews.selectors import is_reviewed_by_lead
from cse_portal.accounts.models import Agency
from cse_portal.reference.models import ClockRule
from cse_portal.reference.selectors import clock_rule, codes, label
from cse_portal.reference.working_days import local_day, put_off, working_days_in
from cse_portal.ui.presenters import display_date
from mase.clocks.models import ClockPause, ClockState, ClockStep, LateReason
from mase.meetings.choices import MeetingKind, MeetingState, role_of
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.selectors.thresholds import asked_for, counted_from, last_day_of_next, with_threshold
from mase.meetings.selectors.together import read_together
from mase.minutes.models import Minutes
from mase.plans.models.plan import PlanAction

HELD_RULES = {MeetingKind.INITIAL: "INITIAL_MASE", MeetingKind.REVIEW: "REVIEW_MASE"}
SET_BY = "Set by the meeting of"
KEPT = (ClockStep.HELD, ClockStep.MINUTES)  # their due day is written down


@dataclass(frozen=True)
class Clock:
    """One step with its last day in time, the rule that gave it and who says so, and how it stands today.

    A day that a meeting set has that for a rule, and no source.

    `waits_for`: the roles that belong at the table and that nobody is invited in. `waits_for_end`: its meeting was
    started and has not ended, and nothing else holds it up. `held_by`: of a review, the meeting that holds it.
    """

    step: ClockStep
    since: dt.date
    due_on: dt.date
    label: str
    rule: str
    source: str
    state: ClockState
    done_on: dt.date | None = None
    late_reason: str = ""
    pauses: tuple[ClockPause, ...] = ()
    waits_for: tuple[str, ...] = ()
    waits_for_end: bool = False
    held_by: uuid.UUID | None = None

    @property
    def paused(self) -> ClockPause | None:
        """The pause that goes on, if one does."""
        return next((each for each in self.pauses if each.ends_on is None), None)

    @property
    def may_resume(self) -> bool:
        """Paused, and what it is for is still to come: the day of a meeting held and of minutes sent out stays.

        A review is paused where the meeting that holds it is, and runs again there.
        """
        if self.step == ClockStep.REVIEW:
            return False
        return self.paused is not None and not (self.done_on and self.step in KEPT)

    @property
    def may_pause(self) -> bool:
        """Only what still runs and is in time: a pause cures no lateness."""
        may = self.step != ClockStep.REVIEW and not self.waits_for_end
        return may and self.state == ClockState.RUNNING

    @property
    def may_explain(self) -> bool:
        """Late, and nobody has said why; what only waits for a meeting to end is late until that ends.

        Why a review is late is said where the meeting that holds it is.
        """
        elsewhere = self.waits_for_end or self.step == ClockStep.REVIEW
        return self.state == ClockState.LATE and not elsewhere


@dataclass(frozen=True)
class Ticking:
    """What a clock is made from. `moved` says that its due day already counts the pauses that have ended.

    `pauses` are those of the meeting that follows, for a clock that waits for it. `set_by` says which meeting set the
    due day, where the rule did not.
    """

    step: ClockStep
    since: dt.date | dt.datetime
    due_on: dt.date
    rule: ClockRule
    done_on: dt.date | None = None
    moved: bool = False
    late_reason: str = ""
    pauses: tuple[ClockPause, ...] = ()
    waits_for: tuple[str, ...] = ()
    set_by: str = ""
    waits_for_end: bool = False
    held_by: uuid.UUID | None = None


def state_of(
    due_on: dt.date, done_on: dt.date | None, *, paused: bool, explained: bool, today: dt.date
) -> ClockState:
    """In time to the last day; what is done is judged by its own day, what is not by today, unless it is paused."""
    if (done_on or today) <= due_on or (paused and done_on is None):
        if done_on is not None:
            return ClockState.IN_TIME
        return ClockState.PAUSED if paused else ClockState.RUNNING
    return ClockState.EXPLAINED if explained else ClockState.LATE


def paused_days(pauses: Iterable[ClockPause], until: dt.date | None = None) -> int:
    """The working days of these pauses; one that goes on counts to `until`, or not at all."""
    ended = [(each.starts_on, each.ends_on or until) for each in pauses]
    return sum(working_days_in(first, last) for first, last in ended if last is not None)


def due_after_pauses(
    due_on: dt.date, pauses: Iterable[ClockPause], *, moved: bool, until: dt.date | None
) -> dt.date:
    """The due day after its pauses: `moved` days count those that have ended already, so only the one that goes on."""
    counted = [each for each in pauses if each.ends_on is None or not moved]
    return put_off(due_on, paused_days(counted, until))


def is_late(due_on: dt.date, pauses: Iterable[ClockPause], day: dt.date) -> bool:
    """Whether what is held on this day is late: `due_on` counts what has ended, a pause that goes on counts to the day.

    That is what the clock will say once it is held: the start ends the pause.
    """
    return day > due_after_pauses(due_on, pauses, moved=True, until=day)


def clocks_of(meeting: Meeting) -> list[Clock]:
    """Every clock of a meeting that runs or has run; anyone who asks was shown the meeting. None of a cancelled one."""
    if meeting.state == MeetingState.CANCELLED:
        return []
    asked = meeting.invitations.filter(agency__isnull=False)
    invitations, agencies, contributions, actions, pauses, late = read_together(
        meeting,
        asked,
        Agency.objects.filter(pk__in=asked.values("agency")),
        meeting.contributions.exclude(given_at=None),
        meeting.actions.filter(issued_at__isnull=False),
        meeting.clock_pauses.all(),
        meeting.late_reasons.all(),
    )
    before = _before(meeting, invitations, agencies, contributions)
    running = [*before, _held(meeting), *_after(meeting, actions)]
    return [_clock(each, pauses, late) for each in running]


def clocks_to_book(cases: Sequence[Case]) -> dict[uuid.UUID, list[Clock]]:
    """Of each of these cases the clocks of the meeting that is not booked yet, in four questions for them all."""
    keys = [each.pk for each in cases]
    periods = with_threshold(Episode.objects.filter(case__in=keys, closed_at__isnull=True))
    worked = {row.case_id: row for row in periods}
    ended = Meeting.objects.ended().filter(case__in=keys).order_by("ended_at")
    last = {key: LastMeeting(*facts) for key, *facts in ended.values_list("case_id", "ended_at", "review_on")}
    pauses = list(ClockPause.objects.filter(case__in=keys, meeting=None))
    late = list(LateReason.objects.filter(case__in=keys, meeting=None))
    return {
        case.pk: [
            _clock(
                each,
                [row for row in pauses if row.case_id == case.pk],
                [row for row in late if row.case_id == case.pk],
            )
            for each in _unbooked(case, worked.get(case.pk), last.get(case.pk))
        ]
        for case in cases
    }


def rule_name(rule: ClockRule) -> str:
    """The clock and its version, kept beside the date it gave."""
    return f"{rule.label}: {rule.amount} {rule.get_unit_display()} (version {rule.version})"


@dataclass(frozen=True)
class LastMeeting:
    """When the meeting before ended, and by when it asked for the review."""

    ended_at: dt.datetime
    review_on: dt.date | None

    def who_set(self, day: dt.date, rule: ClockRule) -> str:
        """That this meeting set the day of the review, where it is another than the rule gives; else nothing.

        A meeting may ask for an earlier one, and its day stays where the category has fallen or risen since.
        """
        if day != self.review_on or day == rule.due(self.ended_at):
            return ""
        return f"{SET_BY} {display_date(local_day(self.ended_at))}"


def report_due(meeting: Meeting) -> dt.date:
    """The last day for agencies' reports: some working days before the meeting."""
    return clock_rule("AGENCY_REPORT").due(meeting.scheduled_for)


def _unbooked(case: Case, period: Any, last: LastMeeting | None) -> list[Ticking]:
    """In category 1 the lead professional's review; else the initial MASE, or the review that the last one set."""
    if is_reviewed_by_lead(case):
        return _by_lead(case, last)
    if last is None or (period and last.ended_at < period.opened_at):
        if period and not asked_for(period, case.category):
            return []
        book, held = clock_rule("BOOK_MEETING"), last_day_of_next(case, period)
        since = counted_from(period) if period else case.opened_at
        return [
            Ticking(ClockStep.BOOK, since, book.due(since), book),
            Ticking(ClockStep.HELD, held.since, held.day, held.rule),
        ]
    hold = clock_rule("REVIEW_MASE", case.category)
    day = case.next_review_on or hold.due(last.ended_at)
    return [Ticking(ClockStep.HELD, last.ended_at, day, hold, set_by=last.who_set(day, hold))]


def _by_lead(case: Case, last: LastMeeting | None) -> list[Ticking]:
    """No pause moves it: a child who cannot be seen is the news of it."""
    if case.next_review_on is None:
        return []
    rule, since = clock_rule("REVIEW_MASE", case.category), last.ended_at if last else case.opened_at
    set_by = last.who_set(case.next_review_on, rule) if last else ""
    return [Ticking(ClockStep.REVIEW, since, case.next_review_on, rule, set_by=set_by)]


def _before(
    meeting: Meeting,
    invitations: list[Invitation],
    agencies: list[Agency],
    contributions: list[Contribution],
) -> list[Ticking]:
    day = local_day(meeting.booked_at)
    send, reports = clock_rule("INVITATIONS", on=day), clock_rule("AGENCY_REPORT", on=day)
    sent, nobody = all_asked(invitations, agencies, lead=meeting.case.lead_professional_id, on=day)
    asked = [each for each in invitations if each.role != "CHAIR"]
    due_on = reports.due(meeting.scheduled_for)
    return [
        *_booked(meeting),
        Ticking(ClockStep.INVITATIONS, day, send.due(meeting.booked_at), send, sent, waits_for=nobody),
        Ticking(ClockStep.REPORTS, day, due_on, reports, _reported(meeting, asked, contributions)),
    ]


def _booked(meeting: Meeting) -> list[Ticking]:
    """A review's day is set by the meeting before it: nothing counts when it was booked."""
    if meeting.kind != MeetingKind.INITIAL:
        return []
    rule = clock_rule("BOOK_MEETING", on=local_day(meeting.booked_at))
    begun = meeting.case.episodes.filter(opened_at__lte=meeting.booked_at).order_by("-opened_at")
    period = with_threshold(begun).first()
    since = min(counted_from(period), meeting.booked_at) if period else meeting.case.opened_at
    if period and not asked_for(period, meeting.category_at_entry):
        since = meeting.booked_at
    return [Ticking(ClockStep.BOOK, since, rule.due(since), rule, local_day(meeting.booked_at))]


def _reported(
    meeting: Meeting, asked: Collection[Invitation], contributions: list[Contribution]
) -> dt.date | None:
    """The day the last agency sent the first of its report."""
    given = {each.agency_id: each.given_at for each in reversed(contributions)}
    sent = [given.get(each.agency_id) for each in asked if each.agency_id]
    days = [local_day(each) for each in sent if each is not None]
    return max(days) if days and len(days) == len(sent) else None


def _held(meeting: Meeting) -> Ticking:
    done_on = local_day(meeting.started_at) if meeting.started_at else None
    return Ticking(
        ClockStep.HELD, meeting.booked_at, meeting.due_on, _rule_of(meeting), done_on, moved=True,
        late_reason=meeting.late_reason, set_by=meeting.due_rule if meeting.due_rule.startswith(SET_BY) else "",
    )  # fmt: skip


def _rule_of(meeting: Meeting) -> ClockRule:
    """The rule that gave its day: also that of a lower category, where the category rose and the day was sooner."""
    code, day = HELD_RULES[MeetingKind(meeting.kind)], local_day(meeting.booked_at)
    categories = (meeting.category_at_entry, RiskCategory.LOW, RiskCategory.MEDIUM)
    rules = [clock_rule(code, each, on=day) for each in categories]
    return next((each for each in rules if rule_name(each) == meeting.due_rule), rules[0])


def _after(meeting: Meeting, actions: list[PlanAction]) -> list[Ticking]:
    """Once it has ended: its actions, its minutes and the review that it set.

    While it runs the first two wait for its end: a meeting which nobody ends is late with them, counted from its start.
    """
    if meeting.ended_at is None:
        return _while_it_runs(meeting)
    day = local_day(meeting.ended_at)
    send, review = clock_rule("ACTIONS_OUT", on=day), clock_rule("REVIEW_MASE", meeting.case.category, on=day)
    # A plan without actions has nothing to send out.
    issued = [local_day(each.issued_at) for each in actions if each.issued_at]
    done_on = max(issued, default=day)
    found = [Ticking(ClockStep.ACTIONS, day, send.due(meeting.ended_at), send, done_on)]
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    if minutes is not None:
        out = local_day(minutes.circulated_at) if minutes.circulated_at else None
        found.append(
            Ticking(
                ClockStep.MINUTES, day, minutes.due_on, clock_rule("MINUTES_OUT", on=day), out, moved=True
            )
        )
    if meeting.review_on is not None:
        found.append(_review(meeting, review))
    return found


def _while_it_runs(meeting: Meeting) -> list[Ticking]:
    if meeting.started_at is None:
        return []
    day = local_day(meeting.started_at)
    waiting = ((ClockStep.ACTIONS, "ACTIONS_OUT"), (ClockStep.MINUTES, "MINUTES_OUT"))
    rules = [(step, clock_rule(code, on=day)) for step, code in waiting]
    return [
        Ticking(step, day, rule.due(meeting.started_at), rule, waits_for_end=True) for step, rule in rules
    ]


def _review(meeting: Meeting, rule: ClockRule) -> Ticking:
    """As the meeting that holds it has it, booked or held; before that, sooner where the category has risen since."""
    ended_at, set_on = meeting.ended_at or meeting.booked_at, meeting.review_on
    at = Coalesce("started_at", "scheduled_for", output_field=DateTimeField())
    later = Meeting.objects.filter(case=meeting.case_id).exclude(state=MeetingState.CANCELLED)
    following: Meeting | None = later.alias(at=at).filter(at__gt=ended_at).order_by("at", "pk").first()
    written = [set_on] if following else [set_on, meeting.case.next_review_on]
    day = min(each for each in written if each is not None)
    if following is not None and following.kind == MeetingKind.REVIEW:
        day, rule = following.due_on, _rule_of(following)
    rows = {"case": meeting.case_id, "meeting": following, "step": ClockStep.HELD}
    said = LateReason.objects.filter(**rows, said_at__gte=ended_at).values_list("reason", flat=True).first()
    return Ticking(
        ClockStep.REVIEW, local_day(ended_at), day, rule,
        local_day(following.started_at) if following and following.started_at else None,
        moved=following is not None,
        late_reason=said or (following.late_reason if following else ""),
        pauses=tuple(ClockPause.objects.filter(**rows, starts_on__gte=local_day(ended_at))),
        set_by=LastMeeting(ended_at, set_on).who_set(day, rule),
        held_by=following.pk if following else None,
    )  # fmt: skip


def _clock(given: Ticking, pauses: Iterable[ClockPause], late: Iterable[LateReason]) -> Clock:
    today = timezone.localdate()
    own = (*given.pauses, *(each for each in pauses if each.step == given.step))
    said = next((each.reason for each in late if each.step == given.step), given.late_reason)
    going_on = [each for each in own if each.ends_on is None]
    due_on = due_after_pauses(given.due_on, own, moved=given.moved, until=None if given.done_on else today)
    state = state_of(due_on, given.done_on, paused=bool(going_on), explained=bool(said), today=today)
    return Clock(
        step=given.step, since=local_day(given.since),
        due_on=due_on, label=given.rule.label, rule=given.set_by or given.rule.words,
        source="" if given.set_by else given.rule.source,
        state=state, done_on=given.done_on, pauses=own,
        # Given for a day on which it was then not held: what is done in time needs no excuse.
        waits_for=given.waits_for, waits_for_end=given.waits_for_end, held_by=given.held_by,
        late_reason=label("late-reason", said) if said and state != ClockState.IN_TIME else "",
    )  # fmt: skip


ALLOCATED = "SW"  # of the reference list of roles: the allocated social worker or case worker


def all_asked(
    invitations: Iterable[Invitation], agencies: Iterable[Agency], *, lead: uuid.UUID | None, on: dt.date
) -> tuple[dt.date | None, tuple[str, ...]]:
    """The day on which the last role that belongs at every table was asked, and the roles nobody is asked in.

    There is no such day while one is missing, however many others were asked. Which roles these are is reference data,
    as it stood `on` the day of booking. Who comes from an agency counts for the role it usually comes in, too, and
    the `lead` professional, wherever they work, for the child's allocated worker.
    """
    usual = {each.pk: role_of(each) for each in agencies}
    first: dict[str, dt.date] = {}
    for each in sorted(invitations, key=lambda each: each.invited_at):
        leads = each.person_id is not None and each.person_id == lead
        usually = usual.get(each.agency_id, "") if each.agency_id else ""
        for role in (each.role, usually, ALLOCATED if leads else ""):
            first.setdefault(role, local_day(each.invited_at))
    expected = [each for each in codes("meeting-role", on=on) if each.extra.get("expected")]
    nobody = tuple(each.label for each in expected if each.code not in first)
    return None if nobody else max((first[each.code] for each in expected), default=on), nobody
