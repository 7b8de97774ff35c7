"""Invitations: how anybody comes to have an account."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed


class Invitation(Keyed):
    """A lead's word that this person works for the agency, good once and for a week.

    With `user`, a new start for somebody who has an account: a new password and a new second factor.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    full_name = models.CharField(max_length=150)
    job_title = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=30, choices=Role)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            Watched(subject="user_id|id"),
            models.UniqueConstraint(
                fields=["agency", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open_each",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
            ),
        ]

    @property
    def is_good(self) -> bool:
        """Whether its link still opens the door: neither its week nor what it invites to is over."""
        is_open = self.accepted_at is None and self.withdrawn_at is None and timezone.now() < self.expires_at
        return is_open and (self.ends_on is None or self.ends_on > timezone.localdate())
