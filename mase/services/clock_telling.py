"""Telling of a meeting's clocks before they run out and when they have: to the chair, the managers, the agency's lead.

A meeting that was started and never ended is told of each morning: its actions are not issued and its minutes not made
until it ends. A clock that stands still is told of every ten working days, so that no pause is forgotten. A late or
paused initial MASE is reported to the service manager with its reason. The portal's service manager is the lead of the
agency that leads the case: they see no child, so they are told numbers and the reason.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import RiskCategory
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.choices import NoticeKind
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import counted
from mase.choices import ClockStep, ClockTold
from mase.models import ClockNotice, CmogMeeting, CmogNotice
from mase.selectors.chairing import chairs_now
from mase.selectors.clocks_due import CmogDue, DueStep, cmog_due, leads_for, steps_due
from mase.selectors.cmog import chairs_for_cmog
from mase.selectors.meetings import chairs_for

WHAT = {
    ClockStep.BOOK: "initial MASE to book,initial MASEs to book",
    ClockStep.HELD: "meeting to hold,meetings to hold",
    ClockStep.MINUTES: "set of minutes to send out,sets of minutes to send out",
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
def tell_of_clocks() -> int:
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
    """Its chair; once late, paused, not booked or running for days whoever may chair it.

    For a review of category 1 also who leads the case.
    """
    case = due.case
    people = set(chairs_now(due.meeting)) if due.meeting else set(chairs_for(case))
    if due.told in (ClockTold.LATE, ClockTold.PAUSED) or due.runs_for_days:
        people |= set(chairs_for(case))
    lead = case.lead_professional
    is_theirs = not due.still_runs and due.clock.step == ClockStep.HELD and case.category <= RiskCategory.LOW
    if is_theirs and lead is not None and gate.can(lead, Permission.MEETING_SCHEDULE, case):
        people.add(lead)
    return people


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
    return f"Late: {counted(number, WHAT[line.step])}. Do it now, or say why it is late."


def _page(due: DueStep) -> str:
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
    return reverse("mase:to-book" if any(each.meeting is None for each in about) else "mase:meetings")


MINUTES = {
    ClockTold.SOON: "Due soon: the minutes of a CMOG to send out.",
    ClockTold.LATE: "Late: the minutes of a CMOG to send out. Do it now.",
}
RUNS = "Still running: a CMOG that was started before today. End it."


@transaction.atomic
def tell_of_cmog_clocks() -> int:
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
        return chairs_for_cmog()
    able = [each for each in chairs_for_cmog() if gate.can(each, Permission.CMOG_VIEW, meeting)]
    if due.told == ClockTold.RUNS and meeting.chair in able and _began_yesterday(meeting):
        return [meeting.chair]
    return able


def _began_yesterday(meeting: CmogMeeting) -> bool:
    """The chair may yet end it by themselves; from the second day everybody hears of it who could."""
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    return meeting.started_at is not None and timezone.localdate(meeting.started_at) == yesterday


def _line(due: CmogDue, person: User) -> Notification:
    if due.meeting is not None and due.told == ClockTold.RUNS:
        page = reverse("mase:cmog", args=[due.meeting.pk])
        return Notification(user=person, kind=NoticeKind.MEETINGS, text=RUNS, url=page)
    if due.meeting is not None:
        page = reverse("mase:cmog-minutes-page", args=[due.meeting.pk])
        return Notification(user=person, kind=NoticeKind.MINUTES, text=MINUTES[due.told], url=page)
    words = f"No CMOG is booked for {due.due_on:%B}."
    if due.told == ClockTold.LATE:
        words = f"No CMOG is booked for {due.due_on:%B}, and it is {due.due_on:%B}. CMOG meets every month."
    return Notification(user=person, kind=NoticeKind.MEETINGS, text=words, url=reverse("mase:cmogs"))
