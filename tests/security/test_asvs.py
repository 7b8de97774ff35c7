"""The trace of the OWASP ASVS is whole, in its own words, and each of its tests is there."""

from collections import Counter

from cse_portal.demo.services import ROOT
from tests.security import named, print_asvs
from tests.security.print_asvs import ANSWERS, CHAPTERS, COUNTED, Row

ROWS = print_asvs.rows()
MOST_WORDS = 12


def answered(answer: str) -> list[Row]:
    return [row for row in ROWS if row.answer == answer]


def test_every_requirement_of_levels_one_and_two_is_answered_once() -> None:
    assert [name for name, times in Counter(row.requirement for row in ROWS).items() if times > 1] == []
    counted = Counter((row.chapter, row.level) for row in ROWS)
    assert {row.answer for row in ROWS} == set(ANSWERS)
    assert len(CHAPTERS) == len(COUNTED)
    for number, (first, second) in enumerate(COUNTED, 1):
        assert (counted[number, "1"], counted[number, "2"]) == (first, second), number


def test_requirements_are_in_order_and_in_few_words_of_our_own() -> None:
    assert sorted(ROWS, key=lambda row: [int(part) for part in row.requirement.split(".")]) == ROWS
    assert [row.what for row in ROWS if len(row.what.split()) > MOST_WORDS] == []
    assert [row.what for row in ROWS if row.what.lower().startswith("verify")] == []


def test_what_is_tested_names_its_tests_and_nothing_else() -> None:
    for row in answered("tested"):
        names = [f"{file}::{test}".removesuffix("::") for file, test in named.named_in(row.because)]
        assert names == row.because.split(), row.requirement
    assert named.missing(" ".join(row.because for row in ROWS)) == []


def test_what_is_not_met_says_what_it_would_take_and_the_rest_says_why() -> None:
    lacking = ("Needed:", "would meet it", "as 12.")
    assert [
        row.requirement for row in answered("not met") if not any(word in row.because for word in lacking)
    ] == []
    assert [row.requirement for row in ROWS if not row.because] == []


def test_what_is_configured_names_a_file_that_is_there() -> None:
    for row in answered("configured"):
        words = [word.strip("():,;.").partition("::")[0] for word in row.because.split()]
        paths = [word for word in words if "/" in word or word.endswith((".lock", ".toml"))]
        assert [
            path for path in paths if not any((ROOT / part / path).exists() for part in (".", "tests"))
        ] == []


def test_the_page_is_printed_from_the_register() -> None:
    assert (ROOT / "docs" / "asvs.md").read_text() == print_asvs.main(), (
        "run: python -m tests.security.print_asvs > docs/asvs.md"
    )
