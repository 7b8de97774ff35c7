"""A1 to A3: what was received, what became a referral, and how fast it was decided."""

from django.db.models import Case, F, OuterRef, Q, Subquery, When

from cases.concerns.choices import ConcernOutcome, ConcernState
from cases.concerns.models import Concern, ConcernDecision
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import local_day
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import RATE, Key, keys_in
from reporting.measures.selectors.meetings import IN_TIME, TIMING
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Across, Share, Table, counted
from reporting.measures.selectors.tally import Rows, Scope

WAITING = Key("waiting", "Not decided by the end of the quarter")
_OUTCOMES = (*keys_in(ConcernOutcome), WAITING)
_REFERRALS = (ConcernOutcome.OPEN_CASE, ConcernOutcome.ADD_TO_CASE)
_AGAIN = Across("again", (Key("again", "Again within 12 months"), Key("first", "For the first time")))


@counted("concerns@{quarter}", "Concerns", Unit.CONCERNS)
def concerns_received(period: Period, scope: Scope) -> Rows:
    """Concerns that were sent in the period, with what they say of the child."""
    rows = scope.of(Concern).exclude(state=ConcernState.DRAFT).filter(period.has("submitted_at"))
    decided = When(decision__decided_at__lt=period.end, then=F("decision__outcome"))
    return Rows(
        rows,
        {
            **groups.said_of("", period.ends_on),
            Dimension.AGE: groups.aged("", "approximate_age", period.ends_on),
            Dimension.WARD: groups.child("case__child__", period.ends_on)[Dimension.WARD],
            Dimension.AGENCY: F("author_agency__code"),
            Dimension.OUTCOME: Case(decided, default=groups.text(WAITING.code)),
        },
    )


@counted("decided@{quarter}", "Decisions", Unit.DECISIONS)
def decisions(period: Period, scope: Scope) -> Rows:
    """Triage decisions of the period, by who told us and whether they were in time."""
    rows = ConcernDecision.objects.filter(
        period.has("decided_at"), concern__in=scope.of(Concern).values("pk")
    )
    return Rows(
        rows,
        {
            Dimension.AGENCY: F("concern__author_agency__code"),
            Dimension.SOURCE: groups.source_of("concern__author_agency__kind"),
            "timing": groups.either(Q(in_time=True), "in_time", "late"),
        },
    )


@counted("referrals@{quarter}", "Referrals", Unit.REFERRALS, CountedThing.DECISIONS)
def referrals(period: Period, scope: Scope) -> Rows:
    """Those decisions that made a concern work on a case."""
    decided = decisions(period, scope)
    return Rows(decided.things.filter(outcome__in=_REFERRALS), decided.traits)


@counted("referrals@{quarter}", "Referrals", Unit.REFERRALS, CountedThing.DECISIONS)
def by_repetition(period: Period, scope: Scope) -> Rows:
    """The referrals, by whether the same child had been referred within the months before."""
    found = referrals(period, scope)
    same_child = ConcernDecision.objects.filter(
        outcome__in=_REFERRALS, concern__case=OuterRef("concern__case"), decided_at__lt=OuterRef("decided_at")
    )
    last = Subquery(same_child.order_by("-decided_at").values("decided_at")[:1])
    rows = found.things.annotate(last_at=last).filter(last_at__isnull=False)
    again = [
        pk
        for pk, decided_at, last_at in rows.values_list("pk", "decided_at", "last_at")
        if local_day(decided_at) <= clock_rule("REFERRAL_AGAIN", on=local_day(decided_at)).due(last_at)
    ]
    return Rows(found.things, {"again": groups.either(Q(pk__in=again), "again", "first")})


register(
    Measure(
        code="A1",
        name="Concerns received",
        kind=MeasureKind.FLOW,
        definition="Concerns submitted in the quarter, each with its screening. The outcome is the one decided "
        "before the quarter's end.",
        source="Concerns and triage decisions",
        note="Sex, age and ethnicity are as the author gave them; age is at the quarter's end. The ward is "
        "that of the child's case, as recorded when the figures were worked out.",
        headlines=[Headline("Concerns received", Dimension.AGENCY)],
        counts=[
            concerns_received.by(
                *map(Table, (Dimension.AGENCY, Dimension.SEX, Dimension.AGE, Dimension.ETHNICITY)),
                Table(Dimension.OUTCOME, rows=_OUTCOMES),
                Table(Dimension.WARD),
            )
        ],
    ),
    Measure(
        code="A2",
        name="Referrals",
        kind=MeasureKind.FLOW,
        definition="Concerns that triage decided in the quarter to open a case on or to add to an open case, by the "
        "source codes of the children in need census. The source is that of the author's agency.",
        source="Triage decisions",
        headlines=[Headline("Referrals", Dimension.SOURCE)],
        counts=[referrals.by(Table(Dimension.SOURCE))],
    ),
    Measure(
        code="A3",
        name="Decisions within one working day",
        kind=MeasureKind.FLOW,
        definition="Concerns that triage decided in the quarter, and the share decided by the end of the first "
        "working day after receipt. Received after 5pm or on a day that is not a working day counts as "
        "received on the next working day.",
        source="Triage decisions and the clock in force when the concern was received",
        headlines=[
            Headline("Decided within one working day", Dimension.ALL, column=RATE, better=Better.MORE)
        ],
        counts=[
            decisions.by(
                Table(Dimension.ALL, across=TIMING, share=IN_TIME),
                Table(Dimension.AGENCY, across=TIMING, share=IN_TIME),
            )
        ],
    ),
    Measure(
        code="A4",
        name="Referrals again within twelve months",
        kind=MeasureKind.FLOW,
        definition="Of the referrals of the quarter (A2), those about a child about whom an earlier concern had "
        "become a referral within the twelve months before.",
        source="Triage decisions",
        headlines=[
            Headline("Referred again within 12 months", Dimension.ALL, column="again", better=Better.FEWER)
        ],
        counts=[
            by_repetition.by(
                Table(
                    Dimension.ALL,
                    across=Across(
                        "again", (Key("again", "Again within 12 months"), Key("first", "For the first time"))
                    ),
                    share=Share("again", "Share again"),
                )
            )
        ],
    ),
)
