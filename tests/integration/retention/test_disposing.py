"""A record goes whole, with everything that hangs on it, and nothing else does."""

import datetime as dt
import os
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case, Child, Concern, Document, Episode, SubjectAccessRequest
from cases.services import subject_access as answering
from cse_portal import acting
from cse_portal.access.standing import standing
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.keys import new_key
from intelligence.choices import SUBSTANTIATED
from intelligence.models import (
    IntelligenceReport,
    IntelligenceSubmission,
    Link,
    PersonOfConcern,
)
from intelligence.services.disruption import Tactic, agree
from intelligence.services.reports import change_standing
from reporting.choices import DisposalState, HoldScope
from reporting.errors import (
    DisposalUnderWay,
    IsAskedFor,
    IsHeld,
    IsKeptLonger,
    NotDueYet,
    OwnProposal,
    ReviewedYearly,
)
from reporting.models import Disposal, KeptLonger, LegalHold, SubjectAccessRequest
from reporting.selectors.dry_run import dry_run
from reporting.selectors.retention import (
    certified,
    disposals,
    record_by_reference,
    records_due,
)
from reporting.services import disposal, retention
from reporting.services import subject_access as answering
from reporting.tasks import dispose_due, sweep_strays
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import subject_access
from tests.factories.cases import make_case, make_child
from tests.factories.documents import make_document
from tests.factories.intelligence import make_report
from tests.factories.retention import (
    BORN_LONG_AGO,
    approved,
    close,
    disposed,
    due_case,
    due_concern,
    due_submission,
    hold,
    hold_as_delivered,
    lift_every_hold,
    proposed,
)

pytestmark = pytest.mark.django_db
NEXT_APRIL = dt.date(2027, 4, 1)


@pytest.fixture
def delivered(cast: Cast) -> None:
    """With the hold as delivered, whichever tests ran before in this database."""
    hold_as_delivered()


@pytest.fixture
def no_hold(cast: Cast) -> None:
    """The hold as delivered is lifted."""
    lift_every_hold(cast)


def state(signed: Disposal) -> tuple[str, str]:
    """Where a disposal stands, and why it was stopped."""
    found = Disposal.objects.get(pk=signed.pk)
    return found.state, found.stopped_why


def test_as_delivered_a_hold_covers_everything(cast: Cast, delivered: None) -> None:
    due_case(cast)
    found = records_due(cast.privacy, before=NEXT_APRIL)
    assert [(each.holds[0].scope, each.holds[0].set_by) for each in found] == [(HoldScope.ALL, None)]
    with pytest.raises(IsHeld):
        retention.propose(record=found[0], reason="Due.", by=cast.privacy)


def test_a_due_case_goes_with_what_the_dry_run_said(cast: Cast, no_hold: None) -> None:
    case, other = due_case(cast), due_case(cast)
    said = dry_run("case", case.pk)
    signed = approved(cast, case.reference)
    assert dispose_due() == 1
    done = Disposal.objects.get(pk=signed.pk)
    assert done.state == DisposalState.DONE
    assert done.done_counts == done.counts == said.counts
    assert not Case.objects.filter(pk=case.pk).exists()
    assert not Child.objects.filter(pk=case.child_id).exists()
    assert Case.objects.filter(pk=other.pk).exists()


def test_a_second_time_is_nothing(cast: Cast, no_hold: None) -> None:
    signed = approved(cast, due_case(cast).reference)
    assert dispose_due() == 1
    assert dispose_due() == 0
    assert disposal.dispose(disposal_id=signed.pk) is False
    assert AuditEvent.objects.filter(action=Action.RECORD_DISPOSED).count() == 1


def test_a_concern_and_intelligence_that_hang_on_no_case_go_by_themselves(cast: Cast, no_hold: None) -> None:
    concern, submission = due_concern(cast), due_submission(cast)
    kept = linked(cast, make_case(cast)).submission
    listed = [each.reference for each in records_due(cast.privacy, before=NEXT_APRIL)]
    assert listed == [submission.reference, concern.reference]
    for record in (concern, submission):
        approved(cast, record.reference)
    assert dispose_due() == 2
    assert not Concern.objects.exists()
    assert list(IntelligenceSubmission.objects.all()) == [kept]


