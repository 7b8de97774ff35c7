"""The shape of a grant; each floor that grants makes its own tables of it."""

from django.conf import settings
from django.db import models
from django.db.models import TextChoices
from django.utils import timezone


class GrantSource(TextChoices):
    """Ending the source ends the grant."""

    RULE = "rule", "By rule when the case was opened"
    ALLOCATION = "allocation", "Lead professional"
    SHARE = "share", "Shared by the lead agency"
    MEETING = "meeting", "Invited to a meeting"
    BREAK_GLASS = "break_glass", "Opened in an emergency"
    SECTION = "section", "A part kept apart, shown by the lead agency"


class Grant(models.Model):
    """Why a guardian permission row exists: the sharing ledger and the permission are one row."""

    source = models.CharField(max_length=20, choices=GrantSource)
    source_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500)
    lawful_basis = models.CharField(max_length=40)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
