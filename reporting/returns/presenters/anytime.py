"""The list of all measures, and the days for which they can be read, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from cse_portal.reference.quarters import Quarter
from reporting.measures.presenters import LETTERS
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Measure


@dataclass(frozen=True)
class Letter:
    """The measures of one letter."""

    letter: str
    title: str
    measures: list[Measure]


def by_letter(measures: Iterable[Measure]) -> list[Letter]:
    """Measures in the order of their codes, under what their letter stands for."""
    return [
        Letter(letter, LETTERS[letter], list(those))
        for letter, those in groupby(measures, key=lambda each: each.code[0])
    ]


def other_days(days: Period) -> list[tuple[str, Period]]:
    """The quarters before and after these days, four quarters up to their end, and today; none that is not over."""
    today = timezone.localdate()
    quarter = Quarter.containing(days.ends_on)
    year = Period.between(quarter.with_before(4)[0].starts_on, quarter.ends_on)
    offered = [
        ("The quarter before", Period.of(quarter.previous())),
        ("The quarter after", Period.of(quarter.next())),
        ("Four quarters", year),
        ("Today", Period.between(today, today)),
    ]
    return [(words, each) for words, each in offered if each.ends_on <= today and each != days]