def test_intelligence_of_this_child_alone_goes_and_what_tells_of_another_stays(
    cast: Cast, no_hold: None
) -> None:
    case, sibling = due_case(cast), make_case(cast)
    alone, shared = linked(cast, case), linked(cast, case)
    Link.objects.create(report=shared, case=sibling, linked_by=cast.police)
    both, only = make_nominal(cast, "Rowan"), make_nominal(cast, "Lee")
    for report, person in ((alone, both), (alone, only), (shared, both)):
        Link.objects.create(report=report, person=person, linked_by=cast.police)
    run = dry_run("case", case.pk)
    assert (run.beside["reports"], run.beside["named"]) == (1, 1)
    approved(cast, case.reference)
    assert dispose_due() == 1
    assert list(IntelligenceReport.objects.all()) == [shared]
    assert list(PersonOfConcern.objects.all()) == [both]
    assert set(shared.links.values_list("case", "person")) == {(sibling.pk, None), (None, both.pk)}


def of_concern(cast: Cast, *, days_ago: int = 366, **said: Any) -> PersonOfConcern:
    """Somebody named by a report, of whom nothing was learned for that long."""
    then = timezone.now() - dt.timedelta(days=days_ago)
    person = make_nominal(cast, "Rowan")
    PersonOfConcern.objects.filter(pk=person.pk).update(added_at=then, standing_since=then.date(), **said)
    link = Link.objects.create(report=make_report(cast), person=person, linked_by=cast.police)
    Link.objects.filter(pk=link.pk).update(linked_at=then)
    return person


def listed_as_due(cast: Cast) -> list[str]:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    return [each.reference for each in records_due(cast.privacy, before=tomorrow)]


def test_whether_a_person_of_concern_is_still_needed_is_asked_every_year(cast: Cast, no_hold: None) -> None:
    person = of_concern(cast)
    assert listed_as_due(cast) == [person.reference]
    record = record_by_reference(cast.privacy, person.reference)
    assert retention.rule_words(record).startswith(
        "Person of concern who was not charged or convicted: 1 year from "
    )
    today = timezone.localdate()
    with pytest.raises(ReviewedYearly):
        retention.keep_longer(
            record=record, reason="Needed.", until=today + dt.timedelta(days=367), by=cast.privacy
        )
    retention.keep_longer(
        record=record, reason="The unit needs it.", until=today + dt.timedelta(days=365), by=cast.privacy
    )
    assert listed_as_due(cast) == []
    with time_machine.travel(timezone.now() + dt.timedelta(days=366), tick=True):
        assert listed_as_due(cast) == [person.reference]


@pytest.mark.parametrize("standing", SUBSTANTIATED)
def test_whoever_was_charged_or_convicted_is_not_due(cast: Cast, no_hold: None, standing: str) -> None:
    person = of_concern(cast, standing=standing)
    assert listed_as_due(cast) == []
    with pytest.raises(NotVisible):
        record_by_reference(cast.privacy, person.reference)


def test_nor_is_whom_something_is_done_against(cast: Cast, no_hold: None) -> None:
    person = of_concern(cast)
    disrupted(cast, person)
    assert listed_as_due(cast) == []


def test_a_person_of_concern_goes_with_the_links_and_the_reports_stay(cast: Cast, no_hold: None) -> None:
    person, other = of_concern(cast, days_ago=400), make_nominal(cast, "Lee")
    report = person.links.get().report
    Link.objects.create(report=report, person=other, linked_by=cast.police)
    assert dry_run("person", person.pk).counts == {
        "intelligence_link": 1,
        "intelligence_personofconcern": 1,
    }
    approved(cast, person.reference)
    assert dispose_due() == 1
    assert list(PersonOfConcern.objects.all()) == [other]
    assert list(report.links.values_list("person", flat=True)) == [other.pk]


