"""D6: how far agencies that did not agree had to go, and what came of it."""

from django.db.models import Exists, OuterRef

from cse_portal.reference import selectors as reference
from mase.disagreements.models import (
    BEGINS_STAGE,
    Disagreement,
    DisagreementEntry,
    DisagreementQuerySet,
)
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors.figures import TOTAL, Figure, Key, Subject, grid, key_of, keys_of, one_way
from reporting.measures.selectors.population import SINCE
from reporting.measures.selectors.registry import Measure, Period, measure
from reporting.measures.selectors.tally import Counted, column_counts, counts

REACHED, ENDED = "Reached", "Ended"
_WITHDRAWN = Key("withdrawn", "Withdrawn")


@measure(
    Measure(
        code="D6",
        version=1,
        valid_from=SINCE,
        name="Disagreements between agencies, and how they ended",
        kind=MeasureKind.FLOW,
        definition="Reached: disagreements that came to the stage in the quarter, no matter who took them there, the "
        "clock too; stage 1 are those raised. Ended: disagreements resolved or withdrawn in the quarter, by the stage "
        "they had reached and by how they were resolved.",
        source="Disagreements and their stages",
        note="A disagreement that passes through several stages in a quarter counts at each. One taken to heads of "
        "service for a child's safety counts at stage 4, not at the stages it left out.",
    )
)
def disagreements(period: Period) -> list[Figure]:
    """What reached each stage, and what ended there and how."""
    tally = disagreement_tally(period, Disagreement.objects.all())
    ended = counts(tally, Dimension.STAGE_OUTCOME)
    reached = Subject(f"reached@{period.quarter.slug}", REACHED, Unit.DISAGREEMENTS)
    stages = list(_stages().values())
    return [
        *one_way(reached, Dimension.STAGE, stages, column_counts(tally, Dimension.STAGE)),
        *grid(
            f"ended@{period.quarter.slug}",
            Unit.DISAGREEMENTS,
            Dimension.STAGE_OUTCOME,
            stages,
            [*keys_of("escalation-outcome", {code for _, code in ended} - {_WITHDRAWN.code}), _WITHDRAWN],
            ended,
            whole=Key(TOTAL, ENDED),
        ),
    ]


def disagreement_tally(period: Period, disagreements: DisagreementQuerySet) -> list[Counted]:
    """Where D6 counts these disagreements: each stage that one reached by itself, and each that ended."""
    stages, reached = _stages(), Key("count", REACHED)
    begun = DisagreementEntry.objects.filter(
        kind__in=BEGINS_STAGE, disagreement__in=disagreements.values("pk")
    )
    begun = begun.filter(at__gte=period.start, at__lt=period.end)
    # Anyone who has it already is called again when a child may not be safe: it has not come to them anew.
    before = DisagreementEntry.objects.filter(
        kind__in=BEGINS_STAGE,
        disagreement=OuterRef("disagreement"),
        stage=OuterRef("stage"),
        at__lt=OuterRef("at"),
    )
    begun = begun.exclude(Exists(before))
    ended = disagreements.filter(ended_at__gte=period.start, ended_at__lt=period.end)
    return [
        *(Counted(Dimension.STAGE, stages[str(each.stage)], reached, each.pk) for each in begun),
        *(
            Counted(Dimension.STAGE_OUTCOME, stages[str(each.stage)], _outcome(each), each.pk, ENDED)
            for each in ended
        ),
    ]


def _stages() -> dict[str, Key]:
    return {
        entry.code: Key(entry.code, f"Stage {entry.code}: {entry.label}")
        for entry in reference.codes("escalation-stage")
    }


def _outcome(each: Disagreement) -> Key:
    if not each.is_open and not each.outcome_code:
        return _WITHDRAWN
    return key_of("escalation-outcome", each.outcome_code)
