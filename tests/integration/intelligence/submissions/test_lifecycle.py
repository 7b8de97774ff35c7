"""A submission from draft to answer, and what its state forbids."""

import pytest

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.desk.selectors import report_list, reports_about
from intelligence.desk.selectors.leaks import without
from intelligence.desk.services import work as working
from intelligence.desk.services.work import NotYours
from intelligence.subjects.models import Handling, Subject, SubjectKind
from intelligence.subjects.services import add_subject
from intelligence.submissions import services as submissions
from intelligence.submissions.models import IntelligenceFeedback, SubmissionState, SubmissionStep
from intelligence.submissions.selectors import answers_of
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.connections import make_shared_case
from tests.factories.intelligence import (
    ANSWER,
    RAW,
    SANITISED,
    SECRET,
    answers,
    finish,
    grade,
    link_new,
    make_report,
    make_submission,
    second_officer,
)


def test_a_submission_goes_from_its_author_to_the_police_and_back(cast: Cast) -> None:
    submission = make_submission(cast, state=SubmissionState.ANSWERED)
    assert submission.reference.startswith("FIB-")
    assert submission.receive_by < submission.answer_by
    assert IntelligenceFeedback.objects.get().code == "F2"
    done = set(AuditEvent.objects.filter(object_id=submission.pk).values_list("action", flat=True))
    assert {
        Action.SUBMISSION_DRAFTED, Action.SUBMISSION_SUBMITTED, Action.SUBMISSION_RECEIVED,
        Action.SUBMISSION_GRADED, Action.FEEDBACK_GIVEN,
    } <= done  # fmt: skip
    told = Notification.objects.get(user=cast.practitioner)
    assert submission.reference in told.text
    assert IntelligenceReport.objects.get().agreed_by == second_officer(cast)


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


def test_only_the_officer_who_has_it_works_on_it(cast: Cast) -> None:
    submission = make_submission(cast)
    with pytest.raises(NotYours):
        grade(cast, submission)
    working.receive(submission=submission, by=second_officer(cast))
    with pytest.raises(NotYours):
        grade(cast, submission)
    working.take_over(submission=submission, by=cast.police)
    assert Notification.objects.filter(user=second_officer(cast), text__contains="taken over").exists()
    grade(cast, submission)


def test_nothing_is_issued_before_another_officer_agrees_to_what_may_be_shared(cast: Cast) -> None:
    submission = make_submission(cast, state=SubmissionState.REVIEW)
    with pytest.raises(NotAllowedNow, match="A second officer must agree"):
        working.agree(submission=submission, by=cast.police)
    with pytest.raises(NotAllowedNow, match="A second officer must agree"):
        working.finish(submission=submission, by=cast.police, key=new_key())
    working.agree(submission=submission, by=second_officer(cast))
    working.send_back(submission=submission, by=cast.police)
    with pytest.raises(NotAllowedNow, match="A second officer must agree"):
        working.finish(submission=submission, by=cast.police, key=new_key())
    assert not IntelligenceReport.objects.exists()
    working.ask_second_officer(submission=submission, by=cast.police)
    working.send_back(submission=submission, reason="Line 1", by=second_officer(cast))
    working.ask_second_officer(submission=submission, by=cast.police)
    finish(cast, submission)
    with pytest.raises(NotYours):
        working.finish(submission=submission, by=cast.police, key=new_key())
    assert IntelligenceFeedback.objects.count() == IntelligenceReport.objects.count() == 1


def test_what_the_check_finds_is_taken_out_or_kept_for_a_reason(cast: Cast) -> None:
    submission = make_submission(cast, state=SubmissionState.RECEIVED)
    told = working.LineWork(1, "2", "A", Handling.C, f"{SECRET} says only the neighbour knows this. A van.")
    working.save(submission=submission, lines=[told], answer=ANSWER, by=cast.police)
    prepared = {"conditions": ["A1"], "instructions": "Ask first", "meeting_may_discuss": False}
    working.prepare(submission=submission, by=cast.police, **prepared)
    with pytest.raises(NotAllowedNow, match="2 phrases to fix"):
        working.finish(submission=submission, by=cast.police, key=new_key())
    with pytest.raises(NotAllowedNow, match="say why"):
        working.keep(submission=submission, order=1, words=SECRET, reason=" ", by=cast.police)
    taken = working.LineWork(1, "2", "A", Handling.C, without(told.sanitised, SECRET))
    working.save(submission=submission, lines=[taken], by=cast.police)
    kept = "Only the neighbour knows this"
    working.keep(
        submission=submission, order=1, words=kept, reason="All of the street says so", by=cast.police
    )
    working.finish(submission=submission, by=cast.police, key=new_key())
    line = IntelligenceReport.objects.get().lines.get()
    assert line.text == "says only the neighbour knows this. A van."
    assert AuditEvent.objects.get(action=Action.LEAK_KEPT).reason == "All of the street says so"


