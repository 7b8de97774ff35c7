"""The board report: cover, summary, trends, the quarter's tables with their definitions, notes on data quality."""

from collections.abc import Sequence
from dataclasses import dataclass

from cse_portal.ui import charts
from cse_portal.ui.charts import Chart, Series
from cse_portal.ui.charts.shapes import number_of, shown
from cse_portal.ui.presenters import display_date, joined
from reporting.board.presenters import words as f
from reporting.board.presenters.strategy import StrategyState, state
from reporting.board.presenters.tables import Section, quality, sections
from reporting.board.presenters.words import Figures, sentences
from reporting.board.selectors import ReportFacts


@dataclass(frozen=True)
class HeadlineRow:
    """A figure over eight quarters, as a row of numbers."""

    label: str
    cells: Sequence[str]


@dataclass(frozen=True)
class Document:
    """The report as its template draws it."""

    label: str
    period: str
    published_on: str
    published_by: str
    signed_by: str
    computed_on: str
    code_version: str
    sentences: Sequence[str]
    narrative: str
    charts: Sequence[Chart]
    small_charts: Sequence[Chart]
    quarters: Sequence[str]
    headlines: Sequence[HeadlineRow]
    sections: Sequence[Section]
    quality: Section | None
    failed_checks: Sequence[str]
    strategy: StrategyState | None
    missing_quarters: str
    copy_id: str


def document(facts: ReportFacts) -> Document:
    """Everything in words and pictures; only figures that may leave the partnership."""
    figures = Figures(facts.quarters, facts.by_quarter)
    quarter, period = facts.regional_return, facts.regional_return.period
    return Document(
        label=period.label,
        period=f"{display_date(period.starts_on)} to {display_date(period.ends_on)}",
        published_on=display_date(facts.report.published_at),
        published_by=facts.report.published_by.full_name,
        signed_by=_signed(facts),
        computed_on=display_date(quarter.computed_at),
        code_version=quarter.code_version,
        sentences=sentences(figures),
        narrative=facts.report.narrative,
        charts=trends(figures),
        small_charts=small_trends(figures),
        quarters=figures.labels,
        headlines=[
            HeadlineRow(_label(each), [shown(value) for value in figures.over(each)]) for each in f.HEADLINES
        ],
        sections=sections(facts),
        quality=quality(facts),
        # What a check found, and the note on it, are said in figures that are withheld here.
        failed_checks=[check.title for check in facts.failed_checks],
        strategy=state(facts.objectives, facts.decisions) if facts.objectives else None,
        missing_quarters=joined(each.label for each in figures.missing),
        copy_id=f"{period.label} · {str(facts.report.pk)[-8:].upper()}",
    )


def trends(figures: Figures) -> list[Chart]:
    """The two pictures the board looks at first."""
    by_category = [Series(name, figures.over(each)) for name, each in _CATEGORIES]
    flow = [Series("New", figures.over(f.NEW)), Series("Closed", figures.over(f.CLOSED))]
    return [
        charts.line(
            "Children open at the end of each quarter, by category",
            "Each line is a confirmed risk category.",
            by_category,
            figures.labels,
            "Children",
        ),
        charts.line(
            "Children new and closed in each quarter",
            "Where more are new than closed, the number of open cases grows; re-opened cases are not drawn.",
            flow,
            figures.labels,
            "Children",
        ),
    ]


def small_trends(figures: Figures) -> list[Chart]:
    """Six smaller lines, each on its own scale."""
    followed = (f.CONCERNS, f.DECIDED, f.MEETINGS, f.ATTENDANCE, f.OVERDUE, f.INTELLIGENCE)
    drawable = [(each, figures.over(each)) for each in followed]
    return [
        charts.small_multiple(_label(each), values, figures.labels)
        for each, values in drawable
        if any(number_of(value) is not None for value in values)
    ]


_CATEGORIES = (("3 High", f.HIGH), ("2 Medium", f.MEDIUM), ("1 Low", f.LOW))


def _label(headline: f.Headline) -> str:
    return f"{headline.label} ({headline.unit})" if headline.unit else headline.label


def _signed(facts: ReportFacts) -> str:
    quarter = facts.regional_return
    who = quarter.signed_by.full_name if quarter.signed_by else ""
    return f"{who}, {display_date(quarter.signed_at)}"
