"""D4: whether what was agreed was done."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q

from cse_portal.reference.working_days import local_day
from mase.plans.choices import ActionState, PlanP
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.models.querysets import ActionQuerySet
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import Figure, Key, grid
from reporting.measures.selectors.population import SINCE
from reporting.measures.selectors.registry import Measure, Period, measure
from reporting.measures.selectors.tally import Counted, counts

_DONE = (ActionState.DONE, ActionState.DONE_LATE)
_COLUMNS = (
    Key("set", "Set"),
    Key("in_time", "Done in time"),
    Key("late", "Done late"),
    Key("ended", "Ended another way"),
    Key("overdue", "Overdue at the end"),
)


@measure(
    Measure(
        code="D4",
        version=1,
        valid_from=SINCE,
        name="Plan actions set, done and overdue",
        kind=MeasureKind.FLOW,
        definition="Set: issued in the quarter, when a meeting ended. Done in time or late: finished in the "
        "quarter, on or before its day or after it. Ended another way: in the quarter recorded as not"
        " done or cancelled. Overdue at the end: issued, unfinished at the quarter's end, and its day had"
        " passed. Only actions about a child count, not what a CMOG agreed under a theme, topic, person or place. An"
        " action that came into a later plan unfinished is still the same one: it was set once,"
        " and has not ended by that.",
        source="Plan actions and what was reported on them",
        note="Each counts as it stood at the quarter's end: what the chair sends back afterwards, or a later plan goes"
        " on with, and by when and by which agency it is then to be done, changes nothing of it. An action set in one"
        " quarter and done in the next counts in both, once as set and once as "
        "done.",
    )
)
def plan_actions(period: Period) -> list[Figure]:
    """By part of the plan, and by the agency that answers for it."""
    tally = action_tally(period, PlanAction.objects.all())
    plan = [Key(p.value, p.label) for p in PlanP]
    agencies = groups.agencies(each.row.code for each in tally if each.dimension == Dimension.AGENCY)
    return [
        *_table(period, Dimension.PLAN, plan, counts(tally, Dimension.PLAN)),
        *_table(period, Dimension.AGENCY, agencies, counts(tally, Dimension.AGENCY)),
    ]


def action_tally(period: Period, actions: ActionQuerySet) -> list[Counted]:
    """Which of these actions D4 counts where, as they stood at the quarter's end: of those about no child none."""
    unfinished_or_finished_here = Q(completed_at__isnull=True) | Q(completed_at__gte=period.start)
    issued = actions.filter(unfinished_or_finished_here, issued_at__lt=period.end, case__isnull=False)
    issued = issued.select_related("agency", "carried_from")
    columns = {column.code: column for column in _COLUMNS}
    tally = []
    for action in as_at_quarter_end(period, issued):
        part, agency = PlanP(action.p), Key(action.agency.code, action.agency.name)
        for code in columns_of(action, period):
            tally.append(Counted(Dimension.PLAN, Key(part.value, part.label), columns[code], action.pk))
            tally.append(Counted(Dimension.AGENCY, agency, columns[code], action.pk))
    return tally


def as_at_quarter_end(period: Period, actions: Iterable[PlanAction]) -> list[PlanAction]:
    """These rows as they stood at the quarter's end, not to be saved: what was done since is taken back, in memory.

    The first line of its history after that day says how an action stood before; one without stands as it did.
    """
    found = {action.pk: action for action in actions}
    later = ActionUpdate.objects.filter(action__in=found, at__gte=period.end)
    for line in later.select_related("was_agency").order_by("action_id", "at", "id").distinct("action_id"):
        action = found[line.action_id]
        action.state, action.due_on, action.done_on = line.was_state, line.was_due_on, line.was_done_on
        action.completed_at, action.agency = line.was_completed_at, line.was_agency
    return list(found.values())


def columns_of(action: PlanAction, period: Period) -> list[str]:
    """Where an action counts in a quarter. One that a later plan continues counts there, from then on."""
    columns = []
    continues = action.carried_from is not None and action.carried_from.state == ActionState.SUPERSEDED
    if action.issued_at is not None and action.issued_at >= period.start and not continues:
        columns.append("set")
    if action.state == ActionState.SUPERSEDED and not _finished_after(action, period):
        return columns
    if action.completed_at is not None and period.start <= action.completed_at < period.end:
        in_time = (action.done_on or local_day(action.completed_at)) <= action.due_on
        columns.append(("in_time" if in_time else "late") if action.state in _DONE else "ended")
    elif action.due_on < period.quarter.next().starts_on and not _finished_before(action, period):
        columns.append("overdue")
    return columns


def _finished_after(action: PlanAction, period: Period) -> bool:
    return action.completed_at is not None and action.completed_at >= period.end


def _finished_before(action: PlanAction, period: Period) -> bool:
    return action.completed_at is not None and action.completed_at < period.end


def _table(
    period: Period, dimension: Dimension, rows: Iterable[Key], counts: Counter[tuple[str, str]]
) -> list[Figure]:
    return grid(
        f"actions@{period.quarter.slug}",
        Unit.ACTIONS,
        dimension,
        list(rows),
        _COLUMNS,
        counts,
        total_column=False,
    )
