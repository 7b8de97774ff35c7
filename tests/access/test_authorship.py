"""PostgreSQL by itself: nobody makes what another wrote, does or was told their own, and what was sent is no draft."""

import pytest

from cases.choices import ConcernOutcome, ConcernState, EmergencyKind, EmergencyVerdict
from cases.models import Case, Concern
from cases.selectors.emergency import Sought
from cases.services import access, emergency, exclusions, triage
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify
from cse_portal.keys import new_key
from intelligence.choices import SubmissionState
from intelligence.models import IntelligenceSubmission
from intelligence.services import sending
from mase.services import scheduling
from tests.access.test_row_security import acting_for
from tests.access.test_second_layer import sent
from tests.cast import Cast
from tests.factories import concerns as written
from tests.factories.actions import issued
from tests.factories.cases import make_case
from tests.factories.intelligence import answers, make_submission
from tests.factories.meetings import make_meeting
from tests.factories.subject_access import officer

pytestmark = pytest.mark.django_db
MINE = "UPDATE {0} SET author_id = gate.user_id(), author_agency_id = gate.agency_id() WHERE id = %s"
AGENCYS = "UPDATE {0} SET author_agency_id = gate.agency_id() WHERE id = %s"
NOBODYS = "UPDATE {0} SET author_id = %s WHERE id = %s"
DRAFT = "UPDATE {0} SET state = 'draft', submitted_at = NULL WHERE id = %s"
CONCERNS, SUBMISSIONS = "cases_concern", "intelligence_intelligencesubmission"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def concern(cast: Cast, case: Case) -> Concern:
    """Priya's, which became part of the case."""
    row = written.make_concern(cast.practitioner)
    Concern.objects.filter(pk=row.pk).update(case=case)
    return row


def reads(person: User, row: Concern | IntelligenceSubmission) -> bool:
    with acting_for(person):
        found = type(row)._default_manager.filter(pk=row.pk).exists()
    assert found == type(row).objects.visible_to(User.objects.get(pk=person.pk)).filter(pk=row.pk).exists()
    return found


def takes(person: User, table: str, row: Concern | IntelligenceSubmission) -> bool:
    return any(sent(person, words.format(table), row.pk) for words in (MINE, AGENCYS))


def test_an_emergency_makes_nobody_the_author_of_a_concern(cast: Cast, case: Case, concern: Concern) -> None:
    nadia = officer(cast)
    opened = emergency.break_glass(
        sought=Sought(reference=case.reference), kind=EmergencyKind.DANGER, reason="She is gone", by=nadia
    )
    assert opened is not None
    assert reads(nadia, concern)
    assert not takes(nadia, CONCERNS, concern)
    emergency.review(emergency=opened, verdict=EmergencyVerdict.UNNECESSARY, note="No", by=cast.privacy)
    assert not reads(nadia, concern)


def test_a_guest_of_a_meeting_takes_no_concern_along(cast: Cast, case: Case, concern: Concern) -> None:
    held = make_meeting(cast, case, agencies=[], people=[cast.health])
    assert reads(cast.health, concern)
    assert not takes(cast.health, CONCERNS, concern)
    scheduling.cancel(meeting=held, reason="No need", by=cast.manager)
    assert not reads(cast.health, concern)


def test_whoever_is_shut_out_later_has_not_made_a_concern_or_submission_their_own(
    cast: Cast, case: Case, concern: Concern
) -> None:
    """Owen grades what Hannah sent, until it turns out that he knows somebody in it."""
    submission = make_submission(cast, author=cast.health)
    assert reads(cast.police, submission)
    assert not takes(cast.police, SUBMISSIONS, submission)
    access.share(
        case=case, to=cast.police, reason="Works with her", lawful_basis="6_1_E", by=cast.practitioner
    )
    assert reads(cast.police, concern)
    assert not takes(cast.police, CONCERNS, concern)
    exclusions.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
    assert not reads(cast.police, concern)


def test_whoever_wrote_it_does_not_make_it_anothers(cast: Cast, concern: Concern) -> None:
    submission = make_submission(cast, author=cast.practitioner)
    for table, row in ((CONCERNS, concern), (SUBMISSIONS, submission)):
        assert sent(cast.practitioner, NOBODYS.format(table), cast.health.pk, row.pk) == 0
        assert sent(cast.practitioner, f"UPDATE {table} SET author_id = author_id WHERE id = %s", row.pk) == 1


