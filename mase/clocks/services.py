"""Telling of deadlines before and after them, pausing a meeting's clock, and giving a reason for being late."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
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
from cse_portal.errors import NotVisible
from cse_portal.jobs.choices import NoticeKind
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify, notify_all
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import last_working_day, local_day, put_off, working_days_in
from cse_portal.ui.presenters import counted, display_date
from mase.clocks.models import ClockNotice, ClockPause, ClockState, ClockStep, ClockTold
from mase.clocks.selectors.clocks import HELD_RULES, Clock, clocks_to_book, held_clock, is_late, rule_name
from mase.clocks.selectors.clocks_due import DueStep, leads_for, steps_due
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.chairing import chairs_now
from mase.meetings.selectors.meetings import chairs_for, due_date, held_pause, kind_of_next
from mase.meetings.services.locking import hold

PAUSE_OUTSIDE_CLOCK = (
    "The day does not fit. A pause begins today or earlier, while the clock runs, after any earlier pause; "
    "and it ends after it began."
)


@dataclass(frozen=True)
class Telling:
    """What is said of a step, of one or of several, and the pages it leads to."""

    what: str
    late: str
    page: str
    several: str


TELLINGS = {
    ClockStep.BOOK: Telling(
        "initial MASE to book,initial MASEs to book", "Late: {}. Do it now.", "mase:case-meetings", "mase:to-book"
    ),
    ClockStep.HELD: Telling(
        "meeting to hold,meetings to hold", "Late: {}. Book or hold it now, and say why it is late.",
        "mase:case-meetings", "mase:meetings",
    ),
    ClockStep.MINUTES: Telling(
        "set of minutes to send out,sets of minutes to send out", "Late: {}. Do it now.", "mase:minutes",
        "mase:minutes-drafts",
    ),
    ClockStep.REVIEW: Telling(
        "review by the lead professional,reviews by the lead professional",
        "Late: {}. See the child or young person, and record the review.", "cases:review-new", "cases:list",
    ),
    ClockStep.ADULT: Telling(
        "step towards adult services,steps towards adult services", "A young person will turn 18. Due: {}.",
        "mase:transition", "cases:list",
    ),
}  # fmt: skip
LED = "initial MASE of a child your agency leads,initial MASEs of children your agency leads"
STARTED = "meeting that was started before today,meetings that were started before today"
SAYS_TO_LEADS = {
    ClockTold.LATE: "Late: {}. No reason is on record yet.",
    ClockTold.EXPLAINED: "Late, and the reason is on record: {}.",
    ClockTold.PAUSED: "Still paused: {}.",
}


@dataclass(frozen=True)
class Line:
    """What one person is told in one sentence, however many it is about: `what` is counted in `says`."""

    person: User
    kind: NoticeKind
    says: str
    what: str
    several: str


@transaction.atomic
def notify_about_clocks() -> int:
    """Every morning: each step that is due soon or late is told once in each of these states; returns how many.

    A second run finds nothing left to tell, also once a meeting is booked for the same day.
    """
    found = steps_due()
    rows = ClockNotice.objects.filter(due_on__in={each.day for each in found})
    before = set(rows.values_list("case", "meeting", "step", "told", "due_on"))
    said: dict[Line, list[DueStep]] = defaultdict(list)
    notices: list[ClockNotice] = []
    for each in {each.key: each for each in found if each.key not in before}.values():
        lines = _lines(each)
        if not lines:
            continue  # asked again tomorrow: somebody may chair by then
        for line in lines:
            said[line].append(each)
        case, meeting, step, told, day = each.key
        notices.append(
            ClockNotice(case_id=case, meeting_id=meeting, step=step, told=told, due_on=day, people=len(lines))
        )
        detail = {"step": step, "told": told, "people": len(lines)}
        record(Action.CLOCK_TOLD, by=None, obj=each.meeting or each.case, case=each.case, detail=detail)
    ClockNotice.objects.bulk_create(notices)
    notify_all(_notification(line, about) for line, about in said.items())
    return len(notices)


def _lines(due: DueStep) -> set[Line]:
    """For those who act, and of a late or paused initial MASE for the service manager, who is led to no child."""
    kind = NoticeKind.MINUTES if due.step == ClockStep.MINUTES else NoticeKind.MEETINGS
    found = set[Line]()
    if due.told != ClockTold.EXPLAINED:
        telling = TELLINGS[due.step]
        what = STARTED if due.told == ClockTold.RUNS else telling.what
        several = reverse(
            "mase:to-book" if due.step == ClockStep.HELD and not due.meeting else telling.several
        )
        found |= {Line(person, kind, _says(due), what, several) for person in _who_acts(due)}
    is_news = due.is_initial and due.step == ClockStep.HELD and due.told in SAYS_TO_LEADS
    if is_news and due.case is not None:
        says = SAYS_TO_LEADS[due.told] + (f" {due.reason}." if due.reason else "")
        found |= {Line(lead, kind, says, LED, reverse("home")) for lead in leads_for(due.case)}
    return found


def _says(due: DueStep) -> str:
    if due.case is None and due.meeting is None:
        now = f", and it is {due.day:%B}. CMOG meets every month." if due.told == ClockTold.LATE else "."
        return f"No CMOG is booked for {due.day:%B}{now}"
    return {
        ClockTold.SOON: "Due soon: {}.",
        ClockTold.LATE: TELLINGS[due.step].late,
        ClockTold.PAUSED: "Still paused: {}. Let the clock run again, or say that it must wait.",
        ClockTold.RUNS: "Still running: {}. End it.",
    }[due.told]


def _who_acts(due: DueStep) -> set[User]:
    """Its chair; once late, paused, not booked or not ended anyone who may chair it.

    For a review of category 1, and a step towards adult services, who leads the case.
    """
    case, meeting = due.case, due.meeting
    if case is not None and due.step in (ClockStep.REVIEW, ClockStep.ADULT):
        return _lead_or_chairs(case, due)
    people = set(chairs_now(meeting)) if meeting else set()
    if meeting is None or due.told != ClockTold.SOON:
        able = chairs_for(case) if case else people_who_may(Permission.MEETING_CHAIR)
        people |= {
            each for each in able if case or not meeting or gate.can(each, Permission.MEETING_VIEW, meeting)
        }
    if case is None or due.told == ClockTold.RUNS or due.step != ClockStep.HELD:
        return people
    lead, is_theirs = case.lead_professional, case.category <= RiskCategory.LOW
    if is_theirs and lead is not None and gate.can(lead, Permission.MEETING_SCHEDULE, case):
        people.add(lead)
    return people


def _lead_or_chairs(case: Case, due: DueStep) -> set[User]:
    """The lead professional; where nobody leads, and once a review is late, also the CSE Team Manager."""
    is_review, lead = due.step == ClockStep.REVIEW, case.lead_professional
    may = Permission.CASE_REVIEW if is_review else Permission.CASE_VIEW
    people = {lead} if lead is not None and gate.can(lead, may, case) else set()
    if people and not (is_review and due.told == ClockTold.LATE):
        return people
    return people | set(chairs_for(case))


def _notification(line: Line, about: Sequence[DueStep]) -> Notification:
    """What is about one page leads to it; else, and for a service manager, to a list."""
    pages = {(each.case.pk if each.case else None, _page(each)) for each in about}
    case, url = pages.pop() if len(pages) == 1 and line.what != LED else (None, line.several)
    return Notification(
        user=line.person, kind=line.kind, text=line.says.format(counted(len(about), line.what)), url=url,
        case_id=case,
    )  # fmt: skip


def _page(due: DueStep) -> str:
    page = TELLINGS[due.step].page
    if due.meeting is not None:
        own = "mase:meeting" if due.case else "mase:cmog"
        return reverse(page if due.step == ClockStep.MINUTES else own, args=[due.meeting.pk])
    return reverse(page, args=[due.case.reference]) if due.case else reverse("mase:cmogs")


@transaction.atomic
def pause(*, case: Case, meeting: Meeting | None, reason: str, starts_on: dt.date, by: User) -> ClockPause:
    """A clock that runs stands still from a day on, for a reason. Its due day moves by the working days of that."""
    gate.require(by, Permission.MEETING_SCHEDULE, case)
    clock = _locked_clock(case, meeting)
    if clock.state != ClockState.RUNNING:
        raise ChangedMeanwhile
    earliest = max((each.ends_on for each in clock.pauses if each.ends_on), default=local_day(clock.since))
    if not earliest <= starts_on <= min(timezone.localdate(), clock.due_on):
        raise MeetingRefused(PAUSE_OUTSIDE_CLOCK, "day")
    made = ClockPause.objects.create(
        case=case, meeting=meeting, reason=reason, starts_on=starts_on, paused_by=by
    )
    detail = {"reason": reason, "from": starts_on.isoformat()}
    record(Action.CLOCK_PAUSED, by=by, obj=meeting or case, case=case, detail=detail)
    return made


@transaction.atomic
def resume(*, case: Case, meeting: Meeting | None, ends_on: dt.date, by: User) -> ClockPause:
    """It runs again from this day; the due day that is written down moves with it."""
    gate.require(by, Permission.MEETING_SCHEDULE, case)
    clock = _locked_clock(case, meeting)
    if clock.state != ClockState.PAUSED or clock.paused is None:
        raise ChangedMeanwhile
    if not clock.paused.starts_on <= ends_on <= timezone.localdate():
        raise MeetingRefused(PAUSE_OUTSIDE_CLOCK, "day")
    return _run_again(ClockPause.objects.get(pk=clock.paused.pk), meeting, ends_on, by)


def run_out(meeting: Meeting, by: User) -> None:
    """The meeting that was waited for begins: a pause that goes on ends today. The caller holds the meeting."""
    for row in meeting.clock_pauses.filter(ends_on__isnull=True):
        _run_again(row, meeting, max(row.starts_on, timezone.localdate()), by)


def _run_again(row: ClockPause, meeting: Meeting | None, ends_on: dt.date, by: User) -> ClockPause:
    row.ends_on, row.resumed_by = ends_on, by
    row.save(update_fields=["ends_on", "resumed_by"])
    days = working_days_in(row.starts_on, ends_on)
    if meeting is not None:
        held = Meeting.objects.get(pk=meeting.pk)
        held.due_on = put_off(held.due_on, days)
        held.save(update_fields=["due_on"])
    detail = {"on": ends_on.isoformat(), "days": days}
    record(Action.CLOCK_RESUMED, by=by, obj=meeting or row.case, case=row.case, detail=detail)
    return row


@transaction.atomic
def explain(*, meeting: Meeting, reason: str, by: User) -> None:
    """Why a meeting came after its day, or is booked for a later one."""
    gate.require(by, Permission.MEETING_SCHEDULE, meeting.case)
    if _locked_clock(meeting.case, meeting).state != ClockState.LATE:
        raise ChangedMeanwhile
    meeting.late_reason = reason
    meeting.save(update_fields=["late_reason"])
    record(Action.LATENESS_EXPLAINED, by=by, obj=meeting, case=meeting.case, detail={"reason": reason})


def take_over(meeting: Meeting) -> None:
    """The booking takes over the pauses of the clock before it."""
    ClockPause.objects.filter(case=meeting.case_id, meeting=None).update(meeting=meeting)


def follow_category(case: Case, by: User) -> None:
    """A review, and a meeting that is ahead, are held by the stricter standard, counted from when the category rises.

    Never later than they were due before. The meeting's chair is told, to move it or to say why it is late.
    Before the first meeting of this period of work the next step is that meeting.
    """
    if case.category >= RiskCategory.MEDIUM and kind_of_next(case) is MeetingKind.INITIAL:
        Case.objects.filter(pk=case.pk).update(next_review_on=due_date(case, MeetingKind.INITIAL)[0])
    else:
        review_on = last_working_day(clock_rule("REVIEW_MASE", case.category).due(timezone.now()))
        Case.objects.filter(pk=case.pk, next_review_on__gt=review_on).update(next_review_on=review_on)
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


def clock_now(case: Case, meeting: Meeting | None) -> Clock:
    """By when the meeting is held, or the next one that is not booked; NotVisible where none is to be held."""
    if meeting is not None and meeting.state != MeetingState.CANCELLED:
        return held_clock(meeting, list(meeting.clock_pauses.all()))
    found = clocks_to_book([case])[case.pk] if case.is_open and meeting is None else []
    for clock in found:
        if clock.step == ClockStep.HELD:
            return clock
    raise NotVisible


def _locked_clock(case: Case, meeting: Meeting | None) -> Clock:
    """The clock as it is now; nobody else pauses it until this transaction ends."""
    if meeting is not None:
        return clock_now(case, hold(meeting))
    return clock_now(Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk), None)
