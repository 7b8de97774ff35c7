"""What is wrong with a file, in words that say what to do."""

from cse_portal.errors import NotAllowedNow


class FileRefused(NotAllowedNow):
    """The file is not taken; the message says what to send instead."""

    message = "This file cannot be taken. Save it again as a PDF and choose that."


class FileUnavailable(NotAllowedNow):
    """The stored file is missing, or is not the one that was stored."""

    message = "This file cannot be opened: it is missing or has been damaged. Tell the portal's support team."


class ScannerSilent(Exception):
    """The virus scanner gave no clear answer. Never to be taken for a good one."""
