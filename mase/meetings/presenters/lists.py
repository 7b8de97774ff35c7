"""Around a meeting: its month and its session as they are drawn, who has answered, and its papers."""

import datetime as dt
import uuid
from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.assessments.presenters import answer_groups
from cases.casework.presenters import home_rows, identity_rows
from cse_portal.accounts.models import User
from cse_portal.reference.working_days import add_months, bank_holiday_name
from cse_portal.ui.presenters import age_on, counted, display_time, local_date
from mase.meetings.models.meeting import Invitation, Meeting, MeetingSession
from mase.meetings.selectors.meetings import Powers
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services.answers import is_own
from mase.minutes.presenters.minutes import MARKING, brought, plan_line, voice

# Before and after, no meeting of this portal can lie.
FIRST, LAST = dt.date(2017, 4, 1), dt.date(2099, 12, 1)
# On paper nobody needs where the child lives; the case's own page says it to anyone who may see it.
NOT_ON_PAPER = ("Address",)
Shown = dict[str, Any]  # as a template reads it


def month_of(text: str) -> dt.date:
    """The first of the month that the address asks for; of this month where it asks for none."""
    try:
        month = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        month = dt.date.min
    return month if FIRST <= month <= LAST else timezone.localdate().replace(day=1)


def days_of(month: dt.date) -> list[dt.date]:
    """Every day that is drawn."""
    return list(Calendar().itermonthdates(month.year, month.month))


def calendar_page(month: dt.date, meetings: Iterable[Meeting]) -> Shown:
    """The meetings, which come `with_case()`, on their days; for a narrow screen the days on which something is.

    With the months before and after; at the ends there is none.
    """
    booked: dict[dt.date, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        booked[timezone.localdate(meeting.scheduled_for)].append(meeting)
    days = [
        {
            "on": on,
            "within": on.month == month.month,
            "holiday": bank_holiday_name(on),
            "meetings": booked[on],
        }
        for on in days_of(month)
    ]
    within = [day for day in days if day["within"]]
    cases = [each.case_id for on, rows in booked.items() for each in rows if on.month == month.month]
    before, after = add_months(month, -1), add_months(month, 1)
    return {
        "month": month, "weeks": [days[at : at + 7] for at in range(0, len(days), 7)],
        "listed": [day for day in within if day["meetings"] or day["holiday"]],
        "count": len(cases) - cases.count(None), "cmogs": cases.count(None),
        "previous": before if before >= FIRST else None, "following": after if after <= LAST else None,
    }  # fmt: skip


def session_page(
    session: MeetingSession,
    meetings: Sequence[Meeting],
    own: Sequence[Invitation],
    reports: Mapping[uuid.UUID, int],
) -> Shown:
    """Every slot in order, those still free, and how many invitations this person has not answered."""
    booked = {each.scheduled_for: each for each in meetings}
    lines: list[Shown] = []
    for taken, group in groupby(sorted({*session.times, *booked}), key=booked.__contains__):
        times = list(group)
        lines += [_slot(booked[at], own, reports) for at in times] if taken else [_free(times)]
    ahead = [at for at in session.times if at not in booked and at > timezone.now()]
    return {
        "lines": lines, "free": [] if session.cancelled_at else ahead, "asked": bool(own),
        "time": f"{display_time(session.starts_at)} to {display_time(session.ends_at)}",
        "children": counted(len(meetings), "child,children"), "unanswered": sum(not each.answer for each in own),
    }  # fmt: skip


def _free(times: Sequence[dt.datetime]) -> Shown:
    """Slots with nobody in them that follow each other, in one line."""
    until = f", the last at {display_time(times[-1])}" if len(times) > 1 else ""
    return {"time": display_time(times[0]), "free": f"{counted(len(times), 'free slot')}{until}"}


def _slot(meeting: Meeting, own: Sequence[Invitation], reports: Mapping[uuid.UUID, int]) -> Shown:
    """One slot with the child in it."""
    waiting = reports.get(meeting.pk, 0)
    return {
        "time": display_time(meeting.scheduled_for), "meeting": meeting,
        "age": age_on(meeting.case.child.date_of_birth),
        "reports": f"{counted(waiting, 'report')} to come" if waiting else "All in",
        "own": [each for each in own if each.meeting_id == meeting.pk],
    }  # fmt: skip


def answers_page(seats: Iterable[Invitation], user: User, may: Powers) -> Shown:
    """Everybody who is asked, with their answer and where it is given; the chair's own needs none.

    `asks` is where this person answers for themselves or their agency, if they have not yet.
    """
    lines: list[Shown] = []
    for seat in seats:
        if seat.role == "CHAIR":
            continue
        own = is_own(seat, user)
        address = reverse("mase:answer", args=[seat.meeting_id, seat.pk])
        url = address if (may.contributes if own else may.schedules) else ""
        lines.append({"who": name_of(seat), "seat": seat, "own": own, "url": url})
    left = [each for each in lines if not each["seat"].answer]
    return {
        "answers": lines, "asks": next((each["url"] for each in left if each["own"]), ""),
        "waiting": f"{counted(len(left), 'invitation')} not answered yet." if left else "",
    }  # fmt: skip


def pack(found: Shown) -> Shown:
    """What templates/pdf/pack.html draws: what was found, and what of it has to be put into words.

    `voice`: as far as it is written down yet.
    """
    meeting, case, record = found["meeting"], found["meeting"].case, found["record"]
    home = [row for row in home_rows(case, confidential=found["hides_home"]) if row.label not in NOT_ON_PAPER]
    groups = answer_groups(found["assessment"]) if found["assessment"] else []
    said = record.voice
    is_said = said.obtained is not None or said.parent_view or said.parent_not_sought
    return found | {
        "marking": f"{MARKING} – RESTRICTED CASE" if case.is_restricted else MARKING,
        "mark": f"{case.reference} · {local_date(meeting.scheduled_for):%Y-%m-%d} · papers",
        "identity": [*identity_rows(case, found["aliases"]), *home],
        "indicators": [each for each in groups if each.applying],
        "brought": brought(record),
        "voice": voice(record) if is_said else None,
        "open_actions": [plan_line(each) for each in [*record.outstanding, *record.waiting]],
        "last_actions": [plan_line(each) for each in found["last_actions"]],
    }
