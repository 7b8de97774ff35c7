"""The small shapes charts are made from, and the chart they become."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.safestring import SafeString

# A number is drawn. None is a gap. Words ("1 to 4") are a gap in the picture, and stand in the table as they are.
Value = int | float | Decimal | str | None
NO_FIGURE = "–"


@dataclass(frozen=True)
class Series:
    """One line, or one part of every bar."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True)
class StepPoint:
    """A category from this day on."""

    on: dt.date
    value: int


@dataclass(frozen=True)
class Mark:
    """Where one person puts things on a scale of 0 to 10 now, where before, and, newest first, before that."""

    who: str
    now: int | None
    before: int | None = None
    earlier: Sequence[int | None] = ()


@dataclass(frozen=True)
class Scaling:
    """Where people placed a child's safety on one day, 0 to 10: how many people, their numbers, the child's own."""

    on: dt.date
    people: int
    numbers: Sequence[int]
    own: int | None = None


@dataclass(frozen=True)
class Chart:
    """A picture, what it shows in words, and its numbers as a table (`in_words`: the table holds words)."""

    title: str
    description: str
    svg: SafeString
    headers: Sequence[str] = field(default_factory=tuple)
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)
    in_words: bool = False


def number_of(value: Value) -> float | None:
    """The value as a number to draw; None where nothing is drawn."""
    return None if value is None or isinstance(value, str) else float(value)


def shown(value: Value) -> str:
    """The value as people read it: 1,204 · 12.5 · –."""
    if value is None:
        return NO_FIGURE
    if isinstance(value, str):
        return value
    whole = int(value)
    return f"{whole:,}" if whole == value else f"{float(value):,.1f}"
