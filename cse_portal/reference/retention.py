"""Until when a record is kept, from what is known of it, with the rule that says so.

No database, no clock. The longest rule that applies counts, so that a mistake about one destroys no record early. The
rule for a looked-after child who died before 18 replaces that for a looked-after child (regulation 50).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cse_portal.reference.choices import AppliesTo, CountedFrom

if TYPE_CHECKING:
    from cse_portal.reference.models import RetentionRule

SERIOUS_FROM = 2  # category 2, medium, and above
GROWN_UP = 18


@dataclass(frozen=True)
class Facts:
    """Everything the day depends on. `ended_on` is empty while somebody still works on the record."""

    made_on: dt.date
    ended_on: dt.date | None
    born_on: dt.date | None = None
    highest_category: int = 0
    looked_after: bool = False
    died: bool = False
    adopted: bool = False

    @property
    def died_a_child(self) -> bool:
        """Closed for a death, before the 18th birthday: the death was no later. Unknown without a date of birth."""
        if not self.died or self.ended_on is None or self.born_on is None:
            return False
        return self.ended_on < add_years(self.born_on, GROWN_UP)


@dataclass(frozen=True)
class Due:
    """From this day on the record may go, and the rule that says so."""

    on: dt.date
    rule: RetentionRule


def due(facts: Facts, rules: Iterable[RetentionRule]) -> Due | None:
    """The longest of the rules that apply; None for a record that is still worked on, or that no rule is about.

    Never before the work ended. Where the date of birth is not known, the years are counted from the day the record
    was made, which is later. Years from a birth end on a 1 April, so that nobody reads a birthday from the day.
    """
    if facts.ended_on is None:
        return None
    ends = [_due(facts, facts.ended_on, rule) for rule in rules if _applies(facts, rule)]
    return max(ends, key=lambda end: (end.on, end.rule.years or 0), default=None)


def add_years(day: dt.date, years: int) -> dt.date:
    """The anniversary; of 29 February in another year, the day after, so that it is never early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def _due(facts: Facts, ended_on: dt.date, rule: RetentionRule) -> Due:
    begins = {CountedFrom.BIRTH: facts.born_on or facts.made_on, CountedFrom.END: ended_on}
    end = add_years(begins.get(CountedFrom(rule.counted_from), facts.made_on), rule.years or 0)
    if rule.counted_from == CountedFrom.BIRTH:
        end = _first_of_april(end)
    return Due(max(end, ended_on), rule)


def _first_of_april(day: dt.date) -> dt.date:
    """That day, or the next 1 April after it: the beginning of a financial year, and of the yearly list."""
    april = day.replace(month=4, day=1)
    return april if day <= april else april.replace(year=day.year + 1)


def _applies(facts: Facts, rule: RetentionRule) -> bool:
    return {
        AppliesTo.EVERY: True,
        AppliesTo.SERIOUS: facts.highest_category >= SERIOUS_FROM,
        AppliesTo.LOOKED_AFTER: facts.looked_after and not facts.died_a_child,
        AppliesTo.DIED: facts.looked_after and facts.died_a_child,
        AppliesTo.ADOPTED: facts.adopted,
    }[AppliesTo(rule.applies_to)]
