"""A1 to A3: what was received, what became a referral, and how fast it was decided."""

from collections import Counter

from django.db.models import QuerySet

from cases.concerns.choices import ConcernOutcome, ConcernState
from cases.concerns.models import Concern, ConcernDecision
from cse_portal.accounts.choices import AgencyKind
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.breakdown import CHILD, Traits, breakdowns, outcomes, shared
from reporting.measures.selectors.figures import ALL, TOTAL, Figure, Key, Subject, keys_of, one_way
from reporting.measures.selectors.population import SINCE
from reporting.measures.selectors.registry import Measure, Period, measure

_WAITING = Key("waiting", "Not decided by the end of the quarter")
_REFERRALS = (ConcernOutcome.OPEN_CASE, ConcernOutcome.ADD_TO_CASE)
_TIMING = (Key("in_time", "In time"), Key("late", "Late"))


@measure(
    Measure(
        code="A1",
        version=1,
        valid_from=SINCE,
        name="Concerns received",
        kind=MeasureKind.FLOW,
        definition="Concerns submitted in the quarter, each with its screening. The outcome is the one decided "
        "before the quarter's end.",
        source="Concerns and triage decisions",
        note="Sex, age and ethnicity are as the author gave them; age is at the quarter's end. The ward is that of the "
        "child's case, as recorded when the figures were worked out.",
    )
)
def concerns_received(period: Period) -> list[Figure]:
    """What came in, by who sent it, about whom, and with what outcome."""
    received = list(
        Concern.objects.exclude(state=ConcernState.DRAFT)
        .filter(submitted_at__gte=period.start, submitted_at__lt=period.end)
        .select_related("author_agency", "decision", "case__child")
    )
    subject = Subject(f"concerns@{period.quarter.slug}", "Concerns", Unit.CONCERNS)
    counted = [_traits(concern, period) for concern in received]
    figures = breakdowns(subject, counted, (Dimension.AGENCY, *CHILD))
    rows = [*(Key(outcome.value, outcome.label) for outcome in ConcernOutcome), _WAITING]
    results = Counter(_outcome(concern, period) for concern in received)
    wards = Counter(groups.ward(concern.case.child if concern.case else None) for concern in received)
    return [
        *figures,
        *one_way(subject, Dimension.OUTCOME, rows, results),
        *one_way(subject, Dimension.WARD, keys_of("ward", wards), wards),
    ]


@measure(
    Measure(
        code="A2",
        version=1,
        valid_from=SINCE,
        name="Referrals",
        kind=MeasureKind.FLOW,
        definition="Concerns that triage decided in the quarter to open a case on or to add to an open case, by "
        "the source codes of the children in need census. The source is that of the author's agency.",
        source="Triage decisions",
    )
)
def referrals(period: Period) -> list[Figure]:
    """Concerns that became work on a case, by who told us."""
    decided = _decided(period).filter(outcome__in=_REFERRALS)
    kinds = decided.values_list("concern__author_agency__kind", flat=True)
    counts = Counter(groups.SOURCE_OF_KIND[AgencyKind(kind)] for kind in kinds)
    subject = Subject(f"referrals@{period.quarter.slug}", "Referrals", Unit.REFERRALS)
    return one_way(subject, Dimension.SOURCE, groups.sources(), counts)


@measure(
    Measure(
        code="A3",
        version=1,
        valid_from=SINCE,
        name="Decisions within one working day",
        kind=MeasureKind.FLOW,
        definition="Concerns that triage decided in the quarter, and the share decided by the end of the first "
        "working day after receipt. Received after 5pm or on a day that is not a working day counts "
        "as received on the next working day.",
        source="Triage decisions and the clock in force when the concern was received",
    )
)
def decided_in_time(period: Period) -> list[Figure]:
    """In time and late, in all and by the agency that told us."""
    decisions = _decided(period).values_list("in_time", "concern__author_agency__code")
    counted = [(Traits(agency=code), "in_time" if in_time else "late") for in_time, code in decisions]
    subject = Subject(f"decided@{period.quarter.slug}", "Decisions", Unit.DECISIONS)
    totals = Counter((TOTAL, column) for _, column in counted)
    share = "Share in time"
    return [
        *shared(subject, Dimension.ALL, [ALL], _TIMING, totals, part="in_time", share=share, total_row=False),
        *outcomes(subject, counted, _TIMING, [Dimension.AGENCY], part="in_time", share=share),
    ]


def _decided(period: Period) -> QuerySet[ConcernDecision]:
    return ConcernDecision.objects.filter(decided_at__gte=period.start, decided_at__lt=period.end)


def _traits(concern: Concern, period: Period) -> Traits:
    on = period.quarter.ends_on
    born = concern.date_of_birth
    return Traits(
        sex=groups.sex(concern.sex),
        age=groups.age(born, on) if born else groups.age_group(concern.approximate_age),
        ethnicity=groups.ethnicity(concern.ethnicity),
        agency=concern.author_agency.code,
    )


def _outcome(concern: Concern, period: Period) -> str:
    decision = getattr(concern, "decision", None)
    return str(decision.outcome) if decision and decision.decided_at < period.end else _WAITING.code
