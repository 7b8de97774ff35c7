"""The key with which the portal tells PostgreSQL who acts: kept there for the owner's functions alone."""

import hashlib

from django.conf import settings
from django.db import connection, transaction

BLOCK = 64  # bytes of SHA-256


def set_context_key() -> None:
    """As the owner: store the key of the settings as the two pads of HMAC-SHA256 (RFC 2104)."""
    key = settings.DATABASE_CONTEXT_KEY.encode()
    padded = (key if len(key) <= BLOCK else hashlib.sha256(key).digest()).ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ mark for byte in padded) for mark in (0x36, 0x5C))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM gate.context_key")
        cursor.execute("INSERT INTO gate.context_key VALUES (%s, %s)", [inner, outer])
