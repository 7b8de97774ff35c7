"""The meetings that were to be held: the initial MASE of each period of work, and the review that each meeting sets."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case, Episode
from cases.reviews.models import CaseReview
from cse_portal.reference.working_days import local_day
from mase.clocks.models import ClockPause
from mase.clocks.selectors.clocks import due_after_pauses
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.querysets import MeetingQuerySet
from mase.meetings.selectors.thresholds import last_day_of_initial, threshold_decisions, with_threshold

# No rule gives more days; pauses, which may, are looked for by themselves.
_LONGEST_CLOCK = dt.timedelta(days=60)
_AT_ONCE = 1000  # a board's periods of work are not all kept in memory


@dataclass(frozen=True)
class Expected:
    """Its last day, pauses counted, and the meeting booked for it, if one is.

    `category` is the one by which the last day was set; `closed_on` is when work on the case ended after it was set.
    """

    booked: Meeting | None
    due_on: dt.date
    category: int
    closed_on: dt.date | None

    @property
    def held_on(self) -> dt.date | None:
        """The day it was held, once it has ended."""
        held = self.booked if self.booked and self.booked.ended_at else None
        return local_day(held.started_at) if held and held.started_at else None

    @property
    def in_time(self) -> bool:
        """Held on or before its last day."""
        return self.held_on is not None and self.held_on <= self.due_on

    @property
    def falls_due(self) -> bool:
        """Not where work on the case ended on or before its last day, with no such meeting held."""
        return self.held_on is not None or self.closed_on is None or self.closed_on > self.due_on


@dataclass(frozen=True)
class Review(Expected):
    """The review that follows a meeting. `category` is the one that the meeting before decided."""

    after: Meeting


def reviews_set_by(meetings: MeetingQuerySet, *, until: dt.date | None = None) -> list[Review]:
    """What each of these meetings set, if it has ended. A pause that goes on counts to `until`, or to today.

    Not a review that the lead professional of a child in category 1 has held since: that is counted by itself.
    """
    found = _with_next(meetings).select_related("decision").order_by("ended_at", "pk")
    rows = [row for row in found if not row.reviewed_at or (row.next_at and row.next_at <= row.reviewed_at)]
    booked = _booked([row.next_key for row in rows if row.next_kind == MeetingKind.REVIEW])
    pauses, last = _pauses_of(rows), _last_counted(until)
    return [_review(row, booked.get(row.next_key), pauses, last) for row in rows]


def possibly_due_reviews(meetings: MeetingQuerySet, first: dt.date, last: dt.date) -> MeetingQuerySet:
    """Of these meetings those whose review may have been due, or held, from one day to another; and a few more."""
    due = Q(due_on__gte=first, due_on__lte=last)
    held = Q(ended_at__date__gte=first, ended_at__date__lte=last)
    near = Meeting.objects.filter(due | held, kind=MeetingKind.REVIEW)
    paused = ClockPause.objects.all()
    cases = Q(case__in=near.values("case")) | Q(case__in=paused.values("case"))
    return meetings.filter(Q(review_on__gte=first, review_on__lte=last) | cases)


def _with_next(meetings: MeetingQuerySet) -> MeetingQuerySet:
    at = Coalesce("started_at", "scheduled_for", output_field=DateTimeField())
    later = Meeting.objects.filter(case=OuterRef("case")).exclude(state=MeetingState.CANCELLED)
    by_lead = CaseReview.objects.filter(case=OuterRef("case"), recorded_at__gt=OuterRef("ended_at"))
    by_lead = by_lead.order_by("recorded_at")
    following = later.annotate(at=at).filter(at__gt=OuterRef("ended_at")).order_by("at", "pk")
    worked = Episode.objects.filter(case=OuterRef("case"), opened_at__lte=OuterRef("ended_at"))
    closed = worked.filter(closed_at__gte=OuterRef("ended_at")).order_by("closed_at")
    return (
        meetings.ended()
        .filter(review_on__isnull=False)
        .annotate(
            reviewed_at=Subquery(by_lead.values("recorded_at")[:1]),
            next_at=Subquery(following.values("at")[:1]),
            next_key=Subquery(following.values("pk")[:1]),
            next_kind=Subquery(following.values("kind")[:1]),
            work_closed_at=Subquery(closed.values("closed_at")[:1]),
            sooner_on=Subquery(Case.objects.filter(pk=OuterRef("case")).values("next_review_on")),
        )
    )


def _review(row: Any, booked: Meeting | None, pauses: Iterable[ClockPause], until: dt.date) -> Review:
    """Its last day as the clock of the case, or of the meeting booked, shows it."""
    key = booked.pk if booked else None
    own = [each for each in pauses if each.case_id == row.case_id and each.meeting_id == key]
    # A category that rose since brought it forward.
    waits = row.sooner_on if row.next_key is None else None
    written = booked.due_on if booked else min(row.review_on, waits or row.review_on)
    due_on = _due_on(written, booked, own, until)
    closed_on = local_day(row.work_closed_at) if row.work_closed_at else None
    return Review(booked, due_on, row.decision.category, closed_on, after=row)


@dataclass(frozen=True)
class Initial(Expected):
    """The initial MASE of one period of work; its last day was set by the threshold decision, or at the booking.

    `paused`: on the day asked about it was still to be held, work went on, and its clock stood still.
    """

    episode: Episode
    paused: bool


def initials_of(episodes: QuerySet[Episode], *, until: dt.date | None = None) -> Iterator[Initial]:
    """That of each of these periods that wants or has one. A pause that goes on counts to `until`, or to today."""
    last, found = _last_counted(until), _with_booked(episodes).order_by("opened_at", "pk").iterator(_AT_ONCE)
    while part := list(islice(found, _AT_ONCE)):
        rows = [row for row in part if _wants_one(row)]
        booked = _booked([row.booked_key for row in rows if row.booked_key])
        pauses = _pauses_of(rows)
        for row in rows:
            yield _initial(row, booked.get(row.booked_key), pauses, last)


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
    due_on = _due_on(written, booked, own, until)
    closed_on = local_day(row.closed_at) if row.closed_at else None
    held = booked is not None and booked.started_at is not None and local_day(booked.started_at) <= until
    stands = any(each.starts_on <= until and (each.ends_on is None or each.ends_on > until) for each in own)
    paused = stands and not held and (closed_on is None or closed_on > until)
    return Initial(booked, due_on, category, closed_on, episode=row, paused=paused)


def _booked(keys: list[Any]) -> dict[Any, Meeting]:
    return Meeting.objects.select_related("chair", "decision").in_bulk(keys)


def _pauses_of(rows: Iterable[Any]) -> list[ClockPause]:
    return list(ClockPause.objects.filter(case__in=[row.case_id for row in rows]))


def _last_counted(until: dt.date | None) -> dt.date:
    return min(until or timezone.localdate(), timezone.localdate())


def _due_on(written: dt.date, booked: Meeting | None, own: list[ClockPause], until: dt.date) -> dt.date:
    """A booked meeting's day was moved by the pauses that have ended: one that goes on counts on top."""
    counted = own if booked is None else [each for each in own if each.ends_on is None]
    return due_after_pauses(written, counted, until=until)
