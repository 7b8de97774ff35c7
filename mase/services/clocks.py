"""Pausing a clock of a meeting, letting it run again, and saying why a step was late."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotVisible
from cse_portal.jobs.services import notify
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import local_day, put_off, working_days_in
from cse_portal.ui.presenters import display_date
from mase.choices import ClockStep, MeetingKind, MeetingState
from mase.errors import ChangedMeanwhile, PauseOutsideClock
from mase.models import ClockPause, LateReason, MaseMeeting, Minutes
from mase.selectors.chairing import chairs_now
from mase.selectors.clocks import HELD_RULES, Clock, clocks_of, clocks_to_book, is_late, rule_name
from mase.selectors.meetings import held_pause
from mase.services.locking import hold

# The clocks that have nothing to wait for once the meeting is held.
UNTIL_HELD = (ClockStep.BOOK, ClockStep.INVITATIONS, ClockStep.REPORTS, ClockStep.HELD)


@transaction.atomic
def pause(
    *, case: Case, meeting: MaseMeeting | None, step: ClockStep, reason: str, starts_on: dt.date, by: User
) -> ClockPause:
    """A clock that runs stands still from a day on, for a reason. Its due day moves by the working days of that."""
    gate.require(by, Permission.MEETING_SCHEDULE, case)
    clock = _held_still(case, meeting, step)
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
def resume(
    *, case: Case, meeting: MaseMeeting | None, step: ClockStep, ends_on: dt.date, by: User
) -> ClockPause:
    """It runs again from this day; the due day that is written down moves with it."""
    gate.require(by, Permission.MEETING_SCHEDULE, case)
    clock = _held_still(case, meeting, step)
    ended = clock.paused
    if ended is None or not clock.may_resume:
        raise ChangedMeanwhile
    if not ended.starts_on <= ends_on <= timezone.localdate():
        raise PauseOutsideClock
    return _run_again(ClockPause.objects.get(pk=ended.pk), meeting, ends_on, by)


def run_out(meeting: MaseMeeting, steps: Collection[ClockStep], by: User) -> None:
    """What these clocks waited for is done: a pause that goes on ends today, and counts until today.

    The caller holds the meeting or its minutes.
    """
    for row in meeting.clock_pauses.filter(step__in=steps, ends_on__isnull=True):
        _run_again(row, meeting, max(row.starts_on, timezone.localdate()), by)


def _run_again(row: ClockPause, meeting: MaseMeeting | None, ends_on: dt.date, by: User) -> ClockPause:
    row.ends_on, row.resumed_by = ends_on, by
    row.save(update_fields=["ends_on", "resumed_by"])
    days = working_days_in(row.starts_on, ends_on)
    if meeting is not None:
        _move_written_day(meeting, ClockStep(row.step), days)
    detail = {"step": row.step, "on": ends_on.isoformat(), "days": days}
    record(Action.CLOCK_RESUMED, by=by, obj=meeting or row.case, case=row.case, detail=detail)
    return row


@transaction.atomic
def explain(*, case: Case, meeting: MaseMeeting | None, step: ClockStep, reason: str, by: User) -> LateReason:
    """Why a step came after its day, or has not come yet."""
    gate.require(by, Permission.MEETING_SCHEDULE, case)
    if not _held_still(case, meeting, step).may_explain:
        raise ChangedMeanwhile
    said = LateReason.objects.create(case=case, meeting=meeting, step=step, reason=reason, said_by=by)
    detail = {"step": step.value, "reason": reason}
    record(Action.LATENESS_EXPLAINED, by=by, obj=meeting or case, case=case, detail=detail)
    return said


def take_over(meeting: MaseMeeting) -> None:
    """The booking takes over what was noted of the clocks before it."""
    for model in (ClockPause, LateReason):
        model.objects.filter(case=meeting.case_id, meeting=None).update(meeting=meeting)


def follow_category(case: Case, by: User) -> None:
    """A review, and a meeting that is ahead, are held by the stricter standard, counted from when the category rises.

    Never later than they were due before. The meeting's chair is told, to move it or to say why it is late.
    """
    review_on = clock_rule("REVIEW_MASE", case.category).due(timezone.now())
    Case.objects.filter(pk=case.pk, next_review_on__gt=review_on).update(next_review_on=review_on)
    ahead = MaseMeeting.objects.filter(case=case, state=MeetingState.SCHEDULED)
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


def _held_still(case: Case, meeting: MaseMeeting | None, step: ClockStep) -> Clock:
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


def _move_written_day(meeting: MaseMeeting, step: ClockStep, days: int) -> None:
    """The meeting and its minutes keep their due day; the other clocks are worked out each time."""
    if step == ClockStep.HELD:
        held = MaseMeeting.objects.get(pk=meeting.pk)
        held.due_on = put_off(held.due_on, days)
        held.save(update_fields=["due_on"])
    elif step == ClockStep.MINUTES:
        row = Minutes.objects.get(meeting=meeting)
        row.due_on = put_off(row.due_on, days)
        row.save(update_fields=["due_on"])
