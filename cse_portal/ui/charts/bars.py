"""Bars and shaded tables: how much of each."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.shapes import Chart, Series, Value, number_of, numbers, shown
from cse_portal.ui.charts.svg import Box, Point

WIDTH = 640
ROW = 30


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


def heat_table(
    title: str,
    description: str,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    values: Sequence[Sequence[Value]],
    row_title: str = "",
    column_title: str = "",
) -> Chart:
    """A table whose cells are darker where there is more, the number in each."""
    box = _room(row_labels, top=44 if column_title else 26, right=8)
    largest = max([1.0, *numbers([Series("", row) for row in values])])
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
            parts += _cell(value, Point(box.left + column * wide, y), wide, largest)
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
