"""Figures in words, as pages and papers show them."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import groupby
from typing import TypeVar

from cse_portal.reference.quarters import Quarter
from reporting.measures.selectors.figures import PERCENT
from reporting.measures.selectors.periods import IN_A_YEAR

# What the measures of a letter are about.
LETTERS = {
    "A": "Concerns", "B": "Children and categories", "C": "Children’s circumstances", "D": "Meetings and plans",
    "E": "Missing", "F": "Intelligence, people and places", "G": "Disruption and court",
    "H": "Support and outcomes", "I": "Training and awareness", "J": "Voice and audit",
}  # fmt: skip


T = TypeVar("T")


def by_letter(listed: Iterable[T], code: Callable[[T], str]) -> list[tuple[str, str, list[T]]]:
    """What is listed in the order of the measures' codes, under each letter and what it is about."""
    grouped = groupby(listed, key=lambda each: code(each)[0])
    return [(letter, LETTERS[letter], list(those)) for letter, those in grouped]


def once(codes: Iterable[str]) -> list[str]:
    """Each code where it comes first, and nothing where it is said again."""
    listed = list(codes)
    return ["" if code == before else code for before, code in zip(["", *listed], listed, strict=False)]


def compared(quarter: Quarter) -> list[str]:
    """The quarters whose numbers are read side by side: this one, the last, and that of a year ago."""
    return [each.label for each in (quarter, quarter.previous(), quarter.with_before(IN_A_YEAR + 1)[0])]


def number(value: Decimal, unit: str) -> str:
    """1,204 or 87.5%."""
    text = f"{int(value):,}" if value == int(value) else f"{value:,.1f}"
    return f"{text}%" if unit == PERCENT else text


def change_in_words(now: Decimal, then: Decimal, *, is_share: bool) -> str:
    """▲ 14 (12%), or ▼ 15 points of shares as they are shown."""
    by = Decimal(round(now) - round(then)) if is_share else now - then
    if not by:
        return "no change"
    size = f"{abs(by)} {'point' if abs(by) == 1 else 'points'}" if is_share else number(abs(by), "")
    percent = f" ({abs(by) * 100 / then:.0f}%)" if not is_share and then else ""
    return f"{'▲' if by > 0 else '▼'} {size}{percent}"


def figure_in_words(value: Decimal, unit: str) -> str:
    """1,204, or 88%."""
    return f"{round(value)}%" if unit == PERCENT else number(value, "")
