"""What changed rows held, kept under a key for each record they are about, so that erasure is the end of that key.

The keys are wrapped with a key of the settings: whoever has the database alone reads nothing the sealer has been at.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import record

BATCH = 1000
NONCE = 12
NOBODY = uuid.UUID(int=0)  # whose key keeps rows that are about no record


class Unreadable(Exception):
    """Not what was kept under this key."""


class Kept(NamedTuple):
    """What is kept of one change: under whose key, and with the hash that the change has of it."""

    change: int
    subject: uuid.UUID
    salt: bytes | None
    cipher: bytes
    wrapped: bytes | None
    proof: bytes
    of_table: str
    row_key: str
    is_erased: bool


def encrypt_fresh() -> int:
    """Exchange what waits for its cipher; returns how many."""
    done = 0
    while number := _encrypt_batch():
        done += number
    return done


@transaction.atomic
def _encrypt_batch() -> int:
    rows = _ask("SELECT change_id, subject, said FROM audit.fresh_values(%s)", [BATCH])
    if not rows:
        return 0
    keys = _keys_of({_subject(subject) for _, subject, _ in rows})
    ciphers = [_shut(keys[_subject(about)], said.encode(), _place(change)) for change, about, said in rows]
    _ask("SELECT audit.keep_values(%s, %s::bytea[])", [[change for change, _, _ in rows], ciphers])
    return len(rows)


def _keys_of(subjects: set[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """Each record's own key; made where it has none yet."""
    wanted = [str(each) for each in subjects]
    found = _ask("SELECT subject, wrapped FROM audit.keys_of(%s::uuid[])", [wanted])
    keys = {subject: unwrapped(subject, bytes(wrapped)) for subject, wrapped in found}
    new = {each: AESGCM.generate_key(256) for each in subjects - keys.keys()}
    if new:
        wraps = [_shut(_wrapping_key(), key, subject.bytes) for subject, key in new.items()]
        _ask("SELECT audit.add_keys(%s::uuid[], %s::bytea[])", [[str(each) for each in new], wraps])
    return keys | new


@transaction.atomic
def erase(subjects: Iterable[uuid.UUID]) -> int:
    """What rows about these records held is gone for good; that they changed, when and by whom stays proved."""
    wanted = [str(each) for each in subjects]
    [(destroyed, changes)] = _ask(
        "SELECT destroyed, emptied::text FROM audit.destroy_keys(%s::uuid[])", [wanted]
    )
    # Which changes, by number and sealed with the event: whoever takes another's salt finds no such excuse for it.
    detail = {"records": wanted, "keys": destroyed, "changes": changes}
    record(Action.VALUES_ERASED, by=None, detail=detail)
    return int(destroyed)


def erased() -> str:
    """The numbers of all changes whose values were erased, as the events of it say: a PostgreSQL multirange."""
    told = AuditEvent.objects.filter(action=Action.VALUES_ERASED).values_list("detail__changes", flat=True)
    rows = _ask("SELECT range_agg(told::int8multirange)::text FROM unnest(%s::text[]) told", [list(told)])
    return str(rows[0][0] or "{}")


def kept(*, erased: str = "{}") -> Iterator[Kept]:
    """All that is kept, change by change; `erased` are the changes of which nothing is."""
    after, portion = 0, "SELECT *, change_id <@ %s::int8multirange FROM audit.kept_values(%s, %s)"
    while rows := _ask(portion, [erased, after, BATCH]):
        for change, subject, *shut, table, row, is_erased in rows:
            salt, cipher, wrapped, proof = (bytes(part) if part is not None else None for part in shut)
            about = _subject(subject)
            yield Kept(change, about, salt, cipher or b"", wrapped, proof or b"", table, row, is_erased)
        after = rows[-1][0]


def unwrapped(subject: uuid.UUID, wrapped: bytes) -> bytes:
    """A record's own key."""
    return _open(_wrapping_key(), wrapped, subject.bytes)


def opened(key: bytes, change: int, cipher: bytes) -> bytes:
    """What the row held."""
    return _open(key, cipher, _place(change))


def _wrapping_key() -> bytes:
    if not settings.AUDIT_VALUES_KEY:
        raise ImproperlyConfigured(
            "Keeping what changed needs AUDIT_VALUES_KEY: manage.py audit_keys makes one."
        )
    return bytes.fromhex(settings.AUDIT_VALUES_KEY)


def _shut(key: bytes, words: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, words, place)


def _open(key: bytes, shut: bytes, place: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(shut[:NONCE], shut[NONCE:], place)
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def _subject(subject: uuid.UUID | None) -> uuid.UUID:
    return subject or NOBODY


def _place(change: int) -> bytes:
    """What is kept of one change can stand for no other."""
    return str(change).encode()


def _ask(statement: str, words: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        return list(cursor.fetchall())
