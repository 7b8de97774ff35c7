"""What is wrong with a file, in words that say what to do."""

from dataclasses import dataclass

from django.db.models import TextChoices

from cse_portal.errors import NotAllowedNow


class Fault(TextChoices):
    """What was wrong, as the audit keeps it: neither the file's name nor a word of what is in it."""

    KIND = "kind", "of no kind that is taken"
    EMPTY = "empty", "empty"
    LARGE = "large", "too large"
    OTHERWISE = "otherwise", "something else than its name says"
    DAMAGED = "damaged", "damaged, or more than one thing"
    LOCKED = "locked", "locked with a password"
    HEAVY = "heavy", "unpacks to far more than it should"
    MACROS = "macros", "holds macros"
    OTHERS = "others", "holds other files or controls"
    REACHES = "reaches", "reaches for something elsewhere"
    ACTS = "acts", "acts by itself"


@dataclass(frozen=True)
class Refusal:
    """What is wrong, for the audit, and the sentence for the person who sent it."""

    fault: Fault
    words: str


class FileRefused(NotAllowedNow):
    """The file is not taken; the message says what to send instead."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words)
        self.fault = refusal.fault


class FileUnavailable(NotAllowedNow):
    """The stored file is missing, or is not the one that was stored."""

    message = "This file cannot be opened: it is missing or has been damaged. Tell the portal's support team."


class ScannerSilent(Exception):
    """The virus scanner gave no clear answer. Never to be taken for a good one."""
