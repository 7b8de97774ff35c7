"""Letters of a case, the wording that holds, and what is put into its gaps."""

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from cases.family.models import NetworkMember
from cases.letters.choices import ENGLISH, OPTIONAL, WORDING, LetterKind, Reader
from cases.letters.models import Letter, LetterWording
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference import packs
from cse_portal.reference.selectors import label

GAP = re.compile(r"{([^{}]*)}")
TO_WRITE = "[Write this in plain words.]"


@dataclass(frozen=True)
class MeetingFacts:
    """What the meeting floor knows of a case, in words that a family may read. Empty where there is none."""

    next_meeting: str = ""
    last_meeting: str = ""
    said: str = ""
    what_changed: str = ""
    talked: Sequence[str] = ()
    category: int | None = None
    before: int | None = None
    dissents: Sequence[str] = ()
    actions: Sequence[tuple[str, str, str]] = ()
    until: str = ""


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
    own = next(
        (row for row in packs.current().letters if (row["kind"], row["reader"]) == (kind, reader)), None
    )
    return Wording(own["heading"], own["body"], ENGLISH) if own else Wording(*WORDING[kind, reader], ENGLISH)


def draft(
    case: Case, kind: LetterKind, recipient: NetworkMember | None, language: str, facts: MeetingFacts
) -> Wording:
    """The board's wording with what the portal knows in its gaps. What is not known is still to be written."""
    words = wording(kind, Reader.PARENT if recipient else Reader.CHILD, language)
    gaps = _gaps(case, recipient, facts)
    filled = (
        GAP.sub(lambda found: gaps.get(found[1]) or ("" if found[1] in OPTIONAL else TO_WRITE), each)
        for each in (words.heading, words.body)
    )
    return Wording(next(filled)[:150], next(filled), words.language)


def _gaps(case: Case, recipient: NetworkMember | None, facts: MeetingFacts) -> dict[str, str]:
    lead, child = case.lead_professional, case.child.given_name or case.child.name
    category = case.category if facts.category is None else facts.category
    changed = f"It was category {facts.before} before." if facts.before not in (None, category) else ""
    plain = label("category-in-plain-words", str(category))
    noted = "We wrote that down too." if facts.dissents else ""
    people = [(lead.full_name, lead.phone)] if lead and lead.phone else []
    calls = [
        ("If anybody is in danger", "999"),
        *people,
        (f"{settings.BOARD_AREA} MASH", settings.MASH_PHONE),
    ]
    return {
        "name": recipient.name if recipient else child,
        "child": child,
        "meeting": facts.next_meeting,
        "last_meeting": facts.last_meeting,
        "talked": "\n".join(f"- {each}" for each in facts.talked),
        "category": " ".join(filter(None, (plain, changed, *facts.dissents, noted))),
        "actions": _table(("Who", "Will do this", "By"), facts.actions),
        "lead": lead.full_name if lead else case.lead_agency.name,
        "call": _table((), calls),
        "said": "" if recipient else _said(case, facts),
        "until": f"Until {facts.until} we can change it." if facts.until else "",
    }


def _said(case: Case, facts: MeetingFacts) -> str:
    """What the child said, and what changed because of it: nobody else's letter repeats it."""
    said = [(facts.said, facts.what_changed or TO_WRITE)] if facts.said else []
    earlier = case.voice_entries.exclude(what_changed="")[:3]
    said = said or [(each.own_words, each.what_changed) for each in earlier]
    return _table(("You said", "What changed"), [(f"“{words.strip()}”", changed) for words, changed in said])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A row a line; nothing where there are none."""
    lines = ["| " + " | ".join(" ".join(cell.replace("|", "/").split()) for cell in row) for row in rows]
    return "\n".join([f"|# {' | '.join(head)}", *lines] if head and lines else lines)


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
