"""D6: how far agencies that did not agree had to go, and what came of it."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q

from cse_portal.reference import selectors as reference
from mase.disagreements.models import BEGINS_STAGE, Disagreement, DisagreementEntry
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import Key, keys_of
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Headline, Measure, register
from reporting.measures.selectors.tables import Across, Table, counted
from reporting.measures.selectors.tally import Rows, Scope

_WITHDRAWN = Key("withdrawn", "Withdrawn")


@counted("reached@{quarter}", "Reached", Unit.DISAGREEMENTS, CountedThing.STAGES)
def stages_reached(period: Period, scope: Scope) -> Rows:
    """Each stage that a disagreement came to in the period."""
    begun = DisagreementEntry.objects.filter(
        period.has("at"), kind__in=BEGINS_STAGE, disagreement__in=scope.of(Disagreement).values("pk")
    )
    # Anyone who has it already is called again when a child may not be safe: it has not come to them anew.
    before = DisagreementEntry.objects.filter(
        kind__in=BEGINS_STAGE,
        disagreement=OuterRef("disagreement"),
        stage=OuterRef("stage"),
        at__lt=OuterRef("at"),
    )
    return Rows(begun.exclude(Exists(before)), {Dimension.STAGE: F("stage")})


@counted("ended@{quarter}", "Ended", Unit.DISAGREEMENTS)
def ended(period: Period, scope: Scope) -> Rows:
    """The disagreements that ended in the period, by the stage they had reached and by their outcome."""
    rows = scope.of(Disagreement).filter(period.has("ended_at"))
    outcome = groups.either(~Q(outcome_code=""), F("outcome_code"), _WITHDRAWN.code)
    return Rows(rows, {Dimension.STAGE: F("stage"), Dimension.OUTCOME: outcome})


def _stages(used: Collection[str]) -> list[Key]:
    return [
        Key(entry.code, f"Stage {entry.code}: {entry.label}") for entry in reference.codes("escalation-stage")
    ]


def _outcomes(used: Collection[str]) -> list[Key]:
    return [*keys_of("escalation-outcome", {*used} - {_WITHDRAWN.code}), _WITHDRAWN]


register(
    Measure(
        code="D6",
        name="Disagreements between agencies, and how they ended",
        kind=MeasureKind.FLOW,
        definition="Reached: disagreements that came to the stage in the quarter, no matter who took them there, the "
        "clock too; stage 1 are those raised. Ended: disagreements resolved or withdrawn in the quarter, by the stage "
        "they had reached and by how they were resolved.",
        source="Disagreements and their stages",
        note="A disagreement that passes through several stages in a quarter counts at each. One taken to heads of "
        "service for a child's safety counts at stage 4, not at the stages it left out.",
        headlines=[Headline("Disagreements raised", Dimension.STAGE, row="1")],
        counts=[
            stages_reached.by(Table(Dimension.STAGE, rows=_stages)),
            ended.by(
                Table(Dimension.STAGE_OUTCOME, Dimension.STAGE, Across(Dimension.OUTCOME, _outcomes), _stages)
            ),
        ],
    )
)
