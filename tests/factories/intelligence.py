"""Submissions and reports in the states tests need, made by the services themselves."""

import datetime as dt
from typing import Any

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.keys import new_key
from intelligence.desk import services as desk
from intelligence.desk.models import IntelligenceReport
from intelligence.subjects.models import Handling
from intelligence.submissions import services as sending
from intelligence.submissions.models import (
    IntelligenceFeedback,
    IntelligenceSubmission,
    SubmissionState,
    SubmissionStep,
)
from intelligence.submissions.selectors import StepAnswers
from tests.cast import Cast
from tests.factories.requests import in_one_request

SECRET = "Zebedee Whisper"
RAW = "Rowan Kestrel collects a child from the Acorn Arcade in a silver van."
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
        submission = desk.receive(submission=submission, by=cast.police)
    if state == SubmissionState.RETURNED:
        return desk.return_for_detail(submission=submission, question="Which arcade?", by=cast.police)
    if state in (SubmissionState.GRADED, SubmissionState.ANSWERED):
        submission = grade(cast, submission, handling)
    if state == SubmissionState.ANSWERED:
        answer(cast, submission)
        submission.refresh_from_db()
    return submission


@in_one_request
def grade(
    cast: Cast, submission: IntelligenceSubmission, handling: Handling = Handling.P
) -> IntelligenceSubmission:
    """Every line graded 2B and sanitised."""
    conditional = handling == Handling.C
    grades = [
        desk.LineGrade(line.pk, "2", "B", handling, ["A1", "S2"] if conditional else [], SANITISED)
        for line in submission.lines.all()
    ]
    return desk.grade(
        submission=submission, grades=grades, meeting_may_discuss=True,
        instructions="For planning only" if conditional else "", by=cast.police,
    )  # fmt: skip


@in_one_request
def answer(cast: Cast, submission: IntelligenceSubmission) -> IntelligenceFeedback:
    """The police tell the author that it was linked."""
    return desk.answer(
        submission=submission,
        code="F2",
        outcome="DEVELOPMENT",
        text="Thank you.",
        by=cast.police,
        key=new_key(),
    )


@in_one_request
def make_report(
    cast: Cast, *, handling: Handling = Handling.P, case: Case | None = None, author: User | None = None
) -> IntelligenceReport:
    """A report the police issued, linked to this case."""
    submission = make_submission(cast, author=author, state=SubmissionState.GRADED, handling=handling)
    report = IntelligenceReport.objects.get(submission=submission)
    if case is not None:
        desk.link_case(report=report, reference=case.reference, by=cast.police)
    return report
