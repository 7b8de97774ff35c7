"""The texts of an item as whoever decides sees them: what is left out can still be read there, and put back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.choices import Ground, Section
from cases.models import Case, OtherName, Redaction, SubjectAccessItem, SubjectAccessPassage
from cases.selectors.spans import Segment, Span, merged, places_of_name, segments
from cse_portal.access import gate
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import joined


@dataclass(frozen=True)
class Out:
    """Words that are left out, and what puts them back."""

    key: str
    words: str
    grounds: str


@dataclass(frozen=True)
class Piece:
    """A piece of a text: left out, possibly somebody's name, or plain."""

    starts_at: int
    text: str
    is_out: bool = False
    is_name: bool = False


@dataclass(frozen=True)
class Card:
    """One text of an item with everything that can be decided about it."""

    key: str
    label: str
    pieces: list[Piece]
    held: str
    note: str
    waits: bool
    out: list[Out]
    words_form: object = None
    hold_form: object = None
    is_open: bool = False


def cards(item: SubjectAccessItem, names: Sequence[OtherName], own: frozenset[str]) -> list[Card]:
    """The texts of an item. Names nobody has decided about are shown in them, and left where they are."""
    undecided = [name.name for name in names if not name.choice]
    return [_card(passage, undecided, own) for passage in item.passages.all()]


def kept_apart(item: SubjectAccessItem, user: User, case: Case) -> list[str]:
    """The parts of the case that texts of the item are of and that this person was not given."""
    parts = [Section(each) for each in item.sections]
    return [str(each.label) for each in parts if not gate.can(user, each.opened_by, case)]


def ground_words(grounds: Iterable[str]) -> str:
    """Why something is left out."""
    return joined(str(Ground(each).label) for each in grounds)


def _card(passage: SubjectAccessPassage, undecided: Sequence[str], own: frozenset[str]) -> Card:
    rows: list[Redaction] = list(passage.redactions.all())
    out = [Span(row.starts_at, row.ends_at, tuple(row.grounds)) for row in rows]
    return Card(
        key=str(passage.pk),
        label=passage.label,
        pieces=_pieces(passage.text, out, undecided, own),
        held=ground_words([passage.held]) if passage.held else "",
        note=passage.held_note,
        waits=passage.waits_for_police,
        out=[
            Out(str(row.pk), passage.text[row.starts_at : row.ends_at], ground_words(row.grounds))
            for row in rows
        ],
    )


def _pieces(text: str, out: list[Span], undecided: Sequence[str], own: frozenset[str]) -> list[Piece]:
    """Here, for the people who decide, what is left out is still to be read."""
    names = merged(
        Span(start, end, ("name",))
        for name in undecided
        for start, end in places_of_name(text, name, not_these=own)
    )
    pieces = []
    for segment in segments(text, out):
        whole = text[segment.starts_at : segment.ends_at]
        if segment.is_out:
            pieces.append(Piece(segment.starts_at, whole, is_out=True))
        else:
            pieces += _named(segment, names)
    return pieces


def _named(segment: Segment, names: list[Span]) -> list[Piece]:
    inside = [
        Span(
            max(0, name.starts_at - segment.starts_at),
            min(len(segment.text), name.ends_at - segment.starts_at),
            ("n",),
        )
        for name in names
        if name.starts_at < segment.ends_at and name.ends_at > segment.starts_at
    ]
    return [
        Piece(
            segment.starts_at + part.starts_at,
            segment.text[part.starts_at : part.ends_at],
            is_name=part.is_out,
        )
        for part in segments(segment.text, inside)
    ]
