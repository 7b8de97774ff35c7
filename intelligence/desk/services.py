"""The unit receives, asks for more, grades, links and answers; reading a report is recorded."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from cse_portal.keys import free_key, free_reference
from cse_portal.reference.selectors import clock_rule
from intelligence.desk.models import IntelligenceReport, IntelligenceReportReader, Link, ReportLine
from intelligence.desk.selectors import person_in, possible_readers
from intelligence.subjects.models import (
    Handling,
    LinkKind,
    LocationOfConcern,
    PersonOfConcern,
    VehicleOfConcern,
)
from intelligence.submissions.models import (
    DetailRequest,
    IntelligenceFeedback,
    IntelligenceLine,
    IntelligenceSubmission,
    SubmissionState,
)


class NotWaiting(NotAllowedNow):
    """Somebody else received it first."""

    message = "This submission has already been received."


class NotReceived(NotAllowedNow):
    """The unit works on what it has received and not yet graded."""

    message = "Only a submission that has been received, and is not graded yet, can be returned or graded."


NOMINALS: dict[LinkKind, tuple[type[models.Model], str]] = {
    LinkKind.PERSON: (PersonOfConcern, "POC"),
    LinkKind.PLACE: (LocationOfConcern, "LOC"),
    LinkKind.VEHICLE: (VehicleOfConcern, "VOC"),
}


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
    record(Action.NOMINAL_LINKED, by=by, obj=locked, case=case, detail={"kind": LinkKind.CHILD.value})
    if locked.handling == Handling.P:
        text = f"Intelligence report {locked.reference} linked (handling P)."
        today = timezone.localdate()
        chronology.add_entry(
            case=case, kind=EntryKind.INTELLIGENCE, happened_on=today, text=text, by=by, source_id=locked.pk
        )
        _tell_lead_professional(case, locked)
    return link


@transaction.atomic
def link_nominal(
    *, report: IntelligenceReport, kind: LinkKind, nominal_id: uuid.UUID, by: User
) -> Link | None:
    """Link a report to a person, place or vehicle this officer may see. None: there is no such row."""
    locked = _lock_report(report, by)
    model, _ = NOMINALS[kind]
    nominal = model._default_manager.visible_to(by).filter(pk=nominal_id).first()  # type: ignore[attr-defined]
    return _link(locked, kind, nominal, by) if nominal else None


@transaction.atomic
def add_nominal(
    *, report: IntelligenceReport, kind: LinkKind, fields: dict[str, Any], by: User, key: uuid.UUID
) -> Link:
    """Add a person, place or vehicle of concern and link the report to it. The same key again finds the same row."""
    locked = _lock_report(report, by)
    model, prefix = NOMINALS[kind]
    nominal, made = model._default_manager.get_or_create(
        pk=key, defaults={**fields, "reference": free_reference(model, prefix), "added_by": by}
    )
    if made:
        record(Action.NOMINAL_ADDED, by=by, obj=nominal, detail={"kind": kind.value})
    return _link(locked, kind, nominal, by)


@transaction.atomic
def change_standing(
    *,
    report: IntelligenceReport,
    person: PersonOfConcern,
    standing: str,
    standing_since: dt.date,
    reason: str,
    by: User,
) -> PersonOfConcern:
    """What is known of a person whom the report names has moved on: since when, and what that rests on.

    Raises NotVisible where the report does not name them, or anyone who acts may not see them.
    """
    named = person_in(by, _lock_report(report, by), person.pk)
    locked = PersonOfConcern.objects.select_for_update().get(pk=named.pk)
    locked.standing, locked.standing_since = standing, standing_since
    locked.save(update_fields=["standing", "standing_since"])
    record(Action.STANDING_CHANGED, by=by, obj=locked, reason=reason)
    return locked


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


def _link(report: IntelligenceReport, kind: LinkKind, nominal: models.Model, by: User) -> Link:
    link, made = Link.objects.get_or_create(
        report=report, defaults={"linked_by": by}, **{kind.value: nominal}
    )
    if made:
        detail = {"kind": kind.value, "id": str(nominal.pk)}
        record(Action.NOMINAL_LINKED, by=by, obj=report, detail=detail)
    return link


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


def _linked(reports: Any) -> list[uuid.UUID | None]:
    """The cases that these reports are linked to: of their keys, or of a question for them."""
    links = Link.objects.filter(report__in=reports, case__isnull=False)
    with acting.for_the_system():  # on the record also of a child of whom its reader is told nothing
        return list(links.values_list("case_id", flat=True).distinct())


CLOCK = "FIB_FEEDBACK"


@dataclass(frozen=True)
class LineGrade:
    """What the officer says of one line. Without sanitised words it stays with the unit."""

    line_id: uuid.UUID
    source_evaluation: str
    assessment: str
    handling: str
    conditions: list[str] = field(default_factory=list)
    sanitised: str = ""


@transaction.atomic
def receive(*, submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    """An officer takes it on. The clock for answering its author starts."""
    locked = _lock_submission(submission, by)
    if locked.state != SubmissionState.SUBMITTED:
        raise NotWaiting
    now = timezone.now()
    locked.state, locked.received_at, locked.received_by = SubmissionState.RECEIVED, now, by
    locked.answer_by = clock_rule(CLOCK).due(now)
    _save(locked)
    record(Action.SUBMISSION_RECEIVED, by=by, obj=locked)
    return locked


@transaction.atomic
def return_for_detail(
    *, submission: IntelligenceSubmission, question: str, by: User
) -> IntelligenceSubmission:
    """Ask the author for more before grading."""
    locked = _lock_submission(submission, by)
    if locked.state != SubmissionState.RECEIVED:
        raise NotReceived
    DetailRequest.objects.create(submission=locked, question=question, asked_by=by)
    locked.state = SubmissionState.RETURNED
    _save(locked)
    record(Action.SUBMISSION_RETURNED, by=by, obj=locked)
    _tell_author(locked, f"The police ask you for more detail about intelligence {locked.reference}.")
    return locked


@transaction.atomic
def grade(
    *,
    submission: IntelligenceSubmission,
    grades: Iterable[LineGrade],
    meeting_may_discuss: bool,
    instructions: str,
    by: User,
) -> IntelligenceSubmission:
    """Grade every line, and issue what is sanitised: one report for handling P, one for C.

    A meeting may discuss it only if the author and the officer both allow it.
    """
    locked = _lock_submission(submission, by)
    if locked.state != SubmissionState.RECEIVED:
        raise NotReceived
    by_line = {each.line_id: each for each in grades}
    lines = list(locked.lines.all())
    if {line.pk for line in lines} != set(by_line):
        raise NotAllowedNow("The lines of this submission have changed. Grade every line shown below.")
    for line in lines:
        _write_grade(line, by_line[line.pk])
    locked.state, locked.graded_at, locked.graded_by = SubmissionState.GRADED, timezone.now(), by
    _save(locked)
    record(Action.SUBMISSION_GRADED, by=by, obj=locked, detail={"grades": [line.grade for line in lines]})
    discuss = meeting_may_discuss and bool(locked.meeting_may_discuss)
    for handling in Handling:
        of_it = [line for line in lines if line.handling == handling and line.sanitised]
        if of_it:
            _issue(locked, handling, of_it, discuss, instructions, by)
    return locked


@transaction.atomic
def answer(
    *, submission: IntelligenceSubmission, code: str, outcome: str, text: str, by: User, key: uuid.UUID
) -> IntelligenceFeedback:
    """Tell the author what they may know. More may follow; the same key again finds the same answer."""
    locked = _lock_submission(submission, by)
    given = IntelligenceFeedback.objects.filter(pk=key, submission=locked).first()
    if given is not None:
        return given
    if locked.state not in (SubmissionState.GRADED, SubmissionState.ANSWERED):
        raise NotAllowedNow("Grade this submission before you answer its author.")
    given = IntelligenceFeedback.objects.create(
        pk=free_key(IntelligenceFeedback, key),
        submission=locked,
        code=code,
        outcome=outcome,
        text=text,
        given_by=by,
    )
    locked.state = SubmissionState.ANSWERED
    _save(locked)
    record(Action.FEEDBACK_GIVEN, by=by, obj=locked, detail={"code": code, "outcome": outcome})
    _tell_author(locked, f"The police have answered your intelligence {locked.reference}.")
    return given


def _issue(
    submission: IntelligenceSubmission,
    handling: Handling,
    lines: list[IntelligenceLine],
    discuss: bool,
    instructions: str,
    by: User,
) -> None:
    conditional = handling == Handling.C
    report = IntelligenceReport.objects.create(
        reference=free_reference(IntelligenceReport, "IR"),
        submission=submission,
        handling=handling,
        conditions=sorted({code for line in lines for code in line.conditions}),
        instructions=instructions if conditional else "",
        meeting_may_discuss=discuss and not conditional,
        issued_by=by,
    )
    ReportLine.objects.bulk_create(
        ReportLine(report=report, line=line, order=order, text=line.sanitised, grade=line.grade)
        for order, line in enumerate(lines, 1)
    )
    record(Action.REPORT_ISSUED, by=by, obj=report, detail={"handling": handling.value, "lines": len(lines)})


def _write_grade(line: IntelligenceLine, grade: LineGrade) -> None:
    line.source_evaluation, line.assessment = grade.source_evaluation, grade.assessment
    line.handling, line.sanitised = grade.handling, grade.sanitised
    line.conditions = grade.conditions if grade.handling == Handling.C else []
    line.save(update_fields=["source_evaluation", "assessment", "handling", "sanitised", "conditions"])


def _lock_submission(submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    gate.require(by, Permission.SUBMISSION_WORK, submission)
    return IntelligenceSubmission.objects.select_for_update(of=("self",)).get(pk=submission.pk)


def _save(submission: IntelligenceSubmission) -> None:
    submission.version += 1
    submission.save()


def _tell_author(submission: IntelligenceSubmission, text: str) -> None:
    if gate.can(submission.author, Permission.SUBMISSION_VIEW, submission):
        url = reverse("intelligence:submission", args=[submission.reference])
        notify(user=submission.author, text=text, url=url, about_id=submission.pk)
