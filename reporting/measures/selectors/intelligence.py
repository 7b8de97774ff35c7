"""F1: what agencies told the police intelligence unit, and whether they heard back."""

from django.db.models import DateField, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from intelligence.submissions.models import IntelligenceFeedback, IntelligenceSubmission, SubmissionState
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import TOTAL, Key
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import MEDIAN, Count, Days, Share, Table
from reporting.measures.selectors.tally import Rows, Scope, days_between

_COLUMNS = (Key("answered", "With feedback"), Key("waiting", "Without feedback"))


def submissions(period: Period, scope: Scope) -> Rows:
    """What was sent in the period: whose, whether the author was answered by its end, and after how many days."""
    answers = IntelligenceFeedback.objects.filter(submission=OuterRef("pk"), given_at__lt=period.end)
    first = Subquery(
        answers.order_by("given_at").values(day=TruncDate("given_at"))[:1], output_field=DateField()
    )
    rows = scope.of(IntelligenceSubmission).exclude(state=SubmissionState.DRAFT)
    return Rows(
        rows.filter(period.has("submitted_at")).annotate(answered_on=first),
        {
            Dimension.AGENCY: F("author_agency__code"),
            Dimension.FEEDBACK: groups.either(Q(answered_on__isnull=False), "answered", "waiting"),
        },
        {"taken": days_between(TruncDate("submitted_at"), F("answered_on"))},
    )


register(
    Measure(
        code="F1",
        name="Intelligence submissions, and feedback on them",
        kind=MeasureKind.FLOW,
        definition="Intelligence submitted to the police intelligence unit in the quarter, by the author's agency. "
        "With feedback: the author had been answered before the quarter's end. "
        "Days to feedback are calendar days from submission to the first answer.",
        source="Intelligence submissions and feedback",
        headlines=[
            Headline("Intelligence submissions", Dimension.AGENCY, column=TOTAL),
            Headline("Median days to feedback", Dimension.AGENCY, column=MEDIAN, better=Better.FEWER),
        ],
        counts=[
            Count(
                fact="submissions@{quarter}",
                label="Received",
                unit=Unit.SUBMISSIONS,
                thing=CountedThing.SUBMISSIONS,
                tally=submissions,
                tables=[
                    Table(
                        Dimension.AGENCY,
                        across=Dimension.FEEDBACK,
                        columns=_COLUMNS,
                        share=Share("answered", "Share with feedback"),
                        days=Days("taken", "Median days to feedback"),
                    )
                ],
            )
        ],
    )
)
