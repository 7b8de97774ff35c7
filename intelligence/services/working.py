"""The police intelligence unit's work on a submission: receive, ask for more, grade, answer."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from cse_portal.keys import free_key, free_reference
from cse_portal.reference.selectors import clock_rule
from intelligence.choices import Handling, SubmissionState
from intelligence.errors import NotReceived, NotWaiting
from intelligence.models import (
    DetailRequest,
    IntelligenceFeedback,
    IntelligenceLine,
    IntelligenceReport,
    IntelligenceSubmission,
    ReportLine,
)

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
