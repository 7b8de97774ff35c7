"""The scaling question of a meeting: where each person stands from 0 to 10, and where they stood before."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.shapes import Chart, Mark, shown
from cse_portal.ui.charts.svg import Box, Point

WIDTH, ROW = 640, 34
HIGHEST = 10


def scale_spread(title: str, description: str, marks: Sequence[Mark]) -> Chart:
    """One row per person: a full circle now, an open one before, a line between them."""
    box = Box(210, 34, WIDTH - 28, 34 + max(len(marks), 1) * ROW)
    parts = _scale(box)
    for number, mark in enumerate(marks):
        parts += _row(mark, box.top + (number + 0.5) * ROW, box)
    parts += _key(box, earlier=any(mark.before is not None for mark in marks))
    rows = [[mark.who, shown(mark.now), shown(mark.before)] for mark in marks]
    drawing = svg.picture(title, description, (WIDTH, int(box.bottom + 34)), parts)
    return Chart(title, description, drawing, ["Who", "Now", "Before"], rows)


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
    return drawn


def _key(box: Box, earlier: bool) -> list[SafeString]:
    y, colour = box.bottom + 20, svg.PALETTE[0]
    drawn = [
        svg.element("circle", cx=box.left + 6, cy=y, r=6, fill=colour),
        svg.text("Now", Point(box.left + 18, y + 4), size=12),
    ]
    if earlier:
        drawn += [
            svg.element("circle", cx=box.left + 76, cy=y, r=5, fill=svg.WHITE, stroke=colour, stroke_width=2),
            svg.text("At the meeting before", Point(box.left + 88, y + 4), size=12),
        ]
    return drawn
