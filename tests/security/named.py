"""Tests as documents name them: `access/test_attacks.py::test_a_leaver_reads_no_notification`, from tests/ on."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
NAME = re.compile(r"(?<![\w/])(?:tests/)?((?:[a-z_0-9]+/)+test_\w+\.py)(?:::(\w+))?")


def named_in(text: str) -> Iterator[tuple[str, str]]:
    """Each test file a text names, with the test in it, or without one where the whole file is meant."""
    yield from NAME.findall(text)


def missing(text: str) -> list[str]:
    """What a text names and pytest would not collect."""
    return sorted({f"{file}::{test}".rstrip(":") for file, test in named_in(text) if not _meant(file, test)})


def is_long(name: str) -> bool:
    """Whether what is named is left to `make test-long`."""
    file, _, test = name.partition("::")
    return all(_meant(file, test).values())


def _meant(file: str, test: str) -> dict[str, bool]:
    return {name: long for name, long in tests_of(file).items() if test in ("", name)}


@cache
def tests_of(file: str) -> dict[str, bool]:
    """The tests that pytest collects from this file, and whether each is a long one."""
    path = TESTS / file
    if not path.is_file():
        return {}
    return {
        node.name: any("mark.long" in ast.unparse(each) for each in node.decorator_list)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
