"""How it went over quarters, for paper and screen alike: lines with their target, parts on top of each other, a flow.

The title of each is the sentence that the picture says. Lines differ by dash, mark and name, not by colour alone.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.shapes import Value, number_of
from cse_portal.ui.charts.svg import Box, Point

SMALL = 9.5
SMALL_PICTURE = (242, 104)
BAND, DROP = "#e3ebee", "#942514"
CATEGORY_FILLS = ("#942514", "#f7a77c", "#fff0a3")
NEAR = 4  # points: the last quarter alone is then as good as said
EVERY = 4  # quarters between two labels
Values = Sequence[float | None]


@dataclass(frozen=True)
class Trend:
    """Lines over the same quarters, the target that they are to reach, and what happened in one quarter."""

    said: str
    lines: Sequence[tuple[str, Values]]
    labels: Sequence[str]
    target: float | None = None
    note: str = ""
    note_at: str = ""
    alone: float | None = None  # the last quarter by itself
    region: float | None = None
    size: tuple[int, int] = (404, 262)

    @property
    def box(self) -> Box:
        """Where the lines are drawn."""
        width, height = self.size
        return Box(26, 10, width - 62, height - 22)

    @property
    def lowest(self) -> float:
        """The number at the foot: a round one, below all that is drawn."""
        known = [each for _, values in self.lines for each in values if each is not None]
        known += [each for each in (self.target, self.alone, self.region) if each is not None]
        return max(math.floor((min(known, default=0) - 5) / 10) * 10, 0)

    def at(self, place: int, value: float) -> Point:
        """Where a number of a quarter is."""
        box, count = self.box, len(self.labels)
        across = box.left + box.width * (place / (count - 1) if count > 1 else 1)
        return Point(across, box.bottom - (value - self.lowest) / (100 - self.lowest) * box.height)


def trend(of: Trend) -> SafeString:
    """Shares from a round number to 100."""
    parts = [*_band(of), *_axes(of)]
    for number, (_, values) in enumerate(of.lines):
        parts += _line(of, number, values)
    parts += [*_names(of), *_note(of), *_alone(of)]
    if of.region is not None:
        place = of.at(len(of.labels) - 1, of.region)
        parts.append(_diamond(place))
        parts.append(
            svg.text(f"region {of.region:.0f}", Point(place.x + 8, place.y + 3), SMALL, fill=svg.MUTED)
        )
    return svg.picture(of.said, "", of.size, parts, small=True)


def _band(of: Trend) -> Iterator[SafeString]:
    if of.target is None:
        return
    top, edge = of.at(0, 100), of.at(0, of.target)
    yield svg.rectangle(top, of.box.width, edge.y - top.y, BAND)
    end = Point(of.box.right, edge.y)
    yield svg.line(edge, end, svg.PALETTE[0], stroke_width=1.2, stroke_dasharray="1.5 2.5")
    yield svg.text(f"target {of.target:g}", Point(edge.x + 4, max(edge.y - 4, 9)), SMALL, fill=svg.PALETTE[0])


def _axes(of: Trend) -> Iterator[SafeString]:
    step = 10 if of.size[1] > 200 else 20
    for value in range(int(of.lowest), 101, step):
        left = of.at(0, value)
        yield svg.line(left, Point(of.box.right, left.y), svg.GRID)
        yield svg.text(value, Point(left.x - 5, left.y + 3.5), SMALL, "end", fill=svg.MUTED)
    yield from _quarters(
        of.labels, [of.at(place, of.lowest).x for place in range(len(of.labels))], of.box.bottom
    )


def _quarters(labels: Sequence[str], places: Sequence[float], bottom: float) -> Iterator[SafeString]:
    """Every fourth quarter by its name, the last one among them."""
    for place, (label, x) in enumerate(zip(labels, places, strict=True)):
        if (len(labels) - 1 - place) % EVERY == 0:
            yield svg.line(Point(x, bottom), Point(x, bottom + 4), svg.AXIS)
            yield svg.text(label, Point(x, bottom + 15), SMALL, "middle", fill=svg.MUTED)


def _line(of: Trend, number: int, values: Values) -> Iterator[SafeString]:
    colour, dash = svg.PALETTE[number % 4], svg.DASHES[number % 4]
    places = [None if each is None else of.at(place, each) for place, each in enumerate(values)]
    for one, two in pairwise(places):
        if one and two:
            yield svg.line(one, two, colour, stroke_width=2.2, stroke_dasharray=dash)
    known = [each for each in places if each]
    for each in (*known[:1], *known[-1:]):
        yield svg.mark(number, each, colour)


def _names(of: Trend) -> Iterator[SafeString]:
    """The last number of each line, with its name where there are several, and of the quarter alone; none touch."""
    ends = []
    for name, values in of.lines:
        if values and values[-1] is not None:
            words = f"{name} {values[-1]:.0f}" if len(of.lines) > 1 else f"{values[-1]:.0f}"
            ends.append((of.at(len(of.labels) - 1, values[-1]), words))
    first = of.lines[0][1][-1] if of.lines[0][1] else None
    if of.alone is not None and (first is None or abs(first - of.alone) > NEAR):
        ends.append((of.at(len(of.labels) - 1, of.alone), f"{of.alone:.0f} {of.labels[-1][-2:]}"))
    floor = -12.0
    for place, words in sorted(ends, key=lambda each: each[0].y):
        floor = max(place.y + 3.5, floor + 12)
        yield svg.text(words, Point(place.x + 8, floor), SMALL, font_weight="bold")


def _note(of: Trend) -> Iterator[SafeString]:
    """What happened, with a line to the quarter in which it did."""
    if not of.note or of.note_at not in of.labels:
        return
    place = of.labels.index(of.note_at)
    value = of.lines[0][1][place]
    if value is None:
        return
    at, foot = of.at(place, value), of.box.bottom - 8
    yield svg.line(Point(at.x, at.y + 5), Point(at.x, foot - 12), svg.MUTED, stroke_width=0.8)
    anchor = "end" if place > len(of.labels) / 2 else "start"
    yield svg.text(f"{of.note_at}: {of.note}", Point(at.x, foot), SMALL, anchor, fill=svg.MUTED)


def _alone(of: Trend) -> Iterator[SafeString]:
    if of.alone is not None:
        place = of.at(len(of.labels) - 1, of.alone)
        look = {"fill": svg.WHITE, "stroke": DROP, "stroke_width": 2}
        yield svg.element("circle", cx=place.x, cy=place.y, r=3.5, **look)


def _diamond(at: Point) -> SafeString:
    shape = f"M{at.x:.1f} {at.y - 5:.1f}l5 5l-5 5l-5 -5z"
    return svg.element("path", d=shape, fill=svg.WHITE, stroke=svg.INK, stroke_width=1.3)


def stacked(said: str, names: Sequence[str], series: Sequence[Values], labels: Sequence[str]) -> SafeString:
    """A column for each quarter, its parts from the gravest up; a column with a part that is withheld is left out."""
    bottom, wide = 172.0, 253 / max(len(labels), 1)
    highest = max((sum(each or 0 for each in column) for column in zip(*series, strict=True)), default=0) or 1
    parts: list[SafeString] = []
    for place, column in enumerate(zip(*series, strict=True)):
        x, y = 6 + place * wide, bottom
        if None in column:
            parts.append(svg.text("?", Point(x + wide * 0.4, y - 4), SMALL, "middle", fill=svg.MUTED))
            continue
        for number, each in enumerate(column):
            tall = (each or 0) / highest * 145
            y -= tall
            parts.append(
                svg.rectangle(Point(x, y), wide * 0.82, tall, CATEGORY_FILLS[number], stroke=svg.MUTED)
            )
            if place == len(labels) - 1 and each:
                words = f"{each:.0f} {names[number]}"
                parts.append(svg.text(words, Point(263, y + tall / 2 + 3.5), SMALL))
        if place in (0, len(labels) - 1):
            total = f"{sum(each or 0 for each in column):.0f}"
            parts.append(svg.text(total, Point(x + wide * 0.4, y - 4), 10.5, "middle", font_weight="bold"))
    parts += _quarters(labels, [6 + (place + 0.4) * wide for place in range(len(labels))], bottom)
    return svg.picture(said, "", (325, 192), parts, small=True)


def flow(said: str, steps: Sequence[tuple[str, float]], end: tuple[str, float]) -> SafeString:
    """Where the quarter began, what came and went step by step, and where it ended."""
    begins, moves = steps[0][1], [number for _, number in steps[1:]]
    highest = max(begins + sum(each for each in moves if each > 0), end[1], 1)
    scale, bottom, wide = 105 / highest, 134.0, 64
    parts, level, columns = [], 0.0, [*steps, end]
    for place, (label, number) in enumerate(columns):
        whole = place in (0, len(columns) - 1)
        base = 0.0 if whole else level + min(number, 0)
        y, tall, x = bottom - (base + abs(number)) * scale, abs(number) * scale, 4 + place * wide
        look = {"stroke": svg.PALETTE[0], "stroke_dasharray": "3 2" if number < 0 else ""}
        fill = svg.PALETTE[0] if whole else svg.WHITE if number < 0 else svg.SHADES[2]
        parts.append(svg.rectangle(Point(x, y), wide * 0.72, max(tall, 1), fill, **look))
        said_number = f"{number:.0f}" if whole else f"{'+' if number >= 0 else '−'}{abs(number):.0f}"
        parts.append(svg.text(said_number, Point(x + wide * 0.36, y - 5), 10.5, "middle", font_weight="bold"))
        parts.append(svg.text(label, Point(x + wide * 0.36, bottom + 14), SMALL, "middle"))
        level = number if whole else level + number
    parts.append(svg.line(Point(0, bottom), Point(325, bottom), svg.INK))
    return svg.picture(said, "", (325, 152), parts, small=True)


def sparkline(values: Sequence[Value]) -> SafeString:
    """A line without words beside the numbers that say the same, with a dot at its end; nothing of fewer than two."""
    box, numbers = Box(2, 3, 92, 17), [number_of(value) for value in values]
    known = [number for number in numbers if number is not None]
    if len(known) < 2:
        return SafeString("")
    lowest, span = min(known), max(max(known) - min(known), 1)
    places = [
        None
        if number is None
        else Point(
            box.left + box.width * at / (len(numbers) - 1), box.bottom - (number - lowest) / span * box.height
        )
        for at, number in enumerate(numbers)
    ]
    colour = svg.PALETTE[0]
    parts = [svg.line(one, two, colour, stroke_width=2.5) for one, two in pairwise(places) if one and two]
    last = [place for place in places if place][-1]
    parts.append(svg.element("circle", cx=last.x, cy=last.y, r=2.5, fill=colour))
    look = {"width": 96, "height": 20, "viewBox": "0 0 96 20", "aria_hidden": "true", "focusable": "false"}
    return svg.element("svg", SafeString("".join(parts)), **look)
