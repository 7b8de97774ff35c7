"""H1 to H3: services that children were referred to, the wait, what changed, and who turns 18 soon."""

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, When
from django.db.models.functions import Cast

from cases.support.models import Answer, Engagement, SupportReferral
from cse_portal.reference.working_days import add_months
from mase.transition.models import TransitionEntry, TransitionPart
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import RATE, TOTAL, Key
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.population import open_children
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import MEDIAN, Across, Days, Parts, Share, Table, counted
from reporting.measures.selectors.tally import Flags, Rows, Scope, days_between

ADULT_IN_MONTHS, SOON_IN_MONTHS = 18 * 12, 6
NEEDS = groups.listed("support-need")
MET, WAITING, DECLINED, NONE = "met", "waiting", "declined", "none"
ASKED, BEGUN, ENDED = "support_asked@{quarter}", "support_begun@{quarter}", "support_ended@{quarter}"
_STANDING = Across("standing", (
    Key(MET, "Begun"), Key(WAITING, "Waiting"), Key(DECLINED, "Declined by the service"),
    Key(NONE, "No service for it"),
))  # fmt: skip
_SAME = {"asked": (ASKED, {}), NONE: (ASKED, {"standing": NONE}), "begun": (BEGUN, {}), "ended": (ENDED, {})}
_CHANGE = Across(
    "change", (Key("higher", "Higher at the end"), Key("same", "The same"), Key("lower", "Lower at the end"))
)


def _same_as(parts: Parts) -> tuple[str, Parts] | None:
    """What the lines say of all needs, first appointments and endings is what the other tables say."""
    return _SAME.get(parts.get(Dimension.LINE, ""))


@counted(ASKED, "Needs recorded", Unit.REFERRALS, CountedThing.SUPPORT)
def needs_recorded(period: Period, scope: Scope) -> Rows:
    """The needs for which a service was asked in the period, or there is none, by how far it was at the end."""
    by_then = period.ends_on
    standing = Case(
        When(service=None, then=groups.text(NONE)),
        When(first_on__lte=by_then, then=groups.text(MET)),
        When(answer=Answer.DECLINED, answered_on__lte=by_then, then=groups.text(DECLINED)),
        default=groups.text(WAITING),
    )
    rows = scope.of(SupportReferral).filter(period.has_day("asked_on"))
    ward = groups.child("case__child__", by_then)[Dimension.WARD]
    return Rows(rows, {"need": F("need"), Dimension.WARD: ward, "standing": standing})


@counted("support_events@{quarter}", "Referrals", Unit.REFERRALS, CountedThing.SUPPORT, same_as=_same_as)
def events(period: Period, scope: Scope) -> Rows:
    """The referrals to which something happened in the period, by what happened."""
    asked, begun, ended = map(period.has_day, ("asked_on", "first_on", "ended_on"))
    declined = period.has_day("answered_on") & Q(answer=Answer.DECLINED)
    took_part = [Engagement.ENGAGED, Engagement.PARTLY]
    lines = {
        Key("asked", "Needs recorded"): asked,
        Key(NONE, "No service for the need"): asked & Q(service=None),
        Key(DECLINED, "Declined by the service"): declined,
        Key("begun", "First appointments"): begun,
        Key("ended", "Ended"): ended,
        Key("engaged", "Ended, and the child took part"): ended & Q(engagement__in=took_part),
        Key("met", "Ended, and the need was met or partly met"): ended & Q(outcome__in=["MET", "PARTLY"]),
        Key("child", "Ended, and what the child said is recorded"): ended & ~Q(child_said=""),
        Key("parent", "Ended, and what a parent or carer said is recorded"): ended & ~Q(parent_said=""),
    }
    rows = scope.of(SupportReferral).filter(asked | declined | begun | ended)
    return Rows(rows, {Dimension.LINE: Flags(lines)})


@counted(BEGUN, "First appointments", Unit.REFERRALS, CountedThing.SUPPORT)
def begun(period: Period, scope: Scope) -> Rows:
    """The first appointments in the period, by need, and the days since somebody asked."""
    rows = scope.of(SupportReferral).filter(period.has_day("first_on"))
    return Rows(rows, {"need": F("need")}, {"waited": days_between(F("asked_on"), F("first_on"))})


@counted(ENDED, "Ended", Unit.REFERRALS, CountedThing.SUPPORT)
def ended(period: Period, scope: Scope) -> Rows:
    """Support that ended in the period, by how."""
    rows = scope.of(SupportReferral).filter(period.has_day("ended_on"))
    return Rows(rows, {Dimension.OUTCOME: F("outcome")})


