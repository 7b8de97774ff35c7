"""Chainable filters over people and memberships."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from cse_portal.accounts.models import Agency, Membership, User  # noqa: F401


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by the day they hold on."""

    def current(self, on: dt.date | None = None) -> "MembershipQuerySet":
        """Started, not ended, in an agency that still takes part."""
        day = on or timezone.localdate()
        return self.filter(starts_on__lte=day, agency__is_active=True).not_over(day)

    def not_over(self, on: dt.date | None = None) -> "MembershipQuerySet":
        """Not ended by this day, also where they have not started."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on or timezone.localdate()))


class UserQuerySet(models.QuerySet["User"]):
    """People who may be asked to do something."""

    def active(self) -> "UserQuerySet":
        """Accounts that may sign in."""
        return self.filter(is_active=True)
