"""What held from when to when: bars over the years, a row for each kind, and moments below."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.shapes import Chart
from cse_portal.ui.charts.svg import Point
from cse_portal.ui.presenters import display_date

WIDTH, LEFT, TOP, ROW, BAR = 690, 84, 22, 46, 38
TINTS = ("#dbe5e9", "#eef3f5")
PRESENT = "#a9c1cb"
_YEAR = 365.25


@dataclass(frozen=True)
class Span:
    """What held, from a day until a day; None: until today."""

    words: str
    began_on: dt.date
    ended_on: dt.date | None = None
    why: str = ""


@dataclass(frozen=True)
class Row:
    """One kind of thing over time."""

    name: str
    spans: Sequence[Span]


def over_time(
    title: str,
    description: str,
    rows: Sequence[Row],
    moments: Sequence[dt.date],
    moments_name: str,
    today: dt.date,
) -> Chart:
    """The rows from the first beginning until today; a bar whose words do not fit has them in the table."""
    first = min([span.began_on for row in rows for span in row.spans], default=today)
    first = min(first, today - dt.timedelta(days=365))
    scale = (WIDTH - LEFT) / max((today - first).days, 1)

    def across(day: dt.date) -> float:
        return LEFT + (min(max(day, first), today) - first).days * scale

    shown = [row for row in rows if row.spans]
    bottom = TOP + len(shown) * ROW + (26 if moments else 0)
    every = max(1, round((today - first).days / _YEAR / 6))
    parts = []
    for year in range(first.year + 1, today.year + 1, every):
        x = across(dt.date(year, 1, 1))
        parts.append(svg.line(Point(x, 4), Point(x, bottom), svg.GRID))
        parts.append(svg.text(year, Point(x + 4, 14), 12, fill=svg.MUTED))
    for number, row in enumerate(shown):
        parts += _bars(row, TOP + number * ROW, across, today)
    if moments:
        parts.append(svg.text(moments_name, Point(0, bottom - 4), 13, font_weight="bold"))
        parts += [
            svg.rectangle(Point(across(day) - 2, bottom - 16), 4, 16, svg.INK)
            for day in moments
            if day >= first
        ]
    table = [
        [row.name, span.words, display_date(span.began_on), display_date(span.ended_on) or "Now", span.why]
        for row in shown
        for span in sorted(row.spans, key=lambda each: each.began_on, reverse=True)
    ]
    drawing = svg.picture(title, description, (WIDTH, bottom + 4), parts)
    return Chart(
        title,
        description,
        drawing,
        ["What", "Which", "From", "Until", "Why it changed"],
        table,
        in_words=True,
    )


def _bars(row: Row, y: float, across: Callable[[dt.date], float], today: dt.date) -> list[SafeString]:
    parts = [svg.text(row.name, Point(0, y + 24), 13, font_weight="bold")]
    for at, span in enumerate(sorted(row.spans, key=lambda each: each.began_on)):
        start, end = across(span.began_on), across(span.ended_on or today)
        width = max(end - start - 2, 2)
        parts.append(svg.rectangle(Point(start, y), width, BAR, TINTS[at % 2] if span.ended_on else PRESENT))
        if width > 40:
            parts.append(svg.text(svg.fitted(span.words, width - 10, 12), Point(start + 5, y + 23), 12))
    return parts
