"""PostgreSQL by itself: a concern, and what is told to the police, say for good what was sent, in every row beneath."""

import pytest

from cases.choices import ConcernOutcome, ConcernStep
from cases.models import Case, Concern, ConcernDecision
from cases.selectors.concerns import StepAnswers
from cases.services import access, concerns, triage
from cse_portal.accounts.models import User
from cse_portal.keys import new_key
from intelligence.choices import SubmissionState, SubmissionStep
from intelligence.models import IntelligenceFeedback, IntelligenceLine, IntelligenceSubmission
from intelligence.services import drafts, sending, viewing, working
from tests.access.test_row_security import acting_for
from tests.access.test_second_layer import sent
from tests.cast import Cast
from tests.factories import concerns as written
from tests.factories import intelligence as told
from tests.factories.cases import LAWFUL_BASIS, make_case

pytestmark = pytest.mark.django_db
SAID = {
    "cases_concernindicator": (
        "evidence", "(code, timing, evidence, provenance, confidence)", "'SIG01', 'current', '', '', ''",
    ),
    "cases_concernmention": ("name", '(kind, part, name, details, "order")', "'person', '', 'x', '', 9"),
    "intelligence_submissionsource": (
        "name", "(name, relation, contact, reliability, risk, told_it_is_shared)", "'', '', '', '', '', ''",
    ),
    "intelligence_submissionsubject": (
        "family_name", '("order", given_name, family_name, other_names, role, age, description)',
        "9, '', '', '', '', '', ''",
    ),
    "intelligence_submissionvehicle": (
        "registration", '("order", registration, make_and_model, colour, details)', "9, '', '', '', ''",
    ),
    "intelligence_submissionplace": ("name", '("order", name, address, postcode, details)', "9, '', '', '', ''"),
    "intelligence_submissioncontact": ("value", '("order", kind, value, details)', "9, 'PHONE', '', ''"),
    "intelligence_intelligenceline": (
        "text", '("order", text, happened, source_evaluation, assessment, handling, conditions, sanitised)',
        "9, 'x', '', '', '', '', '{}', ''",
    ),
}  # fmt: skip
OF_CONCERNS = [table for table in SAID if table.startswith("cases_")]
OF_SUBMISSIONS = [table for table in SAID if table.startswith("intelligence_")]


def added(table: str) -> str:
    _, columns, values = SAID[table]
    parent = "concern_id" if table in OF_CONCERNS else "submission_id"
    return f"INSERT INTO {table} (id, {parent}, {columns[1:-1]}) SELECT gen_random_uuid(), %s, {values}"


def attempts(table: str, key: object) -> list[tuple[str, object]]:
    column, parent = SAID[table][0], "concern_id" if table in OF_CONCERNS else "submission_id"
    return [
        (f"DELETE FROM {table} WHERE {parent} = %s", key),
        (f"UPDATE {table} SET {column} = 'other' WHERE {parent} = %s", key),
        (added(table), key),
    ]


def says(by: User) -> Concern:
    """With a sign and somebody who is named."""
    said = written.answers()
    said[ConcernStep.SIGNIFICANT] = StepAnswers(indicators=[{"code": "SIG01", "timing": "current"}])
    said[ConcernStep.MENTIONS] = StepAnswers(mentions=[{"kind": "person", "name": "Rowan Kestrel"}])
    return concerns.log(answers=said, by=by, key=new_key())


def decided(cast: Cast, concern: Concern, case: Case | None = None) -> Concern:
    outcome = ConcernOutcome.ADD_TO_CASE if case else ConcernOutcome.ADVICE
    with acting_for(cast.manager):
        triage.decide(concern=concern, verdict=written.verdict(outcome, case=case), by=cast.manager)
    concern.refresh_from_db()
    return concern


# ------------------------------------------------------------------------------------------ concerns


@pytest.mark.parametrize("table", OF_CONCERNS)
def test_what_a_concern_says_of_signs_and_people_stays_as_it_was_sent(cast: Cast, table: str) -> None:
    """Priya wrote it, Maya decides on it, and Hannah works on the case that it becomes part of."""
    case = make_case(cast)
    access.share(
        case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager, may_change=True
    )
    with acting_for(cast.practitioner):
        concern = says(cast.practitioner)
    for person in (cast.practitioner, cast.manager):
        nothing_of(table, concern, person)
    decided(cast, concern, case)
    for person in (cast.practitioner, cast.manager, cast.health):
        nothing_of(table, concern, person)


def nothing_of(table: str, row: Concern | IntelligenceSubmission, person: User) -> None:
    """This person sees what the row says there, and can take away, change and add nothing."""
    parent = "concern_id" if isinstance(row, Concern) else "submission_id"
    assert sent(person, f"SELECT id FROM {table} WHERE {parent} = %s", row.pk) > 0
    for statement, key in attempts(table, row.pk):
        assert sent(person, statement, key) == 0, (person, statement)


