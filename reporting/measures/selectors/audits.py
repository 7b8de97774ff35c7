"""J1: the case files that were audited, and how they were graded."""

from django.db.models import F

from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Count, Table
from reporting.measures.selectors.tally import Rows, Scope
from reporting.quality.models import GRADES, CaseAudit


def audited(period: Period, scope: Scope) -> Rows:
    """The audits that were completed in the period: their grade, and the agency that led the case."""
    rows = scope.of(CaseAudit).filter(period.has("completed_at"))
    return Rows(rows, {Dimension.GRADE: F("grade"), Dimension.AGENCY: F("lead_agency__code")})


register(
    Measure(
        code="J1",
        name="Case files audited",
        kind=MeasureKind.FLOW,
        definition="Audits of case files that were completed in the quarter, by the grade of the whole file and by the "
        "agency that led the case when the sample was drawn. Samples are drawn by lot from open cases.",
        source="Audits of case files",
        headlines=[Headline("Case files audited", Dimension.GRADE, better=Better.MORE)],
        counts=[
            Count(
                fact="audited@{quarter}",
                label="Case files",
                unit=Unit.AUDITS,
                thing=CountedThing.AUDITS,
                tally=audited,
                tables=[
                    Table(Dimension.GRADE, rows=groups.listed(GRADES, used_only=True)),
                    Table(
                        Dimension.AGENCY,
                        across=Dimension.GRADE,
                        columns=groups.listed(GRADES, used_only=True),
                    ),
                ],
            )
        ],
    )
)
