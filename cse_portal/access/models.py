"""The shape of a grant; each floor that grants makes its own tables of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from cse_portal.access.choices import GrantSource


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