@pytest.mark.parametrize("since", ["a new standing", "a charge", "one more report", "disruption"])
def test_what_is_learned_of_a_person_meanwhile_stops_it(cast: Cast, no_hold: None, since: str) -> None:
    person = of_concern(cast, days_ago=400)
    signed = approved(cast, person.reference)
    report = person.links.get().report
    today = timezone.localdate()
    if since == "one more report":
        Link.objects.create(report=make_report(cast), person=person, linked_by=cast.police)
    elif since == "disruption":
        disrupted(cast, person)
    else:
        standing, day = ("CHARGED", person.added_at.date()) if since == "a charge" else ("ACQUITTED", today)
        change_standing(
            report=report, person=person, standing=standing, standing_since=day, reason="As the court said",
            by=cast.police,
        )  # fmt: skip
    assert dispose_due() == 0
    assert state(signed)[0] == DisposalState.STOPPED
    assert PersonOfConcern.objects.filter(pk=person.pk).exists()


def test_an_open_case_is_never_due(cast: Cast, no_hold: None) -> None:
    case = make_case(cast, child=Child.objects.create(date_of_birth=dt.date(1940, 1, 1)))
    assert records_due(cast.privacy, before=NEXT_APRIL) == []
    with pytest.raises(NotDueYet):
        proposed(cast, case.reference)


def test_who_has_asked_to_see_a_record_is_answered_before_it_goes(cast: Cast, no_hold: None) -> None:
    case = make_case(cast, child=make_child(date_of_birth=BORN_LONG_AGO), category=RiskCategory.LOW)
    asked = subject_access.received(case, cast.manager)
    close(case, cast)
    with pytest.raises(IsAskedFor):
        proposed(cast, case.reference)
    answering.close(request=asked, reason="They no longer want it", by=cast.manager)
    signed = approved(cast, case.reference)
    SubjectAccessRequest.objects.filter(pk=asked.pk).update(
        state="preparing", closed_at=None, closed_by=None, closing_reason=""
    )
    assert dispose_due() == 0
    assert state(signed) == ("stopped", "somebody has asked to see the record")


def test_category_2_once_keeps_a_case_until_the_75th_birthday(cast: Cast, no_hold: None) -> None:
    case = due_case(cast, category=RiskCategory.MEDIUM, date_of_birth=dt.date(1970, 5, 5))
    Case.objects.filter(pk=case.pk).update(category=RiskCategory.NONE)
    record = record_by_reference(cast.privacy, case.reference)
    assert record.goes_from == dt.date(2046, 4, 1)
    with pytest.raises(NotDueYet):
        proposed(cast, case.reference)


@pytest.mark.parametrize(
    "facts", [{"legal_status": "LAC"}, {"legal_status": "C2"}, {"placing_authority": "Dudley"}]
)
def test_who_was_looked_after_is_kept_until_the_75th_birthday(
    cast: Cast, no_hold: None, facts: dict[str, str]
) -> None:
    case = due_case(cast, date_of_birth=dt.date(1970, 5, 5), **facts)
    assert record_by_reference(cast.privacy, case.reference).goes_from == dt.date(2046, 4, 1)


def test_a_child_who_died_looked_after_and_one_who_was_adopted_are_of_classes_of_their_own(
    cast: Cast, no_hold: None
) -> None:
    died = due_case(cast, date_of_birth=dt.date(1970, 5, 5), legal_status="LAC")
    Episode.objects.filter(case=died).update(closing_code="C6")
    found = record_by_reference(cast.privacy, died.reference)
    assert found.facts.died_a_child
    assert found.due is not None
    assert (found.due.rule.code, found.goes_from) == ("case", dt.date(2020, 6, 3))
    adopted = due_case(cast)
    Case.objects.filter(pk=adopted.pk).update(is_restricted=True, restricted_reason="ADOPTION")
    found = record_by_reference(cast.privacy, adopted.reference)
    assert found.due is not None
    assert (found.due.rule.code, found.goes_from) == ("case-adopted", dt.date(2085, 6, 3))


def test_intelligence_linked_to_no_child_stays_ten_years(cast: Cast, no_hold: None) -> None:
    submission = due_submission(cast)
    found = record_by_reference(cast.privacy, submission.reference)
    assert (found.due and found.due.rule.years, found.is_due(timezone.localdate())) == (10, True)
    page = signed_in(cast, "privacy").get(f"/retention/records/{submission.reference}/propose/")
    assert "Ask the police unit for the group of this intelligence" in page.content.decode()
    nine = timezone.now() - dt.timedelta(days=9 * 365)
    IntelligenceSubmission.objects.filter(pk=submission.pk).update(submitted_at=nine)
    assert not record_by_reference(cast.privacy, submission.reference).is_due(timezone.localdate())


