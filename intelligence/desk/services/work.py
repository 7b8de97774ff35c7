"""The unit works on a submission: takes it, keeps its work, has a second officer agree, then issues and answers."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from cse_portal.keys import free_key
from intelligence.desk import services as reports
from intelligence.desk.selectors.work import goes_with, going_further, links_chosen, not_ready
from intelligence.subjects.models import Handling, Subject
from intelligence.submissions.models import (
    DetailRequest,
    IntelligenceFeedback,
    IntelligenceSubmission,
    SubmissionState,
)
from intelligence.submissions.services import notify_intelligence_unit

ANSWER = ("outcome", "code", "text")
OF_A_LINE = ("source_evaluation", "assessment", "handling", "sanitised", "left_out", "legacy")
NO_SECOND = "This submission does not wait for a second officer."


class NotYours(NotAllowedNow):
    """Only the officer who has it works on it, and only before it is issued."""

    message = "You do not have this submission now. Take it over first, or read what became of it."


@dataclass(frozen=True)
class LineWork:
    """What the officer says of one line so far. Left out, it stays in the unit, and says why."""

    order: int
    source_evaluation: str = ""
    assessment: str = ""
    handling: str = ""
    sanitised: str = ""
    left_out: str = ""
    legacy: str = ""


@transaction.atomic
def receive(*, submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    """An officer takes it on, and has it from then on."""
    locked = _lock(submission, by)
    if locked.state != SubmissionState.SUBMITTED:
        raise NotAllowedNow("This submission has already been received.")
    locked.state, locked.received_at, locked.received_by = SubmissionState.RECEIVED, timezone.now(), by
    return _save(locked, Action.SUBMISSION_RECEIVED, by)


@transaction.atomic
def take_over(*, submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    """Relieve the colleague who has it, and tell them. An agreement of one's own is no second one any more."""
    locked = _lock(submission, by)
    if locked.received_by is None or locked.received_by_id == by.pk:
        raise NotYours
    url = reverse("intelligence:desk", args=[locked.reference])
    text = f"{by.full_name} has taken over intelligence {locked.reference} from you."
    notify(user=locked.received_by, text=text, url=url, about_id=locked.pk)
    if locked.agreed_by_id == by.pk:
        locked.agreed_at = locked.agreed_by = None
    locked.received_by = by
    return _save(locked, Action.SUBMISSION_TAKEN_OVER, by)


@transaction.atomic
def save(
    *,
    submission: IntelligenceSubmission,
    lines: Iterable[LineWork],
    by: User,
    answer: dict[str, str] | None = None,
) -> IntelligenceSubmission:
    """Keep the work of the officer who has it, finished or not."""
    locked = _lock_own(submission, by)
    by_order = {each.order: each for each in lines}
    for line in locked.lines.all():
        if (work := by_order.get(line.order)) is None:
            continue
        for name in OF_A_LINE:
            setattr(line, name, getattr(work, name))
        line.conditions = line.conditions if line.handling == Handling.C else []
        line.save()
    locked.work |= {name: answer.get(name, "") for name in ANSWER} if answer else {}
    return _save(locked, Action.SUBMISSION_WORKED_ON, by)


@transaction.atomic
def keep(*, submission: IntelligenceSubmission, order: int, words: str, reason: str, by: User) -> None:
    """Leave words in that the check found. Why is on record, with the line and in the audit."""
    locked = _lock_own(submission, by)
    if not reason.strip():
        raise NotAllowedNow(f"Line {order}: say why “{words}” can stay.")
    for line in locked.lines.filter(order=order):
        line.kept[words.casefold()] = reason
        line.save(update_fields=["kept"])
        record(Action.LEAK_KEPT, by=by, obj=locked, reason=reason, detail={"line": order})


@transaction.atomic
def link(*, submission: IntelligenceSubmission, reference: str, by: User) -> None:
    """Choose a case or subject that the reports will be linked to; once they are issued, link them at once."""
    locked, named = _lock(submission, by), reference.strip().upper()
    known = (rows.objects.visible_to(by).filter(reference=named) for rows in (Case, Subject))
    if not any(rows.exists() for rows in known):
        raise NotAllowedNow("No case and nothing known has this reference.")
    if locked.state != SubmissionState.ANSWERED:
        _require_own(locked, by)
    locked.work["links"] = sorted({*links_chosen(locked), named})
    _save(locked, Action.SUBMISSION_WORKED_ON, by)
    if locked.state == SubmissionState.ANSWERED:
        _link_reports(locked, by, [named])