@counted("travelled@{quarter}", "With both numbers", Unit.REFERRALS, CountedThing.SUPPORT)
def travelled(period: Period, scope: Scope) -> Rows:
    """Support that ended in the period with a number before and after, by which is higher."""
    change = Case(
        When(scale_after__gt=F("scale_before"), then=groups.text("higher")),
        When(scale_after__lt=F("scale_before"), then=groups.text("lower")),
        default=groups.text("same"),
    )
    rows = ended(period, scope).things.filter(scale_before__isnull=False, scale_after__isnull=False)
    return Rows(rows, {"need": F("need"), "change": change})


@counted("support_moved@{quarter}", "Ended", Unit.REFERRALS, CountedThing.SUPPORT)
def moved(period: Period, scope: Scope) -> Rows:
    """Support that began once and ended in the period, by the child's category before each of the two days."""
    rows = ended(period, scope).things.filter(first_on__isnull=False)
    days = {"before": "first_on", "after": "ended_on"}
    midnight = {trait: Cast(OuterRef(day), DateTimeField()) for trait, day in days.items()}
    return Rows(rows, {trait: groups.category("case", moment) for trait, moment in midnight.items()})


@counted("turning_18@{end}", "Children")
def turning_18(period: Period, scope: Scope) -> Rows:
    """The children open at the end who turn 18 within six months of it, by whether an adult worker is named."""
    found = open_children(period, scope)
    first = add_months(period.after, -ADULT_IN_MONTHS)
    last = add_months(period.ends_on, SOON_IN_MONTHS - ADULT_IN_MONTHS)
    workers = TransitionEntry.objects.filter(
        case=OuterRef("pk"), part=TransitionPart.WORKER, recorded_at__lt=period.end
    )
    soon = found.things.filter(child__date_of_birth__gte=first, child__date_of_birth__lte=last)
    return Rows(soon, {**found.traits, "planned": groups.either(Q(Exists(workers)), "yes", "no")})


register(
    Measure(
        code="H1",
        name="Services for children: asked, begun, ended, and the wait",
        kind=MeasureKind.FLOW,
        definition="Needs recorded: a service was asked for a child in the quarter, or it was recorded that none meets "
        "the need. Begun, waiting or declined: as it was at the quarter's end. First appointments and endings: of the "
        "quarter, whenever somebody asked. Waiting days run from the day of asking to the first appointment.",
        source="Referrals to services on children's records",
        note="A child with two needs counts twice. A service may not suit a child: that says nothing of the child.",
        headlines=[
            Headline("Needs recorded", Dimension.NEED, column=TOTAL),
            Headline("No service for the need", Dimension.LINE, row=NONE, better=Better.FEWER),
            Headline("Median waiting days", Dimension.WAIT, column=MEDIAN, better=Better.FEWER),
            Headline("Support that ended", Dimension.OUTCOME),
        ],
        counts=[
            events.by(Table(Dimension.LINE)),
            needs_recorded.by(
                Table(Dimension.NEED, across=_STANDING, rows=NEEDS, share=Share(MET, "Share begun")),
                Table(Dimension.WARD, across=_STANDING),
            ),
            begun.by(
                Table(
                    Dimension.WAIT,
                    "need",
                    rows=NEEDS,
                    days=Days("waited", "Median waiting days", "Most days"),
                )
            ),
            ended.by(Table(Dimension.OUTCOME, rows=groups.listed("support-outcome"))),
        ],
    ),
    Measure(
        code="H2",
        name="Distance travelled while a service helped",
        kind=MeasureKind.FLOW,
        definition="Support that ended in the quarter. Scale: of those with a number from 0 to 10 before and after, on "
        "the safety scale or the service's own, whether the number was higher at the end. Category: of those that had "
        "begun, the child's last category confirmed before the first appointment (rows) and before the ending "
        "(columns).",
        source="Referrals to services, and confirmed categories",
        note="Two scales are never compared. What changed for a child has many causes.",
        headlines=[
            Headline("Higher on the scale at the end", Dimension.ALL, column=RATE, better=Better.MORE)
        ],
        counts=[
            travelled.by(
                Table(Dimension.ALL, across=_CHANGE, share=Share("higher", "Share higher")),
                Table(Dimension.NEED, across=_CHANGE, rows=NEEDS),
            ),
            moved.by(
                Table(Dimension.MOVEMENT, "before", Across("after", groups.CATEGORIES), groups.CATEGORIES)
            ),
        ],
    ),
    Measure(
        code="H3",
        name="Turning 18 within six months",
        kind=MeasureKind.STOCK,
        definition="Children whose case was open at the end of the quarter and who turn 18 in the six months after "
        "it; and those of them for whom a worker of adult services had been named by then.",
        source="Children's records and the way into adulthood",
        headlines=[Headline("Turning 18 within six months", Dimension.ALL, column=TOTAL)],
        counts=[
            turning_18.by(
                Table(
                    Dimension.ALL,
                    across=Across("planned", (Key("yes", "Adult worker named"), Key("no", "Not yet"))),
                    share=Share("yes", "Share with an adult worker"),
                )
            )
        ],
    ),
)