def test_a_withdrawn_report_is_recalled_from_everyone_who_opened_it(cast: Cast) -> None:
    case = make_shared_case(cast, "Simran")
    report = make_report(cast, case=case)
    link_new(cast, report, SubjectKind.PERSON, name="Rowan Kestrel")
    page = f"/intelligence/reports/{report.reference}/"
    assert SANITISED in signed_in(cast, "manager").get(page).content.decode()
    working.reopen(submission=report.submission, reason="Another van", by=cast.police)
    assert Notification.objects.filter(user=cast.manager, text__contains="withdrawn").count() == 1
    assert not Notification.objects.filter(user=cast.health, text__contains="withdrawn").exists()
    for reader in ("manager", "practitioner"):
        body = signed_in(cast, reader).get(page).content.decode()
        assert "Withdrawn" in body
        assert SANITISED not in body
        assert "Kestrel" not in body
        assert not Subject.objects.visible_to(cast.people[reader]).exists()
    assert not list(reports_about(cast.manager, case))
    assert not list(report_list(cast.manager, q="silver van"))
    assert SANITISED in signed_in(cast, "police").get(page).content.decode()
    again = report.submission
    again.refresh_from_db()
    working.ask_second_officer(submission=again, by=cast.police)
    finish(cast, again)
    assert IntelligenceReport.objects.filter(withdrawn_at=None).count() == 1


def test_a_receipt_for_another_submission_is_refused(cast: Cast) -> None:
    submission = make_submission(cast, state=SubmissionState.ANSWERED)
    with pytest.raises(NotAllowedNow, match=f"for FIB-1, not for {submission.reference}"):
        working.record_receipt(
            submission=submission, receipt_for="FIB-1", force_reference="WMP/1", by=cast.police
        )
    kept = working.record_receipt(
        submission=submission,
        receipt_for=submission.reference.lower(),
        force_reference="WMP/1",
        by=cast.police,
    )
    assert kept.force_reference == "WMP/1"


def test_lines_become_one_report_for_each_handling_code(cast: Cast) -> None:
    lines = [{"text": "One"}, {"text": "Two"}, {"text": "Three"}]
    page = answers()[SubmissionStep.LEARNED]
    submission = make_submission(
        cast, state=SubmissionState.RECEIVED, learned=type(page)(fields=page.fields, rows={"lines": lines})
    )
    lines = [
        working.LineWork(1, "1", "A", Handling.P, "First"),
        working.LineWork(2, "3", "D", Handling.C, "Second, of Rowan Kestrel"),
        working.LineWork(3, "2", "E", Handling.P, "Third", "An opinion"),
    ]
    working.save(submission=submission, lines=lines, answer=ANSWER, by=cast.police)
    prepared = {"conditions": ["A1"], "instructions": "Ask first", "meeting_may_discuss": True}
    working.prepare(submission=submission, by=cast.police, **prepared)
    fields = {"name": "Rowan Kestrel"}
    rowan = add_subject(kind=SubjectKind.PERSON, fields=fields, by=cast.police, key=new_key())
    working.link(submission=submission, reference=rowan.reference, by=cast.police)
    finish(cast, working.ask_second_officer(submission=submission, by=cast.police))
    said = {
        report.handling: [(line.text, line.grade) for line in report.lines.all()]
        for report in IntelligenceReport.objects.all()
    }
    assert said == {"P": [("First", "1AP")], "C": [("Second, of Rowan Kestrel", "3DC")]}
    assert not IntelligenceReport.objects.get(handling="C").meeting_may_discuss
    assert Link.objects.get().report.handling == "C", "the P report names nobody whom only a C line names"


def test_a_report_holds_nothing_of_the_submission(cast: Cast) -> None:
    report = IntelligenceReport.objects.get(submission=make_submission(cast, state=SubmissionState.ANSWERED))
    said = " ".join([*(line.text for line in report.lines.all()), report.instructions])
    assert said.strip() == SANITISED
    assert SECRET not in said


def test_no_meeting_discusses_it_if_its_author_said_no(cast: Cast) -> None:
    page = answers()[SubmissionStep.HANDLING]
    closed = type(page)(fields={**page.fields, "meeting_may_discuss": False})
    submission = submissions.send(
        answers={**answers(), SubmissionStep.HANDLING: closed}, by=cast.practitioner
    )
    finish(cast, grade(cast, working.receive(submission=submission, by=cast.police)))
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
