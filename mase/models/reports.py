"""Asking an agency for its report once more."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith
from mase.models.meeting import MaseMeeting


class ReportReminder(models.Model):
    """An agency was reminded of its report: by a clock, once for each day the meeting was to be on, or by somebody."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="report_reminders")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    clock = models.CharField(max_length=40, blank=True)
    for_day = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(
                fields=["meeting", "agency", "clock", "for_day"],
                condition=~Q(clock=""),
                name="reportreminder_once_a_clock",
            ),
            models.CheckConstraint(
                condition=Q(clock="", sent_by__isnull=False) | ~Q(clock="") & Q(sent_by__isnull=True),
                name="reportreminder_by_clock_or_somebody",
            ),
        ]
