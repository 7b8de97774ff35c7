"""Exactly what would go with a record, by the function in PostgreSQL that also disposes of it."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cse_portal import acting
from reporting.models.fates import FILES

ASK = """
WITH asked AS MATERIALIZED (SELECT retention.plan(%s, %s) AS plan)
SELECT retention.counted(plan), retention.beside(plan) FROM asked
"""


@dataclass(frozen=True)
class DryRun:
    """How many rows of which table go; and what is beside them: destroyed with its key, or left by key alone."""

    counts: dict[str, int]
    beside: dict[str, int]

    @property
    def rows(self) -> int:
        """All of them, without the files."""
        return sum(count for table, count in self.counts.items() if table != FILES)

    @property
    def files(self) -> int:
        """How many files lie beside the rows."""
        return self.counts.get(FILES, 0)


def dry_run(kind: str, pk: uuid.UUID) -> DryRun:
    """Counted at this moment; nothing is touched."""
    with acting.for_the_system(), connection.cursor() as cursor:
        cursor.execute(ASK, [kind, str(pk)])
        counts, beside = (_read(told) for told in cursor.fetchone())
    return DryRun(counts, beside)


def _read(told: Any) -> dict[str, int]:
    """The driver gives JSON as text or as what it says."""
    return json.loads(told) if isinstance(told, str) else told
