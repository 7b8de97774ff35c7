"""The end of a record, at night, once two people have signed and their month is over.

PostgreSQL deletes it in one function and one transaction: all of it, or nothing. The files go when that is certain.
"""

import json
import uuid

import structlog
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import files
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import erase_values
from cse_portal.audit.recorder import record as note
from cse_portal.jobs.services import notify
from cse_portal.reference.choices import RecordKind
from reporting.retention.models import Disposal
from reporting.retention.selectors import record_now
from reporting.retention.services.disposal_sql import REFUSED, ROOTS
from reporting.retention.services.stray_files import HELD_BY

log = structlog.get_logger(__name__)


class Refused(Exception):
    """PostgreSQL would not dispose of it, in its words."""


def dispose_due() -> int:
    """Every night: what two people approved and whose month is over; returns how many records went.

    One that cannot go is stopped, with the reason, and the others go on.
    """
    over = timezone.now() - Disposal.WINDOW
    approved = Disposal.objects.filter(approved_at__lte=over, stopped_at=None, done_at=None)
    gone = 0
    for pk in list(approved.order_by("approved_at", "pk").values_list("pk", flat=True)):
        try:
            gone += dispose(disposal_id=pk)
        except Exception as problem:  # the next one is another child's record
            log.error("disposal_failed", disposal=str(pk), error=type(problem).__name__)
    return gone


def dispose(*, disposal_id: uuid.UUID) -> bool:
    """Dispose of one record; whether it went. A refusal stops the disposal, which can be proposed again."""
    try:
        _dispose(disposal_id)
    except Refused as refusal:
        with transaction.atomic():
            disposal = Disposal.objects.select_for_update(of=("self",)).get(pk=disposal_id)
            if disposal.is_under_way:
                stop_disposal(disposal, why=str(refusal), by=None)
        return False
    return True


@transaction.atomic
def _dispose(pk: uuid.UUID) -> None:
    disposal = Disposal.objects.select_for_update(of=("self",)).get(pk=pk)
    found = record_now(disposal.record, disposal.record_id)
    if found is None or not found.is_due:
        raise Refused("it is not due any more")
    if found.is_asked_for:
        raise Refused("somebody has asked to see it")
    stored = _files_of(disposal)
    going = _dispose_in_postgresql(pk)
    _erase_from_audit(going)
    Disposal.objects.filter(pk=pk).update(files=len(stored))
    note_disposal(Action.RECORD_DISPOSED, disposal, None)
    page = reverse("reporting:disposal", args=[pk])
    for person in filter(None, (disposal.proposed_by, disposal.approved_by)):
        notify(user=person, text="A record was disposed of. Its certificate is ready.", url=page)
    transaction.on_commit(lambda: _delete(stored))


def _files_of(disposal: Disposal) -> list[str]:
    """The names of the files beside the rows that go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM gate.rows_of(%s, %s)", [disposal.record, str(disposal.record_id)])
        going = dict(cursor.fetchall())
    return [
        name
        for model, column in HELD_BY.values()
        for name in model._default_manager.filter(pk__in=going.get(model._meta.db_table, []))
        .exclude(**{column: ""})
        .values_list(column, flat=True)
    ]


def _dispose_in_postgresql(pk: uuid.UUID) -> dict[str, list[str]]:
    """The keys of what went, by table."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT gate.dispose_of(%s)", [str(pk)])
            told = cursor.fetchone()[0]
    except DatabaseError as problem:
        if getattr(problem.__cause__, "pgcode", None) != REFUSED:
            raise
        raise Refused(str(problem.__cause__).splitlines()[0]) from problem
    return json.loads(told) if isinstance(told, str) else told


def _erase_from_audit(going: dict[str, list[str]]) -> None:
    """What the audit keeps of the values of these rows; it keeps them under the key of a root."""
    erase_values(uuid.UUID(key) for model in ROOTS for key in going.get(model._meta.db_table, []))


def _delete(stored: list[str]) -> None:
    """The files, once their rows are gone for certain. What cannot be deleted now is swept at night as a stray."""
    for name in stored:
        try:
            files.forget(name)
        except OSError as problem:
            log.error("file_not_deleted", error=type(problem).__name__)


def stop_disposal(disposal: Disposal, *, why: str, by: User | None) -> None:
    """Nothing is deleted; the person who proposed it is told."""
    disposal.stopped_by, disposal.stopped_at, disposal.stopped_why = by, timezone.now(), why
    disposal.save(update_fields=["stopped_by", "stopped_at", "stopped_why"])
    note_disposal(Action.DISPOSAL_STOPPED, disposal, by)
    if disposal.proposed_by != by:
        page = reverse("reporting:disposal", args=[disposal.pk])
        notify(user=disposal.proposed_by, text="A disposal was stopped, and nothing was deleted.", url=page)


def note_disposal(action: Action, disposal: Disposal, by: User | None) -> None:
    """In the audit, on the page of the child whose record it is."""
    case = Case(pk=disposal.record_id) if disposal.record == RecordKind.CASE else None
    detail = {"reference": disposal.reference, "rule": disposal.rule}
    note(action, by=by, obj=disposal, case=case, detail=detail, about=[disposal.record_id])
