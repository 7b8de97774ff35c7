"""Wards as tiles about where they are, weekdays by two hours, and the rows behind a number.

A small number is hatched: it is for people at work with these children, and in no report.
"""

import calendar
import textwrap
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from cse_portal.reference.models import Code
from cse_portal.reference.selectors import codes, label
from cse_portal.ui.charts import svg
from cse_portal.ui.presenters import counted, display_date, display_datetime, joined
from intelligence.hotspots.selectors import NOT_KNOWN, Hotspots, Hour, Source, Span, Spot

SMALL = 5  # 1 to 5 are not told outside
SHADES = ("#b5c8d1", "#3f6b7d", svg.PALETTE[0])
WIDE, TALL = 66, 47  # a tile
TOWNS = (
    ("Tipton", 1, 41, "start"), ("Wednesbury", 125, 17, "end"), ("West Bromwich", 272, 113, "start"),
    ("Smethwick", 337, 193, "start"), ("Oldbury", 272, 274, "start"), ("Rowley Regis", 60, 206, "end"),
)  # fmt: skip
HATCHED = (
    '<defs><pattern id="few" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#eef3f5"/><rect width="2" height="5" fill="#d3dde2"/></pattern></defs>'
)
ONE = {Source.CONCERN: "Concern", Source.MISSING: "Missing", Source.REPORT: "Report", Source.PLACE: "Place"}
# What each source counts, where, and what it misses.
SAYS: dict[Source, tuple[str, str]] = {
    Source.CONCERN: (
        "Sent in the period, where the child lives",
        "Children whom no agency worries about yet",
    ),
    Source.MISSING: ("Began in the period, where the child lives", "Children whom nobody reports missing"),
    Source.REPORT: ("Issued in the period, where its children live", "What no agency tells the police"),
    Source.PLACE: (
        "Named by a report, where the place is",
        "Private homes: public places are seen more often",
    ),
}
OFF_THE_MAP = {NOT_KNOWN: "with no known ward", "OUT_OF_AREA": "outside Sandwell"}
Number = int | None  # None: withheld
Address = Callable[[str, str], str]  # what is chosen, a ward or an hour, and which


@dataclass(frozen=True)
class Cell:
    """How many, which shade that is (0 none, 1 few or withheld, 2 to 4 by the most), and where it leads."""

    number: Number
    shade: int
    url: str = ""
    words: str = ""


@dataclass(frozen=True)
class Heat:
    """The table of hours, and the sentence above it."""

    sentence: str
    bands: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    total: int


@dataclass(frozen=True)
class RowView:
    """One thing behind a number, and where it opens."""

    source: str
    words: str
    url: str
    when: str
    wards: str


def cell(number: Number, most: int, url: str = "", words: str = "") -> Cell:
    """Shaded by its share of the most."""
    if number is None or number <= SMALL:
        return Cell(number, 0 if number == 0 else 1, url if number else "", words)
    return Cell(number, 2 + (number >= most * 0.6) + (number >= most * 0.85), url, words)


def where(wards: Counter[str]) -> str:
    """The two wards that have most."""
    named = {each.code: each.label for each in _placed()}
    top = [named[code] for code, number in wards.most_common() if code in named and number > SMALL][:2]
    return f"Where: {', then '.join(top)}" if top else "Where"


def heat(hours: Counter[Hour], address: Address) -> Heat:
    """Seven days, each from 6am to 6am, by two hours."""
    most = max(hours.values(), default=0)
    bands = [f"{_starts(band):02}" for band in range(12)]
    rows = []
    for day, name in enumerate(calendar.day_name):
        cells = []
        for band in range(12):
            number, words = hours[day, band], hour_words((day, band))
            url = address("hour", f"{day}-{band}") if number else ""
            cells.append(cell(number, most, url, f"{words}: {number}"))
        rows.append((name, cells))
    top, number = max(hours.items(), key=lambda each: each[1], default=((0, 0), 0))
    sentence = f"When: {hour_words(top)}" if number > SMALL else "When"
    return Heat(sentence, bands, rows, hours.total())


def hour_words(hour: Hour) -> str:
    """Friday, 22:00 to 00:00."""
    day, band = hour
    return f"{calendar.day_name[day]}, {_starts(band):02}:00 to {_starts(band + 1):02}:00"


def _starts(band: int) -> int:
    return (6 + 2 * band) % 24


def ward_map(
    numbers: Mapping[str, Number], title: str, *, ringed: str = "", address: Address | None = None
) -> SafeString:
    """A tile for each ward, about where it is; lines between the towns. With an address each tile is a link."""
    wards = _placed()
    places = {tuple(each.extra["tile"]): each for each in wards}
    most = max((numbers.get(each.code) or 0 for each in wards), default=0)
    parts = [SafeString(HATCHED)]
    for (across, down), each in places.items():
        number = numbers.get(each.code, 0)
        url = address("ward", each.code) if address and number else ""
        parts.append(_tile(each, cell(number, most, url), svg.Point(across * WIDE + 1, down * TALL + 1)))
    parts.append(svg.element("path", d=_borders(places), fill="none", stroke=svg.MUTED, stroke_width=1.5))
    for (across, down), each in places.items():
        if each.code == ringed:
            corner = svg.Point(across * WIDE + 2, down * TALL + 2)
            ring = {"stroke": "#fd0", "stroke_width": 3, "pointer_events": "none"}
            parts.append(svg.rectangle(corner, WIDE - 4, TALL - 4, "none", **ring))
    parts += _town_names()
    said = joined(
        f"{each.label} {_told(numbers[each.code])}" for each in wards if numbers.get(each.code, 0) != 0
    )
    return svg.picture(title, f"{said or 'None'}.", (424, 284), parts, role="group" if address else "img")


