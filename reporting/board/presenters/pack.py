"""The pack as it is drawn, on paper and on screen: its cover, five minutes, and the pages of one board."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.safestring import SafeString

from cse_portal.reference.quarters import Quarter
from cse_portal.ui.charts.levels import mix, tally
from cse_portal.ui.charts.trends import CATEGORY_FILLS
from cse_portal.ui.presenters import counted, joined
from reporting.board.models import PackVersion
from reporting.board.presenters import pages, pages_of_work
from reporting.board.presenters.known import Known, read
from reporting.board.presenters.parts import Page, Part
from reporting.board.presenters.tiles import Tile, tiles
from reporting.board.selectors.packs import Edition, audiences
from reporting.measures.selectors.targets import Rating

KICKS = {
    "summary": "Five minutes", "children": "Children", "time": "Time", "voice": "Voice, safety and outcomes",
    "partnership": "Partnership", "places": "Places and disruption", "plan": "The strategy’s plan",
    "quality": "How good the figures are",
}  # fmt: skip
Draw = Callable[[Known, Mapping[str, Any]], list[Part]]
DRAWN: dict[str, Draw] = {
    "children": pages.children, "time": pages.time, "voice": pages.voice, "partnership": pages_of_work.partnership,
    "places": pages_of_work.places, "plan": pages_of_work.plan, "quality": pages_of_work.quality,
}  # fmt: skip
DOINGS = (1, 2, 3)
NONE_DUE = "No review of category 3 was due"


@dataclass(frozen=True)
class Tally:
    """So many of so many, a bar for each."""

    title: str
    drawing: SafeString
    good: str
    bad: str


@dataclass(frozen=True)
class Strip:
    """How many children are open, and in which category."""

    number: str
    change: str
    drawing: SafeString
    parts: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Pack:
    """All that the templates draw."""

    label: str
    period: str
    audience: str
    version: PackVersion | None
    verdict: str
    tally: Tally | None
    cover: Mapping[str, Any]
    facts: Mapping[str, Any]
    strip: Strip
    tiles: Sequence[Tile]
    became: str
    pages: Sequence[Page]

    @property
    def number(self) -> str:
        """Of its version."""
        return self.version.number if self.version else "draft"

    @property
    def first(self) -> Page:
        """Five minutes."""
        return self.pages[0]


def document(edition: Edition, audience: str = "") -> Pack:
    """A pack for one board; without one for the first, which is given every page."""
    listed = audiences()
    board = next((each for each in listed if each.code == audience), listed[0])
    known, words = Known(edition.facts), edition.words
    cover = words.get("cover", {})
    quarter = known.quarter
    before = quarter.previous()
    readings = known.readings(quarter), known.readings(before)
    found = tiles(*readings, f"Q{before.number}", known.region, quarter.ends_on)
    made = [
        _page(code, number, known, words.get(code, {}), found)
        for number, code in enumerate(board.extra["pages"], 2)
    ]
    return Pack(
        label=quarter.label,
        period=_months(quarter),
        audience=board.label,
        version=edition.version,
        verdict=cover.get("verdict") or verdict(found),
        tally=_tally(found),
        cover=cover,
        facts=known.facts,
        strip=_strip(known),
        tiles=sorted(found, key=lambda each: list(Rating).index(each.rating)),
        became=pages_of_work.became_words(known),
        pages=made,
    )


def verdict(found: Sequence[Tile]) -> str:
    """The quarter in one sentence by a stated rule: what is red, else what is amber, else that all is at target."""
    for rating in (Rating.RED, Rating.AMBER):
        off = [each.target.label for each in found if each.rating is rating]
        if off:
            names = joined(each[0].lower() + each[1:] for each in off)
            return f"{counted(len(off), 'measure is,measures are')} {rating.value}: {names}."
    if any(each.rating is Rating.GREEN for each in found):
        return "Every measure that can be rated is at its target."
    return "No measure of this quarter can be rated."


def findings(known: Known, found: Sequence[Tile]) -> dict[str, tuple[str, str]]:
    """What each page says when the analyst has not written its headline yet: its first number, and no more."""
    red = sum(each.rating is Rating.RED for each in found)
    asked = len(known.facts["asked"])
    high, before = (known.reading("B2-category-3-count", back) for back in (0, 1))
    change = f", was {read(before)}" if before and not before.withheld else ""
    heard = known.reading("D3-people-child_view-rate")
    reviews, attended = known.reading("D2-due-3-rate"), known.reading("D3-agency-total-rate")
    rated = [each["rating"] for each in known.facts["objectives"]]
    red_words = f"{counted(red, 'measure is,measures are')} red" if red else "Nothing is red"
    asks = f". We ask for {counted(asked, 'decision')}" if asked else ""
    return {
        "summary": (f"{red_words}{asks}", "Read this page if you read one. Everything behind it follows."),
        "children": (f"Children in category 3: {read(high)}{change}", ""),
        "time": (f"Reviews of category 3 in time: {read(reviews)}" if reviews else NONE_DUE, ""),
        "voice": (f"The child’s view was heard at meetings: {read(heard)}", ""),
        "partnership": (f"Agencies came to meetings: {read(attended)}", ""),
        "places": (f"Active places of concern: {read(known.reading('F3-line-active-count'))}", ""),
        "plan": (f"{rated.count('RED') or 'None'} of {counted(len(rated), 'objective')} off track", ""),
        "quality": ("The numbers behind every picture", known.facts["figures"]),
    }


def _page(code: str, number: int, known: Known, words: Mapping[str, Any], found: Sequence[Tile]) -> Page:
    finding, support = findings(known, found)[code]
    doing = [
        (words[f"what_{each}"], f"{words.get(f'who_{each}', '')} · {words.get(f'by_{each}', '')}".strip(" ·"))
        for each in DOINGS
        if words.get(f"what_{each}")
    ]
    parts = _placed(DRAWN[code](known, words)) if code in DRAWN else []
    return Page(
        code,
        KICKS[code],
        number,
        words.get("finding") or finding,
        words.get("support") or support,
        parts,
        doing,
    )


def _placed(parts: Sequence[Part]) -> list[Part]:
    """Halves stand left and right in turn."""
    placed: list[Part] = []
    for each in parts:
        side = "right" if placed and placed[-1].span == "left" else "left"
        placed.append(replace(each, span=side) if each.span == "half" else each)
    return placed


def _tally(found: Sequence[Tile]) -> Tally | None:
    """The measure that is furthest below its target, as bars."""
    off = [
        each for each in found if each.is_told and each.now and each.now.whole and each.now.part is not None
    ]
    if not off:
        return None
    worst = min(off, key=lambda each: (each.now.value if each.now else 0) - each.target.value)
    reading = worst.now
    if reading is None or reading.whole is None or reading.part is None:
        return None
    good, bad = int(reading.part), int(reading.whole - reading.part)
    title = f"{worst.target.label}: {good} of {good + bad} {worst.target.noun}"
    said = f"{title}. A bar for each: {good} outlined were as they should be, {bad} solid were not."
    return Tally(title, tally(said, good, bad), f"{good} as they should be", f"{bad} not")


def _strip(known: Known) -> Strip:
    total, now, before = (
        "B1-all-total-end",
        known.value("B1-all-total-end"),
        known.value("B1-all-total-end", 1),
    )
    change = ""
    if now is not None and before is not None:
        change = f"{abs(now - before):.0f} {'more' if now >= before else 'fewer'} than a quarter ago"
    codes = [f"B2-category-{each}-count" for each in pages.CATEGORIES]
    parts = [
        (read(known.reading(code)), f"category {each}", read(known.reading(code, 1)))
        for each, code in zip(pages.CATEGORIES, codes, strict=True)
    ]
    said = ", ".join(f"{number} in {name}" for number, name, _ in parts)
    number, values = read(known.reading(total)), [known.value(code) for code in codes]
    fills = [(each, fill) for each, fill in zip(values, CATEGORY_FILLS, strict=True) if each is not None]
    is_whole = len(fills) == len(codes) and any(values)
    drawing = mix(f"{number} children open: {said}.", fills) if is_whole else SafeString()
    return Strip(number, change, drawing, parts)


def _months(quarter: Quarter) -> str:
    return f"{quarter.starts_on:%B} to {quarter.ends_on:%B %Y}"
