"""Letters of a case, the wording that holds, and what is put into its gaps."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from cases.letters.choices import ENGLISH, WORDING, LetterKind, Reader
from cases.letters.models import Letter, LetterWording
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User


@dataclass(frozen=True)
class MeetingFacts:
    """What the meeting floor knows of a case, in words that a family may read. Empty where there is none."""

    next_meeting: str = ""
    last_meeting: str = ""
    actions: list[str] = field(default_factory=list)


_meeting_facts: dict[str, Callable[[Case], MeetingFacts]] = {}


def meetings_tell_letters(name: str, facts: Callable[[Case], MeetingFacts]) -> None:
    """Have the floor above say when a case's meetings are, and what was agreed that the family may read."""
    _meeting_facts[name] = facts


def meeting_facts(case: Case) -> MeetingFacts:
    """What the floor above says; nothing where it says nothing."""
    return next((facts(case) for facts in _meeting_facts.values()), MeetingFacts())


@dataclass(frozen=True)
class Wording:
    """A heading and a body with gaps, in a language: the one asked for, or English where the board has none."""

    heading: str
    body: str
    language: str


def wording(kind: LetterKind, reader: Reader, language: str) -> Wording:
    """The board's newest wording in this language, else in English, else the portal's own."""
    rows = LetterWording.objects.filter(kind=kind, reader=reader).order_by("-written_at")
    for wanted in dict.fromkeys((language or ENGLISH, ENGLISH)):
        found = rows.filter(language__iexact=wanted).first()
        if found:
            return Wording(found.heading, found.body, found.language)
    return Wording(*WORDING[kind, reader], ENGLISH)


def languages() -> list[str]:
    """The languages in which the board has any wording; English is always there."""
    found = LetterWording.objects.order_by("language").values_list("language", flat=True).distinct()
    return [ENGLISH, *(each for each in found if each.lower() != ENGLISH.lower())]


def letters_of(user: User, case: Case) -> list[Letter]:
    """Every letter of a case, the newest first."""
    rows = Letter.objects.visible_to(user).filter(case=case)
    return list(rows.select_related("recipient", "recorded_by", "agency", "sent_by", "case__child"))


def letter_for(user: User, reference: str, pk: uuid.UUID) -> Letter:
    """One letter of this very case; NotVisible for any other."""
    rows = Letter.objects.visible_to(user).filter(pk=pk, case__reference=reference)
    of_case = ("case__child", "case__lead_agency", "case__lead_professional")
    return get_visible(rows.select_related("recipient", "sent_by", "agency", "recorded_by", *of_case))
