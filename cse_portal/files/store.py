"""Where files lie: outside every web root, under names that say nothing, each proved by its hash when it is read."""

import datetime as dt
import hashlib
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cse_portal.files.errors import FileUnavailable
from cse_portal.keys import new_key


def keep(folder: str, content: bytes) -> str:
    """Store the bytes; returns the name they lie under."""
    return default_storage.save(f"{folder}/{new_key().hex}", ContentFile(content))


def read(stored_as: str, sha256: str) -> bytes:
    """The bytes as they were stored; FileUnavailable if they are gone or are others."""
    try:
        with default_storage.open(stored_as) as stored:
            content: bytes = stored.read()
    except OSError:
        raise FileUnavailable from None
    if digest(content) != sha256:
        raise FileUnavailable
    return content


def forget(stored_as: str) -> None:
    """Delete the bytes; nothing happens when they are gone already."""
    if stored_as:
        default_storage.delete(stored_as)


def lying(folder: str, *, since: dt.datetime) -> Iterator[str]:
    """The names in a folder whose bytes have lain there unchanged since then."""
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return  # nothing was ever kept there
    for name in names:
        stored_as = f"{folder}/{name}"
        try:
            is_old = default_storage.get_modified_time(stored_as) < since
        except FileNotFoundError:
            continue  # gone since it was listed
        if is_old:
            yield stored_as


def digest(content: bytes) -> str:
    """What proves that a file is still the one that was stored."""
    return hashlib.sha256(content).hexdigest()
