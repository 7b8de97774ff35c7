"""B1 to B3: the children whose cases were open, and how their categories moved."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from cases.assessments.models import CategoryDecision
from cases.record.choices import EpisodeKind
from cases.record.models.case import Case, Episode
from cases.record.models.child import Child
from cse_portal.reference import selectors as reference
from cse_portal.reference.working_days import local_day
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.breakdown import CHILD, Traits, breakdowns, rows_of
from reporting.measures.selectors.episodes import CLOSED, END, NEW, REOPENED, START, Span, columns_of
from reporting.measures.selectors.figures import ALL, TOTAL, Figure, Key, Subject, fact_of, grid
from reporting.measures.selectors.registry import Measure, Period, measure

SINCE = dt.date(2017, 4, 1)
RECORDED_NOW = "Sex, ethnicity and lead agency are as recorded when the figures were worked out."
NOT_OPEN = Key("none", "Not open")
_FLOW = (
    Key(START, "Open at the start"),
    Key(NEW, "New"),
    Key(REOPENED, "Re-opened"),
    Key(CLOSED, "Closed"),
    Key(END, "Open at the end"),
)


@dataclass(frozen=True)
class Worked:
    """A period of work, whose it is, and the groups it counts in."""

    case: uuid.UUID
    child: Child
    models: list[str]
    span: Span
    traits: Traits


@measure(
    Measure(
        code="B1",
        version=1,
        valid_from=SINCE,
        name="Children open at the start, new, re-opened, closed, and open at the end",
        kind=MeasureKind.STOCK,
        definition="Open at the start: work on the child's case had begun before the quarter and had not ended "
        "before it. New: work began in the quarter, for the first time or more than 12 months after "
        "it last ended. Re-opened: work began again in the quarter, within 12 months of its last "
        "ending. Closed: work ended in the quarter. Open at the end = open at the start + new + re-"
        "opened - closed.",
        source="Case episodes",
        note=f"Age is at the quarter's end. {RECORDED_NOW}",
    )
)
def children_open(period: Period) -> list[Figure]:
    """The reconciliation, in all and by group."""
    counted = [
        (work.traits, column)
        for work in worked(period)
        for column in columns_of(work.span, period.start, period.end)
    ]
    total = {(TOTAL, column): number for column, number in Counter(column for _, column in counted).items()}
    figures = _reconciliation(period, Dimension.ALL, [ALL], total, total_row=False)
    for dimension in (*CHILD, Dimension.AGENCY):
        rows = rows_of(dimension, [traits for traits, _ in counted])
        counts = Counter((traits.of(dimension), column) for traits, column in counted)
        figures += _reconciliation(period, dimension, rows, counts)
    return figures


@measure(
    Measure(
        code="B2",
        version=1,
        valid_from=SINCE,
        name="Children by risk category at the end",
        kind=MeasureKind.STOCK,
        definition="Children whose case was open at the end of the quarter, by the last category confirmed "
        "before that moment. A case on which no category had been confirmed counts under no category.",
        source="Case episodes and confirmed categories",
        note=f"Age is at the quarter's end. {RECORDED_NOW}",
    )
)
def children_by_category(period: Period) -> list[Figure]:
    """Everyone open at the end, by category and by group, and by category and sex."""
    counted = [work.traits for work in open_at_end(period)]
    subject = Subject(open_on(period.end), "Children", Unit.CHILDREN)
    figures = breakdowns(subject, counted, (Dimension.CATEGORY, *CHILD, Dimension.AGENCY))
    rows, columns = list(groups.CATEGORIES), groups.sexes()
    facts = {(TOTAL, column.code): fact_of(subject.fact, Dimension.SEX, column) for column in [*columns, ALL]}
    facts |= {(row.code, TOTAL): fact_of(subject.fact, Dimension.CATEGORY, row) for row in rows}
    counts = Counter((traits.category, traits.sex) for traits in counted)
    return figures + grid(
        subject.fact, Unit.CHILDREN, Dimension.CATEGORY_SEX, rows, columns, counts, facts=facts
    )


@measure(
    Measure(
        code="B3",
        version=1,
        valid_from=SINCE,
        name="Movement between risk categories",
        kind=MeasureKind.FLOW,
        definition="Children whose case was open at the start or at the end of the quarter: the confirmed "
        "category at the start (rows) against the one at the end (columns). Not open in a row: opened"
        " in the quarter. Not open in a column: closed in the quarter.",
        source="Case episodes and confirmed categories",
    )
)
def category_movement(period: Period) -> list[Figure]:
    """Start category by end category."""
    before, after = categories_at(period.start), categories_at(period.end)
    work = worked(period)
    at_start = {each.case for each in work if each.span.open_at(period.start)}
    at_end = {each.case for each in work if each.span.open_at(period.end)}
    places = [*groups.CATEGORIES, NOT_OPEN]
    counts = Counter(
        (_place(case, at_start, before), _place(case, at_end, after)) for case in at_start | at_end
    )
    facts = {(row.code, TOTAL): _start_fact(period, Dimension.CATEGORY, row) for row in groups.CATEGORIES}
    facts |= {
        (TOTAL, column.code): fact_of(open_on(period.end), Dimension.CATEGORY, column)
        for column in groups.CATEGORIES
    }
    name = f"moved@{period.quarter.slug}"
    return grid(name, Unit.CHILDREN, Dimension.MOVEMENT, places, places, counts, facts=facts)


def worked(period: Period, cases: QuerySet[Case] | None = None) -> list[Worked]:
    """Every period of work that touches the quarter, of these cases or of all."""
    touching = Episode.objects.filter(opened_at__lt=period.end).filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=period.start)
    )
    if cases is not None:
        touching = touching.filter(case__in=cases.values("pk"))
    earlier = Episode.objects.filter(case=OuterRef("case"), closed_at__lte=OuterRef("opened_at"))
    found = touching.select_related("case__child", "case__lead_agency").annotate(
        last_closed_at=Subquery(earlier.order_by("-closed_at").values("closed_at")[:1]),
        lead=F("case__lead_agency__code"),
    )
    categories = categories_at(period.end)
    return [_worked(episode, period, categories) for episode in found]


def open_at_end(period: Period, cases: QuerySet[Case] | None = None) -> list[Worked]:
    """The periods of work going on at the quarter's end: one for each child."""
    return [work for work in worked(period, cases) if work.span.open_at(period.end)]


