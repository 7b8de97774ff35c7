"""The headlines of a return as they read: this quarter, the last one, a year ago, and what changed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from cse_portal.ui.charts.trends import sparkline
from cse_portal.ui.presenters import display_date
from reporting.measures.models import Dimension
from reporting.measures.presenters import by_letter, change_in_words, figure_in_words, number, once
from reporting.measures.selectors.figures import PERCENT
from reporting.measures.selectors.registry import Better
from reporting.returns.models import RegionalReturn
from reporting.returns.presenters import CellView, address, figure_cell
from reporting.returns.selectors.changes import Change, Reading, points
from reporting.returns.selectors.document import RestatedFigure


@dataclass(frozen=True)
class Difference:
    """By how much it changed: in words, whether that is better, and whether it is large."""

    words: str
    verdict: str = ""
    is_large: bool = False


@dataclass(frozen=True)
class ChangeRow:
    """One line of the list."""

    code: str
    url: str
    label: str
    base: str
    now: CellView
    last: CellView
    by: Difference
    year: CellView
    by_year: Difference
    drawing: SafeString
    explanation: str
    explained_by: str
    explain_url: str
    is_unexplained: bool


def groups(
    found: Iterable[Change],
    regional_return: RegionalReturn,
    *,
    leading: Collection[tuple[str, str]] = (),
    may_explain: bool = False,
) -> list[tuple[str, str, list[ChangeRow]]]:
    """The lines by the letter of their measure; only its first line has the code."""
    return [
        (letter, title, [
            _row(each, regional_return, leading, may_explain, code)
            for each, code in zip(those, once(each.measure.code for each in those), strict=True)
        ])
        for letter, title, those in by_letter(found, lambda each: each.measure.code)
    ]  # fmt: skip


@dataclass(frozen=True)
class RestatedRow:
    """A number that a restatement changes: where it is, and what it was and is."""

    label: str
    before: CellView
    after: CellView


@dataclass(frozen=True)
class Restated:
    """What a restatement changes: the headlines among it, and every number, each fact once."""

    headlines: list[RestatedRow]
    figures: list[RestatedRow]


def restated(found: Iterable[Change], figures: Iterable[RestatedFigure]) -> Restated:
    """From what to what."""
    headlines = [
        RestatedRow(f"{each.measure.code} {each.headline.label}", _plain(each.before), _plain(each.now))
        for each in found
        if each.is_restated
    ]
    once: dict[tuple[object, ...], RestatedRow] = {}
    for each in figures:
        at, before, after = each.figure, figure_cell(each.before), figure_cell(each.after)
        label = f"{each.measure.code} {Dimension(at.dimension).label}: {at.row_label}, {at.column_label}"
        once.setdefault((at.fact, at.unit, before, after), RestatedRow(label, before, after))
    return Restated(headlines, list(once.values()))


def _plain(reading: Reading | None, url: str = "") -> CellView:
    if reading is None:
        return CellView("–")
    return CellView(figure_in_words(reading.value, reading.unit), reading.withheld, url)


def explained(change: Change, regional_return: RegionalReturn) -> ChangeRow:
    """One line of the list, for the page that explains it."""
    return _row(change, regional_return, (), False, change.measure.code)


def difference(change: Change, then: Reading | None) -> Difference:
    """▲ 14 (12%), or ▼ 15 points; a dash where either is not known."""
    now = change.now
    if now is None or then is None:
        return Difference("–")
    is_share = now.unit == PERCENT
    words = change_in_words(now.value, then.value, is_share=is_share)
    by = points(now, then) if is_share else now.value - then.value
    if not by:
        return Difference(words)
    wanted = {Better.MORE: by > 0, Better.FEWER: by < 0}.get(change.headline.better)
    verdict = "" if wanted is None else "better" if wanted else "worse"
    return Difference(words, verdict, then is change.last and change.is_large)


def _row(
    change: Change,
    regional_return: RegionalReturn,
    leading: Collection[tuple[str, str]],
    may_explain: bool,
    code: str,
) -> ChangeRow:
    period, said, slug = regional_return.period, change.explanation, regional_return.slug
    explains = may_explain and change.is_large
    return ChangeRow(
        code=code,
        url=reverse("reporting:return-measure", args=[slug, change.measure.code]),
        label=change.headline.label,
        base=_base(change.now),
        now=_cell(change, change.now, period.slug, leading),
        last=_cell(change, change.last, period.previous().slug, leading),
        by=difference(change, change.last),
        year=_cell(change, change.year, period.with_before(5)[0].slug, leading),
        by_year=difference(change, change.year),
        drawing=sparkline([each.value if each else None for each in change.readings]),
        explanation=said.text if said and change.is_large else "",
        explained_by=f"{said.by.full_name}, {display_date(said.at)}" if said else "",
        explain_url=reverse("reporting:explain-change", args=[slug, *change.cell]) if explains else "",
        is_unexplained=change.is_unexplained,
    )


def _base(reading: Reading | None) -> str:
    if reading is None or reading.part is None or reading.whole is None:
        return ""
    return f"{number(reading.part, '')} of {number(reading.whole, '')}"


def _cell(
    change: Change, reading: Reading | None, quarter: str, leading: Collection[tuple[str, str]]
) -> CellView:
    leads_on = reading and change.cell[:2] in leading and (reading.value or reading.unit == PERCENT)
    return _plain(reading, address(quarter, *change.cell) if leads_on else "")
