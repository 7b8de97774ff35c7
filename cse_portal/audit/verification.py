"""Recomputes everything the audit rests on, and names what is not as it was sealed, down to the row."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import partial
from itertools import islice, pairwise
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cse_portal.audit import canon, sealing, sink, standalone, values
from cse_portal.audit.models import Seal as SealRow
from cse_portal.audit.sealing import NOTHING_YET, TABLES
from cse_portal.audit.standalone import STREAMS, Problem, Row, Seal
from cse_portal.reference import services as reference

Asked = tuple[Seal, tuple[str, str]]  # a seal, and where the one before it ended
CANON = {"event": canon.EVENT, "change": canon.CHANGE}
SETTLING = dt.timedelta(minutes=5)
# Hashes are computed where the rows are; the expression is ours, not a function of the database under test.
BATCHES = """
SELECT b.number, s.rows, s.root, s.broken
FROM unnest(%s::bigint[], %s::xid8[], %s::{kind}[], %s::xid8[], %s::{kind}[])
     AS b (number, after_txid, after_id, txid, id),
LATERAL (
    SELECT count(*) AS rows, encode(sha256(string_agg(f.fresh, ''::bytea ORDER BY f.txid, f.id)), 'hex') AS root,
           COALESCE(bool_or(f.fresh <> f.row_hash), false) AS broken
    FROM (SELECT r.txid, r.id, r.row_hash, {fresh} AS fresh FROM {table} r
          WHERE (r.txid, r.id) > (b.after_txid, b.after_id) AND (r.txid, r.id) <= (b.txid, b.id)) f
) s
"""
ROWS = """
SELECT r.id::text, encode(r.row_hash, 'hex'), encode({fresh}, 'hex') FROM {table} r
WHERE (r.txid, r.id) > (%s::xid8, %s::{kind}) AND (r.txid, r.id) <= (%s::xid8, %s::{kind}) ORDER BY r.txid, r.id
"""
# A row of a transaction that is still to come is never sealed: somebody wrote its number. Our own is no such row.
UNSEALED = """
SELECT u.id::text, u.is_broken, u.is_ahead FROM (
    SELECT r.txid, r.id, r.row_hash <> {fresh} AS is_broken, r.written_at < %s AS is_late,
           r.written_at > clock_timestamp() + interval '5 minutes'
           OR r.txid >= pg_snapshot_xmax(pg_current_snapshot())
              AND r.txid IS DISTINCT FROM pg_current_xact_id_if_assigned() AS is_ahead
    FROM {table} r WHERE (r.txid, r.id) > (%s::xid8, %s::{kind})
) u WHERE u.is_broken OR u.is_late OR u.is_ahead
ORDER BY u.txid, u.id LIMIT 1000
"""
CHUNK, AT_ONCE = 200, 2
AHEAD = "is of a time that is still to come"
WAITED = "has waited more than five minutes for its seal"
MOST_VALUES = 1000  # with a wrong key every one is a problem, and the log has each
UNSALTED = "cannot be compared: the salt of its last change is gone, and no erasure took it"


def problems(
    *,
    since: dt.datetime | None = None,
    share: float = 0.0,
    chance: Random | None = None,
    with_values: bool = False,
) -> list[Problem]:
    """Everything wrong with the audit. `since` looks at the rows of later seals, and at this share of the others.

    The chain is always whole. `with_values` also opens what is kept of changed rows, with the key of the settings.
    """
    lot = chance or SystemRandom()

    def is_wanted(seal: Seal) -> bool:
        return since is None or seal.sealed_at >= since.timestamp() * 1_000_000 or lot.random() < share

    found: list[Problem] = []
    seals, told = _seals()
    found += told
    for stream in STREAMS:
        found += _stream(
            stream, [seal for seal in seals if seal.stream == stream and _has_an_end(seal)], is_wanted
        )
    return [*found, *_not_as_last_noted(with_values), *_reference_data()]


def _seals() -> tuple[list[Seal], list[Problem]]:
    """The chain: the sink's, and the database's where the sink ends; each must be the other's likeness."""
    written, unread = sink.every_seal()
    there = {seal.number: seal for seal in written}
    here = {seal.number: seal for seal in map(sealing.seal_of, SealRow.objects.order_by("number"))}
    found = unread + [
        Problem(f"seal {after.number}", f"stands behind seal {before.number} in the sink")
        for before, after in pairwise(written)
        if after.number <= before.number
    ]
    for number in sorted(there.keys() | here.keys()):
        if number not in here:
            found.append(Problem(f"seal {number}", "is in the sink and not in the database"))
        elif number not in there:
            found.append(Problem(f"seal {number}", "is in the database and not in the sink"))
        elif here[number] != there[number]:
            found.append(Problem(f"seal {number}", "differs between the sink and the database"))
    chain = [there.get(number) or here[number] for number in sorted(there.keys() | here.keys())]
    return chain, found + list(standalone.check_chain(chain, sealing.public_keys()))


def _has_an_end(seal: Seal) -> bool:
    """Not where somebody wrote another word into the seal, as the chain has said by now; its rows count to the next."""
    try:
        return seal.stream != "event" or str(UUID(seal.last_id)) == seal.last_id
    except ValueError:
        return False