@transaction.atomic
def unlink(*, submission: IntelligenceSubmission, reference: str, by: User) -> None:
    """Take a choice back, before the reports are issued."""
    locked = _lock_own(submission, by)
    locked.work["links"] = sorted(links_chosen(locked) - {reference})
    _save(locked, Action.SUBMISSION_WORKED_ON, by)


@transaction.atomic
def return_for_detail(
    *, submission: IntelligenceSubmission, question: str, by: User
) -> IntelligenceSubmission:
    """Ask the author for more before grading."""
    locked = _lock_own(submission, by)
    DetailRequest.objects.create(submission=locked, question=question, asked_by=by)
    locked.state = SubmissionState.RETURNED
    _save(locked, Action.SUBMISSION_RETURNED, by)
    _tell_author(locked, f"The police ask you for more detail about intelligence {locked.reference}.")
    return locked


@transaction.atomic
def prepare(
    *,
    submission: IntelligenceSubmission,
    conditions: Sequence[str],
    instructions: str,
    meeting_may_discuss: bool,
    by: User,
) -> IntelligenceSubmission:
    """How the reports are handled: the conditions of C, and whether a meeting may discuss P."""
    locked = _lock_own(submission, by)
    for line in going_further(locked, Handling.C):
        line.conditions = sorted(conditions)
        line.save(update_fields=["conditions"])
    locked.work |= {"instructions": instructions, "discuss": meeting_may_discuss}
    return _save(locked, Action.SUBMISSION_WORKED_ON, by)


