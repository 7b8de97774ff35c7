"""What is wrong with a file, in words that say what to do."""

from django.db.models import TextChoices

from cse_portal.errors import NotAllowedNow


class Fault(TextChoices):
    """What was wrong, as the audit keeps it: neither the file's name nor a word of its content."""

    KIND = "kind", "of no kind that is taken"
    EMPTY = "empty", "empty"
    LARGE = "large", "too large"
    OTHERWISE = "otherwise", "something else than its name says"
    DAMAGED = "damaged", "damaged"
    LOCKED = "locked", "locked with a password"
    HEAVY = "heavy", "unpacks to far more than it should"
    MACROS = "macros", "holds macros"
    OTHERS = "others", "holds or fetches other files"
    VIRUS = "virus", "a virus was found in it"
    UNSCANNED = "unscanned", "the virus scanner was silent"


class FileRefused(NotAllowedNow):
    """The file is not taken; the message says what to send instead."""

    def __init__(self, fault: Fault, words: str) -> None:
        super().__init__(words, "file")
        self.fault = fault


class FileUnavailable(NotAllowedNow):
    """The stored file is missing, or is not the one that was stored."""

    message = "This file cannot be opened: it is missing or has been damaged. Tell the portal's support team."


class ScannerSilent(Exception):
    """The virus scanner gave no clear answer. This never counts as a clean one."""
