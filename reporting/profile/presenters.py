"""A problem profile as its page and its PDF say it."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.reference.quarters import Quarter
from cse_portal.ui.charts.shapes import shown
from cse_portal.ui.charts.wards import Cell, cell
from cse_portal.ui.presenters import display_date, joined
from reporting.measures.models import Dimension
from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import COUNT, PERCENT, TOTAL
from reporting.measures.selectors.tables import Lines
from reporting.profile.models import PartKind, ProblemProfile, Section
from reporting.profile.selectors import TABLES, Part, ProfileRecord, incomplete
from reporting.returns.models import ReturnFigure
from reporting.returns.presenters import CellView, RowView, TableView, laid_out

WITHHELD = "withheld"
ADD = {
    PartKind.FINDING: "Add a finding",
    PartKind.UNKNOWN: "Add what is not known",
    PartKind.RECOMMENDATION: "Add a recommendation",
}


@dataclass(frozen=True)
class Hours:
    """Weekdays by time of day, darker where there is more."""

    title: str
    description: str
    headings: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]


@dataclass(frozen=True)
class SectionView:
    """One section: its figures, what was found and what is not known."""

    code: str
    title: str
    tables: Sequence[TableView]
    hours: Hours | None
    findings: Sequence[Part]
    unknowns: Sequence[Part]


@dataclass(frozen=True)
class Page:
    """The whole profile."""

    sections: Sequence[SectionView]
    recommendations: Sequence[Part]
    gaps: Sequence[str]
    missing: str


@dataclass(frozen=True)
class Document:
    """What templates/pdf/profile.html draws."""

    profile: ProblemProfile
    confidential: bool
    period: str
    copy_id: str
    page: Page


def page(record: ProfileRecord, *, confidential: bool) -> Page:
    """Everything in words; sanitised, with the small numbers withheld, where it is not `confidential`."""
    return Page(
        sections=[_section(record, each, confidential) for each in Section],
        recommendations=_said(record.of(PartKind.RECOMMENDATION), confidential),
        gaps=[_gap(each, confidential) for each in incomplete(record) if _is_shown(each, confidential)],
        missing=joined(each.label for each in record.missing),
    )


def document(record: ProfileRecord, *, confidential: bool, reader: User, copy: uuid.UUID) -> Document:
    """The profile as a paper."""
    first, last = record.profile.quarters[0], record.profile.quarters[-1]
    number, today = str(copy)[-8:].upper(), display_date(timezone.localdate())
    return Document(
        profile=record.profile,
        confidential=confidential,
        period=f"{display_date(first.starts_on)} to {display_date(last.ends_on)}",
        copy_id=f"Problem profile {number} · {reader.full_name} · {today}",
        page=page(record, confidential=confidential),
    )


def _section(record: ProfileRecord, section: Section, confidential: bool) -> SectionView:
    tables, hours = [], None
    for code, dimension in TABLES[section]:
        by_quarter = record.figures.get((code, dimension), {})
        if not by_quarter:
            continue
        about = registry.find(code, record.profile.ends_on)
        found = about.table(dimension) if about else None
        name = about.name if about else code
        if dimension == Dimension.HOURS:
            hours = _hours(name, by_quarter, confidential)
        else:
            whole = dimension in (Dimension.ALL, Dimension.LINE)
            caption = name if whole else f"{name}: {dimension.label.lower()}"
            of_lines = found is not None and isinstance(found[1], Lines)
            tables.append(_table(caption, by_quarter, confidential, of_lines=of_lines))
    return SectionView(
        section.value, section.label, [each for each in tables if each.rows], hours,
        _said(record.of(PartKind.FINDING, section), confidential),
        _said(record.of(PartKind.UNKNOWN, section), confidential),
    )  # fmt: skip


def _table(
    caption: str, by_quarter: Mapping[Quarter, list[ReturnFigure]], confidential: bool, *, of_lines: bool
) -> TableView:
    """Its totals; of lines that each count something else, what each counts; else column by column."""
    quarters = sorted(by_quarter)
    drawn = {quarter: laid_out(by_quarter[quarter]) for quarter in quarters}
    columns = {code: label for quarter in quarters for code, label in drawn[quarter][0].items()}
    labels = {code: label for quarter in quarters for code, label in drawn[quarter][1].items()}
    whole = (
        next(iter(columns)) if of_lines else next((each for each in (TOTAL, COUNT) if each in columns), "")
    )
    rows = []
    for row, label in labels.items():
        for column in [whole] if whole else list(columns):
            figures = [drawn[quarter][2].get((row, column)) for quarter in quarters]
            if any(_is_shown(each, confidential) for each in figures):
                words = label if whole else columns[column]
                if not whole and row != TOTAL:
                    words = f"{label}: {columns[column].lower()}"
                cells = [CellView(_words(each, confidential)) for each in figures]
                rows.append(RowView(words, row == TOTAL, cells))
    return TableView(caption, [each.label for each in quarters], rows)


def _hours(name: str, by_quarter: Mapping[Quarter, list[ReturnFigure]], confidential: bool) -> Hours:
    """The quarters of the year together; what is withheld in one of them is withheld."""
    figures = [
        each for found in by_quarter.values() for each in found if TOTAL not in (each.row, each.column)
    ]
    columns, rows, _ = laid_out(figures)
    numbers: Counter[tuple[str, str]] = Counter()
    for each in figures:
        numbers[each.row, each.column] += int(each.value or 0)
    hidden = {(each.row, each.column) for each in figures if each.is_suppressed and not confidential}
    most = max((number for at, number in numbers.items() if at not in hidden), default=0)
    quarters = sorted(by_quarter)
    return Hours(
        f"{name}, by weekday and time of day",
        f"When episodes began, {quarters[0].label} to {quarters[-1].label}. A day runs from 6am to 6am.",
        list(columns.values()),
        [
            (label, [cell(None if (row, each) in hidden else numbers[row, each], most) for each in columns])
            for row, label in rows.items()
        ],
    )


def _is_shown(figure: ReturnFigure | None, confidential: bool) -> bool:
    """Whether it is a number, or one that is withheld, which may be nought: left out, that would be told."""
    return figure is not None and bool(figure.value or (figure.is_suppressed and not confidential))


def _words(figure: ReturnFigure | None, confidential: bool) -> str:
    if figure is None:
        return shown(None)
    if figure.is_suppressed and not confidential:
        return WITHHELD
    return shown(figure.value) + ("%" if figure.unit == PERCENT else "")


def _gap(figure: ReturnFigure, confidential: bool) -> str:
    many = _words(figure, confidential)
    number = "a number that is withheld" if many == WITHHELD else many
    return f"{figure.row_label}: not recorded of {number}"


def _said(parts: Sequence[Part], confidential: bool) -> list[Part]:
    """Each in full, or in its sanitised words where it has some."""
    texts = [(each, each.part.text if confidential else each.part.sanitised) for each in parts]
    return [replace(each, text=text) for each, text in texts if text]