@transaction.atomic
def ask_second_officer(*, submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    """Everything is done: another officer of the unit is asked to agree to the lines that may be shared."""
    locked = _lock_own(submission, by)
    _require_ready(locked)
    locked.state = SubmissionState.REVIEW
    locked.work.pop("refused", None)
    _save(locked, Action.AGREEMENT_ASKED, by)
    notify_intelligence_unit(f"A second officer is asked to agree to {locked.reference}.", locked, but=by)
    return locked


@transaction.atomic
def agree(*, submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    """A second officer agrees to the P lines as they stand. Never the one who has it."""
    locked = _lock(submission, by)
    if locked.state != SubmissionState.REVIEW:
        raise NotAllowedNow(NO_SECOND)
    if locked.received_by_id == by.pk:
        raise NotAllowedNow("A second officer must agree. You have this submission yourself.")
    locked.agreed_at, locked.agreed_by = timezone.now(), by
    _tell_holder(locked, f"{by.full_name} agrees to intelligence {locked.reference}. You can issue it.")
    return _save(locked, Action.SUBMISSION_AGREED, by)


@transaction.atomic
def send_back(*, submission: IntelligenceSubmission, by: User, reason: str = "") -> IntelligenceSubmission:
    """Back to the desk: the second officer says what must change, or the first takes it. No agreement counts then."""
    locked = _lock(submission, by)
    if locked.state != SubmissionState.REVIEW:
        raise NotAllowedNow(NO_SECOND)
    locked.state, locked.agreed_at, locked.agreed_by = SubmissionState.RECEIVED, None, None
    if locked.received_by_id != by.pk:
        locked.work["refused"] = f"{by.full_name}: {reason}"
        _tell_holder(locked, f"{by.full_name} does not agree yet to intelligence {locked.reference}.")
    return _save(locked, Action.SUBMISSION_SENT_BACK, by)


@transaction.atomic
def finish(*, submission: IntelligenceSubmission, by: User, key: uuid.UUID) -> IntelligenceSubmission:
    """Issue the reports, link them and answer the author, in one step, by the officer who has it.

    What may be shared (P) needs a second officer's agreement. A meeting may discuss it only if the author and the
    officer both allow it.
    """
    locked = _lock(submission, by)
    if locked.received_by_id != by.pk or locked.state not in (
        SubmissionState.RECEIVED,
        SubmissionState.REVIEW,
    ):
        raise NotYours
    _require_ready(locked)
    if going_further(locked, Handling.P) and locked.agreed_by is None:
        raise NotAllowedNow("A second officer must agree to the lines that may be shared (P) first.")
    for handling in Handling:
        if of_it := going_further(locked, handling):
            reports.issue(locked, handling, of_it, by)
    locked.graded_at, locked.graded_by = timezone.now(), by
    grades = [line.grade for line in locked.lines.all()]
    record(Action.SUBMISSION_GRADED, by=by, obj=locked, detail={"grades": grades})
    _link_reports(locked, by, sorted(links_chosen(locked)))
    _answer(locked, key, by)
    return locked


@transaction.atomic
def answer(
    *, submission: IntelligenceSubmission, code: str, outcome: str, text: str, by: User, key: uuid.UUID
) -> IntelligenceFeedback:
    """Tell the author more, once they have been answered; the same key again finds the same answer."""
    locked = _lock(submission, by)
    given = IntelligenceFeedback.objects.filter(pk=key, submission=locked).first()
    if given is not None:
        return given
    if locked.state != SubmissionState.ANSWERED:
        raise NotAllowedNow("The author is answered when the reports are issued.")
    locked.work |= {"code": code, "outcome": outcome, "text": text}
    return _answer(locked, key, by)


@transaction.atomic
def reopen(*, submission: IntelligenceSubmission, reason: str, by: User) -> IntelligenceSubmission:
    """Correct or re-grade: what was issued is withdrawn from its readers, and the work goes on from where it was."""
    locked = _lock(submission, by)
    if locked.state != SubmissionState.ANSWERED:
        raise NotAllowedNow("Only what has been issued and answered can be re-graded.")
    for report in locked.reports.filter(withdrawn_at=None):
        reports.withdraw(report=report, reason=reason, by=by)
    locked.state, locked.received_by = SubmissionState.RECEIVED, by
    locked.agreed_at = locked.agreed_by = None
    return _save(locked, Action.SUBMISSION_REOPENED, by, reason=reason)


@transaction.atomic
def record_receipt(
    *, submission: IntelligenceSubmission, receipt_for: str, force_reference: str, by: User
) -> IntelligenceSubmission:
    """Keep the force's own reference. A receipt that names another submission is refused."""
    locked = _lock(submission, by)
    if receipt_for.strip().upper() != locked.reference.upper():
        raise NotAllowedNow(f"This receipt is for {receipt_for.strip()}, not for {locked.reference}.")
    locked.force_reference, locked.force_receipt_at = force_reference, timezone.now()
    return _save(locked, Action.FORCE_RECEIPT_RECORDED, by)


def _link_reports(submission: IntelligenceSubmission, by: User, chosen: Iterable[str]) -> None:
    issued = list(submission.reports.filter(withdrawn_at=None))
    subjects = list(Subject.objects.visible_to(by).filter(reference__in=chosen))
    cases = Case.objects.visible_to(by).filter(reference__in=chosen).values_list("reference", flat=True)
    for report in issued:
        for reference in cases:
            reports.link_case(report=report, reference=reference, by=by)
        lines = going_further(submission, Handling(report.handling))
        alone = len(issued) == 1 or report.handling == Handling.C
        for subject in subjects:
            if goes_with(subject, lines, alone=alone):
                reports.link_subject(report=report, subject=subject, by=by)


def _answer(submission: IntelligenceSubmission, key: uuid.UUID, by: User) -> IntelligenceFeedback:
    said = {name: submission.work[name] for name in ANSWER}
    pk = free_key(IntelligenceFeedback, key)
    given = IntelligenceFeedback.objects.create(pk=pk, submission=submission, given_by=by, **said)
    submission.state = SubmissionState.ANSWERED
    _save(submission, Action.FEEDBACK_GIVEN, by, detail={"code": given.code, "outcome": given.outcome})
    _tell_author(submission, f"The police have answered your intelligence {submission.reference}.")
    return given


def _require_ready(submission: IntelligenceSubmission) -> None:
    if why := not_ready(submission):
        raise NotAllowedNow(why)


def _lock(submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    gate.require(by, Permission.SUBMISSION_WORK, submission)
    return IntelligenceSubmission.objects.select_for_update(of=("self",)).get(pk=submission.pk)


def _lock_own(submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    locked = _lock(submission, by)
    _require_own(locked, by)
    return locked


def _require_own(locked: IntelligenceSubmission, by: User) -> None:
    if locked.state != SubmissionState.RECEIVED or locked.received_by_id != by.pk:
        raise NotYours


def _save(
    submission: IntelligenceSubmission, action: Action, by: User, *, reason: str = "", detail: Any = None
) -> IntelligenceSubmission:
    submission.version += 1
    submission.save()
    record(action, by=by, obj=submission, reason=reason, detail=detail)
    return submission


def _tell_author(submission: IntelligenceSubmission, text: str) -> None:
    if gate.can(submission.author, Permission.SUBMISSION_VIEW, submission):
        url = reverse("intelligence:submission", args=[submission.reference])
        notify(user=submission.author, text=text, url=url, about_id=submission.pk)


def _tell_holder(submission: IntelligenceSubmission, text: str) -> None:
    if submission.received_by is not None:
        url = reverse("intelligence:review", args=[submission.reference])
        notify(user=submission.received_by, text=text, url=url, about_id=submission.pk)
