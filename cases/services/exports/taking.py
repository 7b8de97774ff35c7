"""Taking a copy that is ready, deleting it a day later, and finding out whose a copy is."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cases.choices import ExportState
from cases.models import Case, PeopleExport
from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible


def download(*, export: PeopleExport, by: User) -> bytes:
    """The file, for whoever asked for it and nobody else, while they may still see every child in it."""
    gate.require(by, Permission.PEOPLE_EXPORT)
    if export.requested_by_id != by.pk:
        raise NotVisible
    with transaction.atomic():
        locked = PeopleExport.objects.select_for_update().get(pk=export.pk)
        if locked.state != ExportState.READY or _is_old(locked):
            raise NotAllowedNow("There is no file to download. It is shown below why.")
        still = Case.objects.visible_to(by).filter(pk__in=locked.cases).count() == len(locked.cases)
        if still:
            content = files.read(locked.stored_as, locked.sha256)
            detail = {"copy": locked.copy, "records": locked.records}
            record(Action.EXPORT_DOWNLOADED, by=by, obj=locked, detail=detail, cases=locked.cases)
            return content
        _end(locked, ExportState.WITHDRAWN, Action.EXPORT_WITHDRAWN)
    raise NotAllowedNow(
        "You may no longer see a child who is in this file, so it has been deleted. Ask for a new copy."
    )


def delete_old() -> int:
    """Every hour: files older than a day go; who took which copy stays on record."""
    ended = 0
    for pk in list(PeopleExport.objects.filter(state=ExportState.READY).values_list("pk", flat=True)):
        with transaction.atomic():
            export = PeopleExport.objects.select_for_update().get(pk=pk)
            if export.state == ExportState.READY and _is_old(export):
                _end(export, ExportState.ENDED, Action.EXPORT_DELETED)
                ended += 1
    return ended


@transaction.atomic
def trace(*, export: PeopleExport, by: User) -> PeopleExport:
    """The privacy officer found a copy somewhere and asks whose it is; that is on record as well."""
    gate.require(by, Permission.COPY_FIND)
    record(Action.COPY_VIEWED, by=by, obj=export, detail={"copy": export.copy})
    return export


@transaction.atomic
def trace_paper(*, event: AuditEvent, by: User) -> None:
    """The same of a copy of minutes or of a meeting's papers: the page tells which child's they are."""
    gate.require(by, Permission.COPY_FIND)
    case = Case(pk=event.case_id) if event.case_id else None
    record(Action.COPY_VIEWED, by=by, obj=event, case=case, detail={"copy": event.detail["copy"]})


def _is_old(export: PeopleExport) -> bool:
    kept = dt.timedelta(hours=settings.EXPORT_KEPT_HOURS)
    return export.made_at is None or timezone.now() - export.made_at >= kept


def _end(export: PeopleExport, state: ExportState, action: Action) -> None:
    stored_as = export.stored_as
    export.state, export.ended_at, export.stored_as = state, timezone.now(), ""
    export.save(update_fields=["state", "ended_at", "stored_as"])
    record(action, by=None, obj=export, detail={"copy": export.copy})
    # One that cannot be deleted now keeps no other from going: the nightly sweep deletes what no row names.
    transaction.on_commit(lambda: files.forget(stored_as), robust=True)