@pytest.mark.parametrize("table", OF_CONCERNS)
def test_as_long_as_a_concern_is_a_draft_its_author_writes_it(cast: Cast, table: str) -> None:
    draft = written.make_draft(cast.practitioner)
    assert sent(cast.practitioner, added(table), draft.pk) == 1
    for statement, key in reversed(attempts(table, draft.pk)[:2]):
        assert sent(cast.practitioner, statement, key) == 1, statement


def test_a_concerns_own_words_stay_and_who_decides_says_what_becomes_of_it(cast: Cast) -> None:
    case, others = (
        make_case(cast),
        make_case(cast, lead_agency=cast.agency("cse-team"), lead_professional=cast.manager),
    )
    access.share(
        case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager, may_change=True
    )
    with acting_for(cast.practitioner):
        concern = says(cast.practitioner)
    words = "UPDATE cases_concern SET {0} WHERE id = %s"
    for said in (
        "worry = 'Nothing.'", "harm_status = 'H0', harm_evidence = 'x'", "given_name = 'Other'",
        "urgency = 'immediate'", "submitted_at = submitted_at - interval '9 days'", "decide_by = decide_by + 90",
        "reference = 'CON-X'",
    ):  # fmt: skip
        for person in (cast.practitioner, cast.manager):
            assert sent(person, words.format(said), concern.pk) == 0, said
    for case_of in (case, others):
        assert sent(cast.practitioner, words.format("case_id = %s"), case_of.pk, concern.pk) == 0
    assert sent(cast.practitioner, words.format("state = 'decided'"), concern.pk) == 0
    assert sent(cast.manager, words.format("case_id = %s"), case.pk, concern.pk) == 0, "with a decision alone"
    decided(cast, concern, case)
    for person in (cast.practitioner, cast.manager, cast.health):
        assert sent(person, words.format("worry = 'Nothing.'"), concern.pk) == 0
    assert concern.case_id == case.pk


def test_a_concern_begins_as_a_draft_of_ones_own(cast: Cast) -> None:
    begin = """
        INSERT INTO cases_concern
            (id, reference, author_id, author_agency_id, state, steps_done, unfinished, immediate_danger_action,
             urgency, given_name, family_name, known_as, sex, ethnicity, disabilities, nhs_number, upn, address,
             postcode, school, lives_with, legal_status, unknown, worry, harm_status, harm_evidence, disclosure,
             grooming_concern, network_concern, child_told, child_view, parent_told, parent_view, not_told_reason,
             agreement, lawful_basis, others_who_know, created_at, submitted_at, decide_by, clock_rule, version)
        SELECT gen_random_uuid(), 'CON-X', %s, (SELECT m.agency_id FROM accounts_membership m WHERE m.user_id = %s), %s,
               '{}', '{}', '', 'routine', 'x', 'x', '', '', '', '{}', '', '', '', '', '', '', '', '{}', 'x', '', '', '',
               '', '', '', '', '', '', '', '', '', '', now(), now(), now(), '', 1
    """
    assert sent(cast.manager, begin, cast.practitioner.pk, cast.practitioner.pk, "submitted") == 0
    assert sent(cast.manager, begin, cast.manager.pk, cast.manager.pk, "submitted") == 0
    assert not Concern.objects.filter(reference="CON-X").exists()


def test_what_was_added_or_decided_is_said_once_in_ones_own_name(cast: Cast) -> None:
    with acting_for(cast.practitioner):
        concern = says(cast.practitioner)
    decided(cast, concern)
    with acting_for(cast.practitioner):
        added_to = concerns.add_addendum(concern=concern, text="She rang again.", by=cast.practitioner)
        concerns.record_view(concern=concern, by=cast.practitioner, page="mine")
    decision = ConcernDecision.objects.get(concern=concern)
    assert decision.read_by_author_at is not None
    more = """
        INSERT INTO cases_concernaddendum (id, concern_id, text, added_by_id, added_at)
        SELECT gen_random_uuid(), %s, 'x', %s, now()
    """
    for person, other in ((cast.practitioner, cast.manager), (cast.manager, cast.practitioner)):
        for words in ("text = 'x'", "added_by_id = gate.user_id(), text = text || '.'"):
            assert sent(person, f"UPDATE cases_concernaddendum SET {words} WHERE id = %s", added_to.pk) == 0
        for words in (
            "rationale = 'x'",
            "outcome = 'advice', feedback = 'x'",
            "decided_by_id = NULL",
            "in_time = false",
        ):
            assert sent(person, f"UPDATE cases_concerndecision SET {words} WHERE id = %s", decision.pk) == 0
        assert sent(person, more, concern.pk, other.pk) == 0
    unread = "UPDATE cases_concerndecision SET read_by_author_at = now() WHERE id = %s"
    assert sent(cast.manager, unread, decision.pk) == 0


