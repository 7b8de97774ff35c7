"""Graded reports: linked, named readers of, withdrawn; and who read them is recorded."""

import uuid
from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cases.concerns.models import Concern
from cases.concerns.services import shown_as
from cases.missing.models import MissingEpisode
from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import blinded_words, record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify, notify_all
from cse_portal.keys import free_reference
from intelligence.desk.models import IntelligenceReport, IntelligenceReportReader, Link, ReportLine
from intelligence.desk.selectors import cases_linked, possible_readers
from intelligence.subjects.models import Handling, Subject
from intelligence.submissions.models import IntelligenceFeedback, IntelligenceLine, IntelligenceSubmission
from intelligence.submissions.selectors import UNIT_ROLES


@transaction.atomic
def link_case(*, report: IntelligenceReport, reference: str, by: User) -> Link:
    """Link a report to a child's case that the officer may see. Linking again finds the same link.

    With handling P the case's chronology says that a report came, without what it says; with C nothing tells.
    """
    locked = _lock_report(report, by)
    case = Case.objects.visible_to(by).filter(reference__iexact=reference.strip()).first()
    if case is None:
        raise NotAllowedNow("No case has this reference.")
    link, made = Link.objects.get_or_create(report=locked, case=case, defaults={"linked_by": by})
    if not made:
        return link
    record(Action.INTELLIGENCE_LINKED, by=by, obj=locked, case=case, detail={"kind": "child"})
    if locked.handling == Handling.P:
        text = f"Intelligence report {locked.reference} linked (handling P)."
        today = timezone.localdate()
        chronology.add_entry(
            case=case, kind=EntryKind.INTELLIGENCE, happened_on=today, text=text, by=by, source_id=locked.pk
        )
        _tell_lead_professional(case, locked)
    return link


@transaction.atomic
def link_subject(*, report: IntelligenceReport, subject: Subject, by: User) -> Link:
    """Link a report to a subject of concern this officer may see. Linking again finds the same link."""
    locked = _lock_report(report, by)
    seen = get_visible(Subject.objects.visible_to(by).filter(pk=subject.pk))
    link, made = Link.objects.get_or_create(report=locked, subject=seen, defaults={"linked_by": by})
    if made:
        detail = {"kind": seen.kind, "id": str(seen.pk)}
        record(Action.INTELLIGENCE_LINKED, by=by, obj=locked, detail=detail)
    return link


@transaction.atomic
def withdraw(*, report: IntelligenceReport, reason: str, by: User) -> IntelligenceReport:
    """Recall a report: from now on the unit alone reads what it says, and everyone who opened it is told."""
    locked = _lock_report(report, by)
    if locked.withdrawn_at is not None:
        raise NotAllowedNow("This report has already been withdrawn.")
    if not reason:
        raise NotAllowedNow("Say why it is withdrawn.")
    locked.withdrawn_at, locked.withdrawn_by, locked.withdrawn_reason = timezone.now(), by, reason
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(Action.REPORT_WITHDRAWN, by=by, obj=locked, reason=reason)
    url = reverse("intelligence:report", args=[locked.reference])
    text = f"Intelligence report {locked.reference} has been withdrawn. Do not use what it said."
    told = [Notification(user=each, text=text, url=url, about_id=locked.pk) for each in _who_opened(locked)]
    notify_all(told, urgent=True)
    return locked


def as_all_must_be_told() -> AbstractContextManager[None]:
    """Who is told of a recall or a breach: the officer who tells need neither read the audit nor know the child."""
    return acting.for_the_system()


def _who_opened(report: IntelligenceReport) -> list[User]:
    """Everyone outside the unit who opened the report, or a list or meeting that showed it, as the audit knows."""
    opened = Q(action=Action.REPORT_VIEWED, object_id=report.pk)
    listed = Q(action=Action.REPORTS_LISTED, detail__shown__contains=[str(report.pk)])
    with as_all_must_be_told():
        events = AuditEvent.objects.filter(opened | listed, at__gte=report.issued_at)
        unit = Membership.objects.current().filter(role__in=UNIT_ROLES).values("user")
        readers = User.objects.filter(pk__in=events.values("actor"), is_active=True)
        return list(readers.exclude(pk__in=unit))


