"""The scaling question of a meeting: where each person stands from 0 to 10, and where they stood before."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.shapes import Chart, Mark, Scaling, shown
from cse_portal.ui.charts.svg import Box, Point
from cse_portal.ui.presenters import counted, display_date, short_date

WIDTH, ROW, NARROW_ROW = 640, 34, 26
HIGHEST = 10


def scale_spread(
    title: str, description: str, marks: Sequence[Mark], when: Sequence[str] = ("Before",), width: int = WIDTH
) -> Chart:
    """One row per person: a full circle now, an open one before, a line between them; beneath, what was before that.

    `when`: the day of each earlier time, newest first.
    """
    left, row = (210, ROW) if width == WIDTH else (184, NARROW_ROW)
    box = Box(left, 34, width - 28, 34 + max(len(marks), 1) * row)
    parts = _scale(box)
    for number, mark in enumerate(marks):
        parts += _row(mark, box.top + (number + 0.5) * row, box)
    known = [value is not None for mark in marks for value in mark.earlier]
    parts += _key(box, before=any(mark.before is not None for mark in marks), earlier=any(known))
    times = max([1, *(len(mark.earlier) + 1 for mark in marks)])
    headers = ["Who", "Now", *(when or ["Before"])][: times + 2]
    rows = [_numbers(mark, len(headers)) for mark in marks]
    drawing = svg.picture(title, description, (width, int(box.bottom + 34)), parts)
    return Chart(title, description, drawing, headers, rows)


def _numbers(mark: Mark, columns: int) -> list[str]:
    values = [mark.who, *map(shown, (mark.now, mark.before, *mark.earlier))][:columns]
    return values + [shown(None)] * (columns - len(values))


def _x(value: int, box: Box) -> float:
    return box.left + min(max(value, 0), HIGHEST) / HIGHEST * box.width


def _scale(box: Box) -> list[SafeString]:
    drawn = []
    for value in range(HIGHEST + 1):
        x = _x(value, box)
        drawn.append(
            svg.line(Point(x, box.top), Point(x, box.bottom), svg.AXIS if value in (0, HIGHEST) else svg.GRID)
        )
        drawn.append(svg.text(value, Point(x, box.top - 10), anchor="middle", fill=svg.MUTED))
    return drawn


def _row(mark: Mark, y: float, box: Box) -> list[SafeString]:
    drawn = [svg.text(svg.fitted(mark.who, box.left - 24), Point(box.left - 16, y + 4), anchor="end")]
    colour = svg.PALETTE[0]
    if mark.now is None:
        drawn.append(svg.text("No number", Point(box.left + 8, y + 4), fill=svg.MUTED))
    if mark.now is not None and mark.before is not None:
        ends = Point(_x(mark.before, box), y), Point(_x(mark.now, box), y)
        drawn.append(svg.line(*ends, colour, stroke_width=2))
    if mark.before is not None:
        at = _x(mark.before, box)
        drawn.append(svg.element("circle", cx=at, cy=y, r=6, fill=svg.WHITE, stroke=colour, stroke_width=2))
    if mark.now is not None:
        drawn.append(svg.element("circle", cx=_x(mark.now, box), cy=y, r=8, fill=colour))
    return drawn + _long_ago(mark, y + 12, box)


def _long_ago(mark: Mark, y: float, box: Box) -> list[SafeString]:
    """Small beneath, from the oldest to the newest: a number that came twice is one dot, and twice in the table."""
    places = [_x(value, box) for value in mark.earlier if value is not None]
    drawn = [svg.line(Point(one, y), Point(two, y), svg.AXIS) for one, two in pairwise(places)]
    return drawn + [svg.element("circle", cx=x, cy=y, r=3, fill=svg.AXIS) for x in places]


def _key(box: Box, before: bool, earlier: bool) -> list[SafeString]:
    y, colour = box.bottom + 20, svg.PALETTE[0]
    left = min(box.left, box.right - 310)
    drawn = [
        svg.element("circle", cx=left + 6, cy=y, r=6, fill=colour),
        svg.text("Now", Point(left + 18, y + 4), size=12),
    ]
    if before:
        drawn += [
            svg.element("circle", cx=left + 76, cy=y, r=5, fill=svg.WHITE, stroke=colour, stroke_width=2),
            svg.text("At the meeting before", Point(left + 88, y + 4), size=12),
        ]
    if earlier:
        drawn += [
            svg.element("circle", cx=left + 234, cy=y, r=3, fill=svg.AXIS),
            svg.text("Before that", Point(left + 244, y + 4), size=12),
        ]
    return drawn


def then_and_now(scalings: Sequence[Scaling]) -> Chart:
    """The first and the last day: a bar from the lowest number to the highest, the middle one, the child's beneath.

    Places across are in per cent, so that one drawing fits a narrow column and a phone.
    """
    ends = [scalings[0], scalings[-1]] if len(scalings) > 1 else scalings
    words = " ".join(_said(each) for each in ends)
    height = len(ends) * 32 + 16
    parts = [_number(value, _across(value), height - 2, svg.MUTED) for value in (0, HIGHEST)]
    for number, each in enumerate(ends):
        parts += _day(each, 14 + number * 32, svg.PALETTE[0] if each is ends[-1] else svg.AXIS)
    drawing = svg.wide("Safety on a scale of 0 to 10", words, height, parts, "app-chart app-then-and-now")
    last = f"{counted(ends[-1].people, 'person,people')}, {short_date(ends[-1].on)}"
    return Chart(last if all(each.own is None for each in ends) else f"{last}. ▲ child", words, drawing)


def _said(scaling: Scaling) -> str:
    low, high, middle = min(scaling.numbers), max(scaling.numbers), median_low(scaling.numbers)
    own = "" if scaling.own is None else f"; the child said {scaling.own}"
    return f"{display_date(scaling.on)}: from {low} to {high}, {middle} in the middle{own}."


def _day(scaling: Scaling, y: int, colour: str) -> list[SafeString]:
    low, high, middle = (
        f"{_across(value)}%"
        for value in (min(scaling.numbers), max(scaling.numbers), median_low(scaling.numbers))
    )
    drawn = [
        svg.element("text", f"{scaling.on:%b %Y}", x=0, y=y + 5, font_size=14, fill=svg.MUTED),
        svg.element("line", x1=f"{_across(0)}%", x2=f"{_across(HIGHEST)}%", y1=y, y2=y, stroke=svg.AXIS),
        svg.element("line", x1=low, x2=high, y1=y, y2=y, stroke=svg.SHADES[2], stroke_width=6),
        svg.element("circle", cx=middle, cy=y, r=11, fill=colour),
        _number(median_low(scaling.numbers), _across(median_low(scaling.numbers)), y + 5, svg.WHITE),
    ]
    return drawn if scaling.own is None else [*drawn, _number("▲", _across(scaling.own), y + 20, svg.INK)]


def _across(value: int) -> float:
    return 34 + min(max(value, 0), HIGHEST) * 6.0


def _number(words: object, across: float, y: int, colour: str) -> SafeString:
    return svg.element(
        "text", str(words), x=f"{across}%", y=y, font_size=14, text_anchor="middle", fill=colour
    )
