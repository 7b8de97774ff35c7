"""The demo board's fiction: names and plain, non-graphic sentences, as the files of the folder `fiction` have them."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

FICTION = Path(__file__).parent / "fiction"


def read(name: str) -> Any:
    """What a file says, by its names."""
    return SimpleNamespace(**tomllib.loads((FICTION / f"{name}.toml").read_text(encoding="utf-8")))


says = read("words")
_OF_A_GIRL = re.compile(r"\b(she|her|hers|herself)\b", re.IGNORECASE)
_OF_A_BOY = re.compile(r"\b(he|him|his|himself)\b", re.IGNORECASE)


def about(random: Random, sentences: Sequence[str], *, is_boy: bool) -> str:
    """One of the sentences that may be said of this child: of a girl, of a boy, or of anybody."""
    other = _OF_A_GIRL if is_boy else _OF_A_BOY
    return random.choice([sentence for sentence in sentences if not other.search(sentence)])


def known_to(agency: str) -> Sequence[str]:
    """What people of this agency tell a meeting."""
    known: Sequence[str] = says.information.get(agency, says.others_know)
    return known
