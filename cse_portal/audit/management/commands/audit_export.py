"""`manage.py audit_export FOLDER`: the audit's rows as they were hashed, for cse_portal/audit/standalone.py."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.audit.sealing import TABLES
from cse_portal.audit.verification import CANON

# Rows among which nothing can come in any more: what the sealer could seal now, so that what it seals afterwards lies
# behind. A row of a transaction that is still to come was written by nobody of ours, and the auditor is to see it.
ROWS = """
SELECT {canon}, encode(r.row_hash, 'hex') FROM {table} r
WHERE r.txid < %s::xid8 OR r.txid >= pg_snapshot_xmax(pg_current_snapshot()) ORDER BY r.txid, r.id
"""


class Command(BaseCommand):
    """One file a stream; a line says what a row says and the hash it carries. No value of a child's record is in it."""

    help = "Write the audit's rows for an auditor who checks them without the portal."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """In the order in which they were sealed."""
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        with context.job(), transaction.atomic():
            settled = _settled()
            written = {stream: _write(stream, folder / f"{stream}.jsonl", settled) for stream in TABLES}
            record(Action.AUDIT_EXPORTED, by=None, detail=written)
        self.stdout.write(", ".join(f"{rows} rows of {stream}" for stream, rows in written.items()))


def _settled() -> str:
    """The first transaction that still runs: both streams end before it, however long one takes to be written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return str(cursor.fetchone()[0])


def _write(stream: str, path: Path, settled: str) -> int:
    number = 0
    with connection.chunked_cursor() as cursor, path.open("w") as file:
        cursor.execute(ROWS.format(canon=CANON[stream], table=TABLES[stream][0]), [settled])
        for said, carried in cursor:
            file.write(json.dumps({"said": said, "hash": carried}) + "\n")
            number += 1
    return number
