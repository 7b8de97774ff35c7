"""Bars and columns of several parts: how much of each."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.shapes import Chart, Series, number_of, shown

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
        parts.append(svg.element("text", svg.clean(named), **{**above, "y": height - 6, "fill": svg.MUTED}))
    base = {"x1": 0, "x2": "100%", "y1": height - 24, "y2": height - 24, "stroke": svg.AXIS}
    parts.append(svg.element("line", **base))
    rows = [[label, *(shown(each.values[place]) for each in series)] for place, label in enumerate(labels)]
    drawing = svg.wide(title, description, height, parts)
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
    return svg.wide(title, "", 24, drawn)