@transaction.atomic
def name_reader(
    *, report: IntelligenceReport, reader: User, reason: str, by: User
) -> IntelligenceReportReader:
    """Let one more person read a report with handling C, and tell them."""
    locked = _lock_report(report, by)
    if locked.handling != Handling.C:
        raise NotAllowedNow(
            "A report with handling code P is read by everyone who may see a linked case. It has no "
            "named readers."
        )
    if not possible_readers().filter(pk=reader.pk).exists():
        raise NotAllowedNow("Choose a person who works with children's cases.")
    named, made = IntelligenceReportReader.objects.get_or_create(
        report=locked, user=reader, defaults={"reason": reason, "named_by": by}
    )
    if not made and not gate.can(reader, Permission.INTELLIGENCE_REPORT_VIEW, locked):
        # Named in an earlier post: named anew.
        named.reason, named.named_by, named.named_at, made = reason, by, timezone.now(), True
        named.save(update_fields=["reason", "named_by", "named_at"])
    if made:
        detail = {"reader": str(reader.pk)}
        record(Action.REPORT_READER_NAMED, by=by, obj=locked, reason=reason, detail=detail)
        text = f"You may read intelligence report {locked.reference}. Its handling has conditions."
        if gate.can(reader, Permission.INTELLIGENCE_REPORT_VIEW, locked):
            page = reverse("intelligence:report", args=[locked.reference])
            notify(user=reader, text=text, url=page, about_id=locked.pk)
    return named


def issue(
    submission: IntelligenceSubmission, handling: Handling, lines: list[IntelligenceLine], by: User
) -> None:
    """Write a report out once, so that reading it never opens the submission. Only `work.finish` calls this."""
    conditional = handling == Handling.C
    discuss = bool(submission.work.get("discuss") and submission.meeting_may_discuss)
    report = IntelligenceReport.objects.create(
        reference=free_reference(IntelligenceReport, "IR"),
        submission=submission,
        handling=handling,
        conditions=sorted({code for line in lines for code in line.conditions}),
        instructions=submission.work["instructions"] if conditional else "",
        meeting_may_discuss=discuss and not conditional,
        issued_by=by,
        agreed_by=None if conditional else submission.agreed_by,
    )
    ReportLine.objects.bulk_create(
        ReportLine(report=report, line=line, order=order, text=line.sanitised, grade=line.grade)
        for order, line in enumerate(lines, 1)
    )
    record(Action.REPORT_ISSUED, by=by, obj=report, detail={"handling": handling.value, "lines": len(lines)})


def _lock_report(report: IntelligenceReport, by: User) -> IntelligenceReport:
    gate.require(by, Permission.INTELLIGENCE_REPORT_VIEW, report)
    gate.require(by, Permission.INTELLIGENCE_GRADE)
    return IntelligenceReport.objects.select_for_update().get(pk=report.pk)


def _tell_lead_professional(case: Case, report: IntelligenceReport) -> None:
    lead = case.lead_professional
    if lead is not None and gate.can(lead, Permission.INTELLIGENCE_REPORT_VIEW, report):
        text = f"Intelligence report {report.reference} is about a case you lead."
        url = reverse("intelligence:report", args=[report.reference])
        notify(user=lead, text=text, url=url, case_id=case.pk, about_id=report.pk)


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
def open_source(*, submission: IntelligenceSubmission, reason: str, by: User) -> None:
    """Note who looked at the author and the source, and why."""
    gate.require(by, Permission.SUBMISSION_WORK, submission)
    record(Action.SOURCE_OPENED, by=by, obj=submission, reason=reason)


@transaction.atomic
def record_copy(*, submission: IntelligenceSubmission, kind: str, by: User) -> None:
    """Note that a submission was copied out for the force."""
    gate.require(by, Permission.SUBMISSION_WORK, submission)
    record(Action.SUBMISSION_COPIED, by=by, obj=submission, detail={"as": kind})


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


def record_hotspots(*, shown: Iterable[Any], by: User, detail: dict[str, Any]) -> None:
    """Note that somebody read hot spots, which were chosen, and each child whom a row behind them is about."""
    rows = list(shown)
    cases = [
        *(shown_as(each) for each in rows if isinstance(each, Concern)),
        *(each.case_id for each in rows if isinstance(each, MissingEpisode)),
        *_linked([each.pk for each in rows if isinstance(each, IntelligenceReport)]),
    ]
    said = {**detail, "shown": sorted(str(each.pk) for each in rows)}
    record(Action.HOTSPOTS_VIEWED, by=by, detail=said, cases=cases)


def _linked(reports: Any) -> list[uuid.UUID | None]:
    """The cases that these reports are linked to: of their keys, or of a question for them."""
    return [each.pk for each in cases_linked(reports)]
