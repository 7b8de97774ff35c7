"""Telling of deadlines before and after them, pausing a clock, and giving a reason for being late."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.choices import NoticeKind
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify, notify_all
from cse_portal.reference.selectors import clock_rule, label
from cse_portal.reference.working_days import last_working_day, local_day, put_off, working_days_in
from cse_portal.ui.presenters import counted, display_date
from mase.clocks.models import ClockNotice, ClockPause, ClockStep, ClockTold, CmogNotice, LateReason
from mase.clocks.selectors.clocks import HELD_RULES, Clock, clocks_of, clocks_to_book, is_late, rule_name
from mase.clocks.selectors.clocks_due import CmogDue, DueStep, cmog_due, leads_for, steps_due
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.errors import ChangedMeanwhile
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.chairing import chairs_now
from mase.meetings.selectors.meetings import chairs_for, due_date, held_pause, kind_of_next
from mase.meetings.services.locking import hold
from mase.minutes.models import Minutes


class PauseOutsideClock(NotAllowedNow):
    """A pause begins while the clock runs, and ends after it began."""

    message = (
        "The day does not fit. A pause begins today or earlier, while the clock runs, after any earlier pause; "
        "and it ends after it began."
    )


WHAT = {
    ClockStep.BOOK: "initial MASE to book,initial MASEs to book",
    ClockStep.HELD: "meeting to hold,meetings to hold",
    ClockStep.MINUTES: "set of minutes to send out,sets of minutes to send out",
    ClockStep.REVIEW: "review by the lead professional,reviews by the lead professional",
}
RUNNING = "meeting that was started before today,meetings that were started before today"
LED = "initial MASE of a child your agency leads,initial MASEs of children your agency leads"
KINDS = {ClockStep.MINUTES: NoticeKind.MINUTES}  # the others are about meetings


@dataclass(frozen=True)
class Line:
    """What one person is told in one sentence, however many it is about."""

    person: User
    told: ClockTold
    step: ClockStep
    leads: bool = False
    reason: str = ""


@transaction.atomic
def notify_about_clocks() -> int:
    """Every morning: each step that is due soon or late is told once in each of these states; returns how many.

    A second run finds nothing left to tell, also once a meeting is booked for the same day.
    """
    found = steps_due()
    rows = ClockNotice.objects.filter(case__in={each.case.pk for each in found})
    before = set(rows.values_list("case", "step", "told", "due_on"))
    new = list({each.key: each for each in found if each.key not in before}.values())
    said: dict[Line, list[DueStep]] = defaultdict(list)
    notices: list[ClockNotice] = []
    for each in new:
        lines = _lines(each)
        if not lines:
            continue  # asked again tomorrow: somebody may chair by then
        for line in lines:
            said[line].append(each)
        notices.append(
            ClockNotice(
                case=each.case, step=each.clock.step, told=each.told, due_on=each.day, people=len(lines)
            )
        )  # fmt: skip
        detail = {"step": each.clock.step.value, "told": each.told.value, "people": len(lines)}
        record(Action.CLOCK_TOLD, by=None, obj=each.meeting or each.case, case=each.case, detail=detail)
    ClockNotice.objects.bulk_create(notices)
    notify_all(_notification(line, about) for line, about in said.items())
    return len(notices)


def _lines(due: DueStep) -> set[Line]:
    step = due.clock.step
    people = set() if due.told == ClockTold.EXPLAINED else _who_acts(due)
    found = {Line(person, due.told, step) for person in people}
    if due.is_first_meeting and due.told not in (ClockTold.SOON, ClockTold.RUNS):
        reason = _why_paused(due) if due.told == ClockTold.PAUSED else due.clock.late_reason
        found |= {Line(lead, due.told, step, leads=True, reason=reason) for lead in leads_for(due.case)}
    return found


def _why_paused(due: DueStep) -> str:
    paused = due.clock.paused
    return label("pause-reason", paused.reason) if paused else ""


def _who_acts(due: DueStep) -> set[User]:
    """Its chair; once late, paused, not booked or running for days anyone who may chair it.

    For a review of category 1 also who leads the case.
    """
    case = due.case
    if due.is_by_lead:
        return _who_reviews(due)
    people = set(chairs_now(due.meeting)) if due.meeting else set(chairs_for(case))
    if due.told in (ClockTold.LATE, ClockTold.PAUSED) or due.runs_for_days:
        people |= set(chairs_for(case))
    lead = case.lead_professional
    is_theirs = not due.still_runs and due.clock.step == ClockStep.HELD and case.category <= RiskCategory.LOW
    if is_theirs and lead is not None and gate.can(lead, Permission.MEETING_SCHEDULE, case):
        people.add(lead)
    return people


def _who_reviews(due: DueStep) -> set[User]:
    """The lead professional; once it is late, or where nobody leads, also the CSE Team Manager."""
    lead = due.case.lead_professional
    may = lead is not None and gate.can(lead, Permission.CASE_REVIEW, due.case)
    people = {lead} if lead is not None and may else set()
    return people if people and due.told == ClockTold.SOON else people | set(chairs_for(due.case))


def _notification(line: Line, about: Sequence[DueStep]) -> Notification:
    alone = about[0] if len(about) == 1 and not line.leads else None
    return Notification(
        user=line.person, kind=KINDS.get(line.step, NoticeKind.MEETINGS), text=_words(line, len(about)),
        url=_page(alone) if alone else _list(line, about), case_id=alone.case.pk if alone else None,
    )  # fmt: skip


def _words(line: Line, number: int) -> str:
    if line.leads and line.told == ClockTold.EXPLAINED:
        return f"Late, and the reason is on record: {counted(number, LED)}. {line.reason}."
    if line.leads and line.told == ClockTold.PAUSED:
        return f"Still paused: {counted(number, LED)}. {line.reason}."
    if line.told == ClockTold.RUNS:
        return f"Still running: {counted(number, RUNNING)}. End it, or say that it was not held or was broken off."
    if line.told == ClockTold.PAUSED:
        return f"Still paused: {counted(number, WHAT[line.step])}. Let the clock run again, or say that it must wait."
    if line.leads:
        return f"Late: {counted(number, LED)}. No reason is on record yet."
    if line.told == ClockTold.SOON:
        return f"Due soon: {counted(number, WHAT[line.step])}."
    if line.step == ClockStep.REVIEW:
        return (
            f"Late: {counted(number, WHAT[line.step])}. See the child or young person, and record the review."
        )
    return f"Late: {counted(number, WHAT[line.step])}. Do it now, or say why it is late."


def _page(due: DueStep) -> str:
    if due.is_by_lead:
        return reverse("cases:review-new", args=[due.case.reference])
    if due.meeting is None:
        return reverse("mase:case-meetings", args=[due.case.reference])
    return reverse(
        "mase:minutes" if due.clock.step == ClockStep.MINUTES else "mase:meeting", args=[due.meeting.pk]
    )


def _list(line: Line, about: Sequence[DueStep]) -> str:
    if line.leads:
        return reverse("home")
    if line.step == ClockStep.MINUTES:
        return reverse("mase:minutes-drafts")
    if line.step == ClockStep.REVIEW:
        return f"{reverse('cases:list')}?sort=review"
    return reverse("mase:to-book" if any(each.meeting is None for each in about) else "mase:meetings")


MINUTES = {
    ClockTold.SOON: "Due soon: the minutes of a CMOG to send out.",
    ClockTold.LATE: "Late: the minutes of a CMOG to send out. Do it now.",
}
RUNS = "Still running: a CMOG that was started before today. End it."


@transaction.atomic
def notify_about_cmog_clocks() -> int:
    """Every morning: each of these is told once while it is due soon, and once when it is late; returns how many.

    A second run finds nothing left to tell. With nobody to tell it is asked again tomorrow.
    """
    found = cmog_due()
    rows = CmogNotice.objects.filter(due_on__in=[each.due_on for each in found])
    before = set(rows.values_list("meeting", "told", "due_on"))
    told = [(each, people) for each in found if each.key not in before and (people := _people(each))]
    CmogNotice.objects.bulk_create(
        CmogNotice(meeting=each.meeting, told=each.told, due_on=each.due_on, people=len(people))
        for each, people in told
    )
    for each, people in told:
        detail = {"told": each.told.value, "due_on": each.due_on.isoformat(), "people": len(people)}
        record(Action.CLOCK_TOLD, by=None, obj=each.meeting, detail=detail)
    notify_all(_line(each, person) for each, people in told for person in people)
    return len(told)


def _people(due: CmogDue) -> list[User]:
    meeting = due.meeting
    if meeting is None:
        return people_who_may(Permission.MEETING_CHAIR)
    able = [
        each
        for each in people_who_may(Permission.MEETING_CHAIR)
        if gate.can(each, Permission.MEETING_VIEW, meeting)
    ]
    if due.told == ClockTold.RUNS and meeting.chair in able and _began_yesterday(meeting):
        return [meeting.chair]
    return able


def _began_yesterday(meeting: Meeting) -> bool:
    """The chair may yet end it by themselves; from the second day everybody hears of it who could."""
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    return meeting.started_at is not None and timezone.localdate(meeting.started_at) == yesterday


def _line(due: CmogDue, person: User) -> Notification:
    if due.meeting is not None and due.told == ClockTold.RUNS:
        page = reverse("mase:cmog", args=[due.meeting.pk])
        return Notification(user=person, kind=NoticeKind.MEETINGS, text=RUNS, url=page)
    if due.meeting is not None:
        page = reverse("mase:minutes", args=[due.meeting.pk])
        return Notification(user=person, kind=NoticeKind.MINUTES, text=MINUTES[due.told], url=page)
    words = f"No CMOG is booked for {due.due_on:%B}."
    if due.told == ClockTold.LATE:
        words = f"No CMOG is booked for {due.due_on:%B}, and it is {due.due_on:%B}. CMOG meets every month."
    return Notification(user=person, kind=NoticeKind.MEETINGS, text=words, url=reverse("mase:cmogs"))


# The clocks that have nothing to wait for once the meeting is held.
UNTIL_HELD = (ClockStep.BOOK, ClockStep.INVITATIONS, ClockStep.REPORTS, ClockStep.HELD)


@transaction.atomic
def pause(
    *, case: Case, meeting: Meeting | None, step: ClockStep, reason: str, starts_on: dt.date, by: User
) -> ClockPause:
    """A clock that runs stands still from a day on, for a reason. Its due day moves by the working days of that."""
    gate.require(by, Permission.MEETING_SCHEDULE, case)
    clock = _locked_clock(case, meeting, step)
    if not clock.may_pause:
        raise ChangedMeanwhile
    earliest = max((each.ends_on for each in clock.pauses if each.ends_on), default=clock.since)
    if not earliest <= starts_on <= min(timezone.localdate(), clock.due_on):
        raise PauseOutsideClock
    made = ClockPause.objects.create(
        case=case, meeting=meeting, step=step, reason=reason, starts_on=starts_on, paused_by=by
    )
    detail = {"step": step.value, "reason": reason, "from": starts_on.isoformat()}
    record(Action.CLOCK_PAUSED, by=by, obj=meeting or case, case=case, detail=detail)
    return made


@transaction.atomic
def resume(*, case: Case, meeting: Meeting | None, step: ClockStep, ends_on: dt.date, by: User) -> ClockPause:
    """It runs again from this day; the due day that is written down moves with it."""
    gate.require(by, Permission.MEETING_SCHEDULE, case)
    clock = _locked_clock(case, meeting, step)
    ended = clock.paused
    if ended is None or not clock.may_resume:
        raise ChangedMeanwhile
    if not ended.starts_on <= ends_on <= timezone.localdate():
        raise PauseOutsideClock
    return _run_again(ClockPause.objects.get(pk=ended.pk), meeting, ends_on, by)


def run_out(meeting: Meeting, steps: Collection[ClockStep], by: User) -> None:
    """What these clocks waited for is done: a pause that goes on ends today, and counts until today.

    The caller holds the meeting or its minutes.
    """
    for row in meeting.clock_pauses.filter(step__in=steps, ends_on__isnull=True):
        _run_again(row, meeting, max(row.starts_on, timezone.localdate()), by)


def _run_again(row: ClockPause, meeting: Meeting | None, ends_on: dt.date, by: User) -> ClockPause:
    row.ends_on, row.resumed_by = ends_on, by
    row.save(update_fields=["ends_on", "resumed_by"])
    days = working_days_in(row.starts_on, ends_on)
    if meeting is not None:
        _move_written_day(meeting, ClockStep(row.step), days)
    detail = {"step": row.step, "on": ends_on.isoformat(), "days": days}
    record(Action.CLOCK_RESUMED, by=by, obj=meeting or row.case, case=row.case, detail=detail)
    return row


@transaction.atomic
def explain(*, case: Case, meeting: Meeting | None, step: ClockStep, reason: str, by: User) -> LateReason:
    """Why a step came after its day, or has not come yet."""
    gate.require(by, Permission.MEETING_SCHEDULE, case)
    if not _locked_clock(case, meeting, step).may_explain:
        raise ChangedMeanwhile
    said = LateReason.objects.create(case=case, meeting=meeting, step=step, reason=reason, said_by=by)
    detail = {"step": step.value, "reason": reason}
    record(Action.LATENESS_EXPLAINED, by=by, obj=meeting or case, case=case, detail=detail)
    return said


def take_over(meeting: Meeting) -> None:
    """The booking takes over what was noted of the clocks before it."""
    for model in (ClockPause, LateReason):
        model.objects.filter(case=meeting.case_id, meeting=None).update(meeting=meeting)


def follow_category(case: Case, by: User) -> None:
    """A review, and a meeting that is ahead, are held by the stricter standard, counted from when the category rises.

    Never later than they were due before. The meeting's chair is told, to move it or to say why it is late.
    Before the first meeting of this period of work the next step is that meeting.
    """
    _bring_forward(case)
    ahead = Meeting.objects.filter(case=case, state=MeetingState.SCHEDULED)
    found = ahead.filter(category_at_entry__lt=case.category).first()
    if found is None:
        return
    held = hold(found)
    if held.state != MeetingState.SCHEDULED:
        return
    rule = clock_rule(HELD_RULES[MeetingKind(held.kind)], case.category)
    due_on = rule.due(timezone.now())
    if due_on < held.due_on:
        held.due_on, held.due_rule = due_on, rule_name(rule)
    held.category_at_entry = case.category
    held.save(update_fields=["category_at_entry", "due_on", "due_rule"])
    detail = {"category": case.category, "due_on": held.due_on.isoformat()}
    record(Action.MEETING_CHANGED, by=by, obj=held, case=case, detail=detail)
    late = is_late(held.due_on, held_pause(case, held), local_day(held.scheduled_for))
    words = (
        f"The category was raised before a meeting you chair. It is now due by {display_date(held.due_on)}."
    )
    asks = " It is booked for a later day: move it, or say why it is late." if late else ""
    for person in chairs_now(held):
        if person != by:
            page = reverse("mase:meeting", args=[held.pk])
            notify(user=person, text=words + asks, url=page, case_id=case.pk)


def _bring_forward(case: Case) -> None:
    """The day of the next step, as the category that rose asks for it."""
    if case.category >= RiskCategory.MEDIUM and kind_of_next(case) is MeetingKind.INITIAL:
        Case.objects.filter(pk=case.pk).update(next_review_on=due_date(case, MeetingKind.INITIAL)[0])
        return
    review_on = last_working_day(clock_rule("REVIEW_MASE", case.category).due(timezone.now()))
    Case.objects.filter(pk=case.pk, next_review_on__gt=review_on).update(next_review_on=review_on)


def _locked_clock(case: Case, meeting: Meeting | None, step: ClockStep) -> Clock:
    """The clock as it is now; nobody else pauses it until this transaction ends."""
    if meeting is not None:
        found = clocks_of(hold(meeting))
    else:
        held = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
        found = clocks_to_book([held])[held.pk]
    for clock in found:
        if clock.step == step:
            return clock
    raise NotVisible


def _move_written_day(meeting: Meeting, step: ClockStep, days: int) -> None:
    """The meeting and its minutes keep their due day; the other clocks are worked out each time."""
    if step == ClockStep.HELD:
        held = Meeting.objects.get(pk=meeting.pk)
        held.due_on = put_off(held.due_on, days)
        held.save(update_fields=["due_on"])
    elif step == ClockStep.MINUTES:
        row = Minutes.objects.get(meeting=meeting)
        row.due_on = put_off(row.due_on, days)
        row.save(update_fields=["due_on"])
