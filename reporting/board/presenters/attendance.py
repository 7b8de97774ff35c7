"""The record of attendance as it reads: a small line for each agency, shares side by side, each quarter in full."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from cse_portal.reference.quarters import Quarter
from cse_portal.ui.charts.trends import SMALL_PICTURE, Trend, trend
from reporting.board.selectors.attendance import COLUMNS, AttendanceRecord, QuarterRecord
from reporting.measures.models import Dimension
from reporting.measures.presenters import number
from reporting.measures.selectors.figures import ALL, PERCENT, RATE, TOTAL, Key
from reporting.returns.presenters import CellView, RowView, TableView, address


@dataclass(frozen=True)
class AttendancePage:
    """Pictures, one table of shares, and a table for each quarter, the latest first."""

    pictures: Sequence[tuple[str, SafeString]]
    shares: TableView | None
    quarters: Sequence[TableView]
    cmog: Sequence[TableView]
    of_own_cases: bool


def page(record: AttendanceRecord, *, linked: bool) -> AttendancePage:
    """The quarters read from the oldest in pictures and shares, and from the latest in full."""
    over_time, agencies = _over_time(record.quarters)
    return AttendancePage(
        pictures=[_picture(row, over_time) for row in agencies if _is_drawn(row, over_time)],
        shares=_shares([*agencies, ALL], over_time, linked) if over_time else None,
        quarters=[_table(each, linked) for each in record.quarters if len(each.rows) > 1],
        cmog=_of_cmogs(record.cmog),
        of_own_cases=record.of_own_cases,
    )


def _over_time(quarters: Sequence[QuarterRecord]) -> tuple[list[QuarterRecord], list[Key]]:
    """The quarters in which anybody was to come, from the oldest, and the agencies of them all by name."""
    found = [each for each in reversed(quarters) if len(each.rows) > 1]
    agencies = {row for each in found for row in each.rows if row != ALL}
    return found, sorted(agencies, key=lambda row: row.label)


def _of_cmogs(quarters: Sequence[QuarterRecord]) -> list[TableView]:
    """The shares side by side, then each quarter in full. No number leads on."""
    over_time, agencies = _over_time(quarters)
    if not over_time:
        return []
    tables = [
        _shares([*agencies, ALL], over_time, linked=False),
        *(_table(each, linked=False) for each in reversed(over_time)),
    ]
    return [replace(each, caption=f"CMOG: {each.caption}") for each in tables]


def _is_drawn(agency: Key, quarters: Sequence[QuarterRecord]) -> bool:
    return any(each.cells.get((agency.code, RATE)) is not None for each in quarters)


def _picture(agency: Key, quarters: Sequence[QuarterRecord]) -> tuple[str, SafeString]:
    labels = [each.quarter.label for each in quarters]
    shares = [each.cells.get((agency.code, RATE)) for each in quarters]
    told = [_cell(each, agency, RATE, linked=False).text for each in quarters]
    said = ", ".join(f"{label} {share}" for label, share in zip(labels, told, strict=True))
    line = (agency.label, [None if each is None else float(each) for each in shares])
    of = Trend(f"{agency.label}: {said}.", [line], [each[2:] for each in labels], size=SMALL_PICTURE)
    return f"{agency.label} (%)", trend(of)


def _shares(rows: Sequence[Key], quarters: Sequence[QuarterRecord], linked: bool) -> TableView:
    lines = [
        RowView(row.label, row == ALL, [_cell(each, row, RATE, linked) for each in quarters]) for row in rows
    ]
    return TableView("Share of invitations answered by coming", [_name(each) for each in quarters], lines)


def _table(record: QuarterRecord, linked: bool) -> TableView:
    rows = [
        RowView(row.label, row == ALL, [_cell(record, row, column.code, linked) for column in COLUMNS])
        for row in record.rows
    ]
    return TableView(_name(record), [column.label for column in COLUMNS], rows)


def _name(record: QuarterRecord) -> str:
    return record.quarter.label if record.is_over else f"{record.quarter.label} so far"


def _cell(record: QuarterRecord, row: Key, column: str, linked: bool) -> CellView:
    value = record.cells.get((row.code, column))
    if value is None:
        return CellView("–")
    leads_on = linked and (value or column == RATE)
    url = _address(record.quarter, row, column) if leads_on else ""
    return CellView(number(value, PERCENT if column == RATE else ""), url=url)


def _address(quarter: Quarter, row: Key, column: str) -> str:
    return address(quarter.slug, "D3", Dimension.ANSWER, row.code, TOTAL if column == RATE else column)
