"""The end of a record, by the system, once two people have signed and their month is over.

PostgreSQL does it, in one function and one transaction with what the audit keeps of its rows: it goes whole or not
at all, and a second time is nothing. The files go when that is certain, and every night again until they are gone.
"""

import json
import uuid
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from cse_portal import acting, files
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import erase_values
from cse_portal.audit.recorder import record as note
from cse_portal.jobs.services import notify
from cse_portal.reference.choices import RecordKind
from reporting.choices import DisposalState
from reporting.errors import NotDueYet, RecordChanged
from reporting.models import Disposal
from reporting.selectors.dry_run import dry_run
from reporting.selectors.retention import record_as_it_is

REFUSED = "CSE14"  # what the function in PostgreSQL says when it refuses
log = structlog.get_logger(__name__)


class Refused(Exception):
    """PostgreSQL would not: in its words."""


def dispose_due() -> int:
    """Every night: what two people approved and whose month is over; returns how many records went.

    One that cannot go is stopped, with the reason, and the others go on.
    """
    due = Disposal.objects.filter(state=DisposalState.APPROVED, goes_at__lte=timezone.now())
    gone = 0
    for pk in list(due.order_by("goes_at", "pk").values_list("pk", flat=True)):
        try:
            gone += dispose(disposal_id=pk)
        except Exception as problem:  # the next one is somebody else's record
            log.error("disposal_failed", disposal=str(pk), error=type(problem).__name__)
    sweep_files()
    return gone


def dispose(*, disposal_id: uuid.UUID) -> bool:
    """Let one record go; whether it went. What was signed no longer being so stops the disposal for good."""
    try:
        return _dispose(disposal_id)
    except Refused as refusal:
        _stop(disposal_id, str(refusal))
    except (RecordChanged, NotDueYet) as refusal:
        _stop(disposal_id, refusal.message)
    return False


@transaction.atomic
def _dispose(pk: uuid.UUID) -> bool:
    disposal = (
        Disposal.objects.select_for_update(of=("self",))
        .select_related("proposed_by", "decided_by")
        .get(pk=pk)
    )
    if disposal.state != DisposalState.APPROVED:
        return False
    found = record_as_it_is(disposal.record, disposal.record_id)
    if found is None or found.due is None:
        raise RecordChanged
    if not found.is_due(timezone.localdate()):
        raise NotDueYet
    beside = dry_run(disposal.record, disposal.record_id).beside
    if beside["files_of_copies"]:
        log.info("disposal_waits_for_a_copy", disposal=str(pk))
        return False
    subjects = _let_go(pk)
    erase_values(subjects)
    _certify(pk, beside)
    transaction.on_commit(lambda: forget_files(pk))
    return True


def _let_go(pk: uuid.UUID) -> list[uuid.UUID]:
    """Ask PostgreSQL; returns the records whose kept values are to be erased."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT retention.dispose(%s)", [str(pk)])
            told: Any = cursor.fetchone()[0]
    except DatabaseError as problem:
        cause = problem.__cause__
        if getattr(cause, "pgcode", None) != REFUSED:
            raise
        raise Refused(str(cause).splitlines()[0]) from problem
    said = json.loads(told) if isinstance(told, str) else told
    return [uuid.UUID(each) for each in said["subjects"]]


def _certify(pk: uuid.UUID, beside: dict[str, int]) -> None:
    done = Disposal.objects.select_related("proposed_by", "decided_by").get(pk=pk)
    case = Case(pk=done.record_id) if done.record == RecordKind.CASE else None
    detail = {
        "reference": done.reference, "rule": done.rule, "rows": done.done_counts, "values": beside["values"],
        "proposed_by": str(done.proposed_by_id), "approved_by": str(done.decided_by_id),
    }  # fmt: skip
    note(Action.RECORD_DISPOSED, by=None, obj=done, case=case, detail=detail, about=[done.record_id])
    page = reverse("reporting:certificate", args=[pk])
    for person in filter(None, (done.proposed_by, done.decided_by)):
        notify(user=person, text="A record was disposed of. Its certificate is ready.", url=page)


@transaction.atomic
def _stop(pk: uuid.UUID, why: str) -> None:
    disposal = Disposal.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=pk)
    disposal.state, disposal.stopped_why = DisposalState.STOPPED, why[:200]
    disposal.save(update_fields=["state", "stopped_why"])
    detail = {"reference": disposal.reference, "why": why[:200]}
    note(Action.DISPOSAL_STOPPED, by=None, obj=disposal, detail=detail, about=[disposal.record_id])
    page = reverse("reporting:disposal", args=[pk])
    notify(user=disposal.proposed_by, text="A disposal was stopped, and nothing went.", url=page)


def sweep_files() -> int:
    """Files of records that went, and that could not be deleted then; returns how many disposals still had some."""
    left = list(Disposal.objects.exclude(files_left=[]).values_list("pk", flat=True))
    for pk in left:
        forget_files(pk)
    return len(left)


def forget_files(pk: uuid.UUID) -> None:
    """Delete what is left, and note what is gone."""
    with acting.for_the_system(), transaction.atomic():
        disposal = Disposal.objects.select_for_update().get(pk=pk)
        disposal.files_left = [name for name in disposal.files_left if not _forgot(name)]
        disposal.save(update_fields=["files_left"])


def _forgot(stored_as: str) -> bool:
    try:
        files.forget(stored_as)
    except OSError as problem:
        log.error("file_not_deleted", error=type(problem).__name__)
        return False
    return True
