"""Exactly what would go with a record, by the function in PostgreSQL that also disposes of it."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from cse_portal import acting
from reporting.models import KeptLonger, LegalHold
from reporting.models.fates import FILES
from reporting.selectors.records import Record

ASK = """
WITH asked AS MATERIALIZED (SELECT retention.plan(%s, %s) AS plan)
SELECT retention.counted(plan), retention.beside(plan),
       (SELECT COALESCE(jsonb_agg(jsonb_build_array(h.how, h.which, h.around)), '[]') FROM retention.holding(plan) h)
FROM asked
"""
# Where nothing at all is held, kept or done, no plan is made. That a record itself is kept longer is known without one.
HELD = """
SELECT s.which, s.is_done FROM (
    SELECT r.which,
           CASE WHEN EXISTS (SELECT FROM reporting_legalhold h WHERE h.lifted_at IS NULL)
                  OR EXISTS (SELECT FROM reporting_keptlonger k WHERE k.until > gate.moment()::date)
                  OR EXISTS (SELECT FROM intelligence_disruption u WHERE u.ended_on IS NULL
                             OR u.person_id IS NOT NULL AND u.ended_on > gate.moment()::date - interval '1 year')
           THEN (SELECT bool_or(h.how = 'done') FROM retention.holding(retention.plan(r.kind, r.which, false)) h
                 LEFT JOIN reporting_keptlonger k ON k.id = h.which WHERE k.record_id IS DISTINCT FROM r.which) END
           AS is_done
    FROM unnest(%s::text[], %s::uuid[]) r (kind, which)) s
WHERE s.is_done IS NOT NULL
"""


@dataclass(frozen=True)
class DryRun:
    """How many rows of which table go; and what is beside them: destroyed with its key, or left by key alone.

    `holds` and `kept` are on the record itself or on anything that would go with it; `around` are those on what it is
    part of: the cases, and the intelligence, that tell of whoever would go, and people whom what goes names. `is_done`:
    disruption of a person or place that would go is agreed or in force, or that of a person ended within the year.
    """

    counts: dict[str, int]
    beside: dict[str, int]
    holds: list[LegalHold] = field(default_factory=list)
    kept: list[KeptLonger] = field(default_factory=list)
    around: list[LegalHold | KeptLonger] = field(default_factory=list)
    is_done: bool = False

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
        holds = LegalHold.objects.in_bulk([pk for how, pk, _ in found if how == "hold"])
        kept = KeptLonger.objects.in_bulk([pk for how, pk, _ in found if how == "kept"])
    beyond = {uuid.UUID(pk) for _, pk, around in found if around}
    rows: list[LegalHold | KeptLonger] = [*holds.values(), *kept.values()]
    return DryRun(
        counts,
        beside,
        [row for key, row in holds.items() if key not in beyond],
        [row for key, row in kept.items() if key not in beyond],
        [row for row in rows if row.pk in beyond],
        any(how == "done" for how, _, _ in found),
    )


def held_with_others(records: Sequence[Record]) -> dict[uuid.UUID, bool]:
    """Which of these do not go for what goes along with them, or what they are part of, as the disposal asks it; and
    whether something is done against what goes along, or was within the year.
    """
    with acting.for_the_system(), connection.cursor() as cursor:
        cursor.execute(HELD, [[each.kind for each in records], [str(each.pk) for each in records]])
        return dict(cursor.fetchall())


def _read(told: Any) -> Any:
    """The driver gives JSON as text or as what it says."""
    return json.loads(told) if isinstance(told, str) else told
