"""Tokens: how another system shows who it is, without a session, to the API and to nothing else."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed

LONGEST = dt.timedelta(days=90)


class ApiToken(Keyed):
    """What an agency's own system sends with each request. The token itself is nowhere: its hash and its beginning are.

    It ends by itself within 90 days, when somebody ends it, and with the membership of its system.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    # From where it is taken: networks as 203.0.113.0/24 or 2001:db8::/32. None: from everywhere.
    networks = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            Watched(subject="user_id", hidden=("digest",)),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")) & Q(expires_at__lte=F("issued_at") + LONGEST),
                name="api_token_ends_within_90_days",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | Q(ended_at__isnull=False),
                name="api_token_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"cse_{self.prefix}…"

    @property
    def is_good(self) -> bool:
        """Whether it still opens anything."""
        return self.ended_at is None and timezone.now() < self.expires_at