def test_nobody_decides_on_their_own_proposal(cast: Cast, no_hold: None) -> None:
    made = proposed(cast, due_case(cast).reference)
    with pytest.raises(OwnProposal):
        retention.decide(disposal=made, agree=True, note_of_it="Looks right.", by=cast.privacy)


def test_what_is_posted_twice_is_there_once(cast: Cast, no_hold: None) -> None:
    record, key = record_by_reference(cast.privacy, due_case(cast).reference), new_key()
    for _ in range(2):
        retention.set_hold(
            scope=HoldScope.CONCERN, record=None, authority="A court", reason="A trial.", key=key,
            review_on=NEXT_APRIL, by=cast.privacy,
        )  # fmt: skip
        retention.keep_longer(record=record, reason="A claim.", until=NEXT_APRIL, by=cast.privacy, key=key)
        retention.propose(record=record, reason="Nothing speaks for it.", by=cast.privacy, key=key)
    assert LegalHold.objects.in_force().count() == KeptLonger.objects.count() == Disposal.objects.count() == 1


def test_one_disposal_of_a_record_at_a_time(cast: Cast, no_hold: None) -> None:
    reference = due_case(cast).reference
    proposed(cast, reference)
    with pytest.raises(DisposalUnderWay):
        proposed(cast, reference)


def test_what_is_withdrawn_within_the_month_stays(cast: Cast, no_hold: None) -> None:
    case = due_case(cast)
    signed = approved(cast, case.reference)
    retention.withdraw(disposal=signed, why="A sister asks for it.", by=cast.manager)
    assert dispose_due() == 0
    assert Case.objects.filter(pk=case.pk).exists()


def test_nothing_goes_before_the_month_is_over(cast: Cast, no_hold: None) -> None:
    case = due_case(cast)
    made = proposed(cast, case.reference)
    retention.decide(disposal=made, agree=True, note_of_it="Right.", by=cast.manager)
    assert dispose_due() == 0
    assert disposal.dispose(disposal_id=made.pk) is False
    assert state(made) == (DisposalState.STOPPED, "the thirty days are not over")
    assert Case.objects.filter(pk=case.pk).exists()


@pytest.mark.parametrize("scope", [HoldScope.ALL, HoldScope.CASE, HoldScope.RECORD])
def test_a_hold_stops_what_was_approved(cast: Cast, no_hold: None, scope: HoldScope) -> None:
    case = due_case(cast)
    signed = approved(cast, case.reference)
    record = record_by_reference(cast.privacy, case.reference)
    hold(cast, scope, record if scope == HoldScope.RECORD else None)
    assert dispose_due() == 0
    assert state(signed) == (DisposalState.STOPPED, "a legal hold covers the record")
    assert Case.objects.filter(pk=case.pk).exists()


def test_a_hold_on_another_class_or_record_stops_nothing(cast: Cast, no_hold: None) -> None:
    case, other = due_case(cast), due_case(cast)
    approved(cast, case.reference)
    hold(cast, HoldScope.CONCERN)
    hold(cast, HoldScope.RECORD, record_by_reference(cast.privacy, other.reference))
    assert dispose_due() == 1


def test_what_is_kept_longer_is_not_proposed(cast: Cast, no_hold: None) -> None:
    case = due_case(cast)
    record = record_by_reference(cast.privacy, case.reference)
    retention.keep_longer(record=record, reason="A claim.", until=dt.date(2031, 1, 1), by=cast.privacy)
    with pytest.raises(IsKeptLonger):
        proposed(cast, case.reference)
    assert records_due(cast.privacy, before=NEXT_APRIL) == []


