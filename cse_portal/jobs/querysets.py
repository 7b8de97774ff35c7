"""Chainable filters over jobs, outbox messages and notifications."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from cse_portal.accounts.models import User
from cse_portal.jobs.choices import JobState


class JobQuerySet(models.QuerySet[Any]):
    """Jobs by where they stand."""

    def stranded(self, now: dt.datetime, grace: dt.timedelta) -> "JobQuerySet":
        """Left by a dead worker, or queued for longer than a message should need to arrive."""
        quiet = Q(locked_until__isnull=True) | Q(locked_until__lt=now)
        waiting = Q(state=JobState.QUEUED, created_at__lt=now - grace)
        return self.filter(quiet, Q(state=JobState.RUNNING) | waiting)


class OutboxQuerySet(models.QuerySet[Any]):
    """Messages by whether they have gone out."""

    def due(self, now: dt.datetime) -> "OutboxQuerySet":
        """Not yet delivered, and not waiting for another try."""
        return self.filter(delivered_at__isnull=True, try_after__lte=now)


class NotificationQuerySet(models.QuerySet[Any]):
    """Notifications of one person."""

    def of(self, user: User) -> "NotificationQuerySet":
        """This person's own, and no one else's."""
        return self.filter(user=user)

    def unread(self) -> "NotificationQuerySet":
        """Not yet opened."""
        return self.filter(read_at__isnull=True)
