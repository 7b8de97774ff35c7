"""The pictures of a CMOG: a subject's month as a line, wards as tiles, weekdays by two hours.

Places across a line are in per cent, so that one drawing fits a desk and a phone. Numbers below FEW are hatched: they
are for the room alone, and in no minutes and no report.
"""

import calendar
import datetime as dt
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from cse_portal.reference.models import Code
from cse_portal.reference.selectors import codes
from cse_portal.ui.charts import svg
from cse_portal.ui.presenters import counted, joined, short_date
from mase.cmog.selectors.pictures import MONTH, QUARTER, Month, Pictures

FEW = 5
SHADES = ("#b5c8d1", "#3f6b7d", svg.PALETTE[0])
WIDE, TALL = 66, 47  # a tile
TOWNS = (
    ("Tipton", 1, 41, "start"), ("Wednesbury", 125, 17, "end"), ("West Bromwich", 272, 113, "start"),
    ("Smethwick", 337, 193, "start"), ("Oldbury", 272, 274, "start"), ("Rowley Regis", 60, 206, "end"),
)  # fmt: skip
_FEW = (
    '<defs><pattern id="few" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#eef3f5"/><rect width="2" height="5" fill="#d3dde2"/></pattern></defs>'
)
GROUND = 66
ROOM = 9  # days that words take


@dataclass(frozen=True)
class Cell:
    """How many, and which shade that is: 0 none, 1 few, 2 to 4 by the most."""

    number: int
    shade: int


def map_page(found: Pictures, ward: str) -> dict[str, Any]:
    """`ward`: where the child of the item lives, ringed."""
    by_code = {each.code: each for each in codes("ward")}
    most = max(found.hours.values(), default=0)
    top = [
        by_code[code].label
        for code, number in found.wards.most_common(2)
        if number >= FEW and code in by_code
    ]
    numbers = [[found.hours[day, band] for band in range(12)] for day in range(7)]
    return {
        "where": f"Where: {', then '.join(top)}" if top else "Where",
        "map": _map(found.wards, list(by_code.values()), ward),
        "total": found.wards.total(),
        "wards": [(by_code[code].label, each) for code, each in found.wards.most_common() if code in by_code],
        "when": _when(found.hours),
        "bands": [f"{(6 + 2 * band) % 24:02}" for band in range(12)],
        "rows": [(calendar.day_name[day], [_cell(each, most) for each in numbers[day]]) for day in range(7)],
        "timed": found.hours.total(),
        "named": [(name, _cell(number, number)) for name, number in found.named],
    }


def _cell(number: int, most: int) -> Cell:
    if number < FEW:
        return Cell(number, min(number, 1))
    return Cell(number, 2 + (number >= most * 0.6) + (number >= most * 0.85))


def _when(hours: Counter[tuple[int, int]]) -> str:
    (day, band), number = max(hours.items(), key=lambda each: each[1], default=((0, 0), 0))
    if number < FEW:
        return "When"
    start = (6 + 2 * band) % 24
    return f"When: {calendar.day_name[day]}, {start:02}:00 to {(start + 2) % 24:02}:00"


def _map(numbers: Counter[str], wards: list[Code], ringed: str) -> SafeString:
    """A tile for each ward, about where it is; lines between the towns."""
    placed = {tuple(each.extra["tile"]): each for each in wards if "tile" in each.extra}
    most = max(numbers.values(), default=0)
    parts = [SafeString(_FEW)]
    for (across, down), each in placed.items():
        parts.append(_tile(each, _cell(numbers[each.code], most), across * WIDE + 1, down * TALL + 1))
    parts.append(svg.element("path", d=_borders(placed), fill="none", stroke=svg.MUTED, stroke_width=1.5))
    for (across, down), each in placed.items():
        if each.code == ringed:
            size = {
                "width": WIDE - 4,
                "height": TALL - 4,
                "fill": "none",
                "stroke": "#fd0",
                "stroke_width": 3,
            }
            parts.append(svg.element("rect", x=across * WIDE + 2, y=down * TALL + 2, **size))
    for name, x, y, anchor in TOWNS:
        look = {"font_weight": "bold", "fill": svg.PALETTE[0]}
        parts += [
            svg.text(word, svg.Point(x, y + 16 * line), 14, anchor, **look)
            for line, word in enumerate(name.split() if anchor == "end" else [name])
        ]
    named = [f"{each.label} {numbers[each.code]}" for each in wards if numbers[each.code]]
    said = joined(named) or "none"
    return svg.picture(f"Wards, {QUARTER} days", f"Concerns and missing by ward: {said}.", (424, 284), parts)


def _tile(ward: Code, cell: Cell, x: int, y: int) -> SafeString:
    fill = ("#f3f4f5", "url(#few)", *SHADES)[cell.shade]
    ink = svg.WHITE if cell.shade > 2 else svg.INK if cell.number else svg.MUTED
    words = textwrap.wrap(ward.extra.get("short", ward.label), 10)[:2]
    parts = [
        svg.element("title", f"{ward.label}, {ward.extra['town']}: {cell.number}"),
        svg.rectangle(svg.Point(x, y), WIDE - 2, TALL - 2, fill),
        *(svg.text(word, svg.Point(x + 4, y + 13 + 12 * n), 12, fill=ink) for n, word in enumerate(words)),
        svg.text(cell.number, svg.Point(x + 59, y + 41), 16, "end", fill=ink, font_weight="bold"),
    ]
    return svg.element("g", SafeString("".join(parts)))