def _stream(stream: str, seals: Sequence[Seal], is_wanted: Callable[[Seal], bool]) -> Iterator[Problem]:
    befores = [("0", NOTHING_YET[stream]), *((str(seal.last_txid), seal.last_id) for seal in seals)]
    asked = [(seal, before) for seal, before in zip(seals, befores, strict=False) if is_wanted(seal)]
    chunks = [asked[at : at + CHUNK] for at in range(0, len(asked), CHUNK)]
    for found in _side_by_side(partial(_chunk, stream), chunks):
        yield from found
    yield from _unsealed(stream, befores[-1])


def _side_by_side(
    look: Callable[[list[Asked]], list[Problem]], chunks: list[list[Asked]]
) -> Iterator[list[Problem]]:
    """What each is found to be, in their order: PostgreSQL reckons on one core a connection, and a machine has several.

    One after the other within a transaction, whose rows no other connection sees.
    """
    if connection.in_atomic_block or len(chunks) == 1:
        yield from map(look, chunks)
        return

    def apart(chunk: list[Asked], whose: Context) -> list[Problem]:
        try:
            return whose.run(look, chunk)  # as whoever checks, on a connection of its own
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(apart, chunks, [copy_context() for _ in chunks])


def _chunk(stream: str, asked: list[Asked]) -> list[Problem]:
    """Batches as a whole; only of one that is not whole, its rows one by one."""
    numbers, txids, ids = [], [], []
    for seal, _ in asked:
        numbers.append(seal.number)
        txids.append(str(seal.last_txid))
        ids.append(seal.last_id)
    words = [numbers, [before[0] for _, before in asked], [before[1] for _, before in asked], txids, ids]
    computed = {row[0]: row[1:] for row in _ask(BATCHES, stream, words)}
    found: list[Problem] = []
    for seal, before in asked:
        rows, root, broken = computed[seal.number]
        if broken or (rows, root) != (seal.rows, seal.root):
            written = _ask(ROWS, stream, [*before, str(seal.last_txid), seal.last_id])
            found += standalone.check_batch(seal, [Row(*row) for row in written])
    return found


def _unsealed(stream: str, last: tuple[str, str]) -> Iterator[Problem]:
    for row, is_broken, is_ahead in _ask(UNSEALED, stream, [timezone.now() - SETTLING, *last]):
        what = AHEAD if is_ahead else WAITED
        yield Problem(f"unsealed {stream} {row}", "its hash was changed" if is_broken else what)


def _not_as_last_noted(with_values: bool) -> list[Problem]:
    """What is wrong with rows, and with what is kept of them. Asked once more where something is: an erasure that ended
    between the question which changes it emptied and the question which are empty is no finding.
    """
    found = list(_rows_and_values(with_values))
    again = set(_rows_and_values(with_values)) if found else set()
    return [problem for problem in found if problem in again]


def _rows_and_values(with_values: bool) -> Iterator[Problem]:
    erased = values.erased()
    yield from _records(erased)
    if with_values:
        yield from islice(_values(erased), MOST_VALUES)


def _records(erased: str) -> list[Problem]:
    """Rows that somebody wrote past the triggers, however long ago: they are not as the last noted change left them."""
    watched: list[str] = []
    asked = (
        f"(SELECT '{table}', row_key, what FROM audit.strays_{table}(%s) LIMIT 1000)"  # noqa: S608 - our own names
        for table in watched
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), [erased] * len(watched))
        return [
            Problem(f"table {table}, row {key}", UNSALTED if what == "unsalted" else f"was {what} unnoted")
            for table, key, what in cursor.fetchall()
        ]


def _reference_data() -> Iterator[Problem]:
    for table, key, what in reference.differences():
        yield Problem(f"table {table}, row {key}", f"was {what}: it is not what this release ships")


def _values(erased: str) -> Iterator[Problem]:
    """What is kept of changed rows opens with its key and is what the row's hash says it is.

    Nothing is kept of the changes that an erasure emptied, as sealed events say; a key or a salt that is gone without
    one was stolen.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit.changes_without_values() LIMIT 1000")
        yield from (Problem(_change(*row), "what it held is missing") for row in cursor.fetchall())
    keys: dict[Any, bytes] = {}
    for kept in values.kept(erased=erased):
        if what := "" if kept.salt is None and kept.is_erased else _not_as_noted(kept, keys):
            yield Problem(_change(kept.change, kept.of_table, kept.row_key), f"what it held {what}")


def _not_as_noted(kept: values.Kept, keys: dict[Any, bytes]) -> str:
    try:
        if kept.subject not in keys:
            keys[kept.subject] = values.unwrapped(kept.subject, kept.wrapped or b"")
        said = values.opened(keys[kept.subject], kept.change, kept.cipher)
    except values.Unreadable:
        return "cannot be opened"
    if hashlib.sha256((kept.salt or b"") + said).digest() != kept.proof:
        return "is not what was noted"
    return ""


def _change(number: int, table: str, row: str) -> str:
    return f"change {number} of table {table}, row {row}"


def _ask(statement: str, stream: str, words: list[Any]) -> list[tuple[Any, ...]]:
    table, kind = TABLES[stream]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=table, kind=kind, fresh=canon.row_hash(CANON[stream])), words)
        return list(cursor.fetchall())
