"""On whose behalf the code runs: a person, the system, or nobody. PostgreSQL is told, and row-level security reads it.

A request acts for its user, inside one transaction that its middleware opens; a job acts for the system. Outside both
nobody acts, and the tables that hang on a child's case are empty.
"""

import hashlib
import hmac
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

TELL = "SELECT set_config('gate.me', %s, %s)"
_BLOCK = 64  # bytes of SHA-256


@dataclass(frozen=True)
class Actor:
    """Who acts: the system, or a person with their agency, its group, their role and what it opens."""

    key: str
    agency: str = ""
    group: str = ""
    role: str = ""
    opens: str = ""


SYSTEM = Actor("system")
NOBODY: Actor | None = None

_actor: ContextVar[Actor | None] = ContextVar("actor", default=NOBODY)
request_id: ContextVar[uuid.UUID | None] = ContextVar("request_id", default=None)


def current() -> Actor | None:
    """Who acts just now."""
    return _actor.get()


def is_the_system() -> bool:
    """Whether what runs asks as the system, to which PostgreSQL shows every row."""
    return current() == SYSTEM


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Everything inside is asked and written on this actor's behalf; afterwards the one before acts again."""
    before = current()
    token = _actor.set(actor)
    within = connection.in_atomic_block
    try:
        if actor != before:
            tell(actor, local=within)
        yield
    finally:
        _actor.reset(token)
        if actor != before and not _has_failed():
            tell(before, local=within)


def for_the_system() -> AbstractContextManager[None]:
    """What no person asks for: jobs, clocks, and the few questions whose answer is about rows nobody is shown."""
    return acting(SYSTEM)


def tell(actor: Actor | None, *, local: bool) -> None:
    """Say who acts: to this transaction alone, or outside of one to a worker's connection.

    The words are signed for this connection's server process with a key that only the portal and the database's owner
    hold. A statement that somebody managed to inject can repeat them, and never become anybody else.
    """
    with connection.cursor() as cursor:
        cursor.execute(TELL, [signed(actor), local])


def _has_failed() -> bool:
    """Whether the transaction waits to be rolled back: it takes no words, and forgets those that were said in it."""
    server = connection.connection
    return server is None or server.info.transaction_status == TRANSACTION_STATUS_INERROR


def signed(actor: Actor | None) -> str:
    """The words for the setting `gate.me`: signature, then the actor's parts, the portal's time and the request."""
    if actor is None:
        return ""
    connection.ensure_connection()
    # A worker's connection may keep the system's words for hours: it reads the server's clock.
    moment = "" if actor == SYSTEM else timezone.now().isoformat()
    request = str(request_id.get() or "")
    words = "|".join((actor.key, actor.agency, actor.group, actor.role, actor.opens, moment, request))
    said = f"{words}|{connection.connection.info.backend_pid}"
    key = settings.DATABASE_CONTEXT_KEY.encode()
    return f"{hmac.new(key, said.encode(), hashlib.sha256).hexdigest()}|{words}"


def set_context_key() -> None:
    """As the owner: store that key, for the owner's functions alone, as the two pads of HMAC-SHA256 (RFC 2104)."""
    key = settings.DATABASE_CONTEXT_KEY.encode()
    padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ mark for byte in padded) for mark in (0x36, 0x5C))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM gate.context_key")
        cursor.execute("INSERT INTO gate.context_key VALUES (%s, %s)", [inner, outer])
