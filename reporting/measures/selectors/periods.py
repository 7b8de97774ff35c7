"""The days that a measure is worked out for: those of a quarter, or any others."""

import datetime as dt
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from cse_portal import acting
from cse_portal.reference.quarters import Quarter
from cse_portal.ui.presenters import display_date

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_WRITTEN = re.compile(rf"^({_DAY})-({_DAY})$")

IN_A_YEAR = 4  # quarters


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
    def between(cls, starts_on: dt.date, ends_on: dt.date) -> "Period":
        """Any days; those of a quarter are that quarter."""
        quarter = cls.of(Quarter.containing(starts_on))
        days = cls(starts_on, ends_on, f"{starts_on}-{ends_on}")
        return quarter if (quarter.starts_on, quarter.ends_on) == (starts_on, ends_on) else days

    @classmethod
    def parse(cls, slug: str) -> "Period":
        """Read "2026-27-Q1" or "2026-04-01-2027-03-31"; ValueError for anything else."""
        if (days := _WRITTEN.match(slug)) is None:
            return cls.of(Quarter.parse(slug))
        starts_on, ends_on = (dt.date.fromisoformat(each) for each in days.groups())
        if ends_on < starts_on:
            raise ValueError(f"{slug} ends before it starts")
        return cls.between(starts_on, ends_on)

    @property
    def quarter(self) -> Quarter | None:
        """The quarter that it is, if it is one."""
        found = Quarter.containing(self.starts_on)
        return found if found.slug == self.slug else None

    @property
    def label(self) -> str:
        """2026/27 Q1, or its days in words."""
        if self.quarter is not None:
            return self.quarter.label
        first, last = display_date(self.starts_on), display_date(self.ends_on)
        return first if first == last else f"{first} to {last}"

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


def counting_everything() -> AbstractContextManager[None]:
    """Numbers for who reads returns: of every child, also of those whom they do not see, and no row of any."""
    return acting.for_the_system()
