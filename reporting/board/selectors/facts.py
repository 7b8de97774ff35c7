"""Everything that a pack is drawn from, as plain data: a published version keeps it, a draft gathers it anew.

Only what may be told outside is gathered: a number that is withheld is not among it.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import product
from typing import Any

from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.working_days import add_months
from cse_portal.ui.presenters import display_date, short_date
from mase.meetings.models.meeting import Meeting
from mase.strategy.selectors import ObjectiveRecord, plan
from reporting.board.models import BoardDecision, BoardPack, PackState
from reporting.measures.selectors import registry
from reporting.measures.selectors.actions import actions
from reporting.measures.selectors.attendance import CAMES, answers
from reporting.measures.selectors.periods import Period, counting_everything
from reporting.measures.selectors.tally import Scope
from reporting.region.selectors.region import averages
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure
from reporting.returns.selectors.changes import Reading, series
from reporting.returns.selectors.returns import measures_of, validations_of

QUARTERS = 15  # twelve that are drawn, and the three before them: a point covers four
WITHHELD = "withheld"
LAST_DECISIONS = 5
MOST_AGENCIES = 7  # with overdue actions, by name
AGES = ("1 to 14 days", "15 to 30", "31 to 60", "over 60")
_OLDEST = (14, 30, 60)
# The breakdowns that the pages print, by measure.
PRINTED = {
    "A1": ("agency",), "B1": ("all",), "B2": ("category", "sex", "age", "ethnicity"), "B3": ("movement",),
    "C1": ("support",), "C5": ("field",), "D2": ("due", "reason"), "D3": ("people", "quorum"), "D4": ("plan",),
    "D5": ("all",), "D6": ("stage",), "E1": ("all", "missing_kind"), "E2": ("line",), "E3": ("line",),
    "F1": ("agency",), "F2": ("line",), "F3": ("line", "site"), "G1": ("tactic",), "G3": ("line",), "G4": ("line",),
    "H3": ("all",), "J2": ("all", "theme"),
}  # fmt: skip


def gather(pack: BoardPack, user: User) -> dict[str, Any]:
    """The facts of a pack as they are known today."""
    quarters = [each.slug for each in pack.period.with_before(QUARTERS)]
    found = RegionalReturn.objects.current().filter(quarter=pack.quarter, revision__gt=0).first()
    told = RegionalReturn.objects.signed().current().filter(quarter__in=quarters)
    returns = dict(told.exclude(quarter=pack.quarter).values_list("quarter", "pk"))
    returns |= {pack.quarter: found.pk} if found else {}
    headlines = registry.headlines(pack.period.ends_on)
    with counting_everything():  # what agencies did
        attendance, overdue = _attendance(pack.period), _overdue(pack.period)
    return {
        "quarter": pack.quarter,
        "signed": bool(found and found.is_signed),
        "figures": _origin(found),
        "code_version": found.code_version if found else "",
        "series": {
            quarter: {code: _plain(reading) for code, reading in readings.items()}
            for quarter, readings in series(returns, headlines.values()).items()
        },
        "region": region_of(pack, user),
        "tables": dict(_tables(measures_of(found))) if found else {},
        "checks": [[each.title, each.passed] for each in validations_of(found)] if found else [],
        "attendance": attendance,
        "overdue": overdue,
        "objectives": [_objective(each) for each in plan(user)],
        "register": [_decided(each) for each in last_decisions(pack)],
        "asked": [_asked(each) for each in pack.decisions.all()],
    }


def region_of(pack: BoardPack, user: User) -> dict[str, float]:
    """The average of the region's other authorities: who may read their returns freezes it with sending the pack."""
    if pack.state == PackState.DRAFT and gate.can(user, Permission.RETURN_PREPARE):
        return averages(user, pack.period)
    found: dict[str, float] = pack.region
    return found


def last_decisions(pack: BoardPack) -> list[BoardDecision]:
    """What the board decided on earlier packs, the newest first."""
    decided = BoardDecision.objects.exclude(outcome="").filter(pack__starts_on__lt=pack.starts_on)
    return list(decided.order_by("-decided_on", "number")[:LAST_DECISIONS])


def _origin(found: RegionalReturn | None) -> str:
    """Whose figures they are, and of when."""
    if found is None:
        return "Not worked out yet."
    if not found.is_signed or found.signed_by is None:
        return f"Worked out on {display_date(found.computed_at)}, not signed off yet."
    return f"Frozen and signed on {display_date(found.signed_at)} by {found.signed_by.full_name}."


def _plain(reading: Reading | None) -> list[Any] | None:
    if reading is None:
        return None
    if reading.withheld or reading.parts_withheld:
        return [None, reading.unit, None, None]
    parts = (None if each is None else int(each) for each in (reading.part, reading.whole))
    return [float(reading.value), reading.unit, *parts]


