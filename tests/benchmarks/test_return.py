"""Whether a return's measures stay as fast as one statement written by hand, at 200,000 cases, and in little memory."""

import json
import time
import tracemalloc
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from django.db import connection

from cse_portal import acting
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import codes
from cse_portal.reference.working_days import add_months
from reporting.measures.selectors import registry
from reporting.measures.selectors.groups import ethnic_groups
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.tally import Scope
from reporting.returns.selectors.returns import last_ended_quarter
from tests.benchmarks import large
from tests.benchmarks.limits import held
from tests.cast import Cast

ROUNDS = 5
# What B2 counts, as somebody would write it who has no other measure to write: each case once, each table a set.
BY_HAND = """
WITH open_case AS (
    SELECT c.id, c.lead_agency_id, c.exploitation_models, c.child_id,
        COALESCE((SELECT d.category FROM cases_categorydecision d WHERE d.case_id = c.id AND d.decided_at < %(end)s
                  ORDER BY d.decided_at DESC, d.id DESC LIMIT 1), 0) AS category
    FROM cases_case c WHERE EXISTS (
        SELECT 1 FROM cases_episode e WHERE e.case_id = c.id AND e.opened_at < %(end)s
        AND (e.closed_at IS NULL OR e.closed_at >= %(end)s))
)
SELECT o.category, CASE WHEN h.sex = '' THEN '0' ELSE h.sex END AS sex,
    CASE WHEN h.date_of_birth <= %(b18)s THEN '18+' WHEN h.date_of_birth <= %(b16)s THEN '16-17'
         WHEN h.date_of_birth <= %(b13)s THEN '13-15' WHEN h.date_of_birth <= %(b10)s THEN '10-12'
         WHEN h.date_of_birth IS NOT NULL THEN '0-9' ELSE 'unknown' END AS age,
    CASE {ethnicity} ELSE 'not_stated' END AS ethnicity,
    CASE WHEN h.ward = '' THEN 'NOT_KNOWN' ELSE h.ward END AS ward,
    CASE WHEN h.legal_status = '' THEN 'unknown' WHEN h.legal_status = ANY(%(support)s) THEN 'no'
         ELSE 'yes' END AS care,
    a.code AS agency, count(*), {flags}
FROM open_case o JOIN cases_child h ON h.id = o.child_id JOIN accounts_agency a ON a.id = o.lead_agency_id
GROUP BY GROUPING SETS ((), (1), (2), (3), (4), (5), (6), (7), (1, 2))
"""


@pytest.mark.django_db(transaction=True)
def test_the_measures_of_a_large_partnership(cast: Cast) -> None:
    large.load(cast)
    quarter = last_ended_quarter()
    about = registry.find("B2", quarter.ends_on)
    assert about is not None
    period, statement = Period.of(quarter), by_hand()
    with acting.for_the_system():
        figures = about.figures(period, Scope())
        rows = run(*statement, period)
    total = next(each.value for each in figures if each.row.code == "total" and each.dimension == "sex")
    assert total == max(row[7] for row in rows), "both count the same children"
    asked: dict[str, Callable[[], Any]] = {
        "declared": lambda: about.figures(period, Scope()),
        "by hand": lambda: run(*statement, period),
    }
    took: dict[str, list[float]] = {name: [] for name in asked}
    with acting.for_the_system():
        for _ in range(ROUNDS):
            for name, ask in asked.items():
                began = time.perf_counter()
                ask()
                took[name].append(time.perf_counter() - began)
        memory = {each.code: peak_mb(each, quarter) for each in registry.in_force(quarter.ends_on)}
    ratio = median(one / other for one, other in zip(took["declared"], took["by hand"], strict=True))
    seconds = {name: round(median(each), 2) for name, each in took.items()}
    print("\n" + json.dumps({"cases": large.CASES, **seconds, "ratio": round(ratio, 2), "MB": memory}))  # noqa: T201
    held("measures of a return, times SQL by hand", round(ratio, 2))
    held("measures of a return, MB of memory", max(memory.values()))


def by_hand() -> tuple[str, dict[str, Any]]:
    """The statement, with the census groups and the flags written out, and its parameters."""
    groups = " ".join(
        f"WHEN h.ethnicity IN ({', '.join(repr(code) for code in found)}) THEN '{group}'"
        for group, found in ethnic_groups().items()
    )
    flags = [
        f"count(*) FILTER (WHERE h.disabilities @> ARRAY['{each.code}']::varchar[])"
        for each in codes("disability")
    ]
    flags += [
        f"count(*) FILTER (WHERE o.exploitation_models @> '[\"{each.code}\"]'::jsonb)"
        for each in codes("exploitation-model")
    ]
    support = [each.code for each in codes("legal-status-group") if each.code != "LAC"]
    return BY_HAND.replace("{ethnicity}", groups).replace("{flags}", ", ".join(flags)), {"support": support}


def run(statement: str, params: dict[str, Any], period: Period) -> list[Any]:
    """Its rows."""
    born = {f"b{years}": add_months(period.ends_on, -12 * years) for years in (10, 13, 16, 18)}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, **born, "end": period.end})
        return list(cursor.fetchall())


def peak_mb(about: registry.Measure, quarter: Quarter) -> float:
    """The most memory that Python takes while one measure is worked out."""
    tracemalloc.start()
    about.figures(Period.of(quarter))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return round(peak / 1e6, 1)
