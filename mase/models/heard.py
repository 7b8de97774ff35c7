"""What minutes of every meeting have in common once they are sent out: who had them, and who objects."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.accounts.models import Agency

# An answer is yes or no, by somebody, on a day, with a reason; or there is none yet.
ANSWERED_WITH_REASON = Q(
    accepted__isnull=True, answered_by__isnull=True, answered_at__isnull=True, answer=""
) | Q(accepted__isnull=False, answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")


class HadBy(models.Model):
    """One person, told of a version: opened its page, took a copy, said they had read it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Objection(models.Model):
    """What one person says against a version, and what they are answered."""

    text = models.TextField(max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    accepted = models.BooleanField(null=True)
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_answered(self) -> bool:
        """Whether somebody has said yes or no."""
        return self.accepted is not None
