"""The meeting that was cancelled and never made up for: what was brought for it comes along to the next."""

from django.db.models import Exists, OuterRef, Subquery

from cases.models import Case
from mase.choices import MeetingState
from mase.models import MaseMeeting


def cancelled_before(case: Case) -> MaseMeeting | None:
    """The one cancelled last in this period of work, since any was held; whoever asks was shown the case."""
    period = case.episodes.filter(closed_at__isnull=True).values("opened_at")
    held = MaseMeeting.objects.ended().filter(case=case, ended_at__gt=OuterRef("booked_at"))
    rows = MaseMeeting.objects.filter(case=case, state=MeetingState.CANCELLED)
    rows = rows.filter(booked_at__gte=Subquery(period[:1])).exclude(Exists(held))
    found: MaseMeeting | None = rows.order_by("-cancelled_at").first()
    return found
