"""A MASE session: one morning with a chair, a place, and a slot for each child."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.rows import among
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy
from mase.meetings.models.querysets import opens

RUNS = "(SELECT gate.opens('MEETING_CHAIR'))"
SESSION = (
    RUNS
    + " OR COALESCE((SELECT true FROM mase_meeting m WHERE m.session_id = {row}.id AND m.state <> 'cancelled' LIMIT 1),"
    " false)"
)


class MeetingSessionQuerySet(models.QuerySet[Any]):
    """Sessions, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "MeetingSessionQuerySet":
        """All of them for who chairs meetings; else those with a meeting that this person sees."""
        if opens(user, Permission.MEETING_CHAIR):
            return self.all()
        meetings: Any = self.model._meta.get_field("meetings").related_model
        seen = meetings.objects.visible_to(user).not_cancelled().filter(session__isnull=False)
        return self.filter(among("pk", seen.order_by().values("session")))

    def ahead(self) -> "MeetingSessionQuerySet":
        """Today's and later ones that were not cancelled, soonest first."""
        today = timezone.localdate()
        return self.filter(cancelled_at=None, starts_at__date__gte=today).order_by("starts_at", "id")


class MeetingSession(Keyed):
    """Children's meetings one after the other, on one day, in one place, with one chair.

    It names no child: a meeting in it has a `session`, and its own time is its slot.
    """

    starts_at = models.DateTimeField()
    minutes_a_slot = models.PositiveSmallIntegerField()
    slots = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=300, blank=True)
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    minute_taker = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(default=timezone.now)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_reason = models.CharField(max_length=500, blank=True)

    objects = MeetingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            Watched(),
            SeenBy(SESSION, written=RUNS),
            models.CheckConstraint(
                condition=Q(slots__gte=1, minutes_a_slot__gte=1), name="session_has_slots"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancelled_reason="")
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancelled_reason=""),
                name="session_cancelled_with_reason",
            ),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("mase:session", args=[self.pk])

    @property
    def times(self) -> list[dt.datetime]:
        """When each slot begins."""
        step = dt.timedelta(minutes=self.minutes_a_slot)
        return [self.starts_at + number * step for number in range(self.slots)]

    @property
    def minutes(self) -> int:
        """How long it is in all."""
        return self.slots * self.minutes_a_slot

    @property
    def ends_at(self) -> dt.datetime:
        """When the last slot is over."""
        return self.starts_at + dt.timedelta(minutes=self.minutes)