# ------------------------------------------------------------------------------------------ what is told to the police


@pytest.mark.parametrize("table", OF_SUBMISSIONS)
def test_what_a_submission_says_stays_as_it_was_sent(cast: Cast, table: str) -> None:
    """Hannah told it, and Owen of the unit receives, grades and answers it."""
    with acting_for(cast.health):
        submission = sending.send(answers=told.answers(), by=cast.health, key=new_key())
    for person in (cast.health, cast.police):
        nothing_of(table, submission, person)
    with acting_for(cast.police):
        submission = working.receive(submission=submission, by=cast.police)
        submission = told.grade(cast, submission)
    for person in (cast.health, cast.police):
        nothing_of(table, submission, person)


@pytest.mark.parametrize("table", OF_SUBMISSIONS)
def test_as_long_as_a_submission_is_a_draft_its_author_writes_it(cast: Cast, table: str) -> None:
    with acting_for(cast.health):
        draft = drafts.start(by=cast.health)
    assert sent(cast.health, added(table), draft.pk) == 1
    for statement, key in reversed(attempts(table, draft.pk)[:2]):
        assert sent(cast.health, statement, key) == 1, statement
    with acting_for(cast.health):
        drafts.save_all(submission=draft, answers=told.answers(), by=cast.health)
        again = told.answers()[SubmissionStep.PEOPLE]
        drafts.save_step(submission=draft, step=SubmissionStep.PEOPLE, answers=again, by=cast.health)
        drafts.discard(submission=draft, by=cast.health)


def test_a_submission_goes_its_way_by_who_takes_each_step(cast: Cast) -> None:
    """Asked for more, Hannah adds a line; Owen grades both; and neither takes the other's steps."""
    step = "UPDATE intelligence_intelligencesubmission SET {0} WHERE id = %s"
    received = "state = 'received', received_at = now(), answer_by = now(), received_by_id = '{0}'"
    graded = "state = 'graded', graded_at = now(), graded_by_id = '{0}'"
    with acting_for(cast.health):
        submission = sending.send(answers=told.answers(), by=cast.health, key=new_key())
    for person, name in ((cast.health, cast.health), (cast.health, cast.police), (cast.police, cast.health)):
        for words in (received, graded):
            assert sent(person, step.format(words.format(name.pk)), submission.pk) == 0
    for words in (
        "others_who_know = 'x'",
        "keep_from = ''",
        "urgency = 'x'",
        "meeting_may_discuss = true",
        "strands = '{}'",
    ):
        for person in (cast.health, cast.police):
            assert sent(person, step.format(f"{words}, best_contact = 'x'"), submission.pk) == 0, words
    with acting_for(cast.police):
        submission = working.receive(submission=submission, by=cast.police)
        submission = working.return_for_detail(
            submission=submission, question="Which arcade?", by=cast.police
        )
    asked = submission.requests.get()
    assert sent(cast.police, step.format("state = 'received'"), submission.pk) == 0, (
        "its author has not replied"
    )
    replies = "UPDATE intelligence_detailrequest SET reply = 'x', replied_at = now() WHERE id = %s"
    assert sent(cast.police, replies, asked.pk) == 0
    assert (
        sent(cast.health, "UPDATE intelligence_detailrequest SET question = 'x' WHERE id = %s", asked.pk) == 0
    )
    assert sent(cast.police, added("intelligence_intelligenceline"), submission.pk) == 0
    with acting_for(cast.health):
        more = [{"text": "The one by the bridge.", "happened": "Fridays"}]
        submission = sending.add_detail(
            submission=submission, reply="By the bridge", lines=more, by=cast.health
        )
    assert sent(cast.health, replies, asked.pk) == 0, "she has replied"
    grades = (
        "UPDATE intelligence_intelligenceline SET source_evaluation = '1', assessment = 'A', handling = 'P'"
    )
    assert sent(cast.health, grades) == 0
    with acting_for(cast.police):
        submission = told.grade(cast, submission)
        assert {each.grade for each in IntelligenceLine.objects.filter(submission=submission)} == {"2BP"}
        told.answer(cast, submission)
    assert sent(cast.police, grades) == 0, "it was graded"
    with acting_for(cast.health):
        viewing.record_submission_view(submission=submission, by=cast.health)
    feedback = IntelligenceFeedback.objects.get(submission=submission)
    assert feedback.read_by_author_at is not None
    for person in (cast.health, cast.police):
        words = "UPDATE intelligence_intelligencefeedback SET text = 'x' WHERE id = %s"
        assert sent(person, words, feedback.pk) == 0
    submission.refresh_from_db()
    assert submission.state == SubmissionState.ANSWERED
