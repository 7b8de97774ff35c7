"""F1: what agencies told the police intelligence unit, and whether they heard back."""

from collections import defaultdict
from decimal import Decimal
from statistics import median

from cse_portal.reference.working_days import local_day
from intelligence.submissions.models import IntelligenceSubmission, SubmissionState
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors.breakdown import Traits, outcomes
from reporting.measures.selectors.figures import ALL, TOTAL, Figure, Key, Subject, cell_fact
from reporting.measures.selectors.groups import agencies
from reporting.measures.selectors.population import SINCE
from reporting.measures.selectors.registry import Measure, Period, measure

_COLUMNS = (Key("answered", "With feedback"), Key("waiting", "Without feedback"))
_MEDIAN = Key("median", "Median days to feedback")


@measure(
    Measure(
        code="F1",
        version=1,
        valid_from=SINCE,
        name="Intelligence submissions, and feedback on them",
        kind=MeasureKind.FLOW,
        definition="Intelligence submitted to the police intelligence unit in the quarter, by the author's agency. "
        "With feedback: the author had been answered before the quarter's end. "
        "Days to feedback are calendar days from submission to the first answer.",
        source="Intelligence submissions and feedback",
    )
)
def submissions(period: Period) -> list[Figure]:
    """By agency: answered or not, the share answered, and how long an answer took."""
    counted: list[tuple[Traits, str]] = []
    days: dict[str, list[int]] = defaultdict(list)
    for agency, taken in _received(period):
        counted.append((Traits(agency=agency), "waiting" if taken is None else "answered"))
        if taken is not None:
            days[agency].append(taken)
            days[TOTAL].append(taken)
    subject = Subject(f"submissions@{period.quarter.slug}", "Received", Unit.SUBMISSIONS)
    table = outcomes(
        subject, counted, _COLUMNS, [Dimension.AGENCY], part="answered", share="Share with feedback"
    )
    rows = [*agencies(traits.agency for traits, _ in counted), ALL]
    return [*table, *(_median(subject.fact, row, days[row.code]) for row in rows)]


def _received(period: Period) -> list[tuple[str, int | None]]:
    """The agency of each submission of the quarter, and the days until its author was answered."""
    received = (
        IntelligenceSubmission.objects.exclude(state=SubmissionState.DRAFT)
        .filter(submitted_at__gte=period.start, submitted_at__lt=period.end)
        .select_related("author_agency")
        .prefetch_related("feedback")
    )
    found = []
    for submission in received:
        answers = [each.given_at for each in submission.feedback.all() if each.given_at < period.end]
        sent = submission.submitted_at
        taken = (local_day(min(answers)) - local_day(sent)).days if answers and sent else None
        found.append((submission.author_agency.code, taken))
    return found


def _median(fact: str, row: Key, days: list[int]) -> Figure:
    value = Decimal(str(median(days))) if days else None
    counts = tuple(cell_fact(fact, Dimension.AGENCY, row, column) for column in (*_COLUMNS, ALL))
    return Figure(Dimension.AGENCY, row, _MEDIAN, value, "days", f"{counts[0]}|median", counts)
