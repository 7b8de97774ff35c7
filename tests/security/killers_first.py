"""For mutation runs: the tests that noticed a change of this function before are asked first.

A change that is noticed costs the tests up to the one that notices. Most changes of one function are noticed by the
same few tests, so most cost one test in place of fifty. Which tests are asked, and what they say, stays the same.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

KEPT = Path("killers.json")
WHY = Path("kills.log")


def _function() -> str:
    """The function whose change is asked about: `module.x__name__mutmut_3` is the third of `module.x__name`."""
    return os.environ.get("MUTANT_UNDER_TEST", "").rpartition("__mutmut_")[0]


def _kept() -> dict[str, dict[str, int]]:
    return json.loads(KEPT.read_text()) if KEPT.exists() else {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of this function's tests, those first that noticed most; then those of its file; the rest as they came."""
    kept, function = _kept(), _function()
    here = Counter(kept.get(function, {}))
    around: Counter[str] = Counter()
    for name, killers in kept.items():
        if name.partition(".x")[0] == function.partition(".x")[0]:
            around.update(killers)
    items.sort(key=lambda item: (-here[item.nodeid], -around[item.nodeid]))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Noted for the next change of the same function; and why, for anyone who doubts that it was the change."""
    if report.failed and (function := _function()):
        crash = getattr(report.longrepr, "reprcrash", None)
        told = str(crash.message if crash else report.longrepr).replace("\n", " ")[:300]
        with WHY.open("a") as log:
            log.write(f"{os.environ['MUTANT_UNDER_TEST']}\t{report.nodeid}\t{told}\n")
        kept = _kept()
        killers = kept.setdefault(function, {})
        killers[report.nodeid] = killers.get(report.nodeid, 0) + 1
        KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True))
