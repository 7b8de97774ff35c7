"""Lines: how numbers, and one child's category, have gone over time."""

import datetime as dt
from collections.abc import Sequence
from itertools import zip_longest

from django.utils.safestring import SafeString

from cse_portal.ui.charts import scales, svg
from cse_portal.ui.charts.shapes import Chart, Series, StepPoint, Value, number_of, numbers, shown
from cse_portal.ui.charts.svg import Box, Point
from cse_portal.ui.presenters import display_date, short_date

WIDTH, HEIGHT = 640, 300
CATEGORY_NAMES = {3: "3 High", 2: "2 Medium", 1: "1 Low", 0: "None"}


def line(
    title: str, description: str, series: Sequence[Series], x_labels: Sequence[str], y_label: str = ""
) -> Chart:
    """One line per series over the same moments, each named at its end; where there is no figure the line breaks."""
    named = len(series) > 1
    box = Box(48, 40 if y_label else 24, WIDTH - (128 if named else 40), HEIGHT - 32)
    marks = scales.ticks(numbers(series))
    parts = [*scales.value_axis(marks, box, y_label), *scales.label_axis(x_labels, box)]
    for number, one in enumerate(series):
        parts += _drawn(number, _places(one.values, marks, box))
    if named:
        parts += _names(series, marks, box)
    elif series:
        parts += _last_value(series[0], _places(series[0].values, marks, box))
    rows = [
        [label, *(shown(_at(one.values, number)) for one in series)] for number, label in enumerate(x_labels)
    ]
    headers = ["Period", *(one.name for one in series)]
    return Chart(title, description, svg.picture(title, description, (WIDTH, HEIGHT), parts), headers, rows)


def small_multiple(title: str, values: Sequence[Value], labels: Sequence[str]) -> Chart:
    """A small line beside others of its kind, its last number written out."""
    box = Box(34, 20, 214, 92)
    marks = scales.ticks(numbers([Series(title, values)]), about=2)
    places = _places(values, marks, box)
    ends = [labels[0], labels[-1]] if len(labels) > 1 else list(labels)
    parts = [*scales.value_axis(marks, box), *_drawn(0, places, marked=False)]
    for label, x, anchor in zip(ends, (box.left, box.right), ("start", "end"), strict=False):
        parts.append(svg.text(label, Point(x, box.bottom + 18), size=12, anchor=anchor, fill=svg.MUTED))
    parts += _last_value(Series(title, values), places)
    rows = [[label, shown(value)] for label, value in zip_longest(labels, values, fillvalue=None) if label]
    description = f"{labels[0]} to {labels[-1]}" if len(labels) > 1 else ""
    drawing = svg.picture(title, description, (250, 120), parts, small=True)
    return Chart(title, description, drawing, ["Period", title], rows)


def sparkline(values: Sequence[Value]) -> SafeString:
    """A line without words beside the numbers that say the same, with a dot at its end; nothing of fewer than two."""
    box = Box(2, 3, 92, 17)
    known = numbers([Series("", values)])
    if len(known) < 2:
        return SafeString("")
    places = _places(values, [min(known), max(max(known), min(known) + 1)], box)
    return svg.element(
        "svg",
        SafeString("".join(_drawn(0, places, marked=False))),
        width=96,
        height=20,
        viewBox="0 0 96 20",
        aria_hidden="true",
        focusable="false",
    )


def step_line(title: str, description: str, points: Sequence[StepPoint], today: dt.date) -> Chart:
    """A category that holds from one decision until the next, and until today."""
    box = Box(78, 24, WIDTH - 24, 200)
    marks = [0.0, 1.0, 2.0, 3.0]
    ordered = sorted(points, key=lambda point: point.on)
    first = ordered[0].on if ordered else today
    last = max([today, *(point.on for point in ordered)])
    days = max((last - first).days, 1)
    places = [
        Point(
            box.left + (point.on - first).days / days * box.width, scales.height_at(point.value, marks, box)
        )
        for point in ordered
    ]
    parts = [*_category_axis(marks, box), *_steps(places, box), *_day_labels(ordered, places, last, box)]
    rows = [
        [display_date(point.on), CATEGORY_NAMES.get(point.value, str(point.value)), point.label]
        for point in ordered
    ]
    drawing = svg.picture(title, description, (WIDTH, 240), parts)
    return Chart(title, description, drawing, ["From", "Category", "Why"], rows, in_words=True)


