"""Axes: round numbers from zero to just above the largest, and the lines and labels that say them."""

import math
from collections.abc import Sequence

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.shapes import shown
from cse_portal.ui.charts.svg import Box, Point


def ticks(values: Sequence[float], about: int = 4) -> list[float]:
    """Round numbers that hold every value; from 0 to 4 when there is nothing to hold."""
    highest, lowest = max([0, *values]), min([0, *values])
    if highest == lowest:
        return [0, 1, 2, 3, 4]
    step = _round_step((highest - lowest) / about, whole=all(value == int(value) for value in values))
    first, last = math.floor(lowest / step), math.ceil(highest / step)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _round_step(rough: float, whole: bool) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    step: float = next(size * power for size in (1, 2, 5, 10) if size * power >= rough * 0.999)
    return max(step, 1) if whole else step


def height_at(value: float, marks: Sequence[float], box: Box) -> float:
    """Where a value stands between the lowest mark and the highest."""
    return box.bottom - (value - marks[0]) / (marks[-1] - marks[0]) * box.height


def across(number: int, count: int, box: Box) -> float:
    """Where the nth of so many points stands; a single one in the middle."""
    return box.left + box.width * (number / (count - 1) if count > 1 else 0.5)


def value_axis(marks: Sequence[float], box: Box, label: str = "") -> list[SafeString]:
    """A line and a number for every mark."""
    drawn = []
    for value in marks:
        y = height_at(value, marks, box)
        drawn.append(svg.line(Point(box.left, y), Point(box.right, y), svg.AXIS if value == 0 else svg.GRID))
        drawn.append(svg.text(shown(value), Point(box.left - 8, y + 4), anchor="end", fill=svg.MUTED))
    if label:
        drawn.append(svg.text(label, Point(2, box.top - 14), fill=svg.MUTED))
    return drawn


def label_axis(labels: Sequence[str], box: Box) -> list[SafeString]:
    """The labels along the bottom; every second, third … one where they would run into each other."""
    count = len(labels)
    room = box.width / max(count - 1, 1)
    widest = max((svg.width_of(label, 12) for label in labels), default=0) + 8
    every = max(math.ceil(widest / room), 1) if count > 1 else 1
    return [
        svg.text(
            label,
            Point(across(number, count, box), box.bottom + 20),
            size=12,
            anchor="middle",
            fill=svg.MUTED,
        )
        for number, label in enumerate(labels)
        if (count - 1 - number) % every == 0
    ]
