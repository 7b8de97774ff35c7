"""What a measure hands over: figures in tables, each with the name of the fact it states."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import TextChoices

from cse_portal.reference import selectors as reference
from reporting.measures.models import Dimension

TOTAL = "total"
RATE = "rate"
COUNT = "count"
PERCENT = "%"


@dataclass(frozen=True)
class Key:
    """A row or a column: its code and its words."""

    code: str
    label: str


ALL = Key(TOTAL, "Total")


@dataclass(frozen=True)
class Figure:
    """One number of one table. A rate names in `basis` the facts it was made from; a count has none."""

    dimension: Dimension
    row: Key
    column: Key
    value: Decimal | None
    unit: str
    fact: str
    basis: tuple[str, ...] = ()


def keys_in(choices: type[TextChoices]) -> list[Key]:
    """Every one of some choices."""
    return [Key(each.value, each.label) for each in choices]


def percentage(part: int, whole: int) -> Decimal | None:
    """A share in per cent, to one decimal; nothing of nothing is no number."""
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def key_of(code_list: str, code: str) -> Key:
    """A code of a reference list with its words."""
    return Key(code, reference.label(code_list, code))


def keys_of(code_list: str, used: Collection[str] = ()) -> list[Key]:
    """The list as it is now, and what an older one had."""
    listed = [Key(entry.code, entry.label) for entry in reference.codes(code_list)]
    older = sorted({code for code in used if code} - {each.code for each in listed})
    return [*listed, *(key_of(code_list, code) for code in older)]