def _at(values: Sequence[Value], number: int) -> Value:
    return values[number] if number < len(values) else None


def _places(values: Sequence[Value], marks: Sequence[float], box: Box) -> list[Point | None]:
    return [
        None
        if (value := number_of(raw)) is None
        else Point(scales.across(number, len(values), box), scales.height_at(value, marks, box))
        for number, raw in enumerate(values)
    ]


def _drawn(number: int, places: Sequence[Point | None], marked: bool = True) -> list[SafeString]:
    colour, dash = svg.PALETTE[number % len(svg.PALETTE)], svg.DASHES[number % len(svg.DASHES)]
    path, pen_is_down = "", False
    for place in places:
        if place:
            path += f"{'L' if pen_is_down else 'M'}{place.x:.1f} {place.y:.1f}"
        pen_is_down = place is not None
    drawn = [
        svg.element(
            "path",
            d=path,
            fill="none",
            stroke=colour,
            stroke_width=2.5,
            stroke_dasharray=dash,
            stroke_linejoin="round",
        )
    ]
    # A point between two gaps has no line to be seen by.
    shown_points = [place for place in places if place] if marked else _lonely(places)
    return drawn + [svg.mark(number, place, colour) for place in shown_points]


def _lonely(places: Sequence[Point | None]) -> list[Point]:
    padded = [None, *places, None]
    return [
        place
        for before, place, after in zip(padded, places, padded[2:], strict=False)
        if place and not before and not after
    ]


def _last_value(one: Series, places: Sequence[Point | None]) -> list[SafeString]:
    ends = [(place, value) for place, value in zip(places, one.values, strict=False) if place]
    if not ends:
        return []
    place, value = ends[-1]
    return [svg.text(shown(value), Point(place.x, place.y - 9), anchor="middle", font_weight="bold")]


def _names(series: Sequence[Series], marks: Sequence[float], box: Box) -> list[SafeString]:
    """Each line's name beside its last point, moved apart where they would overlap."""
    ends = []
    for number, one in enumerate(series):
        places = [place for place in _places(one.values, marks, box) if place]
        ends.append((places[-1].y if places else box.bottom, number, one.name))
    drawn, floor = [], box.top - 16
    for wanted, number, name in sorted(ends):
        y = max(wanted, floor + 16)
        floor = y
        colour = svg.PALETTE[number % len(svg.PALETTE)]
        drawn.append(svg.mark(number, Point(box.right + 16, y), colour))
        drawn.append(svg.text(svg.fitted(name, 100), Point(box.right + 27, y + 4)))
    return drawn


def _category_axis(marks: Sequence[float], box: Box) -> list[SafeString]:
    drawn = []
    for value in marks:
        y = scales.height_at(value, marks, box)
        drawn.append(svg.line(Point(box.left, y), Point(box.right, y), svg.GRID if value else svg.AXIS))
        drawn.append(
            svg.text(CATEGORY_NAMES[int(value)], Point(box.left - 10, y + 4), anchor="end", fill=svg.MUTED)
        )
    return drawn


def _steps(places: Sequence[Point], box: Box) -> list[SafeString]:
    if not places:
        return []
    path = f"M{places[0].x:.1f} {places[0].y:.1f}"
    for place in places[1:]:
        path += f"H{place.x:.1f}V{place.y:.1f}"
    path += f"H{box.right:.1f}"
    colour = svg.PALETTE[0]
    return [
        svg.element("path", d=path, fill="none", stroke=colour, stroke_width=3),
        *(svg.mark(0, place, colour) for place in places),
    ]


def _day_labels(
    points: Sequence[StepPoint], places: Sequence[Point], last: dt.date, box: Box
) -> list[SafeString]:
    """The first day, today, and the days between that have room."""
    drawn = [
        svg.text(short_date(last), Point(box.right, box.bottom + 22), size=12, anchor="end", fill=svg.MUTED)
    ]
    free_from, free_to = box.left - 20, box.right - 90
    for point, place in zip(points, places, strict=True):
        if free_from <= place.x - 2 <= free_to - 40:
            anchor = "start" if place.x < box.left + 40 else "middle"
            drawn.append(
                svg.text(
                    short_date(point.on),
                    Point(place.x, box.bottom + 22),
                    size=12,
                    anchor=anchor,
                    fill=svg.MUTED,
                )
            )
            free_from = place.x + 90
    return drawn
