"""Support and prevention as they read: tables by need and ward, and two maps beside each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from cse_portal.reference.selectors import mapped_wards
from cse_portal.ui.charts.shapes import shown
from cse_portal.ui.charts.wards import SMALL, Number, ward_map
from reporting.board.selectors.facts import WITHHELD
from reporting.measures.models import Dimension
from reporting.measures.selectors.figures import PERCENT, TOTAL
from reporting.provision.selectors import Told, Wards
from reporting.returns.models import ReturnFigure
from reporting.returns.presenters import CellView, RowView, TableView, laid_out

# Of each measure, the breakdowns that are shown, in their order, and the words above them.
SHOWN = (
    ("H1", Dimension.NEED, "Needs, met and unmet"),
    ("H1", Dimension.WAIT, "The wait for a first appointment"),
    ("H1", Dimension.WARD, "Needs by the ward where the child lives"),
    ("H1", Dimension.OUTCOME, "How support ended"),
    ("H1", Dimension.LINE, "What happened, and whose words are recorded"),
    ("H2", Dimension.ALL, "The scale, before and after"),
)  # fmt: skip


_MOST_COLUMNS = 7


@dataclass(frozen=True)
class WardRow:
    """One ward: harm, prevention and what stands out."""

    name: str
    harm: str
    done: int
    url: str
    stands_out: bool


def tables(told: Told) -> list[TableView]:
    """Every breakdown that has a row, small numbers withheld where the figures say so."""
    found = []
    for code, dimension, heading in SHOWN:
        figures = [each for each in told.figures if (each.measure.code, each.dimension) == (code, dimension)]
        drawn = _table(heading, figures) if figures else None
        if drawn and drawn.rows:
            found.append(drawn)
    return found


def _table(heading: str, figures: Sequence[ReturnFigure]) -> TableView:
    """One breakdown as it may be told; rows that are all nought are left out."""
    columns, rows, cells = laid_out(figures)
    units = {figure.column: figure.unit for figure in figures}
    kept = list(columns)[:_MOST_COLUMNS]
    drawn = [
        RowView(label, row == TOTAL, [_told(cells.get((row, column)), units[column]) for column in kept])
        for row, label in rows.items()
        if row == TOTAL or not _is_empty(cells.get((row, column)) for column in kept)
    ]
    return TableView(heading, [columns[column] for column in kept], drawn)


def _told(figure: ReturnFigure | None, unit: str) -> CellView:
    if figure is not None and figure.is_suppressed:
        return CellView(WITHHELD)
    value = None if figure is None else figure.value
    return CellView(f"{shown(value)}%" if unit == PERCENT and value is not None else shown(value))


def _is_empty(figures: Iterable[ReturnFigure | None]) -> bool:
    """Whether a row is all zeros, none of them withheld; such rows are left out."""
    return all(figure is None or (not figure.is_suppressed and not figure.value) for figure in figures)


def maps(found: Wards) -> list[tuple[str, SafeString]]:
    """Harm and prevention side by side."""
    what = "Concerns, missing, intelligence and places" if found.is_live else "Concerns"
    pairs: list[tuple[str, dict[str, Number]]] = [(what, found.harm), ("Prevention", {**found.done})]
    return [(title, ward_map(numbers, f"{title}, by ward")) for title, numbers in pairs]


def rows(found: Wards) -> list[WardRow]:
    """The wards: first those with most harm and no prevention, last those where nothing is told of."""
    listed = [(each, found.harm.get(each.code, 0), found.done.get(each.code, 0)) for each in mapped_wards()]
    busy = _busy([harm for _, harm, _ in listed])
    ordered = sorted(listed, key=lambda each: (each[2] > 0, -_weight(each[1]), each[0].label))
    page = reverse("reporting:prevention")
    return [
        WardRow(
            ward.label, "Withheld" if harm is None else str(harm), done,
            f"{page}?ward={ward.code}&days=365" if done else "", stands_out=done == 0 and _weight(harm) >= busy,
        )
        for ward, harm, done in ordered
    ]  # fmt: skip


def _weight(harm: Number) -> int:
    """A withheld number is 1 to 5: more than none, and less than any that is told."""
    return 3 if harm is None else harm


def _busy(numbers: Sequence[Number]) -> int:
    """From how much on a ward has much harm: as much as the upper third has, and no small number."""
    weights = sorted(map(_weight, numbers), reverse=True)
    return max(SMALL + 1, *weights[len(weights) // 3 :][:1])
