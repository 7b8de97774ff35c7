"""Breaking a count down by the groups of the children, cases or agencies in it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reporting.measures.models import Dimension
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import TOTAL, Figure, Key, Subject, grid, one_way, share_column


@dataclass(frozen=True)
class Traits:
    """The groups one counted thing falls in, by their codes."""

    category: str = ""
    sex: str = ""
    age: str = ""
    ethnicity: str = ""
    agency: str = ""

    def of(self, dimension: Dimension) -> str:
        """Its group in this breakdown."""
        return _TRAIT[dimension](self)


_TRAIT = {
    Dimension.CATEGORY: lambda traits: traits.category,
    Dimension.SEX: lambda traits: traits.sex,
    Dimension.AGE: lambda traits: traits.age,
    Dimension.ETHNICITY: lambda traits: traits.ethnicity,
    Dimension.AGENCY: lambda traits: traits.agency,
}
CHILD = (Dimension.SEX, Dimension.AGE, Dimension.ETHNICITY)


def rows_of(dimension: Dimension, counted: Iterable[Traits]) -> list[Key]:
    """The rows of a breakdown, in their order; agencies are listed where they have something to count."""
    match dimension:
        case Dimension.CATEGORY:
            return list(groups.CATEGORIES)
        case Dimension.SEX:
            return groups.sexes()
        case Dimension.AGE:
            return groups.ages()
        case Dimension.ETHNICITY:
            return groups.ethnicities()
        case _:
            return groups.agencies(traits.agency for traits in counted)


def breakdowns(subject: Subject, counted: Sequence[Traits], dimensions: Iterable[Dimension]) -> list[Figure]:
    """One table of one column for each breakdown."""
    return [
        figure
        for dimension in dimensions
        for figure in one_way(
            subject,
            dimension,
            rows_of(dimension, counted),
            Counter(traits.of(dimension) for traits in counted),
        )
    ]


def outcomes(
    subject: Subject,
    counted: Sequence[tuple[Traits, str]],
    columns: Sequence[Key],
    dimensions: Iterable[Dimension],
    *,
    part: str,
    share: str,
) -> list[Figure]:
    """For each breakdown, how many ended in each column, their total, and the share of `part` in it."""
    figures: list[Figure] = []
    for dimension in dimensions:
        counts = Counter((traits.of(dimension), column) for traits, column in counted)
        rows = rows_of(dimension, [traits for traits, _ in counted])
        figures += shared(subject, dimension, rows, columns, counts, part=part, share=share)
    return figures


def shared(
    subject: Subject,
    dimension: Dimension,
    rows: Sequence[Key],
    columns: Sequence[Key],
    counts: Mapping[tuple[str, str], int],
    *,
    part: str,
    share: str,
    total_row: bool = True,
    facts: Mapping[tuple[str, str], str] | None = None,
) -> list[Figure]:
    """A table of rows by columns, with the row's total under its own name and the share of one column in it."""
    table = grid(
        subject.fact, subject.unit, dimension, rows, columns, counts, total_row=total_row, facts=facts,
        whole=Key(TOTAL, subject.label),
    )  # fmt: skip
    return [*table, *share_column(table, part, label=share)]
