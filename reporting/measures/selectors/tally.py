"""What a figure counts, one thing at a time: the number is how many, and the list behind it shows those very things."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reporting.measures.models import Dimension
from reporting.measures.selectors.figures import RATE, TOTAL, Key


@dataclass(frozen=True)
class Counted:
    """One thing, by its key, in one cell of one breakdown; `whole` is what all the columns together are called."""

    dimension: Dimension
    row: Key
    column: Key
    thing: uuid.UUID
    whole: str = ""


def counts(tally: Iterable[Counted], dimension: Dimension) -> Counter[tuple[str, str]]:
    """How many things are in each cell of a breakdown."""
    return Counter((each.row.code, each.column.code) for each in tally if each.dimension == dimension)


def column_counts(tally: Iterable[Counted], dimension: Dimension) -> Counter[str]:
    """How many things are in each row of a breakdown that has but one column."""
    return Counter(each.row.code for each in tally if each.dimension == dimension)


def behind(tally: Iterable[Counted], dimension: str, row: str, column: str) -> list[Counted]:
    """What one number counts: of a total everything, of a share what it is a share of."""
    return [
        each
        for each in tally
        if each.dimension == dimension
        and row in (each.row.code, TOTAL)
        and (column == each.column.code or column in (TOTAL, RATE))
    ]
