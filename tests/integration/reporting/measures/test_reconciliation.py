"""Start + new + re-opened - closed = end, whatever the histories; and the list behind a number is as long as it is."""

import datetime as dt
import random
from itertools import pairwise

import pytest

from cases.record.choices import EpisodeKind
from cases.record.models.case import Case, Episode
from cse_portal.reference.quarters import Quarter
from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import Figure
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.tally import Scope
from tests.cast import Cast
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db
QUARTER = Quarter(2025, 3)
PERIOD = Period.of(QUARTER)
DAY = dt.timedelta(days=1)
Flow = dict[str, int]


@pytest.fixture(scope="module")
def cases(shared_cast: Cast) -> list[Case]:
    """Twelve, on which nobody has worked yet."""
    made = [make_case(shared_cast) for _ in range(12)]
    Episode.objects.all().delete()
    return made


def histories(cast: Cast, cases: list[Case], *, seed: int) -> None:
    """They have up to three periods of work around the quarter, one after the other; edges are likely."""
    rng = random.Random(seed)
    edges = [PERIOD.start, PERIOD.end, PERIOD.start - DAY, PERIOD.end - DAY]
    for case in cases:
        around = [PERIOD.start + DAY * rng.randint(-500, 200) for _ in range(5)]
        moments = sorted({*around, *rng.sample(edges, rng.randint(0, 2))})[: rng.randint(1, 6)]
        for place, opened in enumerate(moments[::2]):
            closed = moments[2 * place + 1] if 2 * place + 1 < len(moments) else None
            work(cast, case, opened, closed, again=place > 0)


def work(
    cast: Cast, case: Case, opened: dt.datetime, closed: dt.datetime | None, *, again: bool = False
) -> None:
    """One period of work."""
    ended = {"closed_at": closed, "closed_by": cast.manager, "closing_code": "RC1", "closing_reason": "Safe"}
    Episode.objects.create(
        case=case,
        kind=EpisodeKind.REOPENED if again else EpisodeKind.NEW,
        opened_at=opened,
        opened_by=cast.manager,
        opening_reason="A worry",
        **(ended if closed else {}),
    )


def flow(quarter: Quarter = QUARTER) -> dict[str, Flow]:
    """The reconciliation by breakdown and row."""
    found: dict[str, Flow] = {}
    for each in figures(quarter):
        found.setdefault(f"{each.dimension}:{each.row.code}", {})[each.column.code] = int(each.value or 0)
    return found


def figures(quarter: Quarter) -> list[Figure]:
    """Those of B1."""
    return registry.compute("B1", quarter)[1]


@pytest.mark.parametrize("seed", range(3))
def test_it_reconciles_whatever_the_histories(cast: Cast, cases: list[Case], seed: int) -> None:
    histories(cast, cases, seed=seed)
    for where, row in flow().items():
        assert row["start"] + row["new"] + row["reopened"] - row["closed"] == row["end"], where
    following = [QUARTER, QUARTER.next(), QUARTER.next().next()]
    for one, other in pairwise(flow(each)["all:total"] for each in following):
        assert one["end"] == other["start"], "one quarter's end is the next one's start"
    facts = {each.fact for each in figures(QUARTER)} & {each.fact for each in figures(QUARTER.next())}
    assert f"open@{PERIOD.after}" in facts, "and is known to be the same number"


def test_the_first_moment_belongs_to_the_quarter_and_the_one_after_it_does_not(
    cast: Cast, cases: list[Case]
) -> None:
    spans = [(PERIOD.start, None), (PERIOD.end, None), (PERIOD.start - DAY, PERIOD.start)]
    spans.append((PERIOD.start - DAY, PERIOD.end))
    expected = [{"new": 1, "end": 1}, {}, {"start": 1, "closed": 1}, {"start": 1, "end": 1}]
    for case, (opened, closed), wanted in zip(cases, spans, expected, strict=False):
        Episode.objects.all().delete()
        work(cast, case, opened, closed)
        assert {column: number for column, number in flow()["all:total"].items() if number} == wanted


def test_it_counts_as_re_opened_within_twelve_months_and_as_new_after_that(
    cast: Cast, cases: list[Case]
) -> None:
    case = cases[0]
    work(cast, case, PERIOD.start - 800 * DAY, PERIOD.start - 300 * DAY)
    work(cast, case, PERIOD.start + 10 * DAY, PERIOD.start + 20 * DAY, again=True)
    assert (flow()["all:total"]["reopened"], flow()["all:total"]["new"]) == (1, 0)
    Episode.objects.filter(closed_at__lt=PERIOD.start).update(closed_at=PERIOD.start - 400 * DAY)
    assert (flow()["all:total"]["reopened"], flow()["all:total"]["new"]) == (0, 1)


def test_the_rolling_year_and_any_other_days_are_counted_in_the_same_way(
    cast: Cast, cases: list[Case]
) -> None:
    histories(cast, cases, seed=7)
    about = registry.find("B1", QUARTER.ends_on)
    assert about is not None
    year = Period(QUARTER.with_before(4)[0].starts_on, QUARTER.ends_on, "a-year")
    found = {
        each.column.code: int(each.value or 0) for each in about.figures(year) if each.dimension == "all"
    }
    assert found["start"] + found["new"] + found["reopened"] - found["closed"] == found["end"]
    assert found["end"] == flow()["all:total"]["end"]
    week = Period(dt.date(2025, 11, 3), dt.date(2025, 11, 9), "one-week")
    (count,) = about.counts
    for figure in count.figures(week, Scope()):
        table = next(each for each in count.tables if each.dimension == figure.dimension)
        keys = count.tally(week, Scope()).keys(table.cell(figure.row.code, figure.column.code))
        assert keys.count() == figure.value
