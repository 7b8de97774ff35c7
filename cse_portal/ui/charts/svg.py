"""SVG written by hand, every word escaped: no style attribute, no script; any policy lets it be drawn."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

INK = "#0b0c0c"
MUTED = "#484d50"
GRID = "#d8dde0"
AXIS = "#7a8285"
WHITE = "#ffffff"
# Told apart by lightness first, so that they survive a grey printer; lines also by dash and mark.
PALETTE = ("#123a4a", "#d4611f", "#5694ca", "#7d4f8a", "#6b8e23", "#8a8d8f")
DASHES = ("", "7 4", "2 3", "10 3 2 3", "5 2", "1 2")
SHADES = ("#f3f6f7", "#d5e2e8", "#a3c0cd", "#5d8ba0", "#123a4a")
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"

_UNDRAWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WIDTH_OF_A_LETTER = 0.54


@dataclass(frozen=True)
class Point:
    """A place on the drawing."""

    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """The part of a drawing where the numbers are, inside the labels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


def clean(words: object) -> str:
    """Words without the characters that no document may hold."""
    return _UNDRAWABLE.sub("", str(words))


def element(name: str, content: str = "", /, **attributes: object) -> SafeString:
    """One element; `text_anchor` becomes `text-anchor`, and empty attributes are left out."""
    drawn = format_html_join(
        "",
        ' {}="{}"',
        (
            (key.rstrip("_").replace("_", "-"), _plain(value))
            for key, value in attributes.items()
            if value != ""
        ),
    )
    return format_html(
        "<{}{}>{}</{}>", SafeString(name), drawn, conditional_escape(content), SafeString(name)
    )


def text(words: object, at: Point, size: float = 13, anchor: str = "start", **more: object) -> SafeString:
    """A label."""
    more.setdefault("fill", INK)
    return element("text", clean(words), x=at.x, y=at.y, font_size=size, text_anchor=anchor, **more)


def line(start: Point, end: Point, colour: str = GRID, **more: object) -> SafeString:
    """A straight line."""
    more.setdefault("stroke_width", 1)
    return element("line", x1=start.x, y1=start.y, x2=end.x, y2=end.y, stroke=colour, **more)


def rectangle(corner: Point, width: float, height: float, colour: str, **more: object) -> SafeString:
    """A bar or a cell."""
    return element("rect", x=corner.x, y=corner.y, width=width, height=height, fill=colour, **more)


def mark(number: int, at: Point, colour: str) -> SafeString:
    """A point on a line, of a shape of its own for each series: circle, square, diamond, triangle."""
    x, y = at.x, at.y
    match number % 4:
        case 1:
            return rectangle(Point(x - 4, y - 4), 8, 8, colour)
        case 2:
            return element("path", d=f"M{x:.1f} {y - 6:.1f}l6 6-6 6-6-6z", fill=colour)
        case 3:
            return element("path", d=f"M{x:.1f} {y - 6:.1f}l6 10h-12z", fill=colour)
    return element("circle", cx=x, cy=y, r=4.5, fill=colour)


def picture(
    title: str,
    description: str,
    size: tuple[int, int],
    parts: Iterable[str],
    small: bool = False,
    role: str = "img",
) -> SafeString:
    """The whole drawing, which says its title and what it shows to those who hear it; a group where it has links."""
    width, height = size
    content = SafeString("".join(conditional_escape(part) for part in parts))
    described = element("desc", clean(description)) if description else ""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="app-chart{}" role="{}" viewBox="0 0 {} {}"'
        ' width="{}" height="{}" font-family="{}">{}{}{}</svg>',
        " app-chart--small" if small else "",
        role,
        *(width, height, width, height),
        FONT,
        element("title", clean(title)),
        described,
        content,
    )


def wide(
    title: str, description: str, height: int, parts: Iterable[str], class_: str = "app-chart__wide"
) -> SafeString:
    """A drawing as wide as its place: its places across are in per cent, so that words stay as large on a phone."""
    said = [element("title", clean(title)), element("desc", clean(description)) if description else ""]
    look = {"class_": class_, "role": "img", "width": "100%", "height": height, "font_family": FONT}
    return element("svg", SafeString("".join([*said, *parts])), xmlns="http://www.w3.org/2000/svg", **look)


def width_of(words: object, size: int = 13) -> float:
    """About how wide a label is."""
    return len(str(words)) * size * _WIDTH_OF_A_LETTER


def fitted(words: object, width: float, size: float = 13) -> str:
    """A label cut to what fits; its whole is in the table."""
    label = clean(words)
    room = max(int(width / (size * _WIDTH_OF_A_LETTER)), 2)
    return label if len(label) <= room else label[: room - 1].rstrip() + "…"


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)
