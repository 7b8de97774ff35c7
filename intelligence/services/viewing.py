"""Noting who looked, in the page's own transaction."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, record
from intelligence.models import IntelligenceFeedback, IntelligenceReport, IntelligenceSubmission, Link


@transaction.atomic
def record_submission_view(*, submission: IntelligenceSubmission, by: User) -> None:
    """Note that a submission was read, and which children's cases its reports are linked to; its author's reading is
    news no more.
    """
    reports = IntelligenceReport.objects.filter(submission=submission).values("pk")
    record(Action.SUBMISSION_VIEWED, by=by, obj=submission, cases=_linked(reports))
    if submission.author_id == by.pk:
        unread = IntelligenceFeedback.objects.filter(submission=submission, read_by_author_at__isnull=True)
        unread.update(read_by_author_at=timezone.now())


@transaction.atomic
def record_report_view(*, report: IntelligenceReport, by: User) -> None:
    """Note that a report was read, and which children's cases it is linked to."""
    record(Action.REPORT_VIEWED, by=by, obj=report, cases=_linked([report.pk]))


@transaction.atomic
def record_reports(
    *, shown: Collection[uuid.UUID], by: User, case: Case | None = None, searched: str = "", **detail: Any
) -> None:
    """Note that a list of these reports, of all or of a child's case, was read, and which other children's cases they
    are linked to: a report that names two children is a look at both, on whosever page it stands.
    """
    said = {**detail, "shown": sorted(str(key) for key in shown)}
    if searched:
        said["words"] = blinded_words(searched)
    others = [key for key in _linked(shown) if case is None or key != case.pk]
    record(Action.REPORTS_LISTED, by=by, obj=case, case=case, detail=said, cases=others)


@transaction.atomic
def record_list(
    *,
    action: Action,
    by: User,
    case: Case | None = None,
    cases: Iterable[Case] = (),
    searched: str = "",
    **detail: Any,
) -> None:
    """Note that a list was read: how it was filtered, and the words that were sought, blinded."""
    words = {"words": blinded_words(searched)} if searched else {}
    record(action, by=by, case=case, obj=case, detail={**detail, **words}, cases=[each.pk for each in cases])


def _linked(reports: Any) -> list[uuid.UUID | None]:
    """The cases that these reports are linked to: of their keys, or of a question for them."""
    links = Link.objects.filter(report__in=reports, case__isnull=False)
    with acting.for_the_system():  # on the record also of a child of whom its reader is told nothing
        return list(links.values_list("case_id", flat=True).distinct())
