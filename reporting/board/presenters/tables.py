"""The quarter's tables: each measure's breakdowns as they may be told, with the definition printed beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cse_portal.ui import charts
from cse_portal.ui.charts import Chart, Value
from cse_portal.ui.charts.shapes import shown
from cse_portal.ui.charts.wards import ward_map
from intelligence.hotspots.presenters import OFF_THE_MAP
from reporting.board.presenters.words import WITHHELD
from reporting.board.selectors import ReportFacts
from reporting.measures.models import Dimension
from reporting.measures.selectors.figures import PERCENT, TOTAL
from reporting.returns.models import ReturnFigure, ReturnMeasure
from reporting.returns.presenters import laid_out

# What the board reads, in its order: the measure, and the breakdowns of it that are printed.
PRINTED: dict[str, Sequence[Dimension]] = {
    "B1": (Dimension.ALL,),
    "B2": (Dimension.CATEGORY_SEX, Dimension.AGE, Dimension.ETHNICITY),
    "B3": (Dimension.MOVEMENT,),
    "C1": (Dimension.SUPPORT,),
    "J2": (Dimension.THEME,),
    "C4": (Dimension.GROUP,),
    "A1": (Dimension.OUTCOME, Dimension.WARD),
    "E1": (Dimension.HOURS,),
    "A3": (Dimension.ALL,),
    "D1": (Dimension.CATEGORY,),
    "D3": (Dimension.AGENCY, Dimension.PEOPLE),
    "D4": (Dimension.PLAN,),
    "F1": (Dimension.AGENCY,),
}
# Too few in each agency to be told: the whole partnership only.
ONLY_IN_ALL = frozenset({"F1"})
_MOST_COLUMNS = 7


@dataclass(frozen=True)
class TableRow:
    """A row of a table."""

    label: str
    cells: Sequence[str]
    is_total: bool


@dataclass(frozen=True)
class Table:
    """One breakdown of one measure."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[TableRow]
    is_narrow: bool = False


@dataclass(frozen=True)
class Section:
    """One measure: what it is called, how it is defined, its tables or its picture."""

    title: str
    definition: str
    note: str
    tables: Sequence[Table]
    chart: Chart | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it takes half the width of the page."""
        return len(self.tables) == 1 and self.tables[0].is_narrow and self.chart is None


def sections(facts: ReportFacts) -> list[Section]:
    """Every printed measure that has figures."""
    by_code = {measure.code: measure for measure in facts.measures}
    return [_section(by_code[code], PRINTED[code]) for code in PRINTED if code in by_code]


def quality(facts: ReportFacts) -> Section | None:
    """How complete the records are."""
    found = next((measure for measure in facts.measures if measure.code == "C5"), None)
    return _section(found, (Dimension.FIELD,)) if found else None


def _section(measure: ReturnMeasure, dimensions: Sequence[Dimension]) -> Section:
    in_all = measure.code in ONLY_IN_ALL
    printed = [each for each in measure.figures.all() if each.row == TOTAL or not in_all]
    tables = []
    chart = None
    for dimension in dimensions:
        found = [each for each in printed if each.dimension == dimension]
        if found and dimension == Dimension.MOVEMENT:
            chart = _movement(measure, found)
        elif found and dimension == Dimension.WARD:
            chart = wards_chart(measure, found)
        elif found and dimension == Dimension.HOURS:
            chart = hours_chart(measure, found)
        elif found:
            tables.append(table(dimension, found))
    return Section(measure.name, measure.definition, measure.note, tables, chart)


def table(dimension: Dimension, figures: Sequence[ReturnFigure]) -> Table:
    """One breakdown as it may be told; rows that are all nought are left out."""
    columns, rows, cells = laid_out(figures)
    units = {figure.column: figure.unit for figure in figures}
    kept = list(columns)[:_MOST_COLUMNS]
    return Table(
        caption=dimension.label if set(rows) != {TOTAL} else "Whole partnership",
        columns=[columns[column] for column in kept],
        rows=[
            TableRow(label, [_told(cells.get((row, column)), units[column]) for column in kept], row == TOTAL)
            for row, label in rows.items()
            if row == TOTAL or not _is_empty(cells.get((row, column)) for column in kept)
        ],
        is_narrow=len(kept) == 1,
    )


def _movement(measure: ReturnMeasure, figures: Sequence[ReturnFigure]) -> Chart:
    """The movement matrix without its totals, darker where more children moved."""
    columns, rows, values = _matrix([each for each in figures if TOTAL not in (each.row, each.column)])
    return charts.heat_table(
        measure.name,
        "Rows: where children were at the start. Columns: where they were at the end.",
        rows,
        columns,
        values,
        row_title="From",
        column_title="To",
    )


def hours_chart(measure: ReturnMeasure, figures: Sequence[ReturnFigure]) -> Chart:
    """Weekdays by time of day with their totals, darker where more episodes began."""
    columns, rows, values = _matrix(figures)
    return charts.heat_table(
        f"{measure.name}, by weekday and time of day",
        "When episodes began. A day runs from 6am to 6am: 2am on Saturday is Friday’s night.",
        rows,
        columns,
        values,
        totals=True,
    )


def _matrix(figures: Iterable[ReturnFigure]) -> tuple[list[str], list[str], list[list[Value]]]:
    """Short names of the columns and of the rows, and what is told in each cell."""
    columns, rows, cells = laid_out(figures)
    values = [[_value(cells.get((row, column))) for column in columns] for row in rows]
    return [_short(label) for label in columns.values()], [_short(label) for label in rows.values()], values


def wards_chart(measure: ReturnMeasure, figures: Sequence[ReturnFigure]) -> Chart:
    """The map of wards; hatched where a number is withheld."""
    numbers = {each.row: None if each.is_suppressed else int(each.value or 0) for each in figures}
    title, elsewhere = f"{measure.name}, by ward", [numbers.get(code, 0) for code in OFF_THE_MAP]
    said = "; ".join(
        f"{'withheld' if number is None else number} {words}"
        for number, words in zip(elsewhere, OFF_THE_MAP.values(), strict=True)
    )
    description = (
        f"Where the children live, not where harm happened. Hatched: withheld. Not on the map: {said}."
    )
    return Chart(title, description, ward_map(numbers, title))


def _value(figure: ReturnFigure | None) -> Value:
    if figure is None:
        return None
    return WITHHELD if figure.is_suppressed else figure.value


def _told(figure: ReturnFigure | None, unit: str) -> str:
    value = _value(figure)
    words = shown(value)
    return f"{words}%" if unit == PERCENT and value not in (None, WITHHELD) else words


def _is_empty(figures: Iterable[ReturnFigure | None]) -> bool:
    """Whether a row is all zeros, none of them withheld; such rows are left out."""
    return all(figure is None or (not figure.is_suppressed and not figure.value) for figure in figures)


def _short(label: str) -> str:
    return label.split(":")[0]
