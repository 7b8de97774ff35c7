"""What a person may read of returns: the list, one return with its figures, and figures over many quarters."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F, Prefetch, Q, QuerySet
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
QUARTERS_BESIDE = 4


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
    people = ("prepared_by", "gaps_asked_by", "checked_by", "signed_by", "sent__sent_by")
    return RegionalReturn.objects.visible_to(user).select_related(
        *people, "sent__receipt_recorded_by", "restates", "restated_by"
    )


def find_return(user: User, slug: str) -> RegionalReturn:
    """One return by its address; NotVisible for anyone who may not know of it, and for anything that is no quarter."""
    return get_visible(return_list(user).at(slug))


def earlier_returns(user: User, regional_return: RegionalReturn) -> list[RegionalReturn]:
    """What stands for each of the quarters before, the newest first."""
    before = return_list(user).current().filter(starts_on__lt=regional_return.starts_on)
    return list(before[:QUARTERS_BESIDE])


def returns_waiting_for(user: User) -> list[RegionalReturn]:
    """For an analyst, figures to check and returns to send; for who signs off, checked ones; for anyone else, none."""
    seen = return_list(user)
    if gate.can(user, Permission.RETURN_PREPARE):
        return list(seen.waiting_for_analyst()[:QUARTERS_OFFERED])
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


def measures_of(regional_return: RegionalReturn) -> QuerySet[ReturnMeasure]:
    """The complete set of measures with their figures, in order."""
    measures = regional_return.measures.filter(revision=regional_return.revision)
    return measures.prefetch_related(Prefetch("figures", ReturnFigure.objects.order_by("order")))


def measure_of(regional_return: RegionalReturn, code: str) -> ReturnMeasure:
    """One measure of the complete set with its figures; NotVisible where there is none."""
    return get_visible(measures_of(regional_return).filter(code=code))


def figures_of_measure(measure: ReturnMeasure) -> list[ReturnFigure]:
    """Those of the quarter, then those of the twelve months that stand beside its tables of few."""
    return list(ReturnFigure.of_any_period.filter(measure=measure).order_by("period", "order"))


def validations_of(regional_return: RegionalReturn) -> QuerySet[ValidationResult]:
    """Every check of the complete set of figures, passed or not."""
    return ValidationResult.objects.filter(regional_return=regional_return, revision=regional_return.revision)


def history_of(regional_return: RegionalReturn) -> list[AuditEvent]:
    """Who did what to the return, and when."""
    events = AuditEvent.objects.filter(object_id=regional_return.pk).exclude(action=Action.RETURN_VIEWED)
    return list(events.select_related("actor", "why").order_by("at", "id")[:200])


def job_key(regional_return: RegionalReturn) -> str:
    """The name of the job that works out the set of figures asked for last: the quarter, then quarter.2 and so on."""
    revision = regional_return.requested_revision
    return regional_return.slug if revision < 2 else f"{regional_return.slug}.{revision}"


def job_of(regional_return: RegionalReturn) -> Job | None:
    """The job that works out the set of figures asked for last."""
    return find_job(JOB_KIND, job_key(regional_return))


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
    """What signed-off returns said of the same facts, the earliest quarter first, and whether they withheld it.

    The quarters beside this one say how many children were open. Of what it restates only that counts which was
    withheld: it stays so. What was told may be withheld now, so that a restatement can always protect a small count.
    """
    period = regional_return.period
    told = ReturnFigure.objects.filter(measure__regional_return__state="signed", basis=[])
    beside = Q(
        fact__startswith="open@",
        measure__regional_return__starts_on__in=[period.previous().starts_on, period.next().starts_on],
    )
    restated = Q(
        measure__regional_return__quarter=regional_return.quarter,
        measure__regional_return__restatement__lt=regional_return.restatement,
        is_suppressed=True,
    )
    near = told.filter(beside | restated).order_by(
        "measure__regional_return__starts_on", "-measure__regional_return__restatement"
    )
    found: dict[str, list[tuple[Decimal | None, bool]]] = defaultdict(list)
    for fact, value, hidden in near.values_list("fact", "value", "is_suppressed"):
        found[fact].append((value, hidden))
    return found
