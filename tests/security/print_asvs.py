"""Prints docs/asvs.md from asvs.csv beside this file: `python -m tests.security.print_asvs > docs/asvs.md`."""

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.security import named

CHAPTERS = (
    "Encoding and sanitisation", "Validation and business logic", "Browsers", "API and web services", "Files",
    "Signing in", "Sessions", "Authorisation", "Self-contained tokens", "OAuth and OpenID Connect", "Cryptography",
    "Communication", "Configuration", "Data protection", "Code and architecture", "Logging and errors", "WebRTC",
)  # fmt: skip
ANSWERS = ("tested", "configured", "not met", "not applicable")
# How many requirements the standard has in each chapter at its levels one and two.
COUNTED = (
    (8, 19), (4, 7), (8, 11), (2, 8), (4, 5), (13, 22), (6, 12), (4, 3), (4, 3), (5, 24), (3, 11), (3, 6), (1, 12),
    (2, 7), (3, 10), (0, 16), (0, 7),
)  # fmt: skip
INTRODUCTION = """\
# OWASP ASVS 5.0.0, requirement by requirement

Every requirement of the standard's levels 1 and 2, and those of level 3 that matter most here, in our own short words;
the standard has the full ones (<https://owasp.org/www-project-application-security-verification-standard/>, Creative
Commons BY-SA 4.0). Nobody outside has checked these answers.

| answer | means |
|---|---|
| tested | by the tests named, from `tests/` on; the build fails when one is gone |
| configured | set or written down in the files named, without a test of its own |
| not met | and what it would take |
| not applicable | and why |

This page is printed from `tests/security/asvs.csv`: `python -m tests.security.print_asvs > docs/asvs.md`.
"""


class Row(NamedTuple):
    """One requirement and the answer."""

    requirement: str
    level: str
    what: str
    answer: str
    because: str

    @property
    def chapter(self) -> int:
        """Which of the seventeen."""
        return int(self.requirement.split(".")[0])


def rows() -> list[Row]:
    """The register, in the standard's order."""
    with (Path(__file__).parent / "asvs.csv").open(newline="") as file:
        return [Row(**line) for line in csv.DictReader(file)]


def main() -> str:
    """The page, as Markdown."""
    found = rows()
    parts = [INTRODUCTION, _counts(found), _not_met(found)]
    return "\n".join(parts + [_chapter(number, title, found) for number, title in enumerate(CHAPTERS, 1)])


def _counts(found: list[Row]) -> str:
    head = f"## Counts\n\nLevels 1 and 2.\n\n| | {' | '.join(ANSWERS)} | all |\n|---|{'---:|' * (len(ANSWERS) + 1)}\n"
    ours = [row for row in found if row.level in "12"]
    lines = [
        _count(f"{number} {title}", [row for row in ours if row.chapter == number])
        for number, title in enumerate(CHAPTERS, 1)
    ]
    beyond = _count("of level 3, looked at besides", [row for row in found if row.level == "3"])
    return head + "".join(lines) + _count("**all of levels 1 and 2**", ours) + beyond


def _count(title: str, found: list[Row]) -> str:
    counted = Counter(row.answer for row in found)
    return f"| {title} | {' | '.join(str(counted[answer]) for answer in ANSWERS)} | {len(found)} |\n"


def _not_met(found: list[Row]) -> str:
    lines = [
        f"- **{row.requirement}** {row.what}: {row.because}\n" for row in found if row.answer == "not met"
    ]
    return "## Not met\n\n" + "".join(lines)


def _chapter(number: int, title: str, found: list[Row]) -> str:
    head = f"## {number} {title}\n\n| | level | what | answer | by, in or because |\n|---|---|---|---|---|\n"
    mine = [row for row in found if row.chapter == number]
    return head + "".join(
        f"| {row.requirement} | {row.level} | {row.what} | {row.answer} | {_because(row)} |\n" for row in mine
    )


def _because(row: Row) -> str:
    if row.answer != "tested":
        return row.because
    return ", ".join(f"`{name}`{_when(name)}" for name in row.because.split())


def _when(name: str) -> str:
    return " (in `make test-long`)" if named.is_long(name) else ""


if __name__ == "__main__":
    sys.stdout.write(main())
