"""The wards as a map: tiles about where they are, or the boundaries that a board loaded, each with its number.

A small number is hatched: it is for people at work with these children, and in no report.
"""

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.safestring import SafeString

from cse_portal.reference.models import Code
from cse_portal.reference.selectors import mapped_wards, ward_outlines
from cse_portal.ui.charts import svg
from cse_portal.ui.presenters import joined

SMALL = 5  # 1 to 5 are not told outside
SHADES = ("#f3f4f5", "url(#few)", "#b5c8d1", "#3f6b7d", svg.PALETTE[0])
WIDE, TALL = 66, 47  # a tile
SOURCE = "Boundaries: ONS, OGL v3.0. Contains OS data © Crown copyright and database right."
SMALLEST = 15  # from the middle of a ward to its border: a smaller one has no room for its name
TOWNS = (
    ("Tipton", 1, 41, "start"), ("Wednesbury", 125, 17, "end"), ("West Bromwich", 272, 113, "start"),
    ("Smethwick", 337, 193, "start"), ("Oldbury", 272, 274, "start"), ("Rowley Regis", 60, 206, "end"),
)  # fmt: skip
HATCHED = SafeString(
    '<defs><pattern id="few" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#eef3f5"/><rect width="2" height="5" fill="#d3dde2"/></pattern></defs>'
)
Number = int | None  # None: withheld
Address = Callable[[str, str], str]  # what is chosen, a ward or an hour, and which
Place = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """How many, which shade that is (0 none, 1 few or withheld, 2 to 4 by the most), and where it leads."""

    number: Number
    shade: int
    url: str = ""
    words: str = ""


@dataclass(frozen=True)
class Area:
    """A ward as it is drawn: its borders, and where its name and its number are written."""

    ward: Code
    rings: Sequence[Sequence[Place]]
    number_at: Place
    name: Sequence[str]
    name_at: Place
    anchors: tuple[str, str] = ("start", "end")
    size: int = field(default=12)


def cell(number: Number, most: int, url: str = "", words: str = "") -> Cell:
    """Shaded by its share of the most."""
    if number is None or number <= SMALL:
        return Cell(number, 0 if number == 0 else 1, url if number else "", words)
    return Cell(number, 2 + (number >= most * 0.6) + (number >= most * 0.85), url, words)


def ward_map(
    numbers: Mapping[str, Number], title: str, *, ringed: str = "", address: Address | None = None
) -> SafeString:
    """Each ward in its shade; lines between the towns. With an address each ward is a link."""
    outlines = ward_outlines()
    areas = [_outlined(ward, outlines) if outlines else _tile(ward) for ward in mapped_wards()]
    most = max((numbers.get(each.ward.code) or 0 for each in areas), default=0)
    parts: list[SafeString] = [HATCHED]
    for each in areas:
        number = numbers.get(each.ward.code, 0)
        url = address("ward", each.ward.code) if address and number else ""
        parts.append(_drawn(each, cell(number, most, url)))
    line = {"fill": "none", "stroke": svg.MUTED, "stroke_width": 1.5, "pointer_events": "none"}
    parts.append(svg.element("path", d=_between_towns(areas), **line))
    for each in areas:
        if each.ward.code == ringed:
            parts.append(
                svg.element("path", d=_path(each.rings), **{**line, "stroke": "#fd0", "stroke_width": 3})
            )
    said = joined(
        f"{each.ward.label} {_told(numbers[each.ward.code])}"
        for each in areas
        if numbers.get(each.ward.code, 0) != 0
    )
    tall = int(max(y for each in areas for ring in each.rings for _, y in ring)) + 2
    if outlines:
        tall += 14
        parts.append(svg.text(SOURCE, svg.Point(1, tall - 3), 9, fill=svg.MUTED))
    else:
        parts += _town_names()
    return svg.picture(title, f"{said or 'None'}.", (424, tall), parts, role="group" if address else "img")


def _tile(ward: Code) -> Area:
    """About where it is; its name in the first corner, its number in the last."""
    across, down = ward.extra["tile"]
    x, y = across * WIDE + 1, down * TALL + 1
    corners = [(x, y), (x + WIDE, y), (x + WIDE, y + TALL), (x, y + TALL)]
    return Area(ward, [corners], (x + 59, y + 41), _short(ward), (x + 4, y + 13))


def _outlined(ward: Code, outlines: Mapping[str, Code]) -> Area:
    """As its board published it; its name above its number, where there is most room."""
    outline = outlines[ward.code].extra
    x, y = outline["middle"]
    name = _short(ward) if outline["room"] >= SMALLEST else []
    anchors = ("middle", "middle")
    return Area(
        ward, outline["rings"], (x, y + 6 + 7 * len(name)), name, (x, y - 3 - 2 * len(name)), anchors, size=9
    )


def _short(ward: Code) -> list[str]:
    return textwrap.wrap(ward.extra.get("short", ward.label), 10)[:2]


def _told(number: Number) -> str:
    return "withheld" if number is None else str(number)


def _drawn(area: Area, cell: Cell) -> SafeString:
    ink = svg.WHITE if cell.shade > 2 else svg.INK if cell.shade else svg.MUTED
    said = f"{area.ward.label}, {area.ward.extra['town']}: {_told(cell.number)}"
    (x, y), (start, end) = area.name_at, area.anchors
    size = 16 if cell.number is not None else 11
    border = {"fill": SHADES[cell.shade], "stroke": svg.WHITE, "stroke_width": 2}
    parts = [
        svg.element("title", said),
        svg.element("path", d=_path(area.rings), fill_rule="evenodd", **border),
        *(
            svg.text(word, svg.Point(x, y + area.size * line), area.size, start, fill=ink)
            for line, word in enumerate(area.name)
        ),
        svg.text(_told(cell.number), svg.Point(*area.number_at), size, end, fill=ink, font_weight="bold"),
    ]
    content = SafeString("".join(parts))
    if cell.url:
        return svg.element("a", content, href=cell.url, aria_label=said)
    return svg.element("g", content)


def _path(rings: Iterable[Iterable[Place]]) -> str:
    return "".join(f"M{' '.join(f'{x:g},{y:g}' for x, y in ring)}z" for ring in rings)


def _between_towns(areas: Iterable[Area]) -> str:
    """The lines that only one ward of a town has."""
    sides: Counter[tuple[str, frozenset[Place]]] = Counter()
    for each in areas:
        for ring in each.rings:
            points = [(x, y) for x, y in ring]
            town = each.ward.extra["town"]
            sides.update((town, frozenset(side)) for side in pairwise([*points, points[0]]))
    lines = sorted(
        {tuple(sorted(side)) for (_, side), wards in sides.items() if wards == 1 and len(side) == 2}
    )
    return "".join(f"M{' '.join(f'{x:g},{y:g}' for x, y in side)}" for side in lines)


def _town_names() -> Iterable[SafeString]:
    look = {"font_weight": "bold", "fill": svg.PALETTE[0]}
    for name, x, y, anchor in TOWNS:
        for line, word in enumerate(name.split() if anchor == "end" else [name]):
            yield svg.text(word, svg.Point(x, y + 16 * line), 14, anchor, **look)
