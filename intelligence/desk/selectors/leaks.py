"""What in a sanitised text could show who told us: the check of the desk. It finds words; it never says "safe"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cse_portal.accounts.models import Membership
from cse_portal.ui.presenters import joined
from intelligence.submissions.models import IntelligenceLine, IntelligenceSubmission

WHY = {
    "name": "A name from the locked part.",
    "place": "A name or place from the locked part.",
    "time": "A time from the locked part.",
    "phrase": "The locked part says this in the same words.",
    "how": "It says how this is known.",
}
SHORTEST_PHRASE = 4
WORD = re.compile(r"[\w’']+")
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
TIME = re.compile(
    rf"\b(?:\d{{1,2}}(?:[:.]\d\d)?\s?[ap]m|\d{{1,2}}[:.]\d\d|(?:{DAYS})|\d{{1,2}}(?:st|nd|rd|th)?\s(?:{MONTHS}))\b",
    re.IGNORECASE,
)
NAMED = re.compile(r"[A-Z][\w’'-]{2,}(?:\s+[A-Z][\w’'-]+)*")
HOW = re.compile(
    r"\b(?:(?:told|informed|confided in|said to|rang|texted) (?:me|us|staff|her worker|his worker|their worker)"
    r"|(?:I|we) (?:saw|heard|noticed|was told|were told)|overheard|disclos(?:ed|ure)|in confidence|according to"
    r"|in (?:an?|the|her|his|their) (?:return home )?interview|reported by|the (?:referrer|caller|informant|source))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Leak:
    """Words of a sanitised text that could show who told us, as they stand there, and why."""

    text: str
    kind: str

    @property
    def why(self) -> str:
        """In a sentence that names nobody."""
        return WHY[self.kind]


@dataclass(frozen=True)
class Locked:
    """What only the source and the author could know: whole names, and texts. Of `phrases` only the words in a row."""

    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


def locked_part(submission: IntelligenceSubmission) -> Locked:
    """The source's own fields, and the names of the author and of the people of the author's agency."""
    source = getattr(submission, "source", None)
    own = (source.name, source.relation, source.contact, source.reliability, source.risk) if source else ()
    people = Membership.objects.current().filter(agency=submission.author_agency_id)
    names = {submission.author.full_name, *people.values_list("user__full_name", flat=True)}
    texts = (*own, submission.others_who_know, submission.best_contact)
    return Locked(tuple(names), tuple(each for each in texts if each))


def leaks_in(line: IntelligenceLine, locked: Locked) -> list[Leak]:
    """What the check finds in a line that goes further, but for what an officer kept with a reason."""
    if line.left_out or not line.sanitised:
        return []
    found: dict[str, Leak] = {}
    for leak in found_in(line.sanitised, locked):
        key = leak.text.casefold()
        inside = any(key in other for other in found)
        if key not in line.kept and not inside:
            found[key] = leak
    return list(found.values())


def found_in(text: str, locked: Locked) -> Iterator[Leak]:
    """The longest first, so that a name in a phrase is not said twice."""
    for source in (*locked.texts, *locked.phrases):
        yield from (Leak(each, "phrase") for each in _phrases(text, source))
    for name in locked.names:
        yield from (Leak(each, "name") for each in _names(text, name))
    for source in locked.texts:
        times = (match.group() for match in TIME.finditer(source))
        yield from (Leak(each, "time") for time in times for each in _words(text, time))
        places = (match.group() for match in NAMED.finditer(source) if not _begins(source, match))
        yield from (Leak(each, "place") for place in places for each in _words(text, place))
    yield from (Leak(match.group(), "how") for match in HOW.finditer(text))


def _begins(text: str, match: re.Match[str]) -> bool:
    """Whether one word has its capital only because a sentence begins with it."""
    before = text[: match.start()].rstrip()
    begins = not before or before[-1] in ".!?\n"
    return begins and " " not in match.group() and match.group() != text.strip()


def _names(text: str, name: str) -> Iterator[str]:
    """The whole name, or its last part where that is written as a name."""
    yield from _words(text, name)
    parts = name.split()
    if len(parts) > 1 and len(parts[-1]) > 2:
        yield from (each for each in _words(text, parts[-1]) if each[0].isupper())


def _words(text: str, words: str) -> list[str]:
    return [match.group() for match in re.finditer(rf"\b{re.escape(words)}\b", text, re.IGNORECASE)]


def _phrases(text: str, source: str) -> Iterator[str]:
    """The longest runs of four words or more that are also in the source's text."""
    known = [word.casefold() for word in WORD.findall(source)]
    runs = {tuple(known[at : at + SHORTEST_PHRASE]) for at in range(len(known) - SHORTEST_PHRASE + 1)}
    words = list(WORD.finditer(text))
    said = [match.group().casefold() for match in words]
    at = 0
    while at + SHORTEST_PHRASE <= len(said):
        end = at
        while tuple(said[end : end + SHORTEST_PHRASE]) in runs:
            end += 1
        if end > at:
            yield text[words[at].start() : words[end + SHORTEST_PHRASE - 2].end()]
            end += SHORTEST_PHRASE - 2
        at = end + 1


def quoted(leaks: Iterable[Leak]) -> str:
    """What to take out, for a refusal."""
    return joined(dict.fromkeys(f"“{each.text}”" for each in leaks))


def without(text: str, words: str) -> str:
    """The text with these words taken out, and the space around them put right."""
    rest = re.sub(rf"\b{re.escape(words)}\b", "", text, flags=re.IGNORECASE)
    rest = re.sub(r"\s+([.,;])", r"\1", re.sub(r"[ \t]{2,}", " ", rest))
    return rest.strip()


def parts_of(text: str, leaks: Iterable[Leak]) -> list[tuple[str, bool]]:
    """The text in pieces, and whether each is to be marked; of the author's words as of the sanitised ones."""
    wanted = sorted((each.text for each in leaks), key=len, reverse=True)
    if not wanted:
        return [(text, False)]
    either = re.compile("(" + "|".join(rf"\b{re.escape(each)}\b" for each in wanted) + ")", re.IGNORECASE)
    return [(piece, at % 2 == 1) for at, piece in enumerate(either.split(text)) if piece]
