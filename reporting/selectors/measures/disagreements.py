"""D6: how far agencies that did not agree had to go, and what came of it."""

from collections import Counter
from collections.abc import Iterable

from cse_portal.reference import selectors as reference
from mase.choices import DisagreementState
from mase.models import Disagreement, DisagreementStage
from reporting.choices import Dimension, MeasureKind
from reporting.selectors.measures.figures import Figure, Key, Subject, grid, one_way
from reporting.selectors.measures.population import SINCE
from reporting.selectors.measures.registry import Measure, Period, measure

UNIT = "disagreements"
_WITHDRAWN = Key("withdrawn", "Withdrawn")


@measure(
    Measure(
        code="D6",
        version=1,
        valid_from=SINCE,
        name="Disagreements between agencies, by stage and outcome",
        kind=MeasureKind.FLOW,
        definition="Reached: disagreements that came to the stage in the quarter, whoever took them there, the "
        "clock too; stage 1 are those raised. Ended: disagreements resolved or withdrawn in the quarter, by the stage "
        "they had reached and by how they were resolved.",
        source="Disagreements and their stages",
        note="A disagreement that passes through several stages in a quarter counts at each. One taken to heads of "
        "service for a child's safety counts at stage 4, not at the stages it left out.",
    )
)
def disagreements(period: Period) -> list[Figure]:
    """What reached each stage, and what ended there and how."""
    begun = DisagreementStage.objects.filter(started_at__gte=period.start, started_at__lt=period.end)
    ended = Disagreement.objects.filter(ended_at__gte=period.start, ended_at__lt=period.end)
    reached = Counter(str(number) for number in begun.values_list("number", flat=True))
    counts = Counter((str(each.stage), _outcome(each)) for each in ended)
    stages = [
        Key(entry.code, f"Stage {entry.code}: {entry.label}") for entry in reference.codes("escalation-stage")
    ]
    return [
        *one_way(
            Subject(f"reached@{period.quarter.slug}", "Reached", UNIT), Dimension.STAGE, stages, reached
        ),
        *grid(
            f"ended@{period.quarter.slug}",
            UNIT,
            Dimension.STAGE_OUTCOME,
            stages,
            _outcomes(code for _, code in counts),
            counts,
        ),
    ]


def _outcome(each: Disagreement) -> str:
    return _WITHDRAWN.code if each.state == DisagreementState.WITHDRAWN else each.outcome_code


def _outcomes(used: Iterable[str]) -> list[Key]:
    """The list as it is now, and what an older one had."""
    listed = [Key(entry.code, entry.label) for entry in reference.codes("escalation-outcome")]
    known = {key.code for key in [*listed, _WITHDRAWN]}
    others = [Key(code, reference.label("escalation-outcome", code)) for code in sorted(set(used) - known)]
    return [*listed, *others, _WITHDRAWN]
