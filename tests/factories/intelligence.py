"""Submissions and reports in the states tests need, made by the services themselves."""

import datetime as dt
from typing import Any

from cases.record.models.case import Case
from cse_portal import files
from cse_portal.accounts.models import Membership, User
from cse_portal.files.store import digest
from cse_portal.keys import new_key
from intelligence.desk import services as desk
from intelligence.desk.models import IntelligenceReport
from intelligence.desk.services import work
from intelligence.subjects.models import Handling, Subject, SubjectKind
from intelligence.subjects.services import add_subject
from intelligence.submissions import services as sending
from intelligence.submissions.models import (
    IntelligenceSubmission,
    SubmissionFile,
    SubmissionState,
    SubmissionStep,
)
from intelligence.submissions.selectors import StepAnswers
from tests.cast import Cast
from tests.factories.documents import WORDS
from tests.factories.requests import in_one_request

SECRET = "Zebedee Whisper"
RAW = "Rowan Kestrel collects a child from the Acorn Arcade in a silver van."
ANSWER = {"outcome": "DEVELOPMENT", "code": "F2", "text": "Thank you."}
SANITISED = "Rowan KESTREL uses a silver van near the Acorn Arcade."


def answers(**changes: Any) -> dict[SubmissionStep, StepAnswers]:
    """A good submission, page by page; a page may be replaced by its name."""
    pages = {
        SubmissionStep.LEARNED: StepAnswers(
            fields={"strands": ["CSE"], "urgency": "ROUTINE", "learned_on": dt.date(2026, 3, 2)},
            rows={"lines": [{"text": RAW, "happened": "Friday evenings"}]},
        ),
        SubmissionStep.PEOPLE: StepAnswers(
            rows={
                "subjects": [
                    {
                        "given_name": "Rowan", "family_name": "Kestrel", "role": "SUSPECT",
                        "date_of_birth": dt.date(1991, 5, 4),
                    }
                ]
            }
        ),
        SubmissionStep.THINGS: StepAnswers(
            rows={
                "vehicles": [{"registration": "ZZ99 ZZZ", "colour": "silver"}],
                "places": [{"name": "Acorn Arcade"}],
                "contacts": [{"kind": "PHONE", "value": "07700 900123"}],
            }
        ),
        SubmissionStep.SOURCE: StepAnswers(
            fields={"provenance": "TOLD_BY_THIRD_PARTY", "first_hand": True},
            source={"name": SECRET, "risk": "Only the neighbour knows this"},
        ),
        SubmissionStep.HANDLING: StepAnswers(
            fields={"meeting_may_discuss": True, "police_may_contact": False}
        ),
    }  # fmt: skip
    return {**pages, **{SubmissionStep(name): page for name, page in changes.items()}}


@in_one_request
def make_submission(
    cast: Cast,
    *,
    author: User | None = None,
    state: SubmissionState = SubmissionState.SUBMITTED,
    handling: Handling = Handling.P,
    **changes: Any,
) -> IntelligenceSubmission:
    """The practitioner's submission, taken as far as `state` by the police."""
    submission = sending.send(answers=answers(**changes), by=author or cast.practitioner)
    if state != SubmissionState.SUBMITTED:
        submission = work.receive(submission=submission, by=cast.police)
    if state == SubmissionState.RETURNED:
        return work.return_for_detail(submission=submission, question="Which arcade?", by=cast.police)
    if state in (SubmissionState.REVIEW, SubmissionState.ANSWERED):
        submission = grade(cast, submission, handling)
    if state == SubmissionState.ANSWERED:
        submission = finish(cast, submission)
    return submission


@in_one_request
def add_file(submission: IntelligenceSubmission, *, order: int = 1) -> SubmissionFile:
    """A note that its author added while it was a draft."""
    return SubmissionFile.objects.create(
        submission=submission, order=order, title="Screenshot of a message", extension="txt",
        content_type="text/plain", size=len(WORDS), sha256=digest(WORDS),
        stored_as=files.keep("submissions", WORDS),
    )  # fmt: skip


@in_one_request
def grade(
    cast: Cast, submission: IntelligenceSubmission, handling: Handling = Handling.P
) -> IntelligenceSubmission:
    """Every line graded 2B and sanitised, the answer chosen, and a second officer asked."""
    orders = submission.lines.values_list("order", flat=True)
    lines = [work.LineWork(order, "2", "B", handling, SANITISED) for order in orders]
    by = cast.police
    work.save(submission=submission, lines=lines, answer=ANSWER, by=by)
    conditional = handling == Handling.C
    work.prepare(
        submission=submission, conditions=["A1", "S2"] if conditional else [],
        instructions="For planning only" if conditional else "", meeting_may_discuss=True, by=by,
    )  # fmt: skip
    return work.ask_second_officer(submission=submission, by=by)


@in_one_request
def finish(cast: Cast, submission: IntelligenceSubmission) -> IntelligenceSubmission:
    """A second officer agrees, and the first issues and answers."""
    work.agree(submission=submission, by=second_officer(cast))
    return work.finish(submission=submission, by=cast.police, key=new_key())


def second_officer(cast: Cast) -> User:
    """Another person of the police intelligence unit."""
    second, made = User.objects.get_or_create(email="second@example.org", defaults={"full_name": "Una Sayle"})
    if made:
        post = Membership.objects.get(user=cast.police)
        Membership.objects.create(user=second, agency=post.agency, role=post.role, starts_on=post.starts_on)
    return second


@in_one_request
def make_report(
    cast: Cast, *, handling: Handling = Handling.P, case: Case | None = None, author: User | None = None
) -> IntelligenceReport:
    """A report the police issued, linked to this case."""
    submission = make_submission(cast, author=author, state=SubmissionState.ANSWERED, handling=handling)
    report = IntelligenceReport.objects.get(submission=submission)
    if case is not None:
        desk.link_case(report=report, reference=case.reference, by=cast.police)
    return report


@in_one_request
def link_new(cast: Cast, report: IntelligenceReport, kind: SubjectKind, **fields: Any) -> Subject:
    """A subject of concern that the police add and link with a report."""
    made = add_subject(kind=kind, fields=fields, by=cast.police, key=new_key())
    desk.link_subject(report=report, subject=made, by=cast.police)
    return made
