"""G1 to G5: disruption, investigations, and what became of the child as a victim and a witness."""

from django.db.models import Exists, F, OuterRef, Q, Subquery

from cases.court.choices import Granted, Grounds, Status
from cases.court.models import CourtCare, CourtEvent, Investigation, NrmReferral, SpecialMeasure
from intelligence.disruption.choices import BEGUN, Stage
from intelligence.disruption.models import Breach, Disruption, DisruptionUpdate
from intelligence.outcomes.models import CourtOutcome
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import Key
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Headline, Measure, register
from reporting.measures.selectors.tables import Across, Days, Share, Table, counted
from reporting.measures.selectors.tally import Flags, Rows, Scope, days_between

CHARGE, TRIAL, VERDICT = "CHARGE", "TRIAL", "VERDICT"  # of the list court-event
WARNING_NOTICE = "D01"  # of the list disruption-tactic: a Child Abduction Warning Notice
_TACTICS = groups.listed("disruption-tactic", used_only=True)
_ADVISED = Across("adviser", (Key("yes", "With an adviser"), Key("no", "Without an adviser")))


@counted("orders@{quarter}", "Orders", Unit.ORDERS)
def orders(period: Period, scope: Scope) -> Rows:
    """The orders to which something happened in the period, or that are in force at its end, by what happened."""
    said = DisruptionUpdate.objects.filter(period.has_day("on"), disruption=OuterRef("pk"))
    breaches = Breach.objects.filter(period.has("happened_at"), disruption=OuterRef("pk"))
    begun = Q(stage__in=[*BEGUN, Stage.DISCHARGED], starts_on__lte=period.ends_on)
    not_over = Q(ended_on=None) | Q(ended_on__gt=period.ends_on)
    not_over &= Q(ends_on=None) | Q(ends_on__gt=period.ends_on)
    stages = Flags(
        {
            Key("requested", "Requested"): period.has("asked_at"),
            Key("applied", "Applied for"): Q(Exists(said.filter(stage=Stage.APPLIED))),
            Key("granted", "Granted"): Q(Exists(said.filter(stage=Stage.GRANTED))),
            Key("refused", "Refused"): Q(Exists(said.filter(stage=Stage.REFUSED))),
            Key("served", "Served"): period.has_day("served_on"),
            Key("breached", "Breached"): Q(Exists(breaches)),
            Key("in_force", "In force at the end"): begun & not_over,
        }
    )
    rows = scope.of(Disruption).filter(stages.happened)
    return Rows(rows, {"stages": stages, Dimension.TACTIC: F("tactic")})


@counted("notices@{quarter}", "Notices", Unit.ORDERS)
def warning_notices(period: Period, scope: Scope) -> Rows:
    """Those of them that are Child Abduction Warning Notices."""
    found = orders(period, scope)
    notices = found.things.filter(tactic=WARNING_NOTICE)
    return Rows(notices, {Dimension.LINE: found.traits["stages"]})


@counted("investigations@{quarter}", "Investigations", Unit.INVESTIGATIONS, CountedThing.COURT)
def investigations(period: Period, scope: Scope) -> Rows:
    """The investigations to which something happened in the period; the days from a charge to the trial."""
    events = CourtEvent.objects.filter(investigation=OuterRef("pk"))
    here = events.filter(period.has_day("happens_on"))
    charge = events.filter(kind=CHARGE).order_by("happens_on").values("happens_on")[:1]
    trial = here.filter(kind=TRIAL).order_by("happens_on").values("happens_on")[:1]
    lines = Flags(
        {
            Key("opened", "Opened"): period.has_day("opened_on"),
            Key("charged", "Charged"): Q(Exists(here.filter(kind=CHARGE))),
            Key("trial", "Came to trial"): Q(Exists(here.filter(kind=TRIAL))),
            Key("verdict", "Verdict"): Q(Exists(here.filter(kind=VERDICT))),
            Key("ended", "Ended without further action"): period.has_day("ended_on")
            & Q(status=Status.NO_ACTION),
        }
    )
    rows = scope.of(Investigation).annotate(charged_on=Subquery(charge), tried_on=Subquery(trial))
    waited = days_between(F("charged_on"), F("tried_on"))
    return Rows(rows.filter(lines.happened), {Dimension.LINE: lines}, {"waited": waited})


@counted("no_action@{quarter}", "Without further action", Unit.INVESTIGATIONS, CountedThing.COURT)
def without_action(period: Period, scope: Scope) -> Rows:
    """The investigations that ended without further action, by the reason."""
    rows = scope.of(Investigation).filter(period.has_day("ended_on"), status=Status.NO_ACTION)
    return Rows(rows, {Dimension.REASON: F("no_action_reason")})


@counted("outcomes@{quarter}", "People of concern", Unit.PEOPLE_OF_CONCERN, CountedThing.OUTCOMES)
def outcomes(period: Period, scope: Scope) -> Rows:
    """What came of investigations for people of concern in the period."""
    rows = scope.of(CourtOutcome).holding().filter(period.has_day("decided_on"))
    return Rows(rows, {Dimension.RESULT: F("result")})


