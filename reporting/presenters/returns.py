"""How a return reads on the page: its state, its tables, its checks, and who did what when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.ui.presenters import Row, TimelineEntry, display_date, display_datetime
from reporting.choices import Dimension, MeasureKind
from reporting.models import RegionalReturn, ReturnFigure, ReturnMeasure
from reporting.presenters.behind import address
from reporting.selectors.measures.figures import PERCENT, TOTAL

_ON_SCHEDULE = "The portal, on schedule"
_WORDS = {
    Action.RETURN_STARTED: "Started",
    Action.RETURN_COMPUTED: "Figures worked out",
    Action.RETURN_CHECKED: "Checked",
    Action.RETURN_SENT_BACK: "Sent back",
    Action.RETURN_SIGNED: "Signed off",
    Action.RETURN_EXPORTED: "Downloaded",
}


@dataclass(frozen=True)
class CellView:
    """A number as it is shown, whether it stays in the partnership, and where the list behind it is."""

    text: str
    withheld: bool
    url: str = ""


@dataclass
class RowView:
    """A line of a table."""

    label: str
    is_total: bool
    cells: list[CellView] = field(default_factory=list)


@dataclass(frozen=True)
class TableView:
    """One breakdown."""

    caption: str
    headings: list[str]
    rows: list[RowView]


@dataclass(frozen=True)
class MeasureView:
    """A measure with its definition beside its numbers."""

    code: str
    name: str
    kind: str
    definition: str
    note: str
    source: str
    version: int
    first: TableView | None
    more: list[TableView]
    more_words: str


def facts(regional_return: RegionalReturn) -> list[Row]:
    """What stands at the head of a return."""
    r = regional_return
    checked = r.checked_by.full_name if r.checked_by else ""
    signed = r.signed_by.full_name if r.signed_by else ""
    rows = [
        Row("Quarter", f"{display_date(r.starts_on)} to {display_date(r.ends_on)}"),
        Row("Started by", r.prepared_by.full_name if r.prepared_by else _ON_SCHEDULE),
        Row("Figures worked out", display_datetime(r.computed_at) or "Not yet"),
        Row("Checked", _who(checked, display_datetime(r.checked_at)) or "Not yet"),
        Row("Signed off", _who(signed, display_datetime(r.signed_at)) or "Not yet"),
    ]
    if r.check_note:
        rows.append(Row("Analyst’s note", r.check_note))
    return [*rows, Row("Worked out by", r.code_version)] if r.code_version else rows


def measure(stored: ReturnMeasure, quarter: str, *, linked: bool = False) -> MeasureView:
    """A measure with its tables: the first open, the other breakdowns folded; its numbers perhaps lead to lists."""
    tables = _tables(stored.code, stored.figures.all(), quarter if linked else "")
    breakdowns = list(dict.fromkeys(each.dimension for each in stored.figures.all()))[1:]
    words = ", ".join(Dimension(each).label.lower() for each in breakdowns).capitalize()
    return MeasureView(
        stored.code, stored.name, MeasureKind(stored.kind).label, stored.definition, stored.note, stored.source,
        stored.version, tables[0] if tables else None, tables[1:], words,
    )  # fmt: skip


def history(events: Iterable[AuditEvent]) -> list[TimelineEntry]:
    """Who did what when."""
    return [
        TimelineEntry(
            title=_title(event),
            when=display_datetime(event.at),
            by=event.actor.full_name if event.actor else _ON_SCHEDULE,
            body=event.reason,
        )
        for event in events
    ]


def _title(event: AuditEvent) -> str:
    words = _WORDS[Action(event.action)]
    return (
        f"{words} as {str(event.detail.get('format', '')).upper()}" if event.detail.get("format") else words
    )


def _who(name: str, when: str) -> str:
    return f"{name}, {when}" if name and when else name


def _tables(code: str, figures: Iterable[ReturnFigure], quarter: str) -> list[TableView]:
    by_dimension: dict[str, list[ReturnFigure]] = {}
    for figure in figures:
        by_dimension.setdefault(figure.dimension, []).append(figure)
    return [
        _table(f"{code}: {Dimension(dimension).label.lower()}", cells, code, quarter)
        for dimension, cells in by_dimension.items()
    ]


def _table(caption: str, figures: list[ReturnFigure], code: str, quarter: str) -> TableView:
    columns = list(dict.fromkeys(figure.column for figure in figures))
    labels = {figure.column: figure.column_label for figure in figures}
    cells = {(figure.row, figure.column): figure for figure in figures}
    rows: dict[str, RowView] = {}
    for figure in figures:
        rows.setdefault(figure.row, RowView(figure.row_label, figure.row == TOTAL))
    for at, drawn in rows.items():
        drawn.cells = [_cell(cells.get((at, column)), code, quarter) for column in columns]
    # A rate's row may come after the total's: the total closes the table.
    ordered = sorted(rows.values(), key=lambda row: row.is_total)
    return TableView(caption, [labels[column] for column in columns], ordered)


def _cell(figure: ReturnFigure | None, code: str, quarter: str) -> CellView:
    if figure is None or figure.value is None:
        return CellView("–", False)
    # A share of nothing has nothing behind it, and neither has nought.
    leads_on = quarter and (figure.value or figure.unit == PERCENT)
    url = address(quarter, code, figure.dimension, figure.row, figure.column) if leads_on else ""
    return CellView(number(figure.value, figure.unit), figure.is_suppressed, url)


def number(value: Decimal, unit: str) -> str:
    """1,204 or 87.5%."""
    text = f"{int(value):,}" if value == int(value) else f"{value:,.1f}"
    return f"{text}%" if unit == PERCENT else text
