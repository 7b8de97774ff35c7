"""Making a copy: on behalf of whoever asked, with what they may see at this moment and not when they asked."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.choices import ExportState
from cases.models import Case, PeopleExport
from cases.services.exports.columns import chosen
from cse_portal import acting, files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import Standing, standing
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.files.store import digest
from cse_portal.jobs.services import notify
from cse_portal.ui import tabular
from cse_portal.ui.presenters import counted, display_datetime

JOB = "cases.people_export"
FOLDER = "exports"
DAY = dt.timedelta(hours=24)
MARKING = "OFFICIAL-SENSITIVE"


@transaction.atomic
def make(*, export_id: uuid.UUID) -> PeopleExport:
    """For the system: write the file. A case that its asker may no longer see is not in it; nobody's leave, no file."""
    rows = PeopleExport.objects.select_for_update(of=("self",)).select_related("requested_by", "agency")
    export = rows.get(pk=export_id)
    if export.state != ExportState.MAKING:
        return export
    who = standing(export.requested_by)
    may = who and gate.can(who.user, Permission.PEOPLE_EXPORT) and _is_agreed_or_within(export)
    seen = _seen_cases(export, who) if who and may else []
    if who is None or not seen:
        return _withdraw(export)
    export.made_at = timezone.now()
    content = tabular.write(export.file_format, [_sheet(export, seen, who)])
    export.cases = [case.pk for case in seen]
    export.sha256, export.stored_as = digest(content), files.keep(FOLDER, content)
    export.state = ExportState.READY
    export.save()
    detail = {
        "copy": export.copy, "records": len(seen), "format": export.file_format, "columns": export.columns,
        "sha256": export.sha256,
    }  # fmt: skip
    record(
        Action.PEOPLE_EXPORTED, by=export.requested_by, obj=export, reason=export.reason, detail=detail,
        cases=export.cases,
    )  # fmt: skip
    if export.decided_by_id:
        page = reverse("cases:export", args=[export.pk])
        notify(user=export.requested_by, text="The copy you asked for is ready for a day.", url=page)
    return export


def _is_agreed_or_within(export: PeopleExport) -> bool:
    """A second person agreed, or it is within the day's allowance: asked again, of what is written down by now."""
    if export.decided_by_id:
        return True
    asked = PeopleExport.objects.filter(
        requested_by=export.requested_by_id, decided_by=None, requested_at__lte=export.requested_at,
        requested_at__gt=export.requested_at - DAY,
    )  # fmt: skip
    taken = sum(len(each.asked_cases) for each in asked.exclude(state=ExportState.WAITING))
    return taken <= settings.EXPORT_DAILY_RECORDS


def _seen_cases(export: PeopleExport, who: Standing) -> list[Case]:
    """Asked of the gate and of PostgreSQL as the person themselves."""
    with acting.acting(who.actor):
        seen = Case.objects.visible_to(who.user).filter(pk__in=export.asked_cases)
        return list(seen.with_identity().order_by("reference"))


def _withdraw(export: PeopleExport) -> PeopleExport:
    export.state, export.ended_at = ExportState.WITHDRAWN, timezone.now()
    export.save(update_fields=["state", "ended_at"])
    record(Action.EXPORT_WITHDRAWN, by=None, obj=export, detail={"copy": export.copy})
    return export


def _sheet(export: PeopleExport, cases: list[Case], who: Standing) -> tabular.Sheet:
    columns = chosen(export.columns)
    line = (
        f"{MARKING}. Copy {export.copy} of {counted(len(cases), 'record')}, made for {who.user.full_name}, "
        f"{who.agency.name}, on {display_datetime(export.made_at)}. Delete it when your work with it is done."
    )
    return tabular.Sheet(
        name="Cases",
        headings=[column.label for column in columns],
        rows=[[column.of(case) for column in columns] for case in cases],
        notes=[line],
        footer=f"{MARKING}. Copy {export.copy}, {who.user.full_name}",
    )
