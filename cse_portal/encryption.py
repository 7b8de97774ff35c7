"""Secrets at rest: what the database must hold and nobody who reads it may use.

The keys are FIELD_ENCRYPTION_KEYS, newest first: the first encrypts, each of them decrypts, so that a key can be
replaced while what an older one wrote is still read.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FIELDS = "cse-portal field encryption"


class Unreadable(Exception):
    """None of the keys opens it: it was written with a key that is gone, or it was tampered with."""


def encrypt(text: str, purpose: str = FIELDS) -> str:
    """The text as only a holder of the keys reads it; the same text looks different each time.

    What was encrypted for one purpose is not opened for another.
    """
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS), purpose).encrypt(text.encode()).decode()


def decrypt(encrypted: str, purpose: str = FIELDS) -> str:
    """The text again."""
    try:
        return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS), purpose).decrypt(encrypted.encode()).decode()
    except InvalidToken as problem:
        raise Unreadable from problem


@cache
def _cipher(keys: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys])


def _derived(key: str, purpose: str) -> bytes:
    """Any long random text becomes a key of the length the cipher wants (RFC 5869)."""
    bits = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
    return base64.urlsafe_b64encode(bits)
