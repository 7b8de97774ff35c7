"""The shapes of a grant and an exclusion; each floor that grants makes its own tables of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.access.choices import GrantSource
from cse_portal.accounts.models import Agency
from cse_portal.keys import new_key


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


class Exclusion(models.Model):
    """A conflict of interest: this person or agency may not see this record, whatever else they hold."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    # Nobody yet, while one that the portal proposed waits for the privacy officer: it counts meanwhile.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(agency__isnull=True), name="%(class)s_one_person_or_agency"
            )
        ]
