"""How a row becomes passages: what is empty is not there, and what is others' or the police's begins left out."""

import uuid
from collections.abc import Iterable

from cases.choices import Ground, Section
from cases.services.subject_access import PassageDraft
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency
from cse_portal.reference import selectors as reference
from mase.choices import POLICE_WORK
from mase.models import PlanAction


def of_police(agency: Agency | None) -> bool:
    """Whether the police answer for what this agency told."""
    return agency is not None and agency.kind == AgencyKind.POLICE


def is_police_work(action: PlanAction) -> bool:
    """What the police are to do, and what was agreed against those who do harm, is the police's to release."""
    return of_police(action.agency) or action.p in POLICE_WORK


def passages(
    source: str,
    pairs: Iterable[tuple[str, object]],
    *,
    held: Ground | None = None,
    police: bool = False,
    part: Section | None = None,
    meeting: uuid.UUID | None = None,
) -> list[PassageDraft]:
    """A passage for each label with words. What is kept apart on the case stays so: it names the part it is of.

    And the meeting at which it was written down: whom the chair left out of its record does not read it here either.
    """
    return [
        PassageDraft(label, str(words).strip(), source, held, police, part, meeting)
        for label, words in pairs
        if words not in (None, "", []) and str(words).strip()
    ]


def titled(title: str, words: str) -> str:
    """Words with the title somebody typed for them; nothing without words.

    In the text, and never in its label: only of a text are names offered, and only of a text can words be left out.
    """
    return f"Title: {title}\n{words}" if words.strip() else ""


def worded(code_list: str, code: str) -> str:
    """The words for a code; nothing for none."""
    return reference.label(code_list, code) if code else ""


def kept_apart(restricted: bool) -> Section | None:
    """The part that what is for professionals alone belongs to."""
    return Section.MINUTES if restricted else None
