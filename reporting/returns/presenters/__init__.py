"""A return in words: its numbers, its tables, and who did what."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.reference.quarters import Quarter
from cse_portal.ui.presenters import TimelineEntry, display_datetime
from reporting.measures.models import Dimension
from reporting.measures.presenters import number
from reporting.measures.selectors.figures import PERCENT, TOTAL
from reporting.measures.selectors.periods import IN_A_YEAR, Period
from reporting.returns.models import ReturnFigure
from reporting.returns.selectors.gaps import ChildGaps


def address(period: str, measure: str, dimension: str, at: str, column: str) -> str:
    """Where the list behind a number stands."""
    return reverse("reporting:behind", args=[period, measure, dimension, at, column])


ON_SCHEDULE = "The portal, on schedule"
_WORDS = {
    Action.RETURN_RESTATED: "Restatement begun",
    Action.RETURN_STARTED: "Started",
    Action.RETURN_COMPUTED: "Figures worked out",
    Action.RETURN_GAPS_ASKED: "Leads asked for what is missing",
    Action.RETURN_EXPLAINED: "Change explained",
    Action.RETURN_CHECKED: "Frozen",
    Action.RETURN_SENT_BACK: "Sent back",
    Action.RETURN_SIGNED: "Signed off",
    Action.RETURN_SENT: "Sent",
    Action.RETURN_RECEIVED: "Received by the region",
    Action.RETURN_EXPORTED: "Downloaded",
}


@dataclass(frozen=True)
class CellView:
    """A number as it is shown, whether it stays in the partnership, and where the list behind it is."""

    text: str
    withheld: bool = False
    url: str = ""


@dataclass(frozen=True)
class RowView:
    """A line of a table."""

    label: str
    is_total: bool
    cells: list[CellView]


@dataclass(frozen=True)
class TableView:
    """One breakdown."""

    caption: str
    headings: list[str]
    rows: list[RowView]


# Where a field of measure C5 is answered; a category comes of an assessment.
_ANSWERED_AT = {
    "sex": "id_sex", "birth": "id_date_of_birth_0", "ethnicity": "id_ethnicity", "disability": "id_disabilities_0",
    "model": "id_exploitation_models_0", "support": "id_legal_status",
}  # fmt: skip


def gap_rows(found: Iterable[ChildGaps]) -> list[tuple[Case, list[tuple[str, str]]]]:
    """Each child's case with what is missing: in words, and its place on a form."""
    return [(each.case, [(words, _answered_at(each, code)) for code, words in each.fields]) for each in found]


def _answered_at(gaps: ChildGaps, code: str) -> str:
    if code in _ANSWERED_AT:
        return f"{reverse('cases:case-edit', args=[gaps.case.reference])}#{_ANSWERED_AT[code]}"
    return reverse("cases:assessment-new", args=[gaps.case.reference])


def tables(
    code: str, figures: Iterable[ReturnFigure], quarter: str, leading: Collection[tuple[str, str]] = ()
) -> list[TableView]:
    """A measure's tables; one of few has the twelve months after it. Numbers of `leading` tables lead to lists."""
    tables: dict[str, dict[str, list[ReturnFigure]]] = {}
    for figure in figures:
        tables.setdefault(figure.dimension, {}).setdefault(figure.period, []).append(figure)
    return [
        _table(
            ", ".join(filter(None, (f"{code}: {Dimension(dimension).label.lower()}", period))),
            cells,
            code,
            quarter if (code, dimension) in leading and not period else "",
        )
        for dimension, periods in tables.items()
        for period, cells in periods.items()
    ]


def other_days(days: Period) -> list[tuple[str, Period]]:
    """The quarters before and after these days, four quarters up to their end, and today; none that is not over."""
    today = timezone.localdate()
    quarter = Quarter.containing(days.ends_on)
    year = Period.between(quarter.with_before(IN_A_YEAR)[0].starts_on, quarter.ends_on)
    offered = [
        ("The quarter before", Period.of(quarter.previous())),
        ("The quarter after", Period.of(quarter.next())),
        ("Four quarters", year),
        ("Today", Period.between(today, today)),
    ]
    return [(words, each) for words, each in offered if each.ends_on <= today and each != days]


def history(events: Iterable[AuditEvent]) -> list[TimelineEntry]:
    """Who did what when."""
    return [
        TimelineEntry(
            title=_title(event),
            when=display_datetime(event.at),
            by=event.actor.full_name if event.actor else ON_SCHEDULE,
            body=event.reason,
        )
        for event in events
    ]


def _title(event: AuditEvent) -> str:
    words = _WORDS[Action(event.action)]
    return (
        f"{words} as {str(event.detail.get('format', '')).upper()}" if event.detail.get("format") else words
    )


def _table(caption: str, figures: list[ReturnFigure], code: str, quarter: str) -> TableView:
    columns, rows, cells = laid_out(figures)
    drawn = [
        RowView(label, at == TOTAL, [_cell(cells.get((at, column)), code, quarter) for column in columns])
        for at, label in rows.items()
    ]
    # A rate's row may come after the total's: the total closes the table.
    return TableView(caption, list(columns.values()), sorted(drawn, key=lambda row: row.is_total))


def laid_out(
    figures: Iterable[ReturnFigure],
) -> tuple[dict[str, str], dict[str, str], dict[tuple[str, str], ReturnFigure]]:
    """The columns and the rows of a table with their words, and its cells."""
    columns: dict[str, str] = {}
    rows: dict[str, str] = {}
    cells: dict[tuple[str, str], ReturnFigure] = {}
    for figure in figures:
        columns.setdefault(figure.column, figure.column_label)
        rows.setdefault(figure.row, figure.row_label)
        cells[figure.row, figure.column] = figure
    return columns, rows, cells


def _cell(figure: ReturnFigure | None, code: str, quarter: str) -> CellView:
    # A share of nothing has nothing behind it, and neither has nought.
    leads_on = figure and quarter and (figure.value or figure.unit == PERCENT)
    url = address(quarter, code, figure.dimension, figure.row, figure.column) if figure and leads_on else ""
    return figure_cell(figure, url)


def figure_cell(figure: ReturnFigure | None, url: str = "") -> CellView:
    """A number of a return; a dash where there is none."""
    if figure is None or figure.value is None:
        return CellView("–")
    return CellView(number(figure.value, figure.unit), figure.is_suppressed, url)
