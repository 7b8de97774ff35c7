"""The days that a measure is worked out for: those of a quarter, or any others."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from cse_portal.reference.quarters import Quarter

IN_A_YEAR = 4  # quarters
OVER_A_YEAR = "-year"  # after the quarter that it ends with, in the name of the period


@dataclass(frozen=True)
class Period:
    """From one day to another, both in it; `slug` names it in the facts that figures state."""

    starts_on: dt.date
    ends_on: dt.date
    slug: str

    @classmethod
    def of(cls, quarter: Quarter) -> "Period":
        """One quarter."""
        return cls(quarter.starts_on, quarter.ends_on, quarter.slug)

    @classmethod
    def year_to(cls, quarter: Quarter) -> "Period":
        """The twelve months to the end of a quarter."""
        first = quarter.with_before(IN_A_YEAR)[0]
        return cls(first.starts_on, quarter.ends_on, f"{quarter.slug}{OVER_A_YEAR}")

    @property
    def after(self) -> dt.date:
        """The first day that no longer belongs to it."""
        return self.ends_on + dt.timedelta(days=1)

    @cached_property
    def start(self) -> dt.datetime:
        """Midnight at its beginning."""
        return _midnight(self.starts_on)

    @cached_property
    def end(self) -> dt.datetime:
        """Midnight at its end, which no longer belongs to it."""
        return _midnight(self.after)

    def has(self, moment: str) -> Q:
        """Rows whose moment is in it."""
        return Q(**{f"{moment}__gte": self.start, f"{moment}__lt": self.end})

    def has_day(self, day: str) -> Q:
        """Rows whose day is in it."""
        return Q(**{f"{day}__gte": self.starts_on, f"{day}__lte": self.ends_on})


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
