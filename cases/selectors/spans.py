"""Places in a text: found, widened to whole words, merged, and the text cut along them. Nothing here is stored."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# A word with its possessive: half a name left standing gives the name away.
_WORD = re.compile(r"[\w'’-]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
KNOWN_AGAIN = 25
_TITLES = {"the", "and", "mrs", "miss", "her", "his", "their", "with", "mum", "dad", "not", "known"}


@dataclass(frozen=True)
class Span:
    """From one place of a text up to another, left out on these grounds."""

    starts_at: int
    ends_at: int
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Segment:
    """A piece of a text as it is shown: its words, or, where they are left out, the grounds."""

    starts_at: int
    text: str
    grounds: tuple[str, ...] = ()
    ends_at: int = 0

    @property
    def is_out(self) -> bool:
        """Whether the words are left out."""
        return bool(self.grounds)


def places(text: str, words: str) -> list[tuple[int, int]]:
    """Where these words stand, whatever their case and spacing, as whole words and with a possessive or plural s."""
    spaced = r"\s+".join(re.escape(part) for part in words.split())
    if not spaced:
        return []
    pattern = rf"(?<!\w){spaced}(?:['’]?s)?(?!\w)"
    return [found.span() for found in re.finditer(pattern, text, re.IGNORECASE)]


def places_of_name(text: str, name: str, *, not_these: frozenset[str] = frozenset()) -> list[tuple[int, int]]:
    """Where somebody's whole name, or a part of it that is a name by itself, stands; never a part the child has too."""
    parts = [name, *(part for part in name.split() if _is_a_name(part) and part.lower() not in not_these)]
    found = [Span(start, end) for part in parts for start, end in places(text, part)]
    return [(span.starts_at, span.ends_at) for span in merged(found)]


def whole_words(text: str, starts_at: int, ends_at: int) -> tuple[int, int]:
    """The same place, widened to whole words and without the spaces round them; empty where no word is."""
    start, end = min(max(0, starts_at), len(text)), min(len(text), ends_at)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    for found in _WORD.finditer(text):
        if found.start() < start < found.end():
            start = found.start()
        if found.start() < end < found.end():
            end = found.end()
    return (start, end) if start < end else (start, start)


def merged(spans: Iterable[Span]) -> list[Span]:
    """In their order, those that overlap made one, with the grounds of all."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.starts_at, each.ends_at)):
        last = result[-1] if result else None
        if last and span.starts_at < last.ends_at:
            grounds = tuple(dict.fromkeys((*last.grounds, *span.grounds)))
            result[-1] = Span(last.starts_at, max(last.ends_at, span.ends_at), grounds)
        else:
            result.append(span)
    return result


def segments(text: str, spans: Iterable[Span]) -> Iterator[Segment]:
    """The text in pieces; the words of a piece that is left out are not in it."""
    here = 0
    for span in merged(spans):
        if here < span.starts_at:
            yield Segment(here, text[here : span.starts_at], (), span.starts_at)
        yield Segment(span.starts_at, "", span.grounds, span.ends_at)
        here = span.ends_at
    if here < len(text):
        yield Segment(here, text[here:], (), len(text))


def sentences(text: str) -> list[str]:
    """The sentences of a text that are long enough to be known again."""
    return [each for part in _SENTENCE.split(text) if len(each := " ".join(part.split())) >= KNOWN_AGAIN]


def _is_a_name(part: str) -> bool:
    bare = part.strip(".,;:()'’\"")
    return len(bare) >= 3 and bare[:1].isupper() and bare.lower() not in _TITLES
