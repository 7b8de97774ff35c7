"""A draft of long writing."""

from django.db import models
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy


class Draft(Keyed):
    """What one person typed into one form and has not saved yet. Only that person reads it.

    `key` names the form and its record, such as `report:<id of the meeting>`. `sealed` holds the fields, encrypted.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=120)
    page = models.CharField(max_length=300, blank=True)
    sealed = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["expires_at"])]
        constraints = [
            SeenBy("{row}.user_id = (SELECT gate.user_id())"),
            models.UniqueConstraint(fields=["user", "key"], name="draft_one_per_form"),
        ]
