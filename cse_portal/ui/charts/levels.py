"""How far: a share against its target, how many of so many, and bars that share a scale. The title says the picture."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.svg import Point

REST, TARGET = "#e3e7e9", svg.INK
BAD, GOOD = "#942514", svg.PALETTE[0]
MOST_BARS = 120
ROW = 23


def level(said: str, share: float | None, target: float, region: float | None) -> SafeString:
    """A bar from 0 to 100, an upright line at the target, a hollow diamond at the region's average."""
    parts = [svg.rectangle(Point(2, 4), 186, 9, REST)]
    if share is not None:
        parts.append(svg.rectangle(Point(2, 4), _at(share), 9, GOOD))
    x = 2 + _at(target)
    parts.append(svg.line(Point(x, 1), Point(x, 16), TARGET, stroke_width=2.6))
    if region is not None:
        diamond = f"M{2 + _at(region):.1f} 3.6l5 5l-5 5l-5 -5z"
        parts.append(
            svg.element("path", d=diamond, fill=svg.WHITE, stroke=TARGET, stroke_width=1.3, class_="region")
        )
    return svg.picture(said, "", (190, 17), parts, small=True)


def tally(said: str, good: int, bad: int) -> SafeString:
    """A bar for each: outlined where it is as it should be, solid where not; so many that they blur are one bar."""
    whole, width = good + bad, 672
    if not whole or whole > MOST_BARS:
        edge = width * good / whole if whole else 0
        return svg.picture(said, "", (width, 36), [
            svg.rectangle(Point(1, 1), max(edge - 2, 0), 34, svg.WHITE, stroke=GOOD),
            svg.rectangle(Point(edge, 1), width - edge, 34, BAD),
        ], small=True)  # fmt: skip
    step = width / whole
    parts = [
        svg.rectangle(Point(place * step + 1, 1), step * 0.66, 34, svg.WHITE, stroke=GOOD, stroke_width=1.3)
        if place < good
        else svg.rectangle(Point(place * step + 1, 0.5), step * 0.72, 35, BAD)
        for place in range(whole)
    ]
    return svg.picture(said, "", (width, 36), parts)


def mix(said: str, parts: Sequence[tuple[float, str]]) -> SafeString:
    """One bar of parts side by side, each a number and its fill."""
    whole, left, drawn = sum(number for number, _ in parts) or 1, 0.0, []
    for number, fill in parts:
        wide = 672 * number / whole
        drawn.append(svg.rectangle(Point(left, 0), max(wide - 1.5, 0), 15, fill, stroke=svg.MUTED))
        left += wide
    return svg.picture(said, "", (672, 15), drawn, small=True)


def bars(
    said: str, rows: Sequence[tuple[str, float, str]], highest: float, target: float | None = None
) -> SafeString:
    """A bar for each label with words at its end, outlined where it is below the target that a dotted line marks."""
    left = min(max([60, *(svg.width_of(label, 10) + 6 for label, _, _ in rows)]), 165)
    wide, height = 278 - left, len(rows) * ROW + (14 if target is not None else 2)
    parts = []
    for place, (label, number, words) in enumerate(rows):
        y, length = place * ROW, number / (highest or 1) * wide
        below = target is not None and number < target
        fill = svg.WHITE if below else GOOD
        parts += [
            svg.text(svg.fitted(label, left - 2, 10), Point(0, y + 14), 10),
            svg.rectangle(Point(left, y + 3), wide, 15, REST),
            svg.rectangle(Point(left, y + 3), length, 15, fill, stroke=GOOD),
            svg.text(words, Point(left + wide + 6, y + 14.5), 10, font_weight="bold"),
        ]
    if target is not None:
        x = left + target / highest * wide
        parts += [
            svg.line(Point(x, 0), Point(x, height - 12), TARGET, stroke_dasharray="2 2"),
            svg.text(f"target {target:g}", Point(x, height - 2), 9.5, "middle", fill=svg.MUTED),
        ]
    return svg.picture(said, "", (325, height), parts, small=True)


def _at(share: float) -> float:
    return min(max(share, 0), 100) * 1.86
