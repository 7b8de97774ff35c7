"""Telling those who run CMOGs of one that never ended, of minutes that are due, and of a month without a CMOG.

CMOG meets monthly (strategy section 21): a month without one is not a month that nobody noticed.
"""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.choices import NoticeKind
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from mase.choices import ClockTold
from mase.models import CmogMeeting, CmogNotice
from mase.selectors.cmog import chairs_for_cmog
from mase.selectors.cmog_due import CmogDue, cmog_due

MINUTES = {
    ClockTold.SOON: "Due soon: the minutes of a CMOG to send out.",
    ClockTold.LATE: "Late: the minutes of a CMOG to send out. Do it now.",
}
RUNS = "Still running: a CMOG that was started before today. End it, or say that it was not held."


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
