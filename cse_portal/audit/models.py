"""The audit's one table. PostgreSQL refuses to change or delete its rows."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from cse_portal.accounts.models import Agency
from cse_portal.audit.actions import Action
from cse_portal.keys import new_key


def every_action() -> list[tuple[str, str]]:
    """Read when asked, so that a new act needs no migration."""
    return Action.choices


class AuditEvent(models.Model):
    """One act: who, for which agency, did or saw what, when, in which request, and why.

    Holds no personal values: objects by key, changes by field name, searches by what kind of field was used
    (Data Protection Act 2018 s.62 asks for consultation and disclosure to be logged with date, time and identity).
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, blank=True)
    action = models.CharField(max_length=60, choices=every_action)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    detail = models.JSONField(default=dict)
    request_id = models.UUIDField(default=uuid.uuid4)

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "-at"]),
            models.Index(fields=["actor", "-at"]),
            models.Index(fields=["action", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} at {self.at:%Y-%m-%d %H:%M}"