def test_what_was_sent_is_no_draft_again_to_be_thrown_away(cast: Cast) -> None:
    """Neither by its author nor by who reads it: what the audit kept of it would go with it."""
    concern, submission = written.make_concern(cast.health), make_submission(cast, author=cast.health)
    for table, row, reader in ((CONCERNS, concern, cast.manager), (SUBMISSIONS, submission, cast.police)):
        for person in (cast.health, reader):
            assert reads(person, row)
            assert sent(person, DRAFT.format(table), row.pk) == 0
            assert sent(person, f"DELETE FROM {table} WHERE id = %s", row.pk) == 0


def test_what_was_decided_waits_for_no_decision_again(cast: Cast, case: Case, concern: Concern) -> None:
    """What waits is read by whoever decides, whatever case it is part of: also by who is not on that any more."""
    Concern.objects.filter(pk=concern.pk).update(state=ConcernState.DECIDED)
    worker = add_person(
        email="coordinator@example.org", full_name="Cora Lyle", agency=cast.agency("cse-team"),
        role=Role.COORDINATOR,
    )  # fmt: skip
    again = "UPDATE cases_concern SET state = 'submitted' WHERE id = %s"
    for person in (worker, cast.manager, cast.practitioner):
        assert reads(person, concern)
        assert sent(person, again, concern.pk) == 0
    access.restrict(
        case=case,
        reason_code="WITNESS_PROTECTION",
        people=[cast.manager],
        lawful_basis="6_1_E",
        by=cast.manager,
    )
    assert not reads(worker, concern)


def test_a_draft_is_written_and_sent_by_its_author_and_decided_by_the_team(cast: Cast) -> None:
    with acting_for(cast.health):
        concern = written.concerns.log(answers=written.answers(), by=cast.health, key=new_key())
        submission = sending.send(answers=answers(), by=cast.health, key=new_key())
        draft = written.make_draft(cast.health)
        assert sent(cast.health, f"DELETE FROM {CONCERNS} WHERE id = %s", draft.pk) == 1
    with acting_for(cast.manager):
        triage.decide(concern=concern, verdict=written.verdict(ConcernOutcome.ADVICE), by=cast.manager)
    concern.refresh_from_db()
    assert concern.state == ConcernState.DECIDED
    assert submission.state == SubmissionState.SUBMITTED


def test_nobody_gives_their_agency_an_action_to_go_on_reading_it(cast: Cast, case: Case) -> None:
    """Its agency reads it also when it is for professionals only; the chair alone gives it to another."""
    action = issued(cast, case)
    access.share(
        case=case, to=cast.police, reason="Works with her", lawful_basis="6_1_E", by=cast.practitioner
    )
    gives = "UPDATE mase_planaction SET agency_id = %s WHERE id = %s"
    theirs = cast.agency("police").pk
    assert sent(cast.police, "UPDATE mase_planaction SET text = text WHERE id = %s", action.pk) == 1
    assert sent(cast.police, gives, theirs, action.pk) == 0
    assert sent(cast.manager, gives, theirs, action.pk) == 1


def test_an_agencys_words_for_a_meeting_stay_theirs(cast: Cast, case: Case) -> None:
    held = make_meeting(cast, case, agencies=[cast.agency("police"), cast.agency("health")])
    words = held.information.get(agency=cast.agency("police"))
    access.share(
        case=case, to=cast.health, reason="Works with her", lawful_basis="6_1_E", by=cast.practitioner
    )
    takes_it = "UPDATE mase_agencyinformation SET agency_id = gate.agency_id() WHERE id = %s"
    assert all(sent(each, takes_it, words.pk) == 0 for each in (cast.health, cast.manager))


def test_a_line_about_a_case_stays_about_it(cast: Cast, case: Case) -> None:
    """Whoever is shut out of the case reads it no more, and has not made it one about nothing before."""
    notify(user=cast.manager, text="A plan has changed.", url="/", case_id=case.pk)
    line = Notification.objects.get(user=cast.manager, text="A plan has changed.")
    changes = "UPDATE jobs_notification SET {0} WHERE id = %s"
    assert sent(cast.manager, changes.format("case_id = NULL"), line.pk) == 0
    assert sent(cast.manager, changes.format("about_id = gen_random_uuid()"), line.pk) == 0
    assert sent(cast.manager, changes.format("read_at = now()"), line.pk) == 1
