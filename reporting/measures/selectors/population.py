"""B1 to B3: the children whose cases were open, and how their categories moved."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Case as Choose
from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate

from cases.assessments.models import CategoryDecision, RiskAssessment
from cases.record.choices import EpisodeKind, HarmStatus
from cases.record.models.case import Case, Episode
from cse_portal.reference import selectors as reference
from cse_portal.reference.working_days import add_months, local_day
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import RATE, Key, keys_in
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import MEDIAN, Across, Days, Parts, Share, Table, counted
from reporting.measures.selectors.tally import Flags, Rows, Scope, days_between

START, NEW, REOPENED, CLOSED, END = "start", "new", "reopened", "closed", "end"
RECORDED_NOW = "Sex, ethnicity, ward, care and lead agency are as recorded when the figures were worked out."
OPEN = "open@{end}"  # the fact of how many children were open at the end: one quarter's end is the next one's start
OPEN_BEFORE = "open@{start}"
NOT_OPEN = Key("none", "Not open")
_CATEGORIES = (*groups.CATEGORIES, NOT_OPEN)
CHILD = (
    Dimension.SEX, Dimension.AGE, Dimension.ETHNICITY, Dimension.WARD, Dimension.LOOKED_AFTER, Dimension.AGENCY,
)  # fmt: skip
OVERLAPPING = (Dimension.DISABILITY, Dimension.MODEL)
_ASSESSED = Across(
    "assessed", (Key("current", "In the last three months"), Key("old", "Older"), Key("none", "None yet"))
)


def unreconciled(
    figures: Mapping[tuple[str, str, str, str], float],
) -> Iterator[tuple[str, str, dict[str, float]]]:
    """The tables and rows of B1 in which start + new + re-opened - closed is not the end; all five are told there."""
    rows: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for (measure, dimension, row, column), value in figures.items():
        if measure == "B1":
            rows[dimension, row][column] = value
    for (dimension, row), found in rows.items():
        all_told = found.keys() >= {START, NEW, REOPENED, CLOSED, END}
        if all_told and found[START] + found[NEW] + found[REOPENED] - found[CLOSED] != found[END]:
            yield dimension, row, found


def open_at(moment: dt.datetime) -> Q:
    """Periods of work that were going on just before a moment."""
    return Q(opened_at__lt=moment) & (Q(closed_at__isnull=True) | Q(closed_at__gte=moment))


def _open_then(parts: Parts) -> tuple[str, Parts] | None:
    """What the reconciliation says of the start and of the end is what B2 says of them."""
    moment = {START: OPEN_BEFORE, END: OPEN}.get(parts.get("flow", ""))
    return (moment, {trait: code for trait, code in parts.items() if trait != "flow"}) if moment else None


def _open_in_category(parts: Parts) -> tuple[str, Parts] | None:
    """A row or a column of the movement in all is what B2 says of that category."""
    if len(parts) != 1 or NOT_OPEN.code in parts.values():
        return None
    ((trait, code),) = parts.items()
    return OPEN if trait == "after" else OPEN_BEFORE, {Dimension.CATEGORY: code}


@counted(OPEN, "Children")
def open_children(period: Period, scope: Scope) -> Rows:
    """The children whose case was open at the end, with their traits."""
    work = Episode.objects.filter(open_at(period.end), case=OuterRef("pk"))
    cases = scope.of(Case).filter(Exists(work))
    return Rows(cases, child_of_case("", period))


def child_of_case(path: str, period: Period) -> dict[str, Any]:
    """The traits of a child and their case at the end; `path` leads to the case, as "case__"."""
    return {
        **groups.child(f"{path}child__", period.ends_on),
        Dimension.CATEGORY: groups.category(f"{path}pk", period.end),
        Dimension.AGENCY: F(f"{path}lead_agency__code"),
        Dimension.MODEL: groups.flags_of("exploitation-model", f"{path}exploitation_models"),
    }


@counted(OPEN, "Children")
def days_open(period: Period, scope: Scope) -> Rows:
    """The same children, with the days since their present period of work began."""
    found = open_children(period, scope)
    work = Episode.objects.filter(open_at(period.end), case=OuterRef("pk")).values("opened_at")[:1]
    began = TruncDate(Subquery(work))
    ends = Value(period.ends_on, output_field=DateField())
    return Rows(
        found.things.annotate(work_began=began), found.traits, {"open": days_between(F("work_began"), ends)}
    )


@counted(OPEN, "Children")
def by_harm(period: Period, scope: Scope) -> Rows:
    """The same children, by the harm status last confirmed."""
    found = open_children(period, scope)
    decisions = CategoryDecision.objects.filter(case=OuterRef("pk"), decided_at__lt=period.end)
    harm = Subquery(decisions.order_by("-decided_at", "-id").values("harm_status")[:1])
    return Rows(found.things, {**found.traits, Dimension.HARM: Coalesce(harm, groups.text(HarmStatus.H0))})


@counted(OPEN, "Children", Unit.CHILDREN_REACHED, CountedThing.CHILDREN)
def by_assessment(period: Period, scope: Scope) -> Rows:
    """The same children, by whether their risk assessment is older than the rule allows."""
    found = open_children(period, scope)
    assessments = RiskAssessment.objects.filter(case=OuterRef("pk"), assessed_at__lt=period.end)
    last = Subquery(assessments.order_by("-assessed_at").values("assessed_at")[:1])
    oldest = add_months(period.after, -reference.clock_rule("ASSESSMENT_REPEAT", on=period.ends_on).amount)
    age = Choose(
        When(assessed__isnull=True, then=groups.text("none")),
        When(assessed__date__lt=oldest, then=groups.text("old")),
        default=groups.text("current"),
    )
    return Rows(found.things.annotate(assessed=last), {**found.traits, "assessed": age})


@counted("flow@{quarter}", "Children", Unit.CHILDREN, CountedThing.PERIODS, same_as=_open_then)
def work_on_cases(period: Period, scope: Scope) -> Rows:
    """Every period of work that touches the quarter, and in which column of the reconciliation it counts."""
    touching = scope.of(Episode).filter(Q(closed_at__isnull=True) | Q(closed_at__gte=period.start))
    touching = touching.filter(opened_at__lt=period.end)
    begun, again = period.has("opened_at"), _begun_again(touching.filter(period.has("opened_at")))
    flow = {
        Key(START, "Open at the start"): open_at(period.start),
        Key(NEW, "New"): begun & ~Q(pk__in=again),
        Key(REOPENED, "Re-opened"): begun & Q(pk__in=again),
        Key(CLOSED, "Closed"): period.has("closed_at"),
        Key(END, "Open at the end"): open_at(period.end),
    }
    return Rows(touching, {**child_of_case("case__", period), "flow": Flags(flow)})


@counted("moved@{quarter}", "Children", same_as=_open_in_category)
def moved_children(period: Period, scope: Scope) -> Rows:
    """The children open at the start or at the end, by their category then."""
    work = Episode.objects.filter(case=OuterRef("pk"))
    before, after = work.filter(open_at(period.start)), work.filter(open_at(period.end))
    cases = scope.of(Case).alias(before=Exists(before), after=Exists(after))
    traits = {
        "before": groups.either(Q(before=True), groups.category("pk", period.start), NOT_OPEN.code),
        "after": groups.either(Q(after=True), groups.category("pk", period.end), NOT_OPEN.code),
    }
    return Rows(cases.filter(Q(before=True) | Q(after=True)), traits)


def _begun_again(begun: QuerySet[Episode]) -> list[Any]:
    """Of the periods of work that began, those that began soon enough after the last one had ended."""
    earlier = Episode.objects.filter(case=OuterRef("case"), closed_at__lte=OuterRef("opened_at"))
    last = Subquery(earlier.order_by("-closed_at").values("closed_at")[:1])
    rows = begun.filter(kind=EpisodeKind.REOPENED).annotate(last_closed_at=last)
    found = rows.values_list("pk", "opened_at", "last_closed_at")
    return [pk for pk, opened_at, closed_at in found if closed_at is None or _soon(closed_at, opened_at)]


def _soon(closed_at: dt.datetime, opened_at: dt.datetime) -> bool:
    day = local_day(opened_at)
    return day <= reference.clock_rule("REOPENED", on=day).due(closed_at)


def _movement(dimension: Dimension) -> Table:
    return Table(dimension, across=Across("flow"))


register(
    Measure(
        code="B1",
        name="Children open at the start, new, re-opened, closed, and open at the end",
        kind=MeasureKind.STOCK,
        definition="Open at the start: work on the child's case had begun before the quarter and had not ended "
        "before it. New: work began in the quarter, for the first time or more than 12 months after it "
        "last ended. Re-opened: work began again in the quarter, within 12 months of its last ending. "
        "Closed: work ended in the quarter. Open at the end = open at the start + new + re-opened - "
        "closed.",
        source="Case episodes",
        note=f"Age is at the quarter's end. {RECORDED_NOW}",
        headlines=[
            Headline("Open at the start", Dimension.ALL, column=START),
            Headline("New", Dimension.ALL, column=NEW),
            Headline("Opened again", Dimension.ALL, column=REOPENED),
            Headline("Closed", Dimension.ALL, column=CLOSED),
            Headline("Open at the end", Dimension.ALL, column=END),
        ],
        counts=[work_on_cases.by(_movement(Dimension.ALL), *map(_movement, CHILD))],
    ),
    Measure(
        code="B2",
        name="Children by risk category at the end",
        kind=MeasureKind.STOCK,
        definition="Children whose case was open at the end of the quarter, by the last category confirmed before "
        "that moment. A case on which no category had been confirmed counts under no category.",
        source="Case episodes and confirmed categories",
        note=f"Age is at the quarter's end. A child may count under several disabilities or models. {RECORDED_NOW}",
        headlines=[
            Headline("Category 3, significant", Dimension.CATEGORY, row="3"),
            Headline("Category 2, serious", Dimension.CATEGORY, row="2"),
            Headline("Category 1, at risk", Dimension.CATEGORY, row="1"),
        ],
        counts=[
            open_children.by(
                *map(Table, (Dimension.CATEGORY, *CHILD)),
                *map(Table, OVERLAPPING),
                Table(
                    Dimension.CATEGORY_SEX, "category", Across("sex", groups.listed("sex")), groups.CATEGORIES
                ),
            )
        ],
    ),
    Measure(
        code="B4",
        name="How long children have been open",
        kind=MeasureKind.STOCK,
        definition="Calendar days from the day on which the present period of work began to the quarter's end, for "
        "the children whose case was open at that end, by category.",
        source="Case episodes and confirmed categories",
        headlines=[Headline("Median days open", Dimension.CATEGORY, column=MEDIAN)],
        counts=[
            days_open.by(Table(Dimension.CATEGORY, days=Days("open", "Median days open", "Most days open")))
        ],
    ),
    Measure(
        code="B5",
        name="Children by harm status at the end",
        kind=MeasureKind.STOCK,
        definition="Children whose case was open at the end of the quarter, by the harm status last confirmed with "
        "their category before that moment.",
        source="Confirmed categories",
        counts=[by_harm.by(Table(Dimension.HARM, rows=keys_in(HarmStatus)))],
    ),
    Measure(
        code="B6",
        name="Risk assessments older than three months",
        kind=MeasureKind.STOCK,
        definition="Of the children whose case was open at the end of the quarter, by category: those whose last "
        "risk assessment was made in the three months before that end, earlier, or not yet.",
        source="Risk assessments",
        headlines=[
            Headline("Assessed in the last three months", Dimension.ASSESSED, column=RATE, better=Better.MORE)
        ],
        counts=[
            by_assessment.by(
                Table(
                    Dimension.ASSESSED,
                    "category",
                    across=Across(
                        "assessed",
                        (
                            Key("current", "In the last three months"),
                            Key("old", "Older"),
                            Key("none", "None yet"),
                        ),
                    ),
                    rows=groups.CATEGORIES,
                    share=Share("current", "Share in the last three months"),
                )
            )
        ],
    ),
    Measure(
        code="B3",
        name="Movement between risk categories",
        kind=MeasureKind.FLOW,
        definition="Children whose case was open at the start or at the end of the quarter: the confirmed category "
        "at the start (rows) against the one at the end (columns). Not open in a row: opened in the "
        "quarter. Not open in a column: closed in the quarter.",
        source="Case episodes and confirmed categories",
        counts=[
            moved_children.by(Table(Dimension.MOVEMENT, "before", Across("after", _CATEGORIES), _CATEGORIES))
        ],
    ),
)
