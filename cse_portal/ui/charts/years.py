"""Two years of a case in one picture: category, meetings, missing episodes and concerns.

Places across are in per cent and words of one size, so that one drawing fits a desk and a phone.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.shapes import Chart, StepPoint
from cse_portal.ui.charts.svg import GRID, INK, MUTED
from cse_portal.ui.presenters import counted, short_date

DAYS = 730
LEFT, RIGHT = 18.0, 99.0  # per cent
TOP, GROUND, STEP = 4, 70, 20
ROWS = (("Meetings", 92), ("Missing", 114), ("Concerns", 136))
COLOURS = {3: "#942514", 2: "#f47738", 1: "#ffdd00", 0: "#b1b4b6"}
Span = tuple[dt.date, dt.date]  # what the picture holds
NAMES = {3: "3 High", 2: "2 Medium", 1: "1 Low", 0: "None"}


@dataclass(frozen=True)
class Years:
    """What is drawn. `steps`: the category from each day on, oldest first. `missing`: a day, and how many hours."""

    today: dt.date
    steps: Sequence[StepPoint] = ()
    meetings: Sequence[dt.date] = ()
    missing: Sequence[tuple[dt.date, float]] = ()
    concerns: Sequence[dt.date] = ()
    category_alone: bool = False

    @property
    def first(self) -> dt.date:
        """The day at the left edge: of the category alone its first, else two years ago."""
        if self.category_alone and self.steps:
            return self.steps[0].on - dt.timedelta(days=30)
        return self.today - dt.timedelta(days=DAYS)

    @property
    def height(self) -> int:
        """As many rows as are drawn, and the years beneath."""
        return (GROUND if self.category_alone else ROWS[-1][1]) + 30

    @property
    def words(self) -> str:
        """In two years: 4 category decisions, 14 meetings, 10 missing episodes, 5 concerns."""
        if self.category_alone:
            return "; ".join(f"{short_date(each.on)}: category {NAMES[each.value]}" for each in self.steps)
        days = (
            [each.on for each in self.steps],
            self.meetings,
            [day for day, _ in self.missing],
            self.concerns,
        )
        nouns = ("category decision", "meeting", "missing episode", "concern")
        numbers = (
            counted(sum(day >= self.first for day in each), noun)
            for each, noun in zip(days, nouns, strict=True)
        )
        return f"In two years: {', '.join(numbers)}."

    @property
    def rows(self) -> list[list[str]]:
        """The same as a table, newest first."""
        rows = [
            *((each.on, f"Category {NAMES[each.value]}") for each in self.steps),
            *((day, "Meeting") for day in self.meetings),
            *((day, f"Missing for {counted(round(hours), 'hour')}") for day, hours in self.missing),
            *((day, "Concern") for day in self.concerns),
        ]
        return [[short_date(day), words] for day, words in sorted(rows, reverse=True) if day >= self.first]


def case_years(title: str, years: Years) -> Chart:
    """The picture, with every row under its name."""
    first = years.first
    across, rows = (first, years.today), () if years.category_alone else ROWS
    parts = [*_months(across, years.height - 6), *_categories(years.steps, across)]
    parts += [_word(name, 0, y, MUTED) for name, y in (("Category", TOP + 14), *rows)]
    for glyph, days, (_, y) in (("◆", years.meetings, ROWS[0]), ("△", years.concerns, ROWS[2])):
        parts += [_word(glyph, _x(day, across), y, svg.PALETTE[0], "middle") for day in days if day >= first]
    for day, hours in years.missing:
        if day >= first:
            x, height = f"{_x(day, across):.1f}%", min(4 + hours / 3, 16)
            parts.append(svg.element("rect", x=x, y=ROWS[1][1] - height, width=5, height=height, fill=INK))
    look = "app-chart__wide" if years.category_alone else "app-chart app-years"
    drawing = svg.wide(title, years.words, years.height, parts, look)
    return Chart(title, years.words, drawing, ("Day", "What happened"), years.rows, in_words=True)


def _x(day: dt.date, across: Span) -> float:
    first, last = across
    return LEFT + max((day - first).days, 0) / (last - first).days * (RIGHT - LEFT)


def _word(words: str, x: float, y: int, colour: str, anchor: str = "start") -> SafeString:
    return svg.element(
        "text", svg.clean(words), x=f"{x:.1f}%", y=y, font_size=14, text_anchor=anchor, fill=colour
    )


def _months(across: Span, y: int) -> list[SafeString]:
    """January and July, with their lines; and today."""
    first, today = across
    drawn = [_word("Today", RIGHT, y, MUTED, "end")]
    for year in range(first.year, today.year + 1):
        for month, name in ((1, str(year)), (7, "July")):
            day = dt.date(year, month, 1)
            if first < day < today:
                x = f"{_x(day, across):.1f}%"
                drawn.append(svg.element("line", x1=x, x2=x, y1=TOP, y2=y - 18, stroke=GRID))
                if (today - day).days > 100:
                    drawn.append(_word(name, _x(day, across), y, MUTED, "middle"))
    return drawn


def _categories(steps: Sequence[StepPoint], across: Span) -> list[SafeString]:
    """A block for each category that held, as high as it is, its colour on top and its name inside."""
    first, today = across
    drawn = [svg.element("line", x1=f"{LEFT}%", x2=f"{RIGHT}%", y1=GROUND, y2=GROUND, stroke=svg.AXIS)]
    ends = [*(each.on for each in steps[1:]), today]
    for step, end in zip(steps, ends, strict=True):
        if end < first:
            continue
        x = _x(step.on, across)
        width = _x(end, across) - x
        y, height = GROUND - step.value * STEP, step.value * STEP
        place = {"x": f"{x:.1f}%", "width": f"{width:.1f}%"}
        fill = COLOURS[step.value]
        drawn.append(svg.element("rect", **place, y=y, height=height, fill=fill, fill_opacity="0.15"))
        drawn.append(svg.element("rect", **place, y=y, height=5, fill=fill, stroke=INK, stroke_width=0.5))
        if width > 10:
            drawn.append(_word(NAMES[step.value], x + 0.5, y + 18 if step.value else y - 4, INK))
    return drawn
