"""The bundle as somebody reads it: a letter in plain words, what is in it, and every item without what is left out.

What is left out is not in here at all: neither the words, nor the label of a text left out whole. That the police hold
something they have not released is not told either, whatever ground it is left out on; the letter says so of every
bundle.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.choices import Ground, ItemKind, Requester
from cases.models import SubjectAccessItem, SubjectAccessPassage
from cases.selectors.spans import segments
from cases.selectors.subject_access import spans_out
from cse_portal.ui.marking import Mark, marked
from cse_portal.ui.presenters import counted, display_date
from reporting.presenters.subject_access.drafting import of_police
from reporting.selectors.subject_access import DisclosureFacts

LONG = 1200
MARKING = "PERSONAL AND CONFIDENTIAL"
WHY = {
    Ground.THIRD_PARTY: (
        "It is about somebody else, who has a right to privacy too.",
        "Data Protection Act 2018, Schedule 2, paragraph 16",
    ),
    Ground.POLICE: (
        "It could make it harder to find out about a crime or to stop one.",
        "Data Protection Act 2018, Schedule 2, paragraph 2",
    ),
    Ground.LEGAL: (
        "It is advice from a lawyer, which stays private.",
        "Data Protection Act 2018, Schedule 2, paragraph 19",
    ),
    Ground.SERIOUS_HARM: (
        "Reading it could seriously harm your health or somebody else’s.",
        "Data Protection Act 2018, Schedule 3, paragraphs 5, 11 and 19",
    ),
    Ground.INTERESTS: (
        "It is about keeping a child safe from abuse, and showing it would not be best for the child.",
        "Data Protection Act 2018, Schedule 3, paragraph 21",
    ),
    Ground.RESTRICTED: (
        "It was said in a part of a meeting that is for professionals alone, because it names other people or could "
        "put somebody in danger.",
        "Data Protection Act 2018, Schedule 2, paragraph 16, and Schedule 3",
    ),
    Ground.ADDRESS: (
        "It would tell where somebody lives or goes to school, which is kept confidential to keep people safe.",
        "UK GDPR, article 15(4), and Data Protection Act 2018, Schedule 2, paragraph 16",
    ),
}


@dataclass(frozen=True)
class Why:
    """A ground by the number it has in this bundle."""

    number: int
    words: str
    law: str


@dataclass(frozen=True)
class Piece:
    """Words, or the numbers of the grounds on which words are left out here."""

    text: str
    grounds: str = ""


@dataclass(frozen=True)
class Said:
    """A text with what it is."""

    label: str
    pieces: list[Piece]

    @property
    def is_long(self) -> bool:
        """Whether it may go on over a page."""
        return sum(len(piece.text) for piece in self.pieces) > LONG


@dataclass(frozen=True)
class Printed:
    """An item as it is printed."""

    number: int
    title: str
    whence: str
    said: list[Said]
    left_out: str


@dataclass(frozen=True)
class Part:
    """The items of one part of the bundle."""

    title: str
    anchor: str
    items: list[Printed]


@dataclass(frozen=True)
class BundleDocument:
    """What templates/pdf/subject_access.html draws."""

    marking: str
    reference: str
    name: str
    for_child: bool
    child: str
    asked_on: str
    as_of: str
    made_on: str
    worker: str
    why: list[Why]
    parts: list[Part]


def marked_page(page: str, facts: DisclosureFacts) -> str:
    """The composed file as that of whoever asked: their name at the foot of each page and across it."""
    whose, made = facts.request.requester_name, facts.disclosure.disclosed_at
    return marked(page, Mark(facts.disclosure.copy, whose, "who asked for it", made))


def document(facts: DisclosureFacts) -> BundleDocument:
    """The whole document."""
    request = facts.request
    child, worker = request.case.child, request.case.lead_professional
    shown = [item for item in facts.items if any(not _is_silent(each) for each in item.passages.all())]
    numbers = _numbers(shown)
    return BundleDocument(
        marking=MARKING,
        reference=request.reference,
        name=request.requester_name,
        for_child=request.asked_by == Requester.CHILD,
        child=child.name,
        asked_on=display_date(request.received_on),
        as_of=display_date(request.assembled_at),
        made_on=display_date(facts.disclosure.disclosed_at),
        worker=worker.full_name if worker else "",
        why=[Why(number, *WHY[Ground(ground)]) for ground, number in numbers.items()],
        parts=_parts(shown, numbers),
    )


def _numbers(items: Iterable[SubjectAccessItem]) -> dict[str, int]:
    """The grounds this bundle uses and tells of, numbered in the order of the list."""
    used: set[str] = set()
    for item in items:
        for passage in item.passages.all():
            if not passage.held:
                used.update(ground for span in spans_out(passage) for ground in span.grounds)
            elif not _is_silent(passage):
                used.add(passage.held)
    return {
        ground: number
        for number, ground in enumerate((each for each in Ground.values if each in used), start=1)
    }


def _parts(items: Iterable[SubjectAccessItem], numbers: dict[str, int]) -> list[Part]:
    found: dict[str, list[Printed]] = {}
    for number, item in enumerate(items, start=1):
        found.setdefault(item.kind, []).append(_printed(number, item, numbers))
    return [Part(str(ItemKind(kind).label), kind, printed) for kind, printed in found.items()]


def _printed(number: int, item: SubjectAccessItem, numbers: dict[str, int]) -> Printed:
    every = list(item.passages.all())
    told = [each for each in every if not _is_silent(each)]
    out = [each.held for each in told if each.held]
    # An item of the police that is shown in part would tell from whom the rest is.
    agency = None if of_police(item.agency) and len(told) < len(every) else item.agency
    whence = [f"From {agency.name}" if agency else "", display_date(item.happened_on)]
    why = ", ".join(str(number) for number in sorted({numbers[ground] for ground in out}))
    return Printed(
        number=number,
        title=item.title if len(out) < len(told) else str(ItemKind(item.kind).label),
        whence=", ".join(part for part in whence if part) if len(out) < len(told) else "",
        said=[_said(each, numbers) for each in told if not each.held],
        left_out=f"{counted(len(out), 'part')} of this {'is' if len(out) == 1 else 'are'} left out ({why})"
        if out
        else "",
    )


def _said(passage: SubjectAccessPassage, numbers: dict[str, int]) -> Said:
    pieces = [
        Piece(each.text, ", ".join(str(numbers[ground]) for ground in each.grounds))
        for each in segments(passage.text, spans_out(passage))
    ]
    return Said(passage.label, pieces)


def _is_silent(passage: SubjectAccessPassage) -> bool:
    """Of what the police have not released it is not even told that it is there, on whatever ground it is out."""
    return bool(passage.held) and (passage.held == Ground.POLICE or passage.waits_for_police)
