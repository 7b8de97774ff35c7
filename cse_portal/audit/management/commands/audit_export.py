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
            written = {stream: _write(stream, folder / f"{stream}.jsonl") for stream in TABLES}
            record(Action.AUDIT_EXPORTED, by=None, detail=written)
        self.stdout.write(", ".join(f"{rows} rows of {stream}" for stream, rows in written.items()))


def _write(stream: str, path: Path) -> int:
    number = 0
    with connection.chunked_cursor() as cursor, path.open("w") as file:
        cursor.execute(
            f"SELECT {CANON[stream]}, encode(r.row_hash, 'hex') FROM {TABLES[stream][0]} r ORDER BY r.txid, r.id"  # noqa: S608
        )
        for said, carried in cursor:
            file.write(json.dumps({"said": said, "hash": carried}) + "\n")
            number += 1
    return number