def _borders(placed: dict[tuple[int, ...], Code]) -> str:
    """Where the neighbour is of another town, or there is none."""
    sides = {(0, -1): "M{0} {1}h66", (0, 1): "M{0} {3}h66", (-1, 0): "M{0} {1}v47", (1, 0): "M{2} {1}v47"}
    lines = []
    for (across, down), ward in placed.items():
        x, y = across * WIDE, down * TALL
        for (right, below), drawn in sides.items():
            beside = placed.get((across + right, down + below))
            if beside is None or beside.extra["town"] != ward.extra["town"]:
                lines.append(drawn.format(x, y, x + WIDE, y + TALL))
    return "".join(lines)


def month_words(month: Month) -> list[tuple[str, str]]:
    """The legend: a mark, and how many; intelligence only where the reader has some."""
    of_whom = " of children linked with it" if month.linked else ""
    rows = [
        ("concern", f"{counted(len(month.concerns), 'concern')}{of_whom}"),
        ("missing", f"{len(month.missing)} missing"),
        ("report", f"{len(month.reports)} intelligence"),
        ("done", "What we did"),
    ]
    empty = {"report": not month.reports, "done": not month.done}
    return [(mark, words) for mark, words in rows if not empty.get(mark)]


def month_line(month: Month) -> SafeString:
    """Thirty days from left to right, what happened on each above the line."""
    first = month.until - dt.timedelta(days=MONTH)

    def across(day: dt.date) -> str:
        return f"{2 + 96 * min(max((day - first).days, 0), MONTH) / MONTH:.1f}%"

    parts = []
    for number in range(MONTH + 1):
        day = first + dt.timedelta(days=number)
        if day.weekday() == calendar.FRIDAY:
            parts.append(
                svg.element("rect", x=across(day), y=18, width="6.4%", height=GROUND - 18, fill="#edf2f5")
            )
        if day.weekday() == calendar.MONDAY:
            words = short_date(day).rsplit(" ", 1)[0]
            look = {"y": 84, "font_size": 14, "text_anchor": "middle", "fill": svg.MUTED}
            parts.append(svg.element("text", words, x=across(day), **look))
            parts.append(
                svg.element("line", x1=across(day), x2=across(day), y1=GROUND, y2=GROUND + 5, stroke=svg.AXIS)
            )
    parts.append(svg.element("line", x1="0", x2="100%", y1=GROUND, y2=GROUND, stroke=svg.INK, stroke_width=2))
    parts += _done(month, first, across)
    stacked: Counter[dt.date] = Counter()
    for days, drawn in ((month.concerns, _dot), (month.missing, _triangle), (month.reports, _square)):
        for day in days:
            parts.append(drawn(across(day), GROUND - 12 - 15 * min(stacked[day], 2)))
            stacked[day] += 1
    content = SafeString(
        "".join([svg.element("title", "The last 30 days"), svg.element("desc", _said(month)), *parts])
    )
    look = {"class_": "app-cmog__line", "role": "img", "width": "100%", "height": 92, "font_family": svg.FONT}
    return svg.element("svg", content, **look)


def _done(month: Month, first: dt.date, across: Callable[[dt.date], str]) -> list[SafeString]:
    """A line for each; its words where there is room for them beside the one before."""
    parts, free_from = [], first
    for day, words in month.done:
        late = (day - first).days > MONTH * 0.7
        line = {"x1": across(day), "x2": across(day), "y1": 16, "y2": GROUND, "stroke": svg.INK}
        parts.append(svg.element("line", **line, stroke_width=2))
        if day >= free_from:
            look = {"y": 12, "font_size": 14, "text_anchor": "end" if late else "start"}
            parts.append(svg.element("text", svg.fitted(words, 170, 14), x=across(day), **look))
            free_from = day + dt.timedelta(days=2 * ROOM if late else ROOM)
    return parts


def _said(month: Month) -> str:
    rows = [("Concern", day) for day in month.concerns] + [("Missing", day) for day in month.missing]
    rows += [("Intelligence", day) for day in month.reports] + [(words, day) for day, words in month.done]
    said = (f"{short_date(day)} {words}" for words, day in sorted(rows, key=lambda row: row[1]))
    return "; ".join(said) or "Nothing happened."


def _dot(x: str, y: int) -> SafeString:
    return svg.element("circle", cx=x, cy=y, r=6, fill=svg.PALETTE[0])


def _triangle(x: str, y: int) -> SafeString:
    return svg.element("text", "▲", x=x, y=y + 7, font_size=18, text_anchor="middle", fill="#b52c1e")


def _square(x: str, y: int) -> SafeString:
    return svg.element("rect", x=x, y=y - 6, width=12, height=12, transform="translate(-6 0)", fill=svg.INK)
