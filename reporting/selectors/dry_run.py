"""Exactly what would go with a record, by the function in PostgreSQL that also disposes of it."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from cse_portal import acting
from reporting.models import KeptLonger, LegalHold
from reporting.models.fates import FILES

ASK = """
WITH asked AS MATERIALIZED (SELECT retention.plan(%s, %s) AS plan)
SELECT retention.counted(plan), retention.beside(plan),
       (SELECT COALESCE(jsonb_agg(ARRAY[h.how, h.which::text]), '[]') FROM retention.holding(plan) h)
FROM asked
"""


@dataclass(frozen=True)
class DryRun:
    """How many rows of which table go; and what is beside them: destroyed with its key, or left by key alone.

    `holds` and `kept` are on the record itself or on anything that would go with it.
    """

    counts: dict[str, int]
    beside: dict[str, int]
    holds: list[LegalHold] = field(default_factory=list)
    kept: list[KeptLonger] = field(default_factory=list)

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
        counts, beside, found = (_read(told) for told in cursor.fetchone())
        if not found:
            return DryRun(counts, beside)
        holds = list(LegalHold.objects.filter(pk__in=[pk for how, pk in found if how == "hold"]))
        kept = list(KeptLonger.objects.filter(pk__in=[pk for how, pk in found if how == "kept"]))
    return DryRun(counts, beside, holds, kept)


def _read(told: Any) -> Any:
    """The driver gives JSON as text or as what it says."""
    return json.loads(told) if isinstance(told, str) else told
