"""The board report of a signed quarter: published once, made by a job, kept as it was."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import enqueue, notify
from cse_portal.keys import new_key
from reporting.board.models import BoardReport
from reporting.returns.models import RegionalReturn, ReturnState
from reporting.returns.selectors.returns import NotSigned


class ReportDamaged(NotAllowedNow):
    """The file is not the one that was published."""

    message = "The stored report is damaged. Tell the portal's support team."


JOB = "reporting.board_report"


@transaction.atomic
def publish(*, regional_return: RegionalReturn, narrative: str, by: User) -> Job:
    """Ask for a quarter's report, the analyst's words in it. Asked again before it is made, the last words count."""
    gate.require(by, Permission.BOARD_REPORT_PUBLISH)
    quarter = RegionalReturn.objects.select_for_update().get(pk=regional_return.pk)
    if quarter.state != ReturnState.SIGNED:
        raise NotSigned
    report, is_new = BoardReport.objects.get_or_create(
        regional_return=quarter, defaults={"narrative": narrative, "published_by": by}
    )
    if report.rendered_at is not None:
        raise NotAllowedNow("The board report of this quarter has already been published.")
    if not is_new:
        report.narrative, report.published_by = narrative, by
        report.save(update_fields=["narrative", "published_by"])
    record(Action.BOARD_REPORT_PUBLISHED, by=by, obj=report, detail={"quarter": quarter.quarter})
    return enqueue(kind=JOB, key=quarter.quarter, requested_by=by, payload={"report": str(report.pk)})


@transaction.atomic
def keep(*, report: BoardReport, pdf: bytes, pages: int) -> BoardReport:
    """Store the PDF under a name that says nothing, and tell its readers. Once stored, it is never made again."""
    found = BoardReport.objects.select_for_update(of=("self",)).select_related("regional_return")
    locked = found.get(pk=report.pk)
    if locked.rendered_at is not None:
        return locked
    locked.file_name = default_storage.save(f"board-reports/{new_key().hex}", ContentFile(pdf))
    locked.sha256 = hashlib.sha256(pdf).hexdigest()
    locked.pages = pages
    locked.rendered_at = timezone.now()
    locked.save(update_fields=["file_name", "sha256", "pages", "rendered_at"])
    text = f"The board report for {locked.regional_return.label} is published."
    for reader in people_who_may(Permission.BOARD_REPORT_VIEW):
        notify(user=reader, text=text, url=reverse("reporting:reports"))
    return locked


@transaction.atomic
def download(*, report: BoardReport, by: User) -> bytes:
    """The PDF, unchanged since it was made, for a person who may read it; the reading is on record."""
    gate.require(by, Permission.BOARD_REPORT_VIEW)
    try:
        with default_storage.open(report.file_name) as stored:
            pdf: bytes = stored.read()
    except FileNotFoundError:
        raise ReportDamaged from None
    if hashlib.sha256(pdf).hexdigest() != report.sha256:
        raise ReportDamaged
    detail = {"quarter": report.regional_return.quarter, "sha256": report.sha256}
    record(Action.BOARD_REPORT_DOWNLOADED, by=by, obj=report, detail=detail)
    return pdf
