"""The review that each meeting sets: by when it is due, and the meeting it became."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.record.models.case import Case, Episode
from cases.reviews.models import CaseReview
from cse_portal.reference.working_days import local_day
from mase.clocks.models import ClockPause
from mase.clocks.selectors.clocks import due_after_pauses
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.querysets import MeetingQuerySet


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
    shown = Meeting.objects.select_related("chair", "decision")
    booked = shown.in_bulk([row.next_key for row in rows if row.next_kind == MeetingKind.REVIEW])
    pauses = list(ClockPause.objects.filter(case__in=[row.case_id for row in rows]))
    last = min(until or timezone.localdate(), timezone.localdate())
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
    counted = own if booked is None else [each for each in own if each.ends_on is None]
    due_on = due_after_pauses(written, counted, until=until)
    closed_on = local_day(row.work_closed_at) if row.work_closed_at else None
    return Review(booked, due_on, row.decision.category, closed_on, after=row)
