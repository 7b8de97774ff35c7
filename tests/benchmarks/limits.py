"""What a figure is held to: a line says PASS or OVER, and with BENCH_LIMITS=1 the benchmark fails where it is over.

Machines differ, and a busy one is slow: without the setting a benchmark only tells.
"""

import os

FAILS = os.environ.get("BENCH_LIMITS") == "1"
# As the partnership asked: with audit and row-level security as a multiple of neither; the share of eight writers' rate
# that the audit leaves; seconds to check a million events; milliseconds of the question a meeting's page asks again.
MOST = {
    "caseload, both": 1.35,
    "write, both": 1.35,
    "seconds to check a million": 15.0,
    "poll, median ms": 50.0,
    "poll, p95 ms": 50.0,
    # At 200,000 cases and a million grants.
    "first page and count, SQL ms": 5.0,
    "a name, p95 SQL ms": 100.0,
    "large home, times hello": 10.0,
    "large caseload, times hello": 6.0,
    "large case, times hello": 8.0,
    "large poll, times hello": 2.0,
    "measures of a return, times SQL by hand": 1.2,
    "measures of a return, MB of memory": 50.0,
    # Of 1,000 subjects of concern and 5,000 connections.
    "what connects two, ms": 1000.0,
    "home beside many connections, ms": 1000.0,
}
LEAST = {"eight writers, share": 0.9}


def held(name: str, figure: float) -> None:
    """Say how a figure stands to its limit. Raises AssertionError where it is over and limits are to be kept."""
    within = figure <= MOST[name] if name in MOST else figure >= LEAST[name]
    bound = f"at most {MOST[name]:g}" if name in MOST else f"at least {LEAST[name]:g}"
    print(f"{'PASS' if within else 'OVER'}  {name}: {figure:g} ({bound})")  # noqa: T201
    assert within or not FAILS, name
