"""XML as a reader of office files reads it: numbers for letters resolved, no declarations, in UTF-8 alone.

Searching the bytes is not enough: `&#69;xternal` is `External`, and an attribute may hold a plain `>`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

_DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)[\"']")
_LETTERS = (b"utf-8", b"utf8", b"us-ascii")


class MarkupDamaged(Exception):
    """It is not XML, or XML that could say one thing to us and another to who opens it."""


@dataclass
class Element:
    """An element by its name without prefix, in small letters: its attributes, named so too, and the text in it."""

    name: str
    attributes: Mapping[str, str]
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands in it, and in what stands in it."""
        return "".join(self.pieces)


def refuse_odd(words: bytes) -> None:
    """MarkupDamaged for letters of two bytes, another alphabet, or declarations of its own."""
    named = _ENCODING.match(words)
    if words.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in words or _DECLARES.search(words):
        raise MarkupDamaged
    if named and named.group(1).strip().lower() not in _LETTERS:
        raise MarkupDamaged


def elements(words: bytes, names: Collection[str]) -> list[Element]:
    """Every element of these names (small letters, no prefix) in their order; MarkupDamaged if it is no XML."""
    refuse_odd(words)
    found: list[Element] = []
    within: list[Element] = []
    depth = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        name = _plain(tag)
        if name in names:
            one = Element(name, {_plain(each): value for each, value in attributes.items()})
            found.append(one)
            within.append(one)
            ends.append(depth)

    def end(_tag: str) -> None:
        nonlocal depth
        if ends and ends[-1] == depth:
            ends.pop()
            within.pop()
        depth -= 1

    def text(data: str) -> None:
        for one in within:
            one.pieces.append(data)

    ends: list[int] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    try:
        parser.Parse(words, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise MarkupDamaged from None
    return found


def _plain(name: str) -> str:
    return name.rpartition(" ")[2].lower()
