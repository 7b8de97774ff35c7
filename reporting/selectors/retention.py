"""What is due, what holds it and what would go: by reference, class and date, never by what a record says.

People find no record from which they are excluded.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from cases.sharing.selectors.exclusions import shut_to
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from reporting.models import Disposal, LegalHold
from reporting.selectors.records import Record, find


def records_due(user: User, *, before: dt.date) -> list[Record]:
    """What is due, or becomes due, before this day, the longest due first."""
    found = [each for each in _records(user, before=before) if each.due and each.due.on < before]
    return sorted(found, key=lambda each: (each.due and each.due.on, each.reference))


def record_by_reference(user: User, reference: str) -> Record:
    """One record; NotVisible if there is none, or the person is excluded from it."""
    found = _records(user, only=Q(reference=reference))
    if not found:
        raise NotVisible
    return found[0]


def _records(user: User, **wanted: Any) -> list[Record]:
    gate.require(user, Permission.RETENTION_MANAGE)
    shut = shut_to(user)
    with acting.for_the_system():  # a privacy officer sees no record
        return [each for each in find(**wanted) if each.pk not in shut]


def record_now(kind: str, pk: uuid.UUID) -> Record | None:
    """For the system: the record as it is now, if it is still there."""
    return next(iter(find(only=Q(pk=pk), kinds=[kind])), None)


def holds(user: User) -> QuerySet[LegalHold]:
    """The legal holds in force, the newest first."""
    gate.require(user, Permission.RETENTION_MANAGE)
    rows = LegalHold.objects.in_force().exclude(record_id__in=shut_to(user))
    return rows.select_related("set_by")


def hold_for(user: User, pk: uuid.UUID) -> LegalHold:
    """One hold in force; NotVisible for none."""
    return get_visible(holds(user).filter(pk=pk))


def disposals(user: User) -> QuerySet[Disposal]:
    """Every disposal: those that wait for somebody first, then the newest."""
    gate.require(user, Permission.RETENTION_APPROVE)
    rows = Disposal.objects.exclude(record_id__in=shut_to(user))
    rows = rows.select_related("proposed_by", "approved_by", "stopped_by")
    return rows.order_by(Coalesce("done_at", "stopped_at").desc(nulls_first=True), "-proposed_at", "pk")


def disposals_to_decide(user: User) -> QuerySet[Disposal]:
    """What somebody else proposed."""
    return disposals(user).filter(approved_at=None, stopped_at=None).exclude(proposed_by=user)


def disposal_for(user: User, pk: uuid.UUID) -> Disposal:
    """One disposal; NotVisible for none."""
    return get_visible(disposals(user).filter(pk=pk))


@dataclass(frozen=True)
class DryRun:
    """How many rows of which table would go with a record, and the keys of the holds on any of it."""

    counts: dict[str, int]
    holds: list[uuid.UUID]


def dry_run(kind: str, pk: uuid.UUID) -> DryRun:
    """Counted now by the function that also disposes of the record; nothing is touched."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT of_table, cardinality(keys) FROM gate.rows_of(%s, %s)", [kind, str(pk)])
        counts = dict(cursor.fetchall())
        cursor.execute("SELECT unnest(gate.holds_on(%s, %s))", [kind, str(pk)])
        return DryRun(counts, [key for (key,) in cursor.fetchall()])
