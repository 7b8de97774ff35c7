"""What changed rows held, kept under a key for each record they are about, so that erasure is the end of that key.

The keys are wrapped with a key of the settings: whoever has the database alone reads nothing the sealer has been at.
"""

import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from cse_portal.audit.actions import Action
from cse_portal.audit.models import said_at_any_moment
from cse_portal.audit.recorder import record

BATCH = 1000
NONCE = 12
NAMED = 20
WAITS = "what changed rows held cannot be encrypted: its record's key does not open"
NOBODY = uuid.UUID(int=0)  # whose key keeps rows that are about no record

log = structlog.get_logger()


class Unreadable(Exception):
    """Not what was kept under this key."""


class Waiting(NamedTuple):
    """What cannot be encrypted: how many changes, and of which records."""

    changes: int = 0
    records: Sequence[str] = ()


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
    """Exchange what waits for its cipher; returns how many. Whatever is under a key that does not open waits on."""
    done, waits, is_full = 0, Waiting(), True
    while is_full:
        number, waits, is_full = _encrypt_batch(BATCH + waits.changes)
        done += number
    if waits.changes:
        log.error(WAITS, changes=waits.changes, records=waits.records[:NAMED])
    return done


@transaction.atomic
def _encrypt_batch(up_to: int) -> tuple[int, Waiting, bool]:
    """How many it exchanged, what it had to leave, and whether there may be more: what was left is told of again."""
    rows = _ask("SELECT change_id, subject, said FROM audit.fresh_values(%s)", [up_to])
    keys = _keys_of({_subject(subject) for _, subject, _ in rows}) if rows else {}
    known = [row for row in rows if _subject(row[1]) in keys]
    if known:
        ciphers = [
            _shut(keys[_subject(about)], said.encode(), _place(change)) for change, about, said in known
        ]
        _ask("SELECT audit.keep_values(%s, %s::bytea[])", [[change for change, _, _ in known], ciphers])
    left = sorted({str(_subject(about)) for _, about, _ in rows if _subject(about) not in keys})
    return len(known), Waiting(len(rows) - len(known), left), len(rows) == up_to


def _keys_of(subjects: set[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """Each record's own key; made where it has none yet, and left out where it does not open."""
    wanted = [str(each) for each in subjects]
    found = _ask("SELECT subject, wrapped FROM audit.keys_of(%s::uuid[])", [wanted])
    keys = {}
    for subject, wrapped in found:
        with suppress(Unreadable):
            keys[subject] = unwrapped(subject, bytes(wrapped))
    new = {each: AESGCM.generate_key(256) for each in subjects - {subject for subject, _ in found}}
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
    # Also one of a moment to come: the clock was ahead then, and what is gone is gone.
    events = said_at_any_moment(Action.VALUES_ERASED)
    told = list(events.values_list("detail__changes", flat=True))
    rows = _ask("SELECT range_agg(told::int8multirange)::text FROM unnest(%s::text[]) told", [told])
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
