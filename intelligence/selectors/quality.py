"""What would make a submission more use to the police. Advice, worked out on the server; it stops nobody."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intelligence.choices import HintKind, SubmissionStep

# Two or three capitals, with or without stops, standing where a name would.
INITIALS = re.compile(r"(?<![\w.'-])([A-Z]\.\s?[A-Z]\.?(?:\s?[A-Z]\.?)?|[A-Z]{2}|[A-Z]\.)(?![\w'-])")
NOT_INITIALS = frozenset(
    {
        "AM", "BT", "CC", "DJ", "EU", "FB", "GP", "HQ", "ID", "IG", "IT", "JD", "KFC", "MG", "NW", "OK", "PC", "PM",
        "PS", "SE", "SW", "NE", "TV", "UK", "US", "VW", "WM", "XL", "XR", "YP", "ST", "RD", "AA", "RHI",
    }
)  # fmt: skip
DANGER = re.compile(
    r"\b(immediate(?:ly)? (?:danger|risk)|in danger|life.threatening|threat(?:ened)? to kill|right now|"
    r"being held|kidnapp?ed|has a (?:knife|gun|weapon)|firearm|overdose|suicid\w*)\b",
    re.IGNORECASE,
)
CRIME = re.compile(
    r"\b(rap(?:ed?|ing)|sexual(?:ly)? assault\w*|assault(?:ed|ing)?|attacked|stabb\w+|robb(?:ed|ery)|burgl\w+|stolen|"
    r"threw acid|beat(?:en)? up|indecent image\w*)\b",
    re.IGNORECASE,
)
LONG_LINE = 400


@dataclass(frozen=True)
class Person:
    """What matters here of a subject."""

    name: str = ""
    born_or_age: bool = False


@dataclass(frozen=True)
class Written:
    """What is written so far; a page not reached yet is None."""

    lines: Sequence[tuple[str, str]] | None = None
    people: Sequence[Person] | None = None
    things: int | None = None
    source_name: str = ""


@dataclass(frozen=True)
class Hint:
    """One piece of advice, the page it is about, and how much it matters."""

    step: SubmissionStep
    text: str
    kind: HintKind = HintKind.IMPROVE


def hints(written: Written) -> list[Hint]:
    """All advice about what is written so far, what matters most first."""
    found = [*_about_lines(written), *_about_people(written.people or ()), *_about_finding(written)]
    return sorted(found, key=lambda hint: hint.kind != HintKind.STOP)


def initials_in(text: str) -> list[str]:
    """What looks like initials instead of a name."""
    found = (match.group(1).strip() for match in INITIALS.finditer(text))
    return [each for each in found if each.replace(".", "").replace(" ", "") not in NOT_INITIALS]


def _about_lines(written: Written) -> Iterable[Hint]:
    step = SubmissionStep.LEARNED
    lines = list(enumerate(written.lines or (), 1))
    if any(DANGER.search(text) for _, (text, _) in lines):
        words = (
            "If a child or anyone else is in danger now, call 999 first. Nobody watches this form at night."
        )
        yield Hint(step, words, HintKind.STOP)
    if any(CRIME.search(text) for _, (text, _) in lines):
        words = "This form does not report a crime. If a crime has happened, call 101 or the MASH as well."
        yield Hint(step, words, HintKind.STOP)
    name = written.source_name.strip().lower()
    for number, (text, happened) in lines:
        if len(name) > 2 and re.search(rf"\b{re.escape(name)}\b", text.lower()):
            words = (
                f"Line {number} names who told you. Take the name out: it belongs under “How it is known”."
            )
            yield Hint(step, words, HintKind.STOP)
        if initials := initials_in(text):
            words = f"Line {number} has initials ({initials[0]}). Write names in full, correctly spelled."
            yield Hint(step, words)
        if len(text) > LONG_LINE:
            yield Hint(step, f"Line {number} is long. Put one fact on each line, so that each can be graded.")
        if not happened.strip():
            yield Hint(step, f"Say when line {number} happened, even roughly.")


def _about_people(people: Sequence[Person]) -> Iterable[Hint]:
    step = SubmissionStep.PEOPLE
    for number, person in enumerate(people, 1):
        parts = [part for part in person.name.replace(".", ". ").split() if part]
        if parts and any(len(part.strip(".")) <= 1 for part in parts) or initials_in(person.name):
            yield Hint(step, f"Person {number} has initials. Write the name in full, correctly spelled.")
        if not person.born_or_age:
            words = (
                f"Person {number} has no date of birth. Give it, or an age: it tells one person from another."
            )
            yield Hint(step, words)
    if len(people) > 1:
        words = (
            f"You have named {len(people)} people. Use one form for each person, unless they are connected; "
            "then say in a line how."
        )
        yield Hint(step, words)


def _about_finding(written: Written) -> Iterable[Hint]:
    reached = written.people is not None and written.things is not None
    if reached and not written.people and not written.things:
        words = "There is no person, vehicle, place or phone here that the police could look for. Add one if you can."
        yield Hint(SubmissionStep.THINGS, words)
