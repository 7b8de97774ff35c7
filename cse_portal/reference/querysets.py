"""Chainable filters over dated rows."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q


class DatedQuerySet(models.QuerySet[Any]):
    """Rows that hold from a day until the day before another."""

    def on(self, day: dt.date) -> "DatedQuerySet":
        """What held on this day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
