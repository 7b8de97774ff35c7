"""The security documents say what is so: the tests, rooms and requirements they name are there."""

import re

import pytest

from cse_portal.demo.services import ROOT
from tests.security import named

DOCUMENTS = ("security.md", "security-reference.md", "testing.md")
PATH = re.compile(r"`((?:cse_portal|cases|intelligence|mase|reporting|tests)/[\w./]+)`")


def test_the_table_of_abuses_names_its_proofs() -> None:
    rows = (
        (ROOT / "docs" / "security.md").read_text().split("## What stops whom")[1].split("## What is not")[0]
    )
    cells = [
        line.split("|")[-2] for line in rows.splitlines() if line.startswith("| ") and "proved by" not in line
    ]
    assert len(cells) >= 50
    assert [cell for cell in cells if not list(named.named_in(cell)) and "not a test" not in cell] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_a_document_names_is_collected(document: str) -> None:
    text = (ROOT / "docs" / document).read_text()
    assert named.missing(text) == []


def test_a_test_that_is_not_there_would_be_noticed() -> None:
    said = "`access/test_attacks.py::test_nothing_of_the_kind`, `tests/access/test_no_such_file.py`"
    assert named.missing(said) == [
        "access/test_attacks.py::test_nothing_of_the_kind",
        "access/test_no_such_file.py",
    ]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_room_a_document_names_is_there(document: str) -> None:
    told = PATH.findall((ROOT / "docs" / document).read_text())
    assert [
        path for path in told if not (ROOT / path).exists() and not (ROOT / "tests" / path).exists()
    ] == []
