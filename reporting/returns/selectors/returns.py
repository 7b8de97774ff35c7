"""What a person may read of returns: the list, one return with its figures, and figures over many quarters."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import F, Prefetch
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.models import Job
from cse_portal.jobs.selectors import find_job
from cse_portal.reference.quarters import Quarter
from reporting.measures.models import Dimension
from reporting.returns.models import (
    RegionalReturn,
    ReturnFigure,
    ReturnMeasure,
    ReturnQuerySet,
    ReturnState,
    ValidationResult,
)

JOB_KIND = "reporting.return"
QUARTERS_OFFERED = 12
_LOGGED = (
    Action.RETURN_STARTED, Action.RETURN_COMPUTED, Action.RETURN_EXPLAINED, Action.RETURN_CHECKED,
    Action.RETURN_SENT_BACK, Action.RETURN_SIGNED, Action.RETURN_EXPORTED,
)  # fmt: skip


class ReturnIsSigned(NotAllowedNow):
    """A signed-off return is frozen."""

    message = "This return has been signed off. Its figures no longer change."


class NotSigned(NotAllowedNow):
    """A report, a download or an export comes from a signed-off return only."""

    message = "This return has not been signed off yet."


class FiguresChanged(NotAllowedNow):
    """The figures were worked out again while somebody was reading them."""

    message = "The figures have been worked out again since you opened this page. Read them again first."


def return_list(user: User) -> ReturnQuerySet:
    """The returns this person may know of, newest quarter first."""
    return RegionalReturn.objects.visible_to(user).select_related("prepared_by", "checked_by", "signed_by")


def find_return(user: User, quarter: str) -> RegionalReturn:
    """One return by its quarter; NotVisible for anyone who may not know of it, and for anything that is no quarter."""
    return get_visible(return_list(user).filter(quarter=quarter))


def returns_waiting_for(user: User) -> list[RegionalReturn]:
    """For an analyst, figures to check; for who signs off, checked returns; for anyone else, none."""
    seen = return_list(user)
    if gate.can(user, Permission.RETURN_PREPARE):
        return list(seen.to_check()[:QUARTERS_OFFERED])
    if gate.can(user, Permission.RETURN_SIGN):
        return list(seen.filter(state=ReturnState.CHECKED)[:QUARTERS_OFFERED])
    return []


def last_ended_quarter() -> Quarter:
    """The quarter whose return is due."""
    return Quarter.containing(timezone.localdate()).previous()


def quarters_to_start() -> list[Quarter]:
    """Quarters that have ended and have no return yet, newest first."""
    offered = last_ended_quarter().with_before(QUARTERS_OFFERED)
    taken = set(RegionalReturn.objects.values_list("quarter", flat=True))
    return [quarter for quarter in reversed(offered) if quarter.slug not in taken]


def measures_of(regional_return: RegionalReturn) -> list[ReturnMeasure]:
    """The complete set of measures with their figures, in order."""
    measures = ReturnMeasure.objects.filter(
        regional_return=regional_return, revision=regional_return.revision
    )
    return list(measures.prefetch_related(Prefetch("figures", ReturnFigure.objects.order_by("order"))))


def measure_of(regional_return: RegionalReturn, code: str) -> ReturnMeasure:
    """One measure of the complete set with its figures; NotVisible where there is none."""
    return get_visible(
        ReturnMeasure.objects.filter(
            regional_return=regional_return, revision=regional_return.revision, code=code
        ).prefetch_related(Prefetch("figures", ReturnFigure.objects.order_by("order")))
    )


def validations_of(regional_return: RegionalReturn) -> list[ValidationResult]:
    """Every check of the complete set of figures, passed or not."""
    return list(
        ValidationResult.objects.filter(regional_return=regional_return, revision=regional_return.revision)
    )


def history_of(regional_return: RegionalReturn) -> list[AuditEvent]:
    """Who did what to the return, and when."""
    events = AuditEvent.objects.filter(object_id=regional_return.pk, action__in=_LOGGED)
    return list(events.select_related("actor", "why").order_by("at", "id")[:200])


def job_key(regional_return: RegionalReturn) -> str:
    """The name of the job that works out the set of figures asked for last: the quarter, then quarter.2 and so on."""
    revision = regional_return.requested_revision
    return regional_return.quarter if revision < 2 else f"{regional_return.quarter}.{revision}"


def job_of(regional_return: RegionalReturn) -> Job | None:
    """The job that works out the set of figures asked for last."""
    return find_job(JOB_KIND, job_key(regional_return))


def figures_over(user: User, quarters: Iterable[str]) -> dict[str, list[ReturnFigure]]:
    """The figures of the signed-off returns of these quarters ("2026-27-Q2"), oldest quarter first.

    A quarter without a signed-off return that this person may see is left out.
    """
    wanted = [slug for slug in quarters if re.fullmatch(r"[0-9]{4}-[0-9]{2}-Q[1-4]", slug)]
    signed = RegionalReturn.objects.visible_to(user).signed().filter(quarter__in=wanted)
    return figures_of_returns(signed.order_by("starts_on"))


def figures_of_returns(returns: Iterable[RegionalReturn]) -> dict[str, list[ReturnFigure]]:
    """The complete set of figures of each of these returns, by quarter. Some of them may not be told outside."""
    found = {each.pk: each.quarter for each in returns}
    figures = ReturnFigure.objects.filter(
        measure__regional_return__in=found, measure__revision=F("measure__regional_return__revision")
    )
    by_quarter: dict[str, list[ReturnFigure]] = {quarter: [] for quarter in found.values()}
    for figure in figures.select_related("measure").order_by("measure__order", "order"):
        by_quarter[found[figure.measure.regional_return_id]].append(figure)
    return by_quarter


def open_facts(regional_return: RegionalReturn) -> dict[str, list[tuple[Decimal | None, bool]]]:
    """What other signed-off returns say of how many children were open, and whether they withheld it."""
    others = ReturnFigure.objects.filter(
        measure__regional_return__state="signed", fact__startswith="open@", basis=[]
    ).exclude(measure__regional_return=regional_return)
    near = others.filter(
        measure__regional_return__starts_on__in=[
            regional_return.period.previous().starts_on,
            regional_return.period.next().starts_on,
        ]
    )
    found: dict[str, list[tuple[Decimal | None, bool]]] = defaultdict(list)
    for fact, value, hidden in near.values_list("fact", "value", "is_suppressed"):
        found[fact].append((value, hidden))
    return found


WITHHELD_NOTE = (
    "Counts of 1 to 5 children, and of what was done for so few, are withheld, and so is any number that would give "
    "one of them away. Meetings, places, subjects and what agencies did are told; nought is, but for rows and columns "
    "that are small themselves."
)


def summary_of(regional_return: RegionalReturn) -> dict[str, Any]:
    """What a list says of a return."""
    return {
        "quarter": regional_return.quarter,
        "label": regional_return.label,
        "starts_on": regional_return.starts_on,
        "ends_on": regional_return.ends_on,
        "signed_at": regional_return.signed_at,
        "code_version": regional_return.code_version,
    }


def document_of(regional_return: RegionalReturn) -> dict[str, Any]:
    """The whole return. Raises NotSigned for one that is not signed off."""
    if not regional_return.is_signed:
        raise NotSigned
    return {
        **summary_of(regional_return),
        "withheld": WITHHELD_NOTE,
        "measures": [_measure(measure) for measure in measures_of(regional_return)],
        "checks": [
            {"rule": each.rule, "title": each.title, "passed": each.passed}
            for each in validations_of(regional_return)
        ],
    }


def as_text(value: Any) -> str:
    """Dates and numbers as JSON has them."""
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else str(value)


def _measure(measure: ReturnMeasure) -> dict[str, Any]:
    tables = groupby(
        sorted(measure.figures.all(), key=_table_order(measure)), key=lambda each: each.dimension
    )
    return {
        "code": measure.code,
        "name": measure.name,
        "kind": measure.kind,
        "definition": measure.definition,
        "definition_version": measure.version,
        "source": measure.source,
        "note": measure.note,
        "tables": [
            {
                "dimension": dimension,
                "title": Dimension(dimension).label,
                "figures": [_figure(figure) for figure in figures],
            }
            for dimension, figures in tables
        ],
    }


def _table_order(measure: ReturnMeasure) -> Any:
    first: dict[str, int] = {}
    for figure in measure.figures.all():
        first.setdefault(figure.dimension, figure.order)
    return lambda figure: (first[figure.dimension], figure.order)


def _figure(figure: ReturnFigure) -> dict[str, Any]:
    told = None if figure.is_suppressed or figure.value is None else figure.value
    return {
        "row": figure.row,
        "row_label": figure.row_label,
        "column": figure.column,
        "column_label": figure.column_label,
        "value": None if told is None else int(told) if told == int(told) else float(told),
        "unit": figure.unit,
        "withheld": figure.is_suppressed,
    }
