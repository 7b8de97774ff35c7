"""Wards as a map, weekdays by two hours, and the rows behind a number."""

import calendar
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from cse_portal.reference.selectors import label, mapped_wards
from cse_portal.ui.charts.wards import SMALL, Address, Cell, Number, cell, ward_map
from cse_portal.ui.presenters import counted, display_date, display_datetime, joined
from intelligence.hotspots.selectors import NO_HOUR, NOT_KNOWN, Hotspots, Hour, Source, Span, Spot

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
OFF_THE_MAP = {NOT_KNOWN: "with no known ward", "OUT_OF_AREA": f"outside {settings.BOARD_AREA}"}


@dataclass(frozen=True)
class Heat:
    """The table of hours, and the sentence above it."""

    sentence: str
    bands: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    total: int
    without: Cell


@dataclass(frozen=True)
class RowView:
    """One thing behind a number, and where it opens."""

    source: str
    words: str
    url: str
    when: str
    wards: str


def where(wards: Counter[str]) -> str:
    """The two wards that have most."""
    named = {each.code: each.label for each in mapped_wards()}
    top = [named[code] for code, number in wards.most_common() if code in named and number > SMALL][:2]
    return f"Where: {', then '.join(top)}" if top else "Where"


def heat(found: Hotspots, address: Address) -> Heat:
    """Seven days, each from 6am to 6am, by two hours; and what no hour is known of."""
    hours = found.hours
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
    without = cell(len(found.spots) - hours.total(), 0, address("hour", "none"))
    return Heat(sentence, bands, rows, hours.total(), without)


def hour_words(hour: Hour) -> str:
    """Friday, 22:00 to 00:00."""
    if hour == NO_HOUR:
        return "Without an hour"
    day, band = hour
    return f"{calendar.day_name[day]}, {_starts(band):02}:00 to {_starts(band + 1):02}:00"


def _starts(band: int) -> int:
    return (6 + 2 * band) % 24


def ward_table(numbers: Mapping[str, Number], address: Address) -> list[tuple[str, list[tuple[str, Cell]]]]:
    """The same numbers by town, in the order of names."""
    towns: dict[str, list[tuple[str, Cell]]] = {}
    for each in sorted(mapped_wards(), key=lambda ward: (ward.extra["town"], ward.label)):
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
        "ringed": next((each.label for each in mapped_wards() if each.code == ringed), ""),
        "heat": heat(found, address),
        "towns": ward_table(found.wards, address),
        "total": f"{counted(len(found.spots), 'row')}, {period.lower()}",
    }


def off_the_map(found: Hotspots, address: Address) -> list[tuple[str, str]]:
    """What the map does not show: the words, and where those rows are."""
    placed = {each.code for each in mapped_wards()}
    return [
        (f"{number} {OFF_THE_MAP.get(code) or label('ward', code)}", address("ward", code))
        for code, number in found.wards.most_common()
        if code not in placed
    ]


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
    when = display_datetime(spot.at) if spot.hour != NO_HOUR else display_date(spot.at)
    wards = joined(sorted(label("ward", ward) for ward in spot.wards))
    return RowView(ONE[spot.source], words, url, when, wards)
