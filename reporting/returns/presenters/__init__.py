"""A return in words, and the lists behind its numbers."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from cases.missing.presenters.tab import episode_row
from cases.missing.selectors.episodes import record_of
from cases.record.choices import RiskCategory
from cases.reviews.selectors import LeadReview
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.ui.presenters import Row, TimelineEntry, display_date, display_datetime
from mase.meetings.models.meeting import Meeting
from mase.plans.presenters import actions as actions_in_words
from reporting.measures.models import CountedThing, Dimension, MeasureKind
from reporting.measures.selectors.expected import Expected, Initial, Review
from reporting.measures.selectors.figures import PERCENT, TOTAL
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure
from reporting.returns.presenters.lines import line_row
from reporting.returns.selectors.behind import Behind


@dataclass(frozen=True)
class Title:
    """What the number is: the measure, the row and the column it is in, its quarter."""

    measure: str
    cell: str
    period: str
    definition: str


@dataclass(frozen=True)
class DueRow:
    """A meeting that was due: whose, by when, which meeting set it, if one did, and which it became."""

    child: str
    reference: str
    after: Meeting | None
    due_on: dt.date
    category: str
    booked: Meeting | None
    standing: str
    colour: str


def address(period: str, measure: str, dimension: str, at: str, column: str) -> str:
    """Where the list behind a number stands."""
    return reverse("reporting:behind", args=[period, measure, dimension, at, column])


def title(found: Behind) -> Title:
    """Its words are those of what was counted: what the address says is not repeated."""
    about, days = found.measure, found.period
    period = days.label
    if days.quarter:
        period = f"{days.label}, {display_date(days.starts_on)} to {display_date(days.ends_on)}"
    undivided = found.dimension in (Dimension.ALL, Dimension.DUE, Dimension.PAUSED)
    broken_down = "" if undivided else f": {found.dimension.label.lower()}"
    return Title(f"{about.code} {about.name}{broken_down}", found.words, period, about.definition)


def back_from(found: Behind) -> str:
    """The page on which the number stands."""
    if found.dimension == Dimension.ANSWER:
        return reverse("reporting:attendance")
    return reverse("reporting:measure", args=[found.period.slug, found.measure.code])


def differs(in_return: int | None, seen: int) -> tuple[str, str]:
    """12 in the return, 10 that you may see today, and why; nothing where it is as many, or no return says how many."""
    if in_return is None or in_return == seen:
        return "", ""
    if in_return > seen:
        why = "The others are about children whose cases you do not see, or have changed since."
        return f"{in_return} in the return, {seen} that you may see today.", why
    return (
        f"{in_return} in the return, {seen} today.",
        "Records have changed since the return was worked out.",
    )


def source_of_lines(found: Behind) -> str:
    """Whether the lines are those of today, or of the day that was counted."""
    if found.things == CountedThing.ACTIONS:
        end = display_date(found.period.ends_on)
        return (
            f"Each action is shown as it stood at the end of {end}, or as it stands today if that is earlier."
        )
    return "The list is drawn from the records as they are today."


_BY_REFERENCE = (
    CountedThing.CONCERNS, CountedThing.DECISIONS, CountedThing.SUBMISSIONS, CountedThing.PERIODS,
    CountedThing.SUBJECTS, CountedThing.ORDERS, CountedThing.COURT, CountedThing.OUTCOMES, CountedThing.SUPPORT,
    CountedThing.ACTIVITIES, CountedThing.TRAINING, CountedThing.STAFF,
)  # fmt: skip


def template_of(things: CountedThing) -> str:
    """Which template draws the lines of the list."""
    return f"reporting/returns/behind/_{'lines' if things in _BY_REFERENCE else things}.html"


def rows(things: CountedThing, shown: Sequence[Any]) -> Sequence[Any]:
    """The lines of the list."""
    match things:
        case CountedThing.ACTIONS:
            return [actions_in_words.row(each) for each in shown]
        case CountedThing.INITIALS:
            return [_initial(each) for each in shown]
        case CountedThing.REVIEWS:
            return [_by_lead(each) if isinstance(each, LeadReview) else _review(each) for each in shown]
        case each if each in _BY_REFERENCE:
            return [line_row(each) for each in shown]
        case CountedThing.EPISODES:
            return [episode_row(record_of(each, each.interviews.all())) for each in shown]
        case _:
            return shown


def _initial(initial: Initial) -> DueRow:
    case = initial.episode.case
    category = RiskCategory(initial.category).label
    standing = ("Paused", "grey") if initial.paused else _standing(initial)
    return DueRow(case.child.name, case.reference, None, initial.due_on, category, initial.booked, *standing)


def _review(review: Review) -> DueRow:
    category = RiskCategory(review.category).label
    after, booked = review.after, review.booked
    child, reference = after.case.child.name, after.case.reference
    return DueRow(child, reference, after, review.due_on, category, booked, *_standing(review))


def _by_lead(review: LeadReview) -> DueRow:
    case, held, category = review.case, review.held, RiskCategory(review.category).label
    standing = ("Not held", "red")
    if held is not None:
        standing = ("In time", "green") if held.in_time else ("Late", "red")
    return DueRow(case.child.name, case.reference, None, review.due_on, category, None, *standing)


def _standing(expected: Expected) -> tuple[str, str]:
    """What became of it, and the colour of its tag."""
    if expected.held_on is None:
        return ("Booked, not held", "yellow") if expected.booked else ("Not held", "red")
    return ("In time", "green") if expected.in_time else ("Late", "red")


_ON_SCHEDULE = "The portal, on schedule"
_WORDS = {
    Action.RETURN_STARTED: "Started",
    Action.RETURN_COMPUTED: "Figures worked out",
    Action.RETURN_EXPLAINED: "Change explained",
    Action.RETURN_CHECKED: "Checked",
    Action.RETURN_SENT_BACK: "Sent back",
    Action.RETURN_SIGNED: "Signed off",
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


def measure(
    stored: ReturnMeasure, figures: Iterable[ReturnFigure], period: str,
    *, leading: Collection[tuple[str, str]] = (),
) -> MeasureView:  # fmt: skip
    """A measure with its tables: the first open, the others folded; the numbers of `leading` tables lead to lists."""
    figures = list(figures)
    tables = _tables(stored.code, figures, period, leading)
    breakdowns = list(dict.fromkeys(each.dimension for each in figures))[1:]
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


def _tables(
    code: str, figures: Iterable[ReturnFigure], quarter: str, leading: Collection[tuple[str, str]]
) -> list[TableView]:
    by_dimension: dict[str, list[ReturnFigure]] = {}
    for figure in figures:
        by_dimension.setdefault(figure.dimension, []).append(figure)
    return [
        _table(
            f"{code}: {Dimension(dimension).label.lower()}",
            cells,
            code,
            quarter if (code, dimension) in leading else "",
        )
        for dimension, cells in by_dimension.items()
    ]


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
    if figure is None or figure.value is None:
        return CellView("–")
    # A share of nothing has nothing behind it, and neither has nought.
    leads_on = quarter and (figure.value or figure.unit == PERCENT)
    url = address(quarter, code, figure.dimension, figure.row, figure.column) if leads_on else ""
    return CellView(number(figure.value, figure.unit), figure.is_suppressed, url)


def number(value: Decimal, unit: str) -> str:
    """1,204 or 87.5%."""
    text = f"{int(value):,}" if value == int(value) else f"{value:,.1f}"
    return f"{text}%" if unit == PERCENT else text
