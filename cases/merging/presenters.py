"""Two records side by side, in words."""

from dataclasses import dataclass

from cases.casework.presenters import CONFIDENTIAL, NO_OTHER_NAMES, home_rows, identity_rows
from cases.merging.selectors import Side
from cases.record.choices import RiskCategory
from cse_portal.ui.presenters import display_date, joined, short_date

SAYS_NOTHING = (NO_OTHER_NAMES, CONFIDENTIAL)


@dataclass(frozen=True)
class ComparedRow:
    """One fact as each record has it, and whether that speaks for one child."""

    label: str
    first: str
    second: str
    verdict: str


def compared(first: Side, second: Side) -> list[ComparedRow]:
    """What the two records say, of all that either says."""
    one, other = _of_child(first), _of_child(second)
    of_child = [_row(label, one, other, compare=True) for label in one | other]
    one, other = _of_work(first), _of_work(second)
    rows = [*of_child, *(_row(label, one, other) for label in one)]
    return [row for row in rows if row.first or row.second]


def _row(label: str, one: dict[str, str], other: dict[str, str], *, compare: bool = False) -> ComparedRow:
    first, second = one.get(label, ""), other.get(label, "")
    same = "Same" if first.casefold() == second.casefold() else "Differs"
    known = compare and first and second and first not in SAYS_NOTHING
    return ComparedRow(label, first, second, same if known else "")


def _of_child(side: Side) -> dict[str, str]:
    rows = [*identity_rows(side.case, side.aliases), *home_rows(side.case, confidential=side.hides_home)]
    return {row.label: str(row.value) for row in rows}


def _of_work(side: Side) -> dict[str, str]:
    case, lead = side.case, side.case.lead_professional
    state = "Open" if case.is_open else "Closed"
    concerns = joined(f"{each.reference}, {short_date(each.submitted_at)}" for each in side.concerns)
    return {
        "Record": f"{state}, opened {display_date(case.opened_at)}",
        "Category": str(RiskCategory(case.category).label),
        "Who leads": f"{lead.full_name}, {case.lead_agency}" if lead else str(case.lead_agency),
        "Concerns": concerns,
        "Agencies that see it": joined(side.agencies),
    }
