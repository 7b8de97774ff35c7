"""Mutants drawn by lot, the same each time: `python -m tests.security.some_mutants access=150 audit=150`.

For `make mutants`, which takes a night for all of them; what was run is kept below mutants/ and is not drawn again.
"""

import json
import random
import sys
from collections.abc import Iterator

from cse_portal.demo.services import ROOT

SEED = 20261125


def results(package: str) -> dict[str, int | None]:
    """Every mutant of a package with the exit code of its tests; None while it has not been run."""
    found: dict[str, int | None] = {}
    for path in sorted((ROOT / "mutants" / "cse_portal" / package).rglob("*.meta")):
        found.update(json.loads(path.read_text())["exit_code_by_key"])
    return found


def drawn(package: str, number: int) -> Iterator[str]:
    """The first so many of a fixed order that have not been run."""
    order = sorted(results(package))
    random.Random(SEED).shuffle(order)
    yield from (name for name in order[:number] if results(package)[name] is None)


if __name__ == "__main__":
    for wish in sys.argv[1:]:
        package, _, number = wish.partition("=")
        sys.stdout.write("".join(f"{name}\n" for name in drawn(package, int(number))))
