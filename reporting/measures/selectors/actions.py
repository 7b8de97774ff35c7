"""D4: whether what was agreed was done."""

from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, TruncDate

from mase.plans.choices import ActionState, PlanP
from mase.plans.models.plan import ActionUpdate, PlanAction
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors.figures import Key, keys_in
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Across, Table, counted
from reporting.measures.selectors.tally import Flags, Rows, Scope

_DONE = (ActionState.DONE, ActionState.DONE_LATE)
_BECAME = Across("column")
# What a line of an action's history keeps as it was.
_CHANGED = ("state", "due_on", "done_on", "completed_at")


@counted("actions@{quarter}", "Actions", Unit.ACTIONS)
def actions(period: Period, scope: Scope) -> Rows:
    """The actions about children that were issued and not finished before the period, as they stood at its end."""
    rows = scope.of(PlanAction).filter(
        Q(completed_at__isnull=True) | Q(completed_at__gte=period.start),
        issued_at__lt=period.end,
        case__isnull=False,
    )
    rows = as_at(period, rows).annotate(said_on=Coalesce("then_done_on", TruncDate("then_completed_at")))
    # One that a later plan goes on with was set once, and has not ended by that.
    continues = Q(carried_from__isnull=False, carried_from__state=ActionState.SUPERSEDED)
    here = Q(then_completed_at__gte=period.start, then_completed_at__lt=period.end)
    counts = ~Q(then_state=ActionState.SUPERSEDED)
    unfinished = Q(then_completed_at__isnull=True) | Q(then_completed_at__gte=period.end)
    done = counts & here & Q(then_state__in=_DONE)
    columns = {
        Key("set", "Set"): Q(issued_at__gte=period.start) & ~continues,
        Key("in_time", "Done in time"): done & Q(said_on__lte=F("then_due_on")),
        Key("late", "Done late"): done & Q(said_on__gt=F("then_due_on")),
        Key("ended", "Ended another way"): counts & here & ~Q(then_state__in=_DONE),
        Key("overdue", "Overdue at the end"): counts & unfinished & Q(then_due_on__lt=period.after),
    }
    traits = {Dimension.PLAN: F("p"), Dimension.AGENCY: F("then_agency"), "column": Flags(columns)}
    return Rows(rows, traits)


def as_at(period: Period, actions: QuerySet[Any]) -> QuerySet[Any]:
    """These actions with how each stood at the end of the period: `then_state`, `then_due_on` and so on.

    The first line of its history after that day says how it stood before; one without stands as it did.
    """
    lines = ActionUpdate.objects.filter(action=OuterRef("pk"), at__gte=period.end).order_by("at", "id")
    was = {f"then_{name}": _then(lines, f"was_{name}", F(name)) for name in _CHANGED}
    was["then_agency"] = _then(lines, "was_agency__code", F("agency__code"))
    return actions.alias(changed_since=Exists(lines)).annotate(**was)


def _then(lines: QuerySet[Any], was: str, now: F) -> Any:
    return Case(When(changed_since=True, then=Subquery(lines.values(was)[:1])), default=now)


register(
    Measure(
        code="D4",
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
        headlines=[
            Headline("Actions done in time", Dimension.PLAN, column="in_time", better=Better.MORE),
            Headline("Actions overdue at the end", Dimension.PLAN, column="overdue", better=Better.FEWER),
        ],
        counts=[
            actions.by(
                Table(Dimension.PLAN, across=_BECAME, rows=keys_in(PlanP)),
                Table(Dimension.AGENCY, across=_BECAME),
            )
        ],
    )
)
