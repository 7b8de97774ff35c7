"""Compares the audit with its seals, and names every row that is not as it was sealed."""

import datetime as dt
from collections.abc import Iterator

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from cse_portal.audit import chain, context, sealing, sink
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Unsealed
from cse_portal.audit.recorder import record

LATE = dt.timedelta(minutes=5)
OFTEN = dt.timedelta(hours=48)
SEALS_LATE = "audit seals are late"
NOT_CHECKED = "the audit was not checked for two nights"
NOT_AS_SEALED = "the audit is not as it was sealed"
# As long as it takes; and a million rows are compared in memory, without being sorted.
AT_EASE = "SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '256MB'; SET LOCAL enable_mergejoin = off"
# Every row is in a seal or waits for one.
ROWS = f"""
SELECT COALESCE(r.id, s.key), CASE WHEN r.id IS NULL THEN 'was removed' WHEN s.key IS NULL THEN 'was added'
                                   ELSE 'was changed' END
FROM (
    SELECT CASE WHEN pg_input_is_valid(split_part(e, ' ', 1), 'uuid') THEN split_part(e, ' ', 1)::uuid END AS key,
           split_part(e, ' ', 2) AS hash
    FROM audit_seal, unnest(entries) e
    UNION ALL SELECT u.id, NULL FROM audit_unsealed u
) s FULL JOIN ({sealing.ROWS}) r ON r.id = s.key
WHERE r.id IS NULL OR s.key IS NULL OR s.hash <> {sealing.HASH}
ORDER BY 1 LIMIT 1000
"""  # noqa: S608 - our own words
ROOTS = """
SELECT s.number FROM audit_seal s
WHERE s.rows <> cardinality(s.entries)
   OR s.root <> encode(sha256(convert_to(array_to_string(s.entries, E'\n'), 'UTF8')), 'hex')
ORDER BY 1
"""
VALUES = "SELECT v.id, v.of_table, v.row_key, v.is_missing FROM audit.wrong_values() v ORDER BY 1 LIMIT 1000"
log = structlog.get_logger()


@transaction.atomic
def problems() -> list[str]:
    """A line for everything that is wrong. Each question is one statement: what is written meanwhile is no finding."""
    return [*_chain(), *_rows(), *_values()]


def check() -> list[str]:
    """Look for problems, log each, and put on record how many there were."""
    found = problems()
    if found:
        log.error(NOT_AS_SEALED, problems=found)
    with transaction.atomic():
        record(Action.AUDIT_CHECKED, by=None, detail={"problems": len(found)})
    return found


def notes() -> list[str]:
    """What the person who watches the portal has to know of the audit; nothing, as a rule."""
    try:
        with transaction.atomic(), context.job():
            is_late = Unsealed.objects.filter(written_at__lt=Now() - LATE).exists()
            checks = AuditEvent.objects.filter(action=Action.AUDIT_CHECKED, at__lte=timezone.now()).order_by(
                "-at"
            )
            last, first = checks.first(), next(sealing.sealed_after(0), None)
    except DatabaseError:
        return [SEALS_LATE, NOT_CHECKED]
    said = [SEALS_LATE] if is_late else []
    if last and last.detail["problems"]:
        return [*said, NOT_AS_SEALED]
    began = (
        last.at.timestamp() if last else first.sealed_at / 1_000_000 if first else timezone.now().timestamp()
    )
    return [*said, NOT_CHECKED] if timezone.now().timestamp() - began > OFTEN.total_seconds() else said


def _chain() -> Iterator[str]:
    """The sink's seals and the database's, each the other's likeness; the newest may still be on their way there."""
    there, unread = sink.read()
    yield from unread
    here = {seal.number: seal for seal in sealing.sealed_after(0)}
    for number in sorted(here.keys() | there.keys()):
        if number not in here:
            yield f"seal {number}: is in the sink and not in the database"
        elif number not in there and number < max(there, default=0):
            yield f"seal {number}: is in the database and not in the sink"
        elif there.get(number, here[number]) != here[number]:
            yield f"seal {number}: differs between the sink and the database"
    seals = [seal for _, seal in sorted({**here, **there}.items())]
    yield from chain.check_chain(seals, sealing.public_keys())
    with connection.cursor() as cursor:
        cursor.execute(ROOTS)
        yield from (
            f"seal {number}: does not list the rows it was signed for" for (number,) in cursor.fetchall()
        )


def _rows() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(AT_EASE)
        cursor.execute(ROWS)
        yield from (f"row {key}: {what}" for key, what in cursor.fetchall())


def _values() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(VALUES)
        for key, table, row, is_missing in cursor.fetchall():
            what = "is missing, and no erasure is on record" if is_missing else "was changed"
            yield f"change {key} of table {table}, row {row}: what it held {what}"
