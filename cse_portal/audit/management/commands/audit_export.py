"""`manage.py audit_export FOLDER`: the audit's rows and seals, for cse_portal/audit/standalone.py."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from cse_portal.audit import context, sealing
from cse_portal.audit.actions import Action
from cse_portal.audit.models import Seal
from cse_portal.audit.recorder import record


class Command(BaseCommand):
    """A line of rows.jsonl is a row word for word as it was hashed. No value of a child's record is in it."""

    help = "Write the audit for an auditor who checks it without the portal."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """The seals first: so what is written meanwhile is a row without a seal, and no seal has no rows."""
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        with context.job(), transaction.atomic():
            written = {"seals": _seals(folder / "seals.jsonl"), "rows": _rows(folder / "rows.jsonl")}
            record(Action.AUDIT_EXPORTED, by=None, detail=written)
        self.stdout.write(f"{written['rows']} rows under {written['seals']} seals.")


def _rows(path: Path) -> int:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sealing.ROWS)
        return _write(path, (said for _, said in cursor))


def _seals(path: Path) -> int:
    seals = Seal.objects.order_by("number").values().iterator(chunk_size=50)
    return _write(path, map(json.dumps, seals))


def _write(path: Path, lines: Iterable[str]) -> int:
    written = 0
    with path.open("w") as file:
        for line in lines:
            file.write(f"{line}\n")
            written += 1
    return written
