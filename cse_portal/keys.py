"""Keys made by the client, so that a row can be written before anyone may read it back."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random, SystemRandom

from django.db import models
from django.db.models import Model
from django.utils import timezone
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7

from cse_portal import acting

_numbers: Random = SystemRandom()


def new_reference(prefix: str, year: int) -> str:
    """A reference people can read out, such as CSE-2026-48213; random, so that neither count nor neighbour shows."""
    return f"{prefix}-{year}-{_numbers.randrange(100_000):05d}"


def free_reference(model: type[Model], prefix: str) -> str:
    """A reference that no row carries yet."""
    while _is_taken(model, reference=(reference := new_reference(prefix, timezone.localdate().year))):
        continue
    return reference


@contextmanager
def references_from(numbers: Random) -> Iterator[None]:
    """For the demo board, whose references are the same each time it is written."""
    global _numbers
    before, _numbers = _numbers, numbers
    try:
        yield
    finally:
        _numbers = before


def new_key() -> uuid.UUID:
    """A time-ordered UUIDv7, unique across agencies and unguessable by its neighbour."""
    return uuid7()


class Keyed(Model):
    """A row under a key that anyone who makes it chooses."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)

    class Meta:
        abstract = True


def key_from(token: uuid.UUID, *, of: str) -> uuid.UUID:
    """The key of the row that is made with a token a browser or system brought: the same each time, of one thing each.

    Never the token itself, which its sender chooses: it could be the key of another record, and anyone who throws away
    a draft of that key would take what the audit keeps of the other with it. Time-ordered as the token is; the rest is
    74 bits of HMAC-SHA-256, so nobody finds a token for a key they know.
    """
    marked = salted_hmac("cse_portal.keys.key_from", f"{of}:{token.hex}", algorithm="sha256").digest()
    octets = bytearray(token.bytes[:6] + marked[:10])
    octets[6] = 0x70 | octets[6] & 0x0F  # RFC 9562, section 5.7: version 7
    octets[8] = 0x80 | octets[8] & 0x3F  # and its variant
    return uuid.UUID(bytes=bytes(octets))


def free_key(model: type[Model], key: uuid.UUID | None) -> uuid.UUID:
    """The key a page brought, for a new row; another where it is missing, or names a row made elsewhere."""
    return new_key() if key is None or _is_taken(model, pk=key) else key


def _is_taken(model: type[Model], **named: object) -> bool:
    with acting.for_the_system():  # a row that this person does not see has its key too
        return model._default_manager.filter(**named).exists()
