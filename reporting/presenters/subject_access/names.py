"""Other people's names the portal knows on a case and that stand in a bundle: offered to decide on.

Another child's alone the file leaves out where nobody has decided: see cases/selectors/subject_access.py.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cases.choices import MentionKind, Section
from cases.models import Child
from cases.selectors.spans import places_of_name
from cases.services.subject_access import ItemDraft, NameDraft
from reporting.selectors.subject_access import WholeRecord

# Two or more words that begin with a capital: a name within a sentence.
_NAMES = re.compile(r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+")


def names_in(record: WholeRecord, items: Iterable[ItemDraft], others: Iterable[Child]) -> list[NameDraft]:
    """Each name once that is not the child's own and stands somewhere in the texts."""
    texts = [passage.text for item in items for passage in item.passages]
    whole = "\n".join(texts)
    in_a_row = "\0".join(_in_a_row(text) for text in texts)
    own = own_names(record)
    found: dict[str, NameDraft] = {}
    for each in (*_known(record), *_children(others, in_a_row)):
        neat = " ".join(each.name.split())[:200]
        key = neat.lower()
        is_others = bool(neat) and key not in found and not set(key.split()) <= own
        if is_others and places_of_name(whole, neat, not_these=own):
            found[key] = replace(each, name=neat)
    return list(found.values())


def own_names(record: WholeRecord) -> frozenset[str]:
    """What the child is called, part by part."""
    child = record.case.child
    names = [child.given_name, child.family_name, *(alias.name for alias in record.aliases)]
    return frozenset(part.lower() for name in names for part in name.split())


def _known(record: WholeRecord) -> Iterator[NameDraft]:
    for concern in record.concerns:
        for mention in concern.mentions.all():
            if mention.kind == MentionKind.PERSON:
                yield _told(mention.name, "Mentioned in a concern", concern.pk)
        for name in _NAMES.findall(concern.lives_with):
            yield _told(name, "Lives with the child", concern.pk)
    for name in _NAMES.findall(record.case.child.lives_with):
        yield NameDraft(name, "Lives with the child")
    for meeting in record.meetings:
        for invitation in meeting.invitations:
            if invitation.without_agency:
                yield NameDraft(invitation.name, "Was asked to a meeting, without an agency")
            if invitation.agency is None and hasattr(invitation, "attendance"):
                whose = "for the family" if invitation.is_family else "without an agency"
                yield NameDraft(invitation.attendance.who_came, f"Came to a meeting {whose}")
    for person in record.people_of_concern:
        source = "intelligence.PersonOfConcern"
        yield NameDraft(person.name, "Named in a police report", source, person.pk, Section.INTELLIGENCE)
    yield NameDraft(record.request.requester_name, "Asks to see the record")


def _told(name: str, known_from: str, concern: uuid.UUID) -> NameDraft:
    return NameDraft(name, known_from, "cases.Concern", concern)


def _children(others: Iterable[Child], texts: str) -> Iterator[NameDraft]:
    """Only where the whole name stands in a text, however it is written there: a first name alone would say that such
    a child is known.
    """
    for child in others:
        if _in_a_row(child.name) in texts:
            yield NameDraft(child.name, "Another child", "cases.Child", child.pk)


def _in_a_row(words: str) -> str:
    """The same words in small letters on one line, as `places` finds them whatever their case and spacing."""
    return " ".join(words.lower().split())