def test_a_record_that_has_changed_since_stays(cast: Cast, no_hold: None) -> None:
    case = due_case(cast)
    signed = approved(cast, case.reference)
    Case.objects.filter(pk=case.pk).update(status="open")
    make_document(cast, case)
    Case.objects.filter(pk=case.pk).update(status="closed")
    assert dispose_due() == 0
    assert state(signed) == (DisposalState.STOPPED, "the record has changed since it was signed")
    assert Document.objects.filter(case=case).count() == 1


def test_a_case_that_was_opened_again_stays(cast: Cast, no_hold: None) -> None:
    case = due_case(cast)
    signed = approved(cast, case.reference)
    Case.objects.filter(pk=case.pk).update(status="open")
    assert dispose_due() == 0
    assert state(signed)[0] == DisposalState.STOPPED
    assert Case.objects.filter(pk=case.pk).exists()


def test_the_files_go_with_it_and_are_swept_when_they_could_not(
    cast: Cast, no_hold: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    case = make_case(cast, child=Child.objects.create(date_of_birth=dt.date(1940, 1, 1)))
    stored_as = make_document(cast, case).stored_as
    signed = approved(cast, close(case, cast).reference)

    def refuse(name: str) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as away, django_capture_on_commit_callbacks(execute=True):
        away.setattr(default_storage, "delete", refuse)
        assert dispose_due() == 1
    assert Disposal.objects.get(pk=signed.pk).files_left == [stored_as]
    os.utime(default_storage.path(stored_as), (0, 0))
    sweep_strays()
    assert default_storage.exists(stored_as), "it is the disposal's to delete, and to note"
    dispose_due()
    assert Disposal.objects.get(pk=signed.pk).files_left == []
    assert not default_storage.exists(stored_as)


def test_a_crash_in_the_middle_loses_and_doubles_nothing(
    cast: Cast, no_hold: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = due_case(cast), due_case(cast)
    signed = [approved(cast, case.reference) for case in (first, second)]

    def crash(subjects: Any) -> int:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr("reporting.services.disposal.erase_values", crash)
        assert dispose_due() == 0
    assert Case.objects.filter(pk__in=[first.pk, second.pk]).count() == 2
    assert {state(each)[0] for each in signed} == {DisposalState.APPROVED}
    assert dispose_due() == 2
    assert AuditEvent.objects.filter(action=Action.RECORD_DISPOSED).count() == 2


def test_who_is_shut_out_of_a_case_learns_nothing_of_it(cast: Cast, no_hold: None) -> None:
    case = due_case(cast)
    made = proposed(cast, case.reference)
    exclude(case, cast.privacy, cast)
    exclude(case, cast.manager, cast)
    assert records_due(cast.privacy, before=NEXT_APRIL) == []
    with pytest.raises(NotVisible):
        record_by_reference(cast.privacy, case.reference)
    assert not disposals(cast.manager).exists()
    who = standing(cast.manager)
    assert who is not None
    with acting.acting(who.actor):
        assert not Disposal.objects.filter(pk=made.pk).exists()


def test_others_may_not(cast: Cast, no_hold: None) -> None:
    made = proposed(cast, due_case(cast).reference)
    for person in (cast.practitioner, cast.analyst, cast.administrator, cast.police):
        with pytest.raises(NotPermitted):
            records_due(person, before=NEXT_APRIL)
        with pytest.raises(NotPermitted):
            retention.decide(disposal=made, agree=True, note_of_it="Yes", by=person)
    with pytest.raises(NotPermitted):
        records_due(cast.manager, before=NEXT_APRIL)
    with pytest.raises(NotVisible):
        certified(cast.manager, made.pk)


class TestPostgreSQL:
    """What the database itself refuses, whatever the code does."""

    def test_the_application_cannot_delete_a_case(self, cast: Cast) -> None:
        case = due_case(cast)
        for table in ("cases_case", "cases_child", "cases_chronologyentry", "mase_minutes", "cases_document"):
            refused(f"DELETE FROM {table}")
        assert Case.objects.filter(pk=case.pk).exists()

    def test_what_was_sent_is_no_draft_and_is_not_deleted(self, cast: Cast) -> None:
        concern = due_concern(cast)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cases_concern")
            assert cursor.rowcount == 0
        assert Concern.objects.filter(pk=concern.pk).exists()

    def test_nobody_disposes_without_the_system(self, cast: Cast, no_hold: None) -> None:
        signed = approved(cast, due_case(cast).reference)
        who = standing(cast.privacy)
        assert who is not None
        with acting.acting(who.actor):
            refused(f"SELECT retention.dispose('{signed.pk}')")
            refused(f"SELECT retention.plan('case', '{signed.record_id}')")

    def test_the_system_cannot_sign_for_people(self, cast: Cast, no_hold: None) -> None:
        made = proposed(cast, due_case(cast).reference)
        refused(
            f"UPDATE reporting_disposal SET state = 'approved', decided_by_id = '{cast.manager.pk}',"
            f" decided_at = now(), goes_at = now() + interval '31 days' WHERE id = '{made.pk}'"
        )

    def test_one_person_cannot_sign_twice_or_for_another(self, cast: Cast, no_hold: None) -> None:
        made = proposed(cast, due_case(cast).reference)
        for person, signs in (
            (cast.privacy, cast.privacy),
            (cast.privacy, cast.manager),
            (cast.analyst, cast.analyst),
        ):
            who = standing(person)
            assert who is not None
            with acting.acting(who.actor):
                tried = (
                    f"UPDATE reporting_disposal SET state = 'approved', decided_by_id = '{signs.pk}',"
                    f" decided_at = now(), goes_at = now() + interval '31 days' WHERE id = '{made.pk}' RETURNING id"
                )
                assert refused(tried) or person == cast.analyst
        assert state(made)[0] == DisposalState.PROPOSED

    def test_what_was_signed_cannot_be_changed_nor_the_month_shortened(
        self, cast: Cast, no_hold: None
    ) -> None:
        made = proposed(cast, due_case(cast).reference)
        who = standing(cast.manager)
        assert who is not None
        with acting.acting(who.actor):
            for change in (
                "counts = '{}'",
                "due_on = '2001-01-01'",
                f"state = 'approved', decided_by_id = '{cast.manager.pk}', decided_at = now(), goes_at = now()",
                "state = 'done', done_at = now()",
            ):
                assert refused(f"UPDATE reporting_disposal SET {change} WHERE id = '{made.pk}'")

    def test_a_hold_is_not_rewritten_or_removed(self, cast: Cast, delivered: None) -> None:
        who = standing(cast.privacy)
        assert who is not None
        with acting.acting(who.actor):
            assert refused("UPDATE reporting_legalhold SET scope = 'concern'")
            assert refused("DELETE FROM reporting_legalhold")


def refused(statement: str) -> bool:
    """Whether PostgreSQL would not; what it did not refuse found no row."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount == 0, statement
    except DatabaseError:
        return True
    return False


def linked(cast: Cast, case: Case) -> IntelligenceReport:
    """A report about this child."""
    report = make_report(cast)
    Link.objects.create(report=report, case=case, linked_by=cast.police)
    return report


def make_nominal(cast: Cast, name: str) -> PersonOfConcern:
    """Somebody whom intelligence names."""
    return PersonOfConcern.objects.create(
        reference=f"POC-{name}",
        given_name=name,
        family_name="Kestrel",
        standing="SUSPECTED",
        added_by=cast.police,
    )


def disrupted(cast: Cast, person: PersonOfConcern) -> None:
    """Something that is done against them now."""
    agree(
        target=person,
        tactic=Tactic("D01", "Serve the notice.", cast.agency("police")),
        by=cast.police,
        key=new_key(),
    )


def exclude(case: Case, person: Any, cast: Cast) -> None:
    """Shut somebody out, as a second privacy officer would."""
    case.exclusions.create(user=person, reason="Knows the family", decided_by=cast.manager)


def test_opening_a_certificate_to_print_it_is_on_record_as_that(cast: Cast, no_hold: None) -> None:
    gone = disposed(cast, due_case(cast).reference)
    assert signed_in(cast, "privacy").get(f"/retention/disposals/{gone.pk}/certificate/").status_code == 200
    event = AuditEvent.objects.get(action=Action.CERTIFICATE_PRINTED)
    assert (event.actor, event.object_id, event.case_id) == (cast.privacy, gone.pk, None)
