"""A submission from draft to answer, and what its state forbids."""

import pytest

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.jobs.models import Notification
from intelligence.desk import services as working
from intelligence.desk.models import IntelligenceReport
from intelligence.desk.services import NotReceived
from intelligence.subjects.models import Handling
from intelligence.submissions import services as submissions
from intelligence.submissions.models import IntelligenceFeedback, SubmissionState, SubmissionStep
from intelligence.submissions.selectors import answers_of
from tests.cast import Cast
from tests.factories.intelligence import RAW, SANITISED, SECRET, answer, answers, grade, make_submission


def test_a_submission_goes_from_its_author_to_the_police_and_back(cast: Cast) -> None:
    submission = make_submission(cast, state=SubmissionState.ANSWERED)
    assert submission.reference.startswith("FIB-")
    assert submission.answer_by is not None
    assert IntelligenceFeedback.objects.get().code == "F2"
    done = set(AuditEvent.objects.filter(object_id=submission.pk).values_list("action", flat=True))
    assert {
        Action.SUBMISSION_DRAFTED, Action.SUBMISSION_SUBMITTED, Action.SUBMISSION_RECEIVED,
        Action.SUBMISSION_GRADED, Action.FEEDBACK_GIVEN,
    } <= done  # fmt: skip
    told = Notification.objects.get(user=cast.practitioner)
    assert submission.reference in told.text


def test_a_draft_is_not_sent_before_every_page_is_answered(cast: Cast) -> None:
    draft = submissions.start(by=cast.practitioner)
    with pytest.raises(NotAllowedNow, match="Some pages still need an answer before this inte"):
        submissions.submit(submission=draft, by=cast.practitioner)


def test_what_was_sent_cannot_be_changed_or_deleted(cast: Cast) -> None:
    submission = make_submission(cast)
    page = answers()[SubmissionStep.LEARNED]
    with pytest.raises(NotAllowedNow, match="This intelligence has been sent to the police an"):
        submissions.save_step(
            submission=submission, step=SubmissionStep.LEARNED, answers=page, by=cast.practitioner
        )
    with pytest.raises(NotAllowedNow, match="This intelligence has been sent to the police an"):
        submissions.discard(submission=submission, by=cast.practitioner)
    with pytest.raises(NotAllowedNow, match="This intelligence has been sent to the police an"):
        submissions.submit(submission=submission, by=cast.practitioner)


def test_two_windows_do_not_overwrite_each_other(cast: Cast) -> None:
    draft = submissions.start(by=cast.practitioner)
    step, page = SubmissionStep.LEARNED, answers()[SubmissionStep.LEARNED]
    seen = answers_of(draft, step).mark
    submissions.save_step(submission=draft, step=step, answers=page, by=cast.practitioner, seen=seen)
    submissions.save_step(submission=draft, step=step, answers=page, by=cast.practitioner, seen=seen)
    other = answers(learned=type(page)(fields=page.fields, rows={"lines": [{"text": "Another fact"}]}))[step]
    with pytest.raises(StaleEdit):
        submissions.save_step(submission=draft, step=step, answers=other, by=cast.practitioner, seen=seen)
    assert [line.text for line in draft.lines.all()] == [RAW]


def test_it_is_graded_once_and_only_when_received(cast: Cast) -> None:
    submission = make_submission(cast)
    with pytest.raises(NotReceived):
        grade(cast, submission)
    working.receive(submission=submission, by=cast.police)
    with pytest.raises(NotAllowedNow, match="Grade this submission before you answer its auth"):
        answer(cast, submission)
    grade(cast, submission)
    with pytest.raises(NotReceived):
        grade(cast, submission)
    assert IntelligenceReport.objects.count() == 1


def test_lines_become_one_report_for_each_handling_code(cast: Cast) -> None:
    lines = [{"text": "One"}, {"text": "Two"}, {"text": "Three"}]
    page = answers()[SubmissionStep.LEARNED]
    submission = make_submission(
        cast, state=SubmissionState.RECEIVED, learned=type(page)(fields=page.fields, rows={"lines": lines})
    )
    one, two, three = submission.lines.all()
    grades = [
        working.LineGrade(one.pk, "1", "A", Handling.P, [], "First"),
        working.LineGrade(two.pk, "3", "D", Handling.C, ["A1"], "Second"),
        working.LineGrade(three.pk, "2", "E", Handling.P),
    ]
    working.grade(
        submission=submission,
        grades=grades,
        meeting_may_discuss=True,
        instructions="Ask first",
        by=cast.police,
    )
    said = {
        report.handling: [(line.text, line.grade) for line in report.lines.all()]
        for report in IntelligenceReport.objects.all()
    }
    assert said == {"P": [("First", "1AP")], "C": [("Second", "3DC")]}
    assert not IntelligenceReport.objects.get(handling="C").meeting_may_discuss


def test_a_report_holds_nothing_of_the_submission(cast: Cast) -> None:
    report = IntelligenceReport.objects.get(submission=make_submission(cast, state=SubmissionState.GRADED))
    said = " ".join([*(line.text for line in report.lines.all()), report.instructions])
    assert said.strip() == SANITISED
    assert SECRET not in said


def test_no_meeting_discusses_it_if_its_author_said_no(cast: Cast) -> None:
    page = answers()[SubmissionStep.HANDLING]
    closed = type(page)(fields={**page.fields, "meeting_may_discuss": False})
    submission = submissions.send(
        answers={**answers(), SubmissionStep.HANDLING: closed}, by=cast.practitioner
    )
    grade(cast, working.receive(submission=submission, by=cast.police))
    assert not IntelligenceReport.objects.get().meeting_may_discuss


def test_the_author_adds_lines_only_when_asked(cast: Cast) -> None:
    submission = make_submission(cast)
    with pytest.raises(NotAllowedNow, match="The unit is not waiting for more detail about th"):
        submissions.add_detail(submission=submission, reply="Acorn", lines=[], by=cast.practitioner)
    returned = make_submission(cast, state=SubmissionState.RETURNED)
    added = submissions.add_detail(
        submission=returned,
        reply="Acorn",
        lines=[{"text": "The one in the High Street"}],
        by=cast.practitioner,
    )
    assert added.state == SubmissionState.RECEIVED
    assert [line.order for line in added.lines.all()] == [1, 2]
    assert added.lines.first().text == RAW
    grade(cast, added)


def test_priority_intelligence_is_told_to_the_unit(cast: Cast) -> None:
    page = answers()[SubmissionStep.LEARNED]
    urgent = type(page)(fields={**page.fields, "urgency": "PRIORITY"}, rows=page.rows)
    make_submission(cast, learned=urgent)
    assert Notification.objects.filter(user=cast.police).count() == 1