def categories_at(moment: dt.datetime) -> dict[uuid.UUID, str]:
    """The last category confirmed on each case before a moment."""
    decisions = CategoryDecision.objects.filter(decided_at__lt=moment)
    latest = decisions.order_by("case_id", "-decided_at", "-id").distinct("case_id")
    return {case: groups.category(value) for case, value in latest.values_list("case_id", "category")}


def open_on(moment: dt.datetime) -> str:
    """The fact of how many children were open at a moment: one quarter's end is the next one's start."""
    return f"open@{local_day(moment):%Y-%m-%d}"


def _worked(episode: Episode, period: Period, categories: dict[uuid.UUID, str]) -> Worked:
    child = episode.case.child
    traits = Traits(
        category=categories.get(episode.case_id, "0"),
        sex=groups.sex(child.sex),
        age=groups.age(child.date_of_birth, period.quarter.ends_on),
        ethnicity=groups.ethnicity(child.ethnicity),
        agency=episode.case.lead_agency.code,
    )
    last = getattr(episode, "last_closed_at", None)
    again = episode.kind == EpisodeKind.REOPENED and (last is None or _soon(last, episode.opened_at))
    span = Span(episode.opened_at, episode.closed_at, again)
    return Worked(episode.case_id, child, episode.case.exploitation_models, span, traits)


def _soon(closed_at: dt.datetime, opened_at: dt.datetime) -> bool:
    day = local_day(opened_at)
    return day <= reference.clock_rule("REOPENED", on=day).due(closed_at)


def _reconciliation(
    period: Period,
    dimension: Dimension,
    rows: Iterable[Key],
    counts: dict[tuple[str, str], int],
    *,
    total_row: bool = True,
) -> list[Figure]:
    listed = list(rows)
    facts = {}
    for row in [*listed, ALL]:
        facts[row.code, START] = _start_fact(period, dimension, row)
        facts[row.code, END] = fact_of(open_on(period.end), dimension, row)
    name = f"flow@{period.quarter.slug}"
    return grid(
        name, Unit.CHILDREN, dimension, listed, _FLOW, counts,
        total_row=total_row, total_column=False, facts=facts,
    )  # fmt: skip


def _start_fact(period: Period, dimension: Dimension, row: Key) -> str:
    """At the start as at the end before it; not by age, which has gone on since."""
    own = f"|aged@{period.quarter.slug}" if dimension == Dimension.AGE and row.code != TOTAL else ""
    return fact_of(open_on(period.start), dimension, row) + own


def _place(case: uuid.UUID, open_cases: set[uuid.UUID], categories: dict[uuid.UUID, str]) -> str:
    return categories.get(case, "0") if case in open_cases else NOT_OPEN.code
