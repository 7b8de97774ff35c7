"""The sealer: outside every request it chains and signs what has been written, and encrypts what changed rows held."""

import datetime as dt
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from cse_portal.audit import sink, standalone
from cse_portal.audit.models import Seal as SealRow
from cse_portal.audit.standalone import MARK, NO_SEAL, PURPOSE, STREAMS, Seal

BATCH = 1000
LOCK = 20_261_125
TABLES = {"event": ("audit_auditevent", "uuid"), "change": ("audit_change", "bigint")}
NOTHING_YET = {"event": "00000000-0000-0000-0000-000000000000", "change": "0"}
# Rows of transactions that were over before the oldest one that still runs: nothing can come in among them any more.
NEXT = """
SELECT r.txid::text, r.id::text, encode(r.row_hash, 'hex') FROM {table} r
WHERE (r.txid, r.id) > (%s::xid8, %s::{kind}) AND r.txid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY r.txid, r.id LIMIT {batch}
"""
UP_TO = """
SELECT encode(r.row_hash, 'hex') FROM {table} r
WHERE (r.txid, r.id) > (%s::xid8, %s::{kind}) AND (r.txid, r.id) <= (%s::xid8, %s::{kind}) ORDER BY r.txid, r.id
"""
ADD = "SELECT audit.add_seal(" + ", ".join(["%s"] * 3 + ["%s::xid8", "%s"] * 2 + ["%s"] * 7) + ")"


class SinkDisagrees(Exception):
    """The sink and the database do not end with the same seal: somebody must look before anything more is sealed."""


def signing_key() -> Ed25519PrivateKey:
    """The key of the settings, which no database knows."""
    if not settings.AUDIT_SIGNING_KEY:
        raise ImproperlyConfigured(
            "Sealing the audit needs AUDIT_SIGNING_KEY: manage.py audit_keys makes one."
        )
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.AUDIT_SIGNING_KEY))


def public_keys() -> dict[str, Ed25519PublicKey]:
    """The keys whose signature counts: today's, and those of the settings that were today's once."""
    known = [Ed25519PublicKey.from_public_bytes(bytes.fromhex(each)) for each in settings.AUDIT_PUBLIC_KEYS]
    if settings.AUDIT_SIGNING_KEY:
        known.append(signing_key().public_key())
    return {standalone.key_id(each): each for each in known}


def seal_all() -> int:
    """Seal every row that is settled; returns how many. Two sealers at once seal nothing twice."""
    return sum(_seal_stream(stream) for stream in STREAMS)


def _seal_stream(stream: str) -> int:
    sealed = 0
    while rows := _seal_batch(stream):
        sealed += rows
        if rows < BATCH:
            break
    return sealed


@transaction.atomic
def _seal_batch(stream: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = _last_seal()
    if (adopted := _settle_with_sink(last)) is not None:
        last = adopted
    rows = _next_rows(stream)
    if not rows:
        return 0
    seal = _signed(stream, rows, last)
    # The sink first: a seal that the database never heard of is taken up next time, one lost from the sink is a crime.
    sink.append(seal, f"{timezone.now():%Y-%m}")
    _write(seal)
    return seal.rows


def _next_rows(stream: str) -> list[tuple[str, str, str]]:
    table, kind = TABLES[stream]
    with connection.cursor() as cursor:
        cursor.execute(NEXT.format(table=table, kind=kind, batch=BATCH), _end_of(stream))
        return list(cursor.fetchall())


def _end_of(stream: str) -> list[str]:
    newest = SealRow.objects.filter(stream=stream).order_by("-number").first()
    return [str(newest.last_txid), newest.last_id] if newest else ["0", NOTHING_YET[stream]]


def _signed(stream: str, rows: list[tuple[str, str, str]], last: Seal | None) -> Seal:
    key = signing_key()
    hashes = [row[2] for row in rows]
    seal = Seal(
        number=last.number + 1 if last else 1,
        stream=stream,
        sealed_at=int(timezone.now().timestamp() * 1_000_000),
        first_txid=int(rows[0][0]),
        first_id=rows[0][1],
        last_txid=int(rows[-1][0]),
        last_id=rows[-1][1],
        rows=len(rows),
        root=standalone.root_of(hashes),
        marks="".join(each[: 2 * MARK] for each in hashes),
        previous=last.digest if last else NO_SEAL,
        key_id=standalone.key_id(key.public_key()),
    )
    seal = replace(seal, digest=seal.computed_digest())
    return replace(seal, signature=key.sign(PURPOSE + bytes.fromhex(seal.digest)).hex())


def _last_seal() -> Seal | None:
    row = SealRow.objects.order_by("-number").first()
    return seal_of(row) if row else None


def _settle_with_sink(last: Seal | None) -> Seal | None:
    """The sink ends as the database does, or one seal further, written as the power failed: that one is taken up."""
    there = sink.last_seal()
    if there == last:
        return None
    follows = there is not None and there.previous == (last.digest if last else NO_SEAL)
    if there is None or not follows or not standalone.is_signed(there, public_keys()) or not _covers(there):
        raise SinkDisagrees(
            f"The sink ends with seal {there.number if there else 0}, the database with {last.number if last else 0}."
        )
    _write(there)
    return there


def _covers(seal: Seal) -> bool:
    table, kind = TABLES[seal.stream]
    ends = [*_end_of(seal.stream), str(seal.last_txid), seal.last_id]
    with connection.cursor() as cursor:
        cursor.execute(UP_TO.format(table=table, kind=kind), ends)
        return standalone.root_of(row[0] for row in cursor.fetchall()) == seal.root


def _write(seal: Seal) -> None:
    moment = dt.datetime.fromtimestamp(seal.sealed_at / 1_000_000, dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            ADD,
            [
                seal.number, seal.stream, moment, str(seal.first_txid), seal.first_id, str(seal.last_txid),
                seal.last_id, seal.rows, bytes.fromhex(seal.root), bytes.fromhex(seal.marks),
                bytes.fromhex(seal.previous), bytes.fromhex(seal.digest), seal.key_id, bytes.fromhex(seal.signature),
            ],
        )  # fmt: skip


def seal_of(row: SealRow) -> Seal:
    """The database's row as the line it must be in the sink."""
    return Seal(
        number=row.number,
        stream=row.stream,
        sealed_at=round(row.sealed_at.timestamp() * 1_000_000),
        first_txid=row.first_txid,
        first_id=row.first_id,
        last_txid=row.last_txid,
        last_id=row.last_id,
        rows=row.rows,
        root=bytes(row.root).hex(),
        marks=bytes(row.marks).hex(),
        previous=bytes(row.previous).hex(),
        key_id=row.key_id,
        digest=bytes(row.digest).hex(),
        signature=bytes(row.signature).hex(),
    )
