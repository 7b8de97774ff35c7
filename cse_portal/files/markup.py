"""XML as a reader of office files reads it: numbers for letters resolved, no declarations, in UTF-8 alone.

Searching the bytes is not enough: `&#69;xternal` is `External`, and an attribute may hold a plain `>`. It is read in
steps and nothing of it is kept: elements of one name may stand in a part a million times, and within each other.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

MOST_DEEP = 250  # a picture in a box in a table in a table stands some forty deep
MOST_WITHIN = (
    2  # <formula1><f> of a list that a cell is chosen from; nothing else asked for stands within its like
)
LONGEST = (
    1024 * 1024
)  # a formula has 8,192 letters at most; what a library of citations writes has some hundred thousand
# Where a name may begin, in all parts together: what makes XML slow to read. A million cells with a formula have six.
MOST_NAMES = 8_000_000
NAMES_FREE = 500_000
NAMES_A_BYTE = 10  # of the file as it was sent
MOST_FOUND = 500_000  # formulas, fields, links
FOUND_FREE = 50_000
BYTES_A_FIND = 2
_STEP = 64 * 1024
_DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)[\"']")
_MATHEMATICS = "/math"
_LETTERS = (b"utf-8", b"utf8", b"us-ascii")


class MarkupDamaged(Exception):
    """It is not XML, or XML that could say one thing to us and another to who opens it."""


class MarkupHeavy(Exception):
    """There is more of it than anybody writes."""


class Work:
    """How much of one file has been read, and how much may still be: by what it holds, whoever says how large it is."""

    def __init__(self, size: int) -> None:
        self.names = min(MOST_NAMES, NAMES_FREE + NAMES_A_BYTE * size)
        self.found = min(MOST_FOUND, FOUND_FREE + size // BYTES_A_FIND)

    def count_names(self, words: bytes) -> None:
        """One more part is to be read."""
        self.names -= words.count(b"<") + words.count(b":")
        if self.names < 0:
            raise MarkupHeavy

    def count_found(self) -> None:
        """One more element of those that are asked for."""
        self.found -= 1
        if self.found < 0:
            raise MarkupHeavy


@dataclass
class Element:
    """An element by its name without prefix, in small letters: its attributes, named so too, and the text in it."""

    name: str
    attributes: Mapping[str, str]
    pieces: list[str] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> str:
        """What stands in it, and in what stands in it."""
        return "".join(self.pieces)

    def take(self, data: str) -> None:
        """More of its text; MarkupDamaged when that is longer than anybody writes."""
        self.length += len(data)
        if self.length > LONGEST:
            raise MarkupDamaged
        self.pieces.append(data)


def refuse_odd(words: bytes) -> None:
    """MarkupDamaged for letters of two bytes, another alphabet, or declarations of its own."""
    named = _ENCODING.match(words)
    if words.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in words or _DECLARES.search(words):
        raise MarkupDamaged
    if named and named.group(1).strip().lower() not in _LETTERS:
        raise MarkupDamaged


def elements(words: bytes, names: Collection[str], work: Work) -> Iterator[Element]:
    """Every element of these names (small letters, no prefix) as it ends; MarkupDamaged if it is no XML.

    A fraction is named as a formula is, and may stand in another as often as it likes: those of mathematics are none.
    """
    found: list[Element] = []
    within: list[tuple[int, Element]] = []

    def begin(tag: str, attributes: dict[str, str], depth: int) -> None:
        name = plain(tag)
        if name in names and not belongs_to(tag).endswith(_MATHEMATICS):
            work.count_found()
            if len(within) == MOST_WITHIN:
                raise MarkupDamaged
            within.append((depth, Element(name, named(attributes))))

    def end(depth: int) -> None:
        if within and within[-1][0] == depth:
            found.append(within.pop()[1])

    def text(data: str) -> None:
        for _, one in within:
            one.take(data)

    for _ in walk(words, begin, end, text):
        yield from found
        found.clear()


def walk(
    words: bytes,
    begin: Callable[[str, dict[str, str], int], None],
    end: Callable[[int], None],
    text: Callable[[str], None],
) -> Iterator[None]:
    """Read it step by step, saying what begins, with what and how deep, and what ends."""
    depth = 0

    def begins(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEEP:
            raise MarkupDamaged
        begin(tag, attributes, depth)

    def ends(_tag: str) -> None:
        nonlocal depth
        end(depth)
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begins, ends, text
    try:
        for start in range(0, len(words), _STEP):
            parser.Parse(words[start : start + _STEP], False)
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise MarkupDamaged from None
    yield


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """The name of an element or attribute without what it belongs to, in small letters."""
    return name.rpartition(" ")[2].lower()


@lru_cache(maxsize=4096)
def belongs_to(name: str) -> str:
    """The language that an element or attribute belongs to, by its address."""
    return name.rpartition(" ")[0]


def named(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes by their plain names; MarkupDamaged where two would be one, and only one of them is believed."""
    found = {plain(each): value for each, value in attributes.items()}
    if len(found) != len(attributes):
        raise MarkupDamaged
    return found
