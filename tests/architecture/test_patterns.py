"""No pattern that is asked of what people write takes longer than its length allows."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

APPS = ("cse_portal", "cases", "intelligence", "mase", "reporting")
NOT_SERVED = (".migrations", ".settings", ".demo")
PIECES = (
    "1", "a", "A", " ", "\n", "\t", "\x00", "A.", "A ", "a ", "Aa ", "1 ", "/", "<", ">", '"', "'", "(", "[", "]", ";",
    "=", ".", "-", "a-", "_", "%", "://", "flat ", "encoding ", "<!", "[|",
)  # fmt: skip
# A pattern that tries every way to part a text is found by the short ones, one that begins anew at each letter by the
# long one, before any of them takes for ever.
BEGINNINGS = {24: ("", "+44"), 10_000: ("",)}
SOON = 0.1  # the others take a hundredth of it
SHORT_OR_FROM_THE_START = {}


def patterns() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """Every pattern of the portal that has a name, once, by it."""
    found: dict[str, re.Pattern[str] | re.Pattern[bytes]] = {}
    for name in modules():
        for word, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern) and value not in found.values():
                found[f"{name}.{word}"] = value
    return found


def modules() -> Iterator[str]:
    for app in APPS:
        for module in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if not any(part in module.name for part in NOT_SERVED):
                yield module.name


def slowest(pattern: re.Pattern[str] | re.Pattern[bytes]) -> tuple[float, str]:
    """How long it took for the text it was slowest with, and of what that was made."""
    most = (0.0, "")
    for length, beginnings in BEGINNINGS.items():
        for begins in beginnings:
            for piece in PIECES:
                text = begins + piece * (length // len(piece)) + "\x01"
                asked = text.encode() if isinstance(pattern.pattern, bytes) else text
                began = time.process_time()
                pattern.search(asked)  # type: ignore[arg-type]
                pattern.fullmatch(asked)  # type: ignore[arg-type]
                most = max(most, (time.process_time() - began, begins + piece))
                if most[0] > SOON:
                    return most
    return most


def test_no_pattern_is_slow_whatever_is_written() -> None:
    known = patterns()
    assert len(known) >= 20
    slow = {name: slowest(pattern) for name, pattern in known.items()}
    assert {
        name: took for name, took in slow.items() if took[0] > SOON
    }.keys() <= SHORT_OR_FROM_THE_START.keys()
    assert SHORT_OR_FROM_THE_START.keys() <= known.keys()


@pytest.mark.parametrize("slow", [r"\+[0-9]{1,3}(?: ?\(0\))?(?: ?[0-9]+)+"])
def test_one_that_was_slow_would_be_noticed(slow: str) -> None:
    assert slowest(re.compile(slow))[0] > SOON
