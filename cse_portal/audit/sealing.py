"""The sealer: every minute, outside every request, it chains and signs the rows that wait for their seal."""

from collections.abc import Iterator
from dataclasses import asdict, fields, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from cse_portal.audit import chain, models, sink
from cse_portal.audit.chain import NO_SEAL, PURPOSE, Seal

BATCH = 1000
LOCK = 20_261_125
HEADER = [field.name for field in fields(Seal)]
# The words of every row, which chain.hash_of hashes. The expression is ours: a check trusts no function it finds.
# A column that is added later is nullable, and taken out here where it is null: replace(…, ',"column":null', '').
ROWS = """
SELECT r.id, row_to_json(r)::text AS said FROM audit_auditevent r
UNION ALL SELECT r.id, row_to_json(r)::text FROM audit_change r
"""
HASH = "encode(sha256(convert_to(r.said, 'UTF8')), 'hex')"
# Rows that are gone before they were sealed get an entry as well, which no row fits: the check names them.
TAKE = f"""
WITH taken AS (
    DELETE FROM audit_unsealed u WHERE u.id IN (SELECT w.id FROM audit_unsealed w ORDER BY w.written_at, w.id LIMIT %s)
    RETURNING u.id, u.written_at
)
SELECT t.id || ' ' || COALESCE({HASH}, repeat('0', 64)) FROM taken t LEFT JOIN ({ROWS}) r ON r.id = t.id
ORDER BY t.written_at, t.id
"""  # noqa: S608 - our own words


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
    return {chain.key_id(each): each for each in known}


def seal_all() -> int:
    """Seal every row that waits; returns how many. Two sealers at once seal nothing twice."""
    sealed = 0
    while rows := _seal_batch():
        sealed += rows
    with transaction.atomic():
        _lock()
        last = sink.last()
        sink.add(sealed_after(last.number if last else 0))
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    _lock()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [BATCH])
        entries = [entry for (entry,) in cursor.fetchall()]
    if entries:
        seal = _signed(entries)
        models.Seal.objects.create(**asdict(seal), entries=entries)
    return len(entries)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _signed(entries: list[str]) -> Seal:
    """The next seal. After a restore the sink may be ahead of the database: the chain goes on from its end."""
    newest = models.Seal.objects.order_by("-number").values(*HEADER).first()
    ends = [seal for seal in (Seal(**newest) if newest else None, sink.last()) if seal]
    last = max(ends, key=lambda seal: seal.number, default=None)
    key = signing_key()
    seal = Seal(
        number=last.number + 1 if last else 1,
        sealed_at=round(timezone.now().timestamp() * 1_000_000),
        rows=len(entries),
        root=chain.hash_of("\n".join(entries)),
        previous=last.digest if last else NO_SEAL,
        key_id=chain.key_id(key.public_key()),
    )
    return replace(seal, signature=key.sign(PURPOSE + seal.digest.encode()).hex())


def sealed_after(number: int) -> Iterator[Seal]:
    """The database's seals from the next one on."""
    for row in models.Seal.objects.filter(number__gt=number).order_by("number").values(*HEADER).iterator():
        yield Seal(**row)
