"""A problem profile as its page and its PDF say it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.reference.quarters import Quarter
from cse_portal.ui import charts
from cse_portal.ui.charts import Chart
from cse_portal.ui.charts.shapes import Value, shown
from cse_portal.ui.presenters import display_date, joined
from reporting.measures.models import Dimension
from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import COUNT, PERCENT, TOTAL
from reporting.measures.selectors.tables import Lines
from reporting.profile.models import PartKind, Section
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
class Said:
    """A part in words, and where it leads."""

    key: uuid.UUID
    section: str
    text: str
    who: str
    by: str
    standing: str
    url: str
    is_objective: bool
    is_confidential: bool


@dataclass(frozen=True)
class SectionView:
    """One section: its figures, what was found and what is not known."""

    code: str
    title: str
    tables: Sequence[TableView]
    pictures: Sequence[Chart]
    findings: Sequence[Said]
    unknowns: Sequence[Said]


@dataclass(frozen=True)
class Page:
    """The whole profile."""

    sections: Sequence[SectionView]
    recommendations: Sequence[Said]
    gaps: Sequence[str]
    missing: str


@dataclass(frozen=True)
class Document:
    """What templates/pdf/profile.html draws."""

    label: str
    period: str
    summary: str
    sources: str
    rocu: str
    published: str
    marking: str
    may_be_shared: str
    copy_id: str
    page: Page


def page(record: ProfileRecord, *, confidential: bool) -> Page:
    """Everything in words; sanitised, with the small numbers withheld, where it is not `confidential`."""
    return Page(
        sections=[_section(record, each, confidential) for each in Section],
        recommendations=_said(record.of(PartKind.RECOMMENDATION), confidential),
        gaps=[_gap(each, confidential) for each in incomplete(record)],
        missing=joined(each.label for each in record.missing),
    )


def document(record: ProfileRecord, *, confidential: bool, reader: User, copy: uuid.UUID) -> Document:
    """The profile as a paper. A draft says so."""
    profile, today = record.profile, display_date(timezone.localdate())
    first, last = profile.quarters[0], profile.quarters[-1]
    read = f"{profile.rocu}, {display_date(profile.rocu_on)}" if profile.rocu_on else "Not yet"
    draft = "" if profile.published_at else "DRAFT. "
    return Document(
        label=profile.label,
        period=f"{display_date(first.starts_on)} to {display_date(last.ends_on)}",
        # The year in short is written for the partnership; outside, the findings speak.
        summary=profile.summary if confidential else "",
        sources=profile.sources,
        rocu=read,
        published=display_date(profile.published_at) or "Not yet",
        marking=f"{draft}{'OFFICIAL-SENSITIVE' if confidential else 'OFFICIAL'}",
        may_be_shared="Who prepares and signs the returns, and the ROCU. Not for onward sharing."
        if confidential
        else "The board and its partners. It names nobody, and small numbers are withheld.",
        copy_id=f"Problem profile {str(copy)[-8:].upper()} · {reader.full_name} · {today}",
        page=page(record, confidential=confidential),
    )


def _section(record: ProfileRecord, section: Section, confidential: bool) -> SectionView:
    tables, pictures = [], []
    for code, dimension in TABLES[section]:
        by_quarter = record.figures.get((code, dimension), {})
        if not by_quarter:
            continue
        about = registry.find(code, record.profile.ends_on)
        found = about.table(dimension) if about else None
        name = about.name if about else code
        if dimension == Dimension.HOURS:
            pictures.append(_hours(name, by_quarter, confidential))
        else:
            whole = dimension in (Dimension.ALL, Dimension.LINE)
            caption = name if whole else f"{name}: {dimension.label.lower()}"
            of_lines = found is not None and isinstance(found[1], Lines)
            tables.append(_table(caption, by_quarter, confidential, of_lines=of_lines))
    return SectionView(
        section.value, section.label, [each for each in tables if each.rows], pictures,
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
            if any(each is not None and each.value for each in figures):
                words = label if whole else columns[column]
                if not whole and row != TOTAL:
                    words = f"{label}: {columns[column].lower()}"
                cells = [CellView(_words(each, confidential)) for each in figures]
                rows.append(RowView(words, row == TOTAL, cells))
    return TableView(caption, [each.label for each in quarters], rows)


def _hours(name: str, by_quarter: Mapping[Quarter, list[ReturnFigure]], confidential: bool) -> Chart:
    """Weekdays by time of day, the quarters of the year together."""
    figures = [
        each for found in by_quarter.values() for each in found if TOTAL not in (each.row, each.column)
    ]
    columns, rows, _ = laid_out(figures)
    told: dict[tuple[str, str], Value] = {}
    for each in figures:
        at = each.row, each.column
        before = told.get(at, Decimal(0))
        hidden = each.is_suppressed and not confidential or isinstance(before, str)
        told[at] = WITHHELD if hidden or before is None else Decimal(before) + (each.value or 0)
    values = [[told.get((row, column)) for column in columns] for row in rows]
    quarters = sorted(by_quarter)
    return charts.heat_table(
        f"{name}, by weekday and time of day",
        f"When episodes began, {quarters[0].label} to {quarters[-1].label}. A day runs from 6am to 6am.",
        list(rows.values()), list(columns.values()), values,
    )  # fmt: skip


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


def _said(parts: Sequence[Part], confidential: bool) -> list[Said]:
    return [_in_words(each, confidential) for each in parts if confidential or each.part.sanitised]


def _in_words(found: Part, confidential: bool) -> Said:
    part, objective = found.part, found.objective
    return Said(
        key=part.pk,
        section=Section(part.section).label,
        text=part.text if confidential else part.sanitised,
        who=part.agency.name if part.agency else "",
        by=display_date(part.due_on),
        standing=objective.rag.label if objective else "",
        url=objective.objective.get_absolute_url() if objective else "",
        is_objective=part.objective_id is not None,
        is_confidential=not part.sanitised,
    )
