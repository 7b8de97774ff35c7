"""What befell a meeting as it ran: somebody else took the chair, or it was broken off and is held another day."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.row_security import Frozen, SeenWith
from mase.meetings.models.bases import Row
from mase.meetings.models.meeting import MaseMeeting


class ChairPassed(Row):
    """Somebody else took the chair of a meeting, before it was held or midway, and why: its minutes tell of both."""

    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="chairs_passed")
    before = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        verbose_name_plural = "chairs passed"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            Frozen(),
            models.CheckConstraint(condition=~Q(reason=""), name="chairpassed_says_why"),
        ]


class BrokenOff(Row):
    """A meeting that had begun was not held after all, or was broken off, and why.

    `there` has in words who was marked as there: from then on attendance is that of the day on which it is held.
    """

    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="broken_off")
    started_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    there = models.TextField(max_length=4000, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        verbose_name_plural = "meetings broken off"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            Frozen(),
            models.CheckConstraint(condition=~Q(reason=""), name="brokenoff_says_why"),
        ]
