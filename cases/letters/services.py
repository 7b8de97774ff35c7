"""Writing a letter from the board's wording, changing it, and saying that it was sent."""

import datetime as dt
import re
import uuid

from django.db import transaction

from cases.family.models import NetworkMember, YesNoUnknown
from cases.letters.choices import GAPS, LetterKind, Reader, SentHow
from cases.letters.models import Letter, LetterWording
from cases.letters.selectors import GAP, MeetingFacts, draft, meeting_facts
from cases.record.models.case import Case
from cases.record.services import agency_of, lock_open
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.keys import free_key


class ContactNotSafe(NotAllowedNow):
    """A letter to somebody whom it is not safe to contact is neither written nor sent."""

    field = "recipient"

    def __init__(self, person: NetworkMember) -> None:
        self.message = (
            f"It is not safe to contact {person.name}: {person.contact_reason}. Choose somebody else, "
            "or ask the lead professional."
        )
        super().__init__(self.message)


class AlreadySent(NotAllowedNow):
    """A letter that was sent stays as it was."""

    message = "This letter was sent, so it stays as it is. Write another one."


class StillToWrite(NotAllowedNow):
    """A letter goes out whole."""

    message = "The letter still has words in square brackets. Write what belongs there first."
    field = "sent_on"


@transaction.atomic
def write_letter(
    *, case: Case, kind: LetterKind, recipient: NetworkMember | None, language: str, by: User,
    key: uuid.UUID | None = None, facts: MeetingFacts | None = None,
) -> Letter:  # fmt: skip
    """A draft from the board's wording, with what the portal knows in its gaps. Raises ContactNotSafe.

    A key writes one letter; again it words a draft anew that nobody has changed. What is not known stands in square
    brackets, to be written. `facts`: of which meeting, if not the last.
    """
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    _refuse_unsafe(recipient)
    words = draft(locked, kind, recipient, language, facts or meeting_facts(locked))
    if key and (made := Letter.objects.filter(pk=key, case=locked).first()):
        if (
            made.version == 1
            and not made.sent_on
            and (made.heading, made.body) != (words.heading, words.body)
        ):
            made.heading, made.body, made.language = words.heading, words.body, words.language
            made.save(update_fields=["heading", "body", "language"])
            record(Action.LETTER_CHANGED, by=by, obj=made, case=locked)
        return made
    letter = Letter.objects.create(
        pk=free_key(Letter, key), case=locked, kind=kind, recipient=recipient, language=words.language,
        heading=words.heading, body=words.body, recorded_by=by,
        agency=agency_of(locked, by),
    )  # fmt: skip
    record(Action.LETTER_WRITTEN, by=by, obj=letter, case=locked, detail={"kind": kind})
    return letter


@transaction.atomic
def change_letter(*, letter: Letter, version: int, heading: str, body: str, by: User) -> Letter:
    """Save what a page drawn at this version says. Raises StaleEdit and AlreadySent."""
    lock_open(letter.case, Permission.CASE_CHANGE, by)
    locked = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.sent_on:
        raise AlreadySent
    if (locked.heading, locked.body) == (heading, body):
        return locked
    if locked.version != version:
        raise StaleEdit
    locked.heading, locked.body, locked.version = heading, body, locked.version + 1
    locked.save(update_fields=["heading", "body", "version"])
    record(Action.LETTER_CHANGED, by=by, obj=locked, case=locked.case)
    return locked


@transaction.atomic
def letter_sent(*, letter: Letter, on: dt.date, how: SentHow, by: User) -> Letter:
    """Say when and how it reached its reader. Raises ContactNotSafe, StillToWrite and AlreadySent."""
    lock_open(letter.case, Permission.CASE_CHANGE, by)
    locked = Letter.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=letter.pk)
    if locked.sent_on:
        raise AlreadySent
    _refuse_unsafe(locked.recipient)
    if re.search(r"\[[^\]]*\]", locked.body):
        raise StillToWrite
    locked.sent_on, locked.sent_how, locked.sent_by = on, how, by
    locked.save(update_fields=["sent_on", "sent_how", "sent_by"])
    record(Action.LETTER_SENT, by=by, obj=locked, case=locked.case, detail={"how": how})
    return locked


@transaction.atomic
def write_wording(
    *, kind: LetterKind, reader: Reader, language: str, heading: str, body: str, by: User
) -> LetterWording:
    """The board's own words from now on; letters written before stay as they are. The same words again add nothing."""
    gate.require(by, Permission.LETTER_WORDING_CHANGE)
    last = (
        LetterWording.objects.filter(kind=kind, reader=reader, language=language)
        .order_by("written_at")
        .last()
    )
    if last is not None and (last.heading, last.body) == (heading, body):
        return last
    made = LetterWording.objects.create(
        kind=kind, reader=reader, language=language, heading=heading, body=body, written_by=by
    )
    record(Action.LETTER_WORDING_WRITTEN, by=by, obj=made, detail={"kind": kind})
    return made


def unknown_gaps(words: str) -> list[str]:
    """What stands in braces and is no gap."""
    return [each for each in GAP.findall(words) if each not in GAPS]


def why_not_safe(letter: Letter) -> str:
    """Why a draft, written before contact became unsafe, is not printed or sent; nothing where it may be."""
    try:
        _refuse_unsafe(None if letter.sent_on else letter.recipient)
    except ContactNotSafe as refusal:
        return refusal.message
    return ""


def _refuse_unsafe(recipient: NetworkMember | None) -> None:
    if recipient and recipient.contact_safe == YesNoUnknown.NO:
        raise ContactNotSafe(recipient)
