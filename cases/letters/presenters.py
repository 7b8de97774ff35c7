"""A letter as its reader sees it, and letters in lists."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from cases.letters.models import Letter
from cse_portal.ui.presenters import display_date


@dataclass
class Block:
    """A heading, a paragraph, a list or a table of a letter."""

    kind: str
    text: str = ""
    entries: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class LetterRow:
    """A line of the list of letters."""

    key: uuid.UUID
    heading: str
    kind: str
    to: str
    language: str
    state: str
    is_sent: bool


def blocks(body: str) -> list[Block]:
    """The body by its headings, paragraphs, lists and tables."""
    found: list[Block] = []
    for line in (each.strip() for each in body.splitlines()):
        if line.startswith("# "):
            found.append(Block("heading", line[2:].strip()))
        elif line.startswith("- "):
            if not (found and found[-1].kind == "list"):
                found.append(Block("list"))
            found[-1].entries.append(line[2:].strip())
        elif line.startswith("|"):
            if not (found and found[-1].kind == "table"):
                found.append(Block("table"))
            cells = [each.strip() for each in line.lstrip("|# ").split("|")]
            if line.startswith("|#"):
                found[-1].head = cells
            else:
                found[-1].rows.append(cells)
        elif line:
            found.append(Block("paragraph", line))
    return found


def letter_rows(letters: Iterable[Letter]) -> list[LetterRow]:
    """Who writes to whom, and whether it was sent."""
    return [
        LetterRow(
            key=each.pk,
            heading=each.heading,
            kind=each.get_kind_display(),
            to=each.recipient.name if each.recipient else each.case.child.name,
            language=each.language,
            state=f"{each.get_sent_how_display()} by {each.sent_by.full_name}, {display_date(each.sent_on)}"
            if each.sent_by and each.sent_on
            else f"Draft of {each.recorded_by.full_name}, {display_date(each.recorded_at)}",
            is_sent=each.sent_on is not None,
        )
        for each in letters
    ]
