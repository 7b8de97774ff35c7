"""Bars and shaded tables: how much of each."""

import math
from collections.abc import Sequence

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.shapes import Chart, Series, Value, number_of, numbers, shown
from cse_portal.ui.charts.svg import Box, Point

WIDTH = 640
ROW = 30
_WIDE_ENOUGH = 4  # in hundredths of the width: for a number
_NAMED_EVERY = 3  # column: so that labels have room on a phone
_HATCHED = (
    '<defs><pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="#942514"/></pattern></defs>'
)
_FILLS: tuple[dict[str, object], ...] = (
    {"fill": svg.PALETTE[0]},
    {"fill": "url(#hatched)", "stroke": "#942514"},
    {"fill": svg.WHITE, "stroke": svg.MUTED, "stroke_dasharray": "3 3"},
)


def bar(title: str, description: str, labels: Sequence[str], values: Sequence[Value]) -> Chart:
    """One bar per label, its number at its end."""
    box = _room(labels, top=6, right=64)
    largest = max([1.0, *numbers([Series(title, values)])])
    parts = [svg.line(Point(box.left, box.top), Point(box.left, box.bottom), svg.AXIS)]
    for number, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = box.top + number * ROW
        length = max(number_of(value) or 0, 0) / largest * box.width
        parts.append(_label(label, box, y))
        parts.append(svg.rectangle(Point(box.left, y + 4), length, ROW - 8, svg.PALETTE[0]))
        parts.append(svg.text(shown(value), Point(box.left + length + 7, y + 19.5), font_weight="bold"))
    rows = [[label, shown(value)] for label, value in zip(labels, values, strict=True)]
    return Chart(title, description, _picture(title, description, box, parts), ["", "Number"], rows)


def columns(
    title: str, description: str, labels: Sequence[str], series: Sequence[Series], height: int = 170
) -> Chart:
    """One column a label, its parts on top of each other: filled, hatched, dashed. Its sum is above it.

    Drawn in shares of the width there is, so that its words stay as large on a phone.
    """
    sums = [sum(number_of(each.values[place]) or 0 for each in series) for place in range(len(labels))]
    wide, scale = 100 / max(len(labels), 1), (height - 46) / max([1.0, *sums])
    parts = [SafeString(_HATCHED)]
    for place, label in enumerate(labels):
        y, middle = height - 24.0, f"{(place + 0.5) * wide:.2f}%"
        for each, look in zip(series, _FILLS, strict=False):
            tall = (number_of(each.values[place]) or 0) * scale
            y -= tall
            size = {
                "x": f"{(place + 0.16) * wide:.2f}%",
                "width": f"{0.68 * wide:.2f}%",
                "y": y,
                "height": tall,
            }
            parts.append(svg.element("rect", **size, **look) if tall else SafeString(""))
        above = {"x": middle, "y": y - 5, "text_anchor": "middle", "font_size": 14, "fill": svg.INK}
        parts.append(svg.element("text", f"{sums[place]:g}", **above))
        named = label if (len(labels) - 1 - place) % _NAMED_EVERY == 0 else ""
        parts.append(svg.element("text", named, **{**above, "y": height - 6, "fill": svg.MUTED}))
    base = {"x1": 0, "x2": "100%", "y1": height - 24, "y2": height - 24, "stroke": svg.AXIS}
    parts.append(svg.element("line", **base))
    rows = [[label, *(shown(each.values[place]) for each in series)] for place, label in enumerate(labels)]
    drawing = _wide(title, description, height, parts)
    return Chart(title, description, drawing, ["", *(each.name for each in series)], rows)


def segments(title: str, parts: Sequence[tuple[float, str, str]], largest: float) -> SafeString:
    """One bar of several parts side by side, each a number, its fill and its ink, on a scale that rows share."""
    drawn, left = [], 0.0
    for number, fill, ink in parts:
        wide = number / max(largest, 1) * 100
        edge = svg.MUTED if fill == svg.WHITE else fill
        size = {"x": f"{left:.2f}%", "width": f"{wide:.2f}%", "y": 0.5, "height": 23}
        drawn.append(svg.element("rect", **size, fill=fill, stroke=edge) if number else SafeString(""))
        at = {"x": f"{left + wide / 2:.2f}%", "y": 17, "text_anchor": "middle", "font_size": 14, "fill": ink}
        drawn.append(svg.element("text", f"{number:g}", **at) if wide >= _WIDE_ENOUGH else SafeString(""))
        left += wide
    return _wide(title, "", 24, drawn)


def _wide(title: str, description: str, height: int, parts: Sequence[SafeString]) -> SafeString:
    """A drawing as wide as its place."""
    said = [svg.element("title", svg.clean(title)), svg.element("desc", description) if description else ""]
    look = {"class_": "app-chart__wide", "role": "img", "width": "100%", "height": height}
    content = SafeString("".join([*said, *parts]))
    return svg.element("svg", content, **look, font_family=svg.FONT)


def heat_table(
    title: str,
    description: str,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    values: Sequence[Sequence[Value]],
    row_title: str = "",
    column_title: str = "",
    totals: bool = False,
) -> Chart:
    """A table whose cells are darker where there is more, the number in each; the last of a table of totals are not."""
    box = _room(row_labels, top=44 if column_title else 26, right=8)
    shaded = [row[:-1] for row in values[:-1]] if totals else values
    largest = max([1.0, *numbers([Series("", row) for row in shaded])])
    wide = box.width / max(len(column_labels), 1)
    parts = [
        svg.text(
            svg.fitted(label, wide, 12), Point(box.left + (number + 0.5) * wide, box.top - 8), 12, "middle"
        )
        for number, label in enumerate(column_labels)
    ]
    if column_title:
        parts.append(svg.text(column_title, Point(box.left, 14), 12, fill=svg.MUTED))
    for number, (label, row) in enumerate(zip(row_labels, values, strict=True)):
        y = box.top + number * ROW
        parts.append(_label(label, box, y))
        for column, value in enumerate(row):
            is_total = totals and (number + 1 == len(values) or column + 1 == len(row))
            parts += _cell(value, Point(box.left + column * wide, y), wide, math.inf if is_total else largest)
    rows = [[label, *(shown(value) for value in row)] for label, row in zip(row_labels, values, strict=True)]
    drawing = _picture(title, description, box, parts)
    return Chart(title, description, drawing, [row_title, *column_labels], rows)


def _room(labels: Sequence[str], top: float, right: float) -> Box:
    widest = max((svg.width_of(label) for label in labels), default=0)
    left = min(max(widest + 14, 60), 220)
    return Box(left, top, WIDTH - right, top + max(len(labels), 1) * ROW)


def _label(label: str, box: Box, y: float) -> SafeString:
    return svg.text(svg.fitted(label, box.left - 10), Point(box.left - 8, y + 19.5), anchor="end")


def _picture(title: str, description: str, box: Box, parts: Sequence[str]) -> SafeString:
    return svg.picture(title, description, (WIDTH, int(box.bottom + 8)), parts)


def _cell(value: Value, corner: Point, wide: float, largest: float) -> list[SafeString]:
    fill, ink = svg.shade((number_of(value) or 0) / largest)
    words = svg.fitted(shown(value), wide - 4, 12)
    return [
        svg.rectangle(corner, wide - 2, ROW - 2, fill),
        svg.text(words, Point(corner.x + wide / 2 - 1, corner.y + 19), 12, "middle", fill=ink),
    ]