@counted("nrm@{quarter}", "Referrals", Unit.REFERRALS, CountedThing.COURT)
def referred_to_nrm(period: Period, scope: Scope) -> Rows:
    """Referrals to the National Referral Mechanism that were made or decided in the period."""
    reasonable, conclusive = period.has_day("reasonable_on"), period.has_day("conclusive_on")
    referred = period.has_day("referred_on")
    lines = {
        Key("referred", "Referred"): referred,
        Key("reasonable", "Reasonable grounds: yes"): reasonable & Q(reasonable=Grounds.POSITIVE),
        Key("not_reasonable", "Reasonable grounds: no"): reasonable & Q(reasonable=Grounds.NEGATIVE),
        Key("conclusive", "Conclusive grounds: yes"): conclusive & Q(conclusive=Grounds.POSITIVE),
        Key("not_conclusive", "Conclusive grounds: no"): conclusive & Q(conclusive=Grounds.NEGATIVE),
        Key("guardian", "With a child trafficking guardian"): referred & ~Q(guardian=""),
    }
    rows = scope.of(NrmReferral).filter(referred | reasonable | conclusive)
    return Rows(rows, {Dimension.LINE: Flags(lines)})


@counted("measures@{quarter}", "Special measures", Unit.CHILDREN, CountedThing.COURT)
def special_measures(period: Period, scope: Scope) -> Rows:
    """The special measures that were offered, applied for or answered in the period."""
    offered, applied, answered = map(period.has_day, ("offered_on", "applied_on", "answered_on"))
    lines = {
        Key("offered", "Offered"): offered,
        Key("applied", "Applied for"): applied,
        Key("granted", "Granted"): answered & Q(granted=Granted.GRANTED),
        Key("refused", "Refused"): answered & Q(granted=Granted.REFUSED),
    }
    rows = scope.of(SpecialMeasure).filter(offered | applied | answered)
    return Rows(rows, {Dimension.LINE: Flags(lines)})


@counted("court_care@{end}", "Children", Unit.CHILDREN, CountedThing.COURT)
def with_adviser(period: Period, scope: Scope) -> Rows:
    """The children with a court care plan at the end, by whether an adviser on sexual violence is with them."""
    rows = scope.of(CourtCare).filter(recorded_at__lt=period.end)
    return Rows(rows, {"adviser": groups.either(~Q(isva_name=""), "yes", "no")})


_COURT_NOTE = (
    'Counted from the restricted part "court"; only people to whom it was given see what is counted.'
)
register(
    Measure(
        code="G1",
        name="Disruption by tactic",
        kind=MeasureKind.FLOW,
        definition="Orders and other tactics against subjects of concern: requested, applied for, granted, refused, "
        "served and breached in the quarter, and in force at its end. One order counts in every column in "
        "which something happened to it.",
        source="Disruption register",
        headlines=[Headline("Disruption in force", Dimension.TACTIC, column="in_force")],
        counts=[orders.by(Table(Dimension.TACTIC, across=Across("stages"), rows=_TACTICS))],
    ),
    Measure(
        code="G2",
        name="Child Abduction Warning Notices",
        kind=MeasureKind.FLOW,
        definition="Child Abduction Warning Notices requested, served and breached in the quarter, and in force at "
        "its end.",
        source="Disruption register",
        headlines=[Headline("Warning notices served", Dimension.LINE, row="served")],
        counts=[warning_notices.by(Table(Dimension.LINE))],
    ),
    Measure(
        code="G3",
        name="Investigations, charges and trials",
        kind=MeasureKind.FLOW,
        definition="Police investigations about children known to the partnership: opened in the quarter, and those "
        "in which somebody was charged, a trial began, a verdict was given, or the police ended without "
        "further action, by the reason. Waiting time: calendar days from the first charge to a trial of "
        "the quarter.",
        source="Court records",
        note=_COURT_NOTE,
        headlines=[
            Headline("Investigations opened", Dimension.LINE, row="opened"),
            Headline("Charged", Dimension.LINE, row="charged"),
        ],
        counts=[
            investigations.by(
                Table(Dimension.LINE),
                Table(Dimension.ALL, days=Days("waited", "Median days to trial", "Most days to trial")),
            ),
            without_action.by(Table(Dimension.REASON, rows=groups.listed("no-further-action"))),
            outcomes.by(Table(Dimension.RESULT, rows=groups.listed("court-outcome"))),
        ],
    ),
    Measure(
        code="G4",
        name="Referrals to the National Referral Mechanism",
        kind=MeasureKind.FLOW,
        definition="Referrals made in the quarter, those of them with a child trafficking guardian, and decisions on "
        "reasonable and on conclusive grounds that were made in the quarter.",
        source="Court records",
        note=_COURT_NOTE,
        headlines=[Headline("Referred to the NRM", Dimension.LINE, row="referred")],
        counts=[referred_to_nrm.by(Table(Dimension.LINE))],
    ),
    Measure(
        code="G5",
        name="The child as a witness",
        kind=MeasureKind.FLOW,
        definition="Special measures offered, applied for, granted and refused in the quarter; and of the children "
        "with a court care plan at its end, those with an adviser on sexual violence.",
        source="Court records",
        note=_COURT_NOTE,
        headlines=[Headline("Special measures granted", Dimension.LINE, row="granted")],
        counts=[
            special_measures.by(Table(Dimension.LINE)),
            with_adviser.by(
                Table(Dimension.SUPPORT, "", _ADVISED, share=Share("yes", "Share with an adviser"))
            ),
        ],
    ),
)