def _tables(measures: Iterable[ReturnMeasure]) -> Iterable[tuple[str, Any]]:
    """Each printed breakdown, by measure and dimension: its rows in order with their words, and its cells."""
    for measure in measures:
        by_dimension: dict[str, list[ReturnFigure]] = defaultdict(list)
        for figure in measure.figures.all():
            if figure.dimension in PRINTED.get(measure.code, ()):
                by_dimension[figure.dimension].append(figure)
        for dimension, figures in by_dimension.items():
            yield (
                f"{measure.code}-{dimension}",
                {
                    "rows": list({each.row: [each.row, each.row_label] for each in figures}.values()),
                    "cells": {f"{each.row} {each.column}": _cell(each) for each in figures},
                },
            )


def _cell(figure: ReturnFigure) -> Any:
    if figure.is_suppressed:
        return WITHHELD
    return None if figure.value is None else float(figure.value)


def _attendance(quarter: Quarter) -> dict[str, Any]:
    """The share of invitations that each agency came to, in each of twelve months, and in the quarter."""
    months = [add_months(quarter.ends_on.replace(day=1), -each) for each in range(11, -1, -1)]
    begins = Period(months[0], quarter.ends_on, "a year")
    invited: Counter[tuple[str, Any]] = Counter()
    came: Counter[tuple[str, Any]] = Counter()
    for each in answers(Meeting.objects.of_children(), begins.start, begins.end):
        columns = [each.day.replace(day=1), *(["quarter"] if each.day in quarter else [])]
        for at in product((each.agency.label, "All agencies"), columns):
            invited[at] += 1
            came[at] += each.answer in CAMES
    shares = {at: round(100 * came[at] / number) for at, number in invited.items()}
    rows = [*sorted({row for row, _ in invited if row != "All agencies"}), "All agencies"]
    return {
        "months": [f"{each:%b}" for each in months],
        "rows": [
            [
                row,
                [shares.get((row, month)) for month in months],
                came[row, "quarter"],
                invited[row, "quarter"],
            ]
            for row in rows
        ],
    }


def _overdue(quarter: Quarter) -> list[Any]:
    """The plan actions past their day at the quarter's end, by agency and by how many days."""
    found = actions(Period.of(quarter), Scope())
    late = found.things.filter(found.traits["column"].conditions["overdue"])
    ages: dict[str, Counter[int]] = defaultdict(Counter)
    names = dict(Agency.objects.values_list("code", "short_name"))
    for agency, due_on in late.values_list("then_agency", "then_due_on"):
        days = (quarter.ends_on - due_on).days
        ages[names.get(agency, "No agency")][sum(days > each for each in _OLDEST)] += 1
    found_ages = {agency: [counted[place] for place in range(len(AGES))] for agency, counted in ages.items()}
    rows = sorted(found_ages.items(), key=lambda row: (-sum(row[1]), row[0]))
    others = [each for _, each in rows[MOST_AGENCIES:]]
    summed = [["Other agencies", [sum(column) for column in zip(*others, strict=True)]]] if others else []
    return [*(list(row) for row in rows[:MOST_AGENCIES]), *summed]


def _objective(record: ObjectiveRecord) -> dict[str, Any]:
    """An objective as it stands; without a report of this quarter it is not rated."""
    part, said = record.objective, record.reported
    evidence = said.evidence if said else "No report yet"
    value = "" if record.value is None else f"{record.value} {part.unit}, target {part.target}. "
    return {
        "p": part.get_p_display(), "text": part.text, "evidence": value + evidence,
        "rating": record.rag.value if said else "",
        "owner": part.owner.full_name if part.owner else "Nobody yet",
        "due": f"{part.due_on:%b %y}" if part.due_on else "–",
    }  # fmt: skip


def _decided(each: BoardDecision) -> dict[str, Any]:
    late = not each.is_done and each.due_on is not None and each.due_on < timezone.localdate()
    return {
        "decided": _day(each.decided_on), "asked": each.asked, "decision": each.decision,
        "outcome": each.get_outcome_display(), "owner": each.owner, "due": _day(each.due_on),
        "state": "Done" if each.is_done else "Late" if late else "Open",
        "became": each.became or "Nothing reported yet.",
    }  # fmt: skip


def _asked(each: BoardDecision) -> dict[str, Any]:
    return {
        "number": each.number, "worry": each.worry, "because": each.because, "asked": each.asked,
        "detail": each.detail, "owner": each.owner, "due": _day(each.due_on),
    }  # fmt: skip


def _day(day: dt.date | None) -> str:
    return short_date(day) if day else ""
