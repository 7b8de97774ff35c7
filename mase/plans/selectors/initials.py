"""The initial MASE of each period of work: by when it is due, and the meeting booked for it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Episode
from cse_portal.reference.working_days import local_day
from mase.clocks.models import ClockPause
from mase.clocks.selectors.clocks import due_after_pauses
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.reviews import Expected
from mase.meetings.selectors.thresholds import last_day_of_initial, threshold_decisions, with_threshold

_LONGEST_CLOCK = dt.timedelta(
    days=60
)  # no rule gives more days; pauses, which may, are looked for by themselves


@dataclass(frozen=True)
class Initial(Expected):
    """The initial MASE of one period of work; its last day was set by the threshold decision, or at the booking.

    `paused`: on the day asked about it was still to be held, work went on, and its clock stood still.
    """

    episode: Episode
    paused: bool


def initials_of(episodes: QuerySet[Episode], *, until: dt.date | None = None) -> list[Initial]:
    """That of each of these periods that wants or has one. A pause that goes on counts to `until`, or to today."""
    rows = [row for row in _with_booked(episodes).order_by("opened_at", "pk") if _wants_one(row)]
    shown = Meeting.objects.select_related("chair", "decision")
    booked = shown.in_bulk([row.booked_key for row in rows if row.booked_key])
    pauses = list(ClockPause.objects.filter(case__in=[row.case_id for row in rows]))
    last = min(until or timezone.localdate(), timezone.localdate())
    return [_initial(row, booked.get(row.booked_key), pauses, last) for row in rows]


def possibly_due(episodes: QuerySet[Episode], first: dt.date, last: dt.date) -> QuerySet[Episode]:
    """Of these periods those whose initial MASE may be due from one day to another; and a few more."""
    booked = Meeting.objects.filter(kind=MeetingKind.INITIAL, due_on__gte=first, due_on__lte=last)
    paused = ClockPause.objects.all()
    near = threshold_decisions().filter(
        decided_at__date__gte=first - _LONGEST_CLOCK, decided_at__date__lte=last
    )
    cases = (Q(case__in=rows.values("case")) for rows in (booked, paused, near))
    return episodes.filter(next(cases) | next(cases) | next(cases))


def _with_booked(episodes: QuerySet[Episode]) -> QuerySet[Any]:
    """Of several meetings of a period the first that was not cancelled."""
    booked = Meeting.objects.filter(
        case=OuterRef("case"), kind=MeetingKind.INITIAL, booked_at__gte=OuterRef("opened_at")
    )
    first = booked.exclude(state=MeetingState.CANCELLED).order_by("booked_at", "pk")
    rows = with_threshold(episodes).select_related("case__child")
    return rows.annotate(
        booked_key=Subquery(first.values("pk")[:1]), booked_at=Subquery(first.values("booked_at")[:1])
    )


def _wants_one(row: Any) -> bool:
    """A decision or a meeting of a later period of work is not this one's."""
    if row.closed_at is not None:
        if row.booked_at and row.booked_at > row.closed_at:
            row.booked_key = None
        if row.threshold_at and row.threshold_at > row.closed_at:
            row.threshold_at = None
        if row.raised_at and row.raised_at > row.closed_at:
            row.raised_at = None
    return bool(row.booked_key or row.threshold_at)


def _initial(row: Any, booked: Meeting | None, pauses: Iterable[ClockPause], until: dt.date) -> Initial:
    """Its last day as the clock of the case, or of the meeting booked, shows it."""
    key = booked.pk if booked else None
    begun = local_day(row.opened_at)
    own = [
        each
        for each in pauses
        if each.case_id == row.case_id and each.meeting_id == key and each.starts_on >= begun
    ]
    if booked is not None:
        category, written = booked.category_at_entry, booked.due_on
    else:
        category = RiskCategory.HIGH if row.raised_at else row.threshold_category
        written = last_day_of_initial(row).day
    counted = own if booked is None else [each for each in own if each.ends_on is None]
    due_on = due_after_pauses(written, counted, until=until)
    closed_on = local_day(row.closed_at) if row.closed_at else None
    held = booked is not None and booked.started_at is not None and local_day(booked.started_at) <= until
    stands = any(each.starts_on <= until and (each.ends_on is None or each.ends_on > until) for each in own)
    paused = stands and not held and (closed_on is None or closed_on > until)
    return Initial(booked, due_on, category, closed_on, episode=row, paused=paused)