def _told(number: Number) -> str:
    return "withheld" if number is None else str(number)


def _tile(ward: Code, cell: Cell, corner: svg.Point) -> SafeString:
    fill = ("#f3f4f5", "url(#few)", *SHADES)[cell.shade]
    ink = svg.WHITE if cell.shade > 2 else svg.INK if cell.shade else svg.MUTED
    words = textwrap.wrap(ward.extra.get("short", ward.label), 10)[:2]
    said = f"{ward.label}, {ward.extra['town']}: {_told(cell.number)}"
    x, y, size = corner.x, corner.y, 16 if cell.number is not None else 11
    parts = [
        svg.element("title", said),
        svg.rectangle(corner, WIDE - 2, TALL - 2, fill),
        *(svg.text(word, svg.Point(x + 4, y + 13 + 12 * n), 12, fill=ink) for n, word in enumerate(words)),
        svg.text(_told(cell.number), svg.Point(x + 59, y + 41), size, "end", fill=ink, font_weight="bold"),
    ]
    content = SafeString("".join(parts))
    if cell.url:
        return svg.element("a", content, href=cell.url, aria_label=said)
    return svg.element("g", content)


def _town_names() -> Iterable[SafeString]:
    look = {"font_weight": "bold", "fill": svg.PALETTE[0]}
    for name, x, y, anchor in TOWNS:
        for line, word in enumerate(name.split() if anchor == "end" else [name]):
            yield svg.text(word, svg.Point(x, y + 16 * line), 14, anchor, **look)


def _borders(placed: Mapping[tuple[int, ...], Code]) -> str:
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


def _placed() -> list[Code]:
    """The wards that are on the map."""
    return [each for each in codes("ward") if "tile" in each.extra]


def ward_table(numbers: Mapping[str, Number], address: Address) -> list[tuple[str, list[tuple[str, Cell]]]]:
    """The same numbers by town, in the order of names."""
    towns: dict[str, list[tuple[str, Cell]]] = {}
    for each in sorted(_placed(), key=lambda ward: (ward.extra["town"], ward.label)):
        one = cell(numbers.get(each.code, 0), 0, address("ward", each.code))
        towns.setdefault(each.extra["town"], []).append((each.label, one))
    return list(towns.items())


def address_of(span: Span) -> Address:
    """On the page of hot spots: a ward or an hour of a period."""
    return lambda what, which: f"{reverse('intelligence:hotspots')}?period={span.value}&{what}={which}#rows"


def picture(found: Hotspots, period: str, *, ringed: str, address: Address) -> dict[str, Any]:
    """Both pictures and the numbers as a table, as a page and a CMOG draw them."""
    return {
        "where": where(found.wards),
        "map": ward_map(found.wards, f"Wards, {period.lower()}", ringed=ringed, address=address),
        "ringed": next((each.label for each in _placed() if each.code == ringed), ""),
        "heat": heat(found.hours, address),
        "towns": ward_table(found.wards, address),
        "total": f"{counted(len(found.spots), 'row')}, {period.lower()}",
    }


def off_the_map(found: Hotspots, address: Address) -> list[tuple[str, str]]:
    """What no tile and no hour shows: the words, and where those rows are."""
    placed = {each.code for each in _placed()}
    lines = [
        (f"{number} {OFF_THE_MAP.get(code) or label('ward', code)}", address("ward", code))
        for code, number in found.wards.most_common()
        if code not in placed
    ]
    if without := len(found.spots) - found.hours.total():
        lines.append((f"{without} with no known hour: only a missing episode says when it began", ""))
    return lines


def drawn_from(found: Hotspots, sources: Iterable[Source]) -> list[tuple[str, int, str, str]]:
    """Each source: how many, what is counted where, and what it misses."""
    return [(each.label, found.sources[each], *SAYS[each]) for each in sources]


def chosen_words(number: int, ward: str, hour: Hour | None) -> str:
    """Abbey: 12 rows."""
    named = "Ward not known" if ward == NOT_KNOWN else label("ward", ward)
    parts = [*([named] if ward else []), *([hour_words(hour)] if hour else [])]
    return f"{'; '.join(parts)}: {counted(number, 'row')}"


def rows(spots: Iterable[Spot], things: Mapping[uuid.UUID, Any]) -> list[RowView]:
    """The list behind a number."""
    return [_row(each, things[each.key]) for each in spots]


def _row(spot: Spot, thing: Any) -> RowView:
    match spot.source:
        case Source.CONCERN:
            words, url = thing.child_name, reverse("cases:concern", args=[thing.reference])
        case Source.MISSING:
            page = reverse("cases:missing", args=[thing.case.reference])
            words, url = thing.case.child.name, f"{page}?episode={thing.pk}"
        case Source.REPORT:
            words, url = thing.reference, reverse("intelligence:report", args=[thing.reference])
        case _:
            words, url = thing.name, reverse("intelligence:report", args=[thing.named_in])
    when = display_datetime(spot.at) if spot.hour else display_date(spot.at)
    wards = joined(sorted(label("ward", ward) for ward in spot.wards))
    return RowView(ONE[spot.source], words, url, when, wards)
