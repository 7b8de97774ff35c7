"""Figures in words, as pages and papers show them."""

from decimal import Decimal

from reporting.measures.selectors.figures import PERCENT

# What the measures of a letter are about.
LETTERS = {
    "A": "Concerns", "B": "Children and categories", "C": "Children’s circumstances", "D": "Meetings and plans",
    "E": "Missing", "F": "Intelligence, people and places", "G": "Disruption and court",
    "H": "Support and outcomes", "I": "Training and awareness", "J": "Voice and audit",
}  # fmt: skip


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
