"""Whoever is shut out of one case of a child is shut out of each other case of the same child, whoever sees which."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.choices import ConflictBasis, ConflictOutcome
from cases.models import Case, Concern, ConcernConflict, ConflictFinding, Exclusion
from cases.selectors.concern_conflicts import cases_of_same_child
from cases.selectors.conflicts import Found
from cases.services import access, conflicts, identity
from cases.services.same_child import carry, carry_over
from cases.services.shutting_out import shut_out
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotVisible
from reporting.tasks import dispose_due
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.concerns import make_concern
from tests.factories.retention import approved, due_case, lift_every_hold

pytestmark = pytest.mark.django_db
BORN = dt.date(2011, 8, 19)
NUMBER = "9990000018"


@pytest.fixture
def first(cast: Cast) -> Case:
    return opened(cast, given_name="Robyn", family_name="Sealey", nhs_number=NUMBER)


@pytest.fixture
def second(cast: Cast) -> Case:
    """Opened by somebody who wrote her name as they heard it, and knew no number."""
    return opened(cast, given_name="Robin", family_name="Sealey")


def opened(cast: Cast, **known: Any) -> Case:
    """A case that the police see, and the nurse."""
    case = make_case(cast, child=make_child(**{"date_of_birth": BORN, **known}))
    for holder in (cast.agency("police"), cast.health):
        access.share(
            case=case, to=holder, reason="Joint work", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
        )
    return case


def exclude(cast: Cast, case: Case, reason: str = "He is her uncle", **whom: User | Agency) -> Exclusion:
    return access.exclude(case=case, reason=reason, by=cast.privacy, **whom)  # type: ignore[arg-type]


def sees(person: User, case: Case) -> bool:
    """As the portal says, and PostgreSQL with it."""
    fresh = User.objects.get(pk=person.pk)
    with acting_for(fresh):
        found = Case.objects.filter(pk=case.pk).exists()
    assert found == gate.can(fresh, Permission.CASE_VIEW, Case.objects.get(pk=case.pk))
    return found


def decided(case: Case) -> list[tuple[Any, ...]]:
    rows = Exclusion.objects.filter(case=case).order_by("pk")
    return list(rows.values_list("user", "agency", "reason", "decided_by", "decided_at"))


def test_owen_who_is_her_uncle_is_shut_out_of_her_second_case_too(
    cast: Cast, first: Case, second: Case, client: Client
) -> None:
    page = f"/cases/{second.reference}/"
    assert "Sealey" in signed_in(cast, "police").get(page).content.decode()
    with acting_for(cast.privacy):
        exclude(cast, first, user=cast.police)
    assert not sees(cast.police, first)
    assert not sees(cast.police, second)
    assert signed_in(cast, "police").get(page).status_code == 404
    assert decided(second) == decided(first)
    events = AuditEvent.objects.filter(action=Action.EXCLUSION_SET)
    assert {(event.case_id, event.actor) for event in events} == {
        (first.pk, cast.privacy),
        (second.pk, None),
    }
    assert {event.detail["holder"] for event in events} == {str(cast.police.pk)}
    assert sees(cast.health, second)


@pytest.mark.parametrize("known", [{}, {"date_of_birth": BORN}])
def test_her_second_case_is_hers_though_her_name_was_written_as_heard_and_no_birthday_is_known(
    cast: Cast, known: dict[str, Any]
) -> None:
    first = opened(cast, **{"given_name": "Robyn", "family_name": "Nowak", "date_of_birth": None} | known)
    exclude(cast, first, user=cast.police)
    second = opened(cast, given_name="Robin", family_name="Nowack", date_of_birth=None)
    conflicts.find_in_case(second.pk)
    assert not sees(cast.police, second)
    assert sees(cast.health, second)


def test_an_agency_and_a_case_that_is_restricted(cast: Cast, first: Case, second: Case) -> None:
    access.restrict(
        case=first, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    exclude(cast, first, agency=cast.agency("police"))
    assert not sees(cast.police, second)
    assert decided(second) == decided(first)


def test_another_child_of_the_same_family_is_another_child(cast: Cast, first: Case) -> None:
    sister = opened(cast, given_name="Marion", family_name="Sealey", date_of_birth=dt.date(2014, 2, 20))
    exclude(cast, first, user=cast.police)
    assert sees(cast.police, sister)


def lift(cast: Cast, case: Case, **whom: User | Agency) -> bool:
    """As the privacy officer, whom PostgreSQL asks too."""
    row = Exclusion.objects.get(case=case, **whom)
    with acting_for(cast.privacy):
        return access.lift_exclusion(exclusion=row, reason="Another man", by=cast.privacy)


def test_lifting_it_where_it_was_decided_ends_it_everywhere(cast: Cast, first: Case, second: Case) -> None:
    exclude(cast, first, user=cast.police)
    assert lift(cast, first)
    assert sees(cast.police, first)
    assert sees(cast.police, second)
    assert conflicts.find_everywhere() == 0
    assert not Exclusion.objects.exists()
    lifted = AuditEvent.objects.filter(action=Action.EXCLUSION_LIFTED)
    assert set(lifted.values_list("case_id", "actor")) == {
        (case.pk, cast.privacy.pk) for case in (first, second)
    }


def test_a_stranger_born_on_her_day_gets_her_investigator_back_and_he_reads_nothing_of_his_niece(
    cast: Cast, first: Case
) -> None:
    """Owen is the uncle of Robyn Sealey, and investigates for Robyn Mersey, whom he never met."""
    stranger = opened(cast, given_name="Robyn", family_name="Mersey")
    exclude(cast, first, user=cast.police)
    exclude(cast, first, agency=cast.agency("health"))
    assert not sees(cast.police, stranger)
    assert lift(cast, stranger, user=cast.police)
    for _ in range(2):
        assert sees(cast.police, stranger)
        assert not sees(cast.police, first)
        assert not sees(cast.health, stranger), "of others nothing was lifted"
        exclude(cast, first, "Said again", user=cast.police)
        assert conflicts.find_everywhere() == 0
        assert conflicts.find_in_case(stranger.pk) == 0
    third = opened(cast, given_name="Robyn", family_name="Sealey")
    assert conflicts.find_in_case(third.pk) == 2
    assert not sees(cast.police, third)
    assert sees(cast.police, stranger)
    assert lift(cast, first, user=cast.police)
    assert sees(cast.police, third)


def test_a_decision_of_the_strangers_case_itself_stands_there_and_goes_with_nothing(
    cast: Cast, first: Case
) -> None:
    stranger = opened(cast, given_name="Robyn", family_name="Mersey")
    exclude(cast, first, user=cast.police)
    assert lift(cast, stranger)
    exclude(cast, stranger, "He arrested her", user=cast.police)
    assert not sees(cast.police, stranger)
    assert lift(cast, stranger)
    assert sees(cast.police, stranger)
    assert not sees(cast.police, first)


def test_what_was_decided_of_another_case_by_itself_stays_and_says_so(
    cast: Cast, first: Case, second: Case
) -> None:
    exclude(cast, first, user=cast.police)
    with acting_for(cast.privacy):
        exclude(cast, second, "He arrested her", user=cast.police)
        exclude(cast, second, "He arrested her", user=cast.police)
    own = AuditEvent.objects.filter(action=Action.EXCLUSION_SET, case_id=second.pk, actor=cast.privacy)
    assert own.get().reason == "He arrested her"
    assert [row[2] for row in (*decided(first), *decided(second))] == ["He is her uncle", "He arrested her"]
    assert not lift(cast, first)
    assert not sees(cast.police, first)
    assert not sees(cast.police, second)
    assert [row[2] for row in (*decided(first), *decided(second))] == ["He arrested her", "He arrested her"]
    assert lift(cast, second)
    assert sees(cast.police, first)


def test_a_third_case_keeps_what_was_decided_of_the_second_when_the_first_is_lifted(
    cast: Cast, first: Case, second: Case
) -> None:
    third = opened(cast, given_name="Robyn", family_name="Sealey")
    exclude(cast, first, user=cast.police)
    exclude(cast, second, "He arrested her", user=cast.police)
    assert not lift(cast, first)
    assert not sees(cast.police, third)


def test_a_copy_that_was_proposed_before_is_a_copy_and_the_decision_the_decision(
    cast: Cast, first: Case, second: Case
) -> None:
    """It keeps its key, which is older than the decision's."""
    Exclusion.objects.create(case=second, user=cast.police, reason="Same name")
    exclude(cast, first, user=cast.police)
    copy, mine = Exclusion.objects.get(case=second), Exclusion.objects.get(case=first)
    assert copy.pk < mine.pk
    assert (copy.carried_from_id, mine.carried_from_id) == (mine.pk, None)
    third = opened(cast, given_name="Robyn", family_name="Sealey")
    assert carry_over(second) == 0
    assert carry_over(first) == 1
    assert not sees(cast.police, third)
    assert lift(cast, first)
    assert not Exclusion.objects.exists()


def test_a_case_opened_like_one_that_it_was_carried_to_has_a_copy_of_the_decision_itself(
    cast: Cast, first: Case, second: Case
) -> None:
    """As when a second case is opened: like the one it takes it from, and not like the one it was decided in."""
    exclude(cast, first, user=cast.police)
    third = opened(cast, given_name="Marion", family_name="Oakley")
    assert third not in cases_of_same_child(first)
    assert carry(Exclusion.objects.get(case=second), third)
    assert not sees(cast.police, third)
    assert lift(cast, first)
    assert sees(cast.police, third)


def test_an_officer_who_is_shut_out_of_the_case_it_was_carried_to_still_ends_it_there(
    cast: Cast, first: Case, second: Case
) -> None:
    exclude(cast, first, user=cast.police)
    Exclusion.objects.create(
        case=second, user=cast.privacy, reason="A neighbour", decided_by=cast.lead, decided_at=timezone.now()
    )
    assert lift(cast, first)
    assert sees(cast.police, second)


def test_a_copy_outlives_the_case_that_it_was_decided_in(cast: Cast) -> None:
    """And goes no further by itself; lifting it is all that ends it then."""
    lift_every_hold(cast)
    first = due_case(cast, given_name="Robyn", family_name="Sealey")
    second = opened(cast, given_name="Robyn", family_name="Sealey", date_of_birth=first.child.date_of_birth)
    exclude(cast, first, user=cast.police)
    approved(cast, first.reference)
    assert dispose_due() == 1
    assert Exclusion.objects.get().case_id == second.pk
    assert not sees(cast.police, second)
    assert "Carried from another case" in signed_in(cast, "privacy").get("/exclusions/").content.decode()
    assert lift(cast, second)
    assert sees(cast.police, second)


def test_what_was_lifted_already_is_not_lifted_again(cast: Cast, first: Case) -> None:
    row = exclude(cast, first, user=cast.police)
    lift(cast, first)
    with pytest.raises(NotVisible):
        access.lift_exclusion(exclusion=row, reason="Twice", by=cast.privacy)
    assert AuditEvent.objects.filter(action=Action.EXCLUSION_LIFTED).count() == 1


def test_the_pages_say_where_it_was_decided_and_what_lifting_it_ends(
    cast: Cast, first: Case, second: Case
) -> None:
    mine = exclude(cast, first, user=cast.police)
    copy = Exclusion.objects.get(case=second)
    petra = signed_in(cast, "privacy")
    listed = petra.get("/exclusions/").content.decode()
    assert listed.count(f"Carried from {first.reference}") == 1
    of_copy = petra.get(f"/exclusions/{copy.pk}/lift/").content.decode()
    assert f"{first.reference}, and carried here" in of_copy
    assert "in this case alone" in of_copy
    of_mine = petra.get(f"/exclusions/{mine.pk}/lift/").content.decode()
    assert "in every case that this was carried to" in of_mine
    assert "in this case alone" not in of_mine
    Exclusion.objects.create(
        case=first, user=cast.privacy, reason="A neighbour", decided_by=cast.lead, decided_at=timezone.now()
    )
    for page in ("/exclusions/", f"/exclusions/{copy.pk}/lift/"):
        shown = petra.get(page).content.decode()
        assert first.reference not in shown, "she is shut out of it herself"
        assert "another case" in shown


def test_a_decision_decides_what_was_only_proposed_of_the_other_case(
    cast: Cast, first: Case, second: Case
) -> None:
    proposed = Exclusion.objects.create(case=second, user=cast.police, reason="Same name")
    exclude(cast, first, user=cast.police)
    assert decided(second) == decided(first)
    assert Exclusion.objects.get(case=second).pk == proposed.pk


def test_it_is_carried_at_night_where_it_was_missed_and_wanders_no_further(
    cast: Cast, first: Case, second: Case
) -> None:
    """Born on her day, with a given name like hers, is like the second by that; and neither name is the first's."""
    third = opened(cast, given_name="Marion", family_name="Robyns-Sealey")
    assert third in cases_of_same_child(first)
    stranger = opened(cast, given_name="Marion", family_name="Oakley")
    assert stranger in cases_of_same_child(third)
    assert stranger not in cases_of_same_child(first)
    exclude(cast, first, user=cast.police)
    Exclusion.objects.exclude(case=first).delete()
    assert sees(cast.police, second)
    assert conflicts.find_everywhere() == 2
    assert conflicts.find_everywhere() == 0
    assert not sees(cast.police, second)
    assert not sees(cast.police, third)
    assert sees(cast.police, stranger)


def test_deciding_the_same_again_reaches_a_case_that_was_opened_since(
    cast: Cast, first: Case, second: Case
) -> None:
    found = exclude(cast, first, user=cast.police)
    Exclusion.objects.filter(case=second).delete()
    assert exclude(cast, first, user=cast.police) == found
    assert not sees(cast.police, second)


def test_a_number_that_is_written_down_later_tells_that_it_is_the_same_child(
    cast: Cast, first: Case, django_capture_on_commit_callbacks: Any
) -> None:
    other = opened(cast, given_name="Jodie", family_name="Mersey", date_of_birth=None, upn="")
    exclude(cast, first, user=cast.police)
    assert sees(cast.police, other)
    with django_capture_on_commit_callbacks(execute=True):
        identity.change_identity(
            case=other, version=other.child.version, aliases=["Robyn Sealey"], exploitation_models=[],
            fields={"date_of_birth": BORN}, by=cast.practitioner,
        )  # fmt: skip
    assert not sees(cast.police, other)


# ------------------------------------------------------------------------------------------ what the portal proposes


def propose(case: Case, person: User, basis: ConflictBasis = ConflictBasis.FULL_NAME) -> int:
    return shut_out([Found(case, person, basis)])


def test_what_is_proposed_of_one_case_waits_in_each_and_is_decided_for_itself(
    cast: Cast, first: Case, second: Case
) -> None:
    assert propose(first, cast.police, ConflictBasis.ADDRESS) == 2
    assert not sees(cast.police, first)
    assert not sees(cast.police, second)
    for case in (first, second):
        finding = ConflictFinding.objects.get(case=case)
        conflicts.decide(finding=finding, outcome=ConflictOutcome.DISMISSED, note="A flat", by=cast.privacy)
        assert sees(cast.police, case)
    assert propose(first, cast.police, ConflictBasis.ADDRESS) == 0
    assert not Exclusion.objects.exists()


def test_a_proposal_that_is_found_right_is_decided_of_every_case(
    cast: Cast, first: Case, second: Case
) -> None:
    propose(first, cast.police)
    finding = ConflictFinding.objects.get(case=first)
    conflicts.decide(finding=finding, outcome=ConflictOutcome.EXCLUDED, note="Her uncle", by=cast.privacy)
    assert [row[2:4] for row in (*decided(first), *decided(second))] == [("Her uncle", cast.privacy.pk)] * 2
    waits = ConflictFinding.objects.get(case=second)
    conflicts.decide(finding=waits, outcome=ConflictOutcome.DISMISSED, note="A namesake", by=cast.privacy)
    assert not sees(cast.police, second), "what was decided of the child stands"


def test_a_finding_decided_after_the_decision_was_carried_is_decided_of_its_case_by_itself(
    cast: Cast, first: Case, second: Case
) -> None:
    """Owen declared his niece, and two cases of her fit."""
    propose(first, cast.police)
    for case, note in ((first, "Her uncle"), (second, "He says so himself")):
        finding = ConflictFinding.objects.get(case=case)
        with acting_for(cast.privacy):
            conflicts.decide(finding=finding, outcome=ConflictOutcome.EXCLUDED, note=note, by=cast.privacy)
    assert [row[2] for row in (*decided(first), *decided(second))] == ["Her uncle", "He says so himself"]
    events = AuditEvent.objects.filter(action=Action.EXCLUSION_SET, actor=cast.privacy)
    assert set(events.values_list("case_id", flat=True)) == {first.pk, second.pk}
    assert not lift(cast, first)
    assert not sees(cast.police, second)
    stands = ConflictFinding.objects.get(case=second)
    assert (stands.outcome, stands.note) == (ConflictOutcome.EXCLUDED, "He says so himself")


def test_a_finding_that_waits_waits_again_when_the_decision_that_was_carried_is_lifted(
    cast: Cast, first: Case, second: Case
) -> None:
    propose(second, cast.police, ConflictBasis.ADDRESS)
    exclude(cast, first, user=cast.police)
    assert Exclusion.objects.get(case=second).decided_by == cast.privacy
    assert not lift(cast, first)
    waits = Exclusion.objects.get(case=second)
    assert (waits.decided_by, waits.carried_from_id) == (None, None)
    assert not sees(cast.police, second)


# ------------------------------------------------------------------------------------------ an agency and a concern


def judge_agency(cast: Cast, found: ConcernConflict, outcome: ConflictOutcome, note: str) -> None:
    with acting_for(cast.privacy):
        conflicts.decide_of_concern(conflict=found, outcome=outcome, note=note, by=cast.privacy)


@pytest.fixture
def their_school(cast: Cast, first: Case) -> ConcernConflict:
    """A concern of her first case, whose suspect teaches at the agency that reads it."""
    concern = make_concern(cast.health)
    Concern.objects.filter(pk=concern.pk).update(case=first)
    return ConcernConflict.objects.create(
        concern=concern,
        agency=cast.agency("police"),
        reference=concern.reference,
        basis=ConflictBasis.MENTIONED,
    )


def test_an_agency_that_is_kept_out_of_a_concern_is_kept_out_of_every_case_of_the_child_at_once(
    cast: Cast, first: Case, second: Case, their_school: ConcernConflict
) -> None:
    Exclusion.objects.create(case=first, agency=cast.agency("police"), reason="Mentioned")
    assert sees(cast.police, second)
    judge_agency(cast, their_school, ConflictOutcome.EXCLUDED, "Their own officer")
    assert not sees(cast.police, second)
    assert decided(second) == decided(first)
    assert [row[2:4] for row in decided(first)] == [("Their own officer", cast.privacy.pk)]


def test_and_of_its_own_case_by_that_where_another_decision_was_carried_there(
    cast: Cast, first: Case, second: Case, their_school: ConcernConflict
) -> None:
    exclude(cast, second, "A governor", agency=cast.agency("police"))
    judge_agency(cast, their_school, ConflictOutcome.EXCLUDED, "Their own officer")
    assert not lift(cast, second)
    assert [row[2] for row in (*decided(first), *decided(second))] == ["Their own officer"] * 2


def test_what_waits_against_an_agency_waits_again_when_what_was_carried_is_lifted(
    cast: Cast, first: Case, second: Case, their_school: ConcernConflict
) -> None:
    Exclusion.objects.create(case=first, agency=cast.agency("police"), reason="Mentioned")
    exclude(cast, second, "A governor", agency=cast.agency("police"))
    lift(cast, second)
    assert Exclusion.objects.get(case=first).decided_by is None
    assert not sees(cast.police, first)
    assert sees(cast.police, second)
    judge_agency(cast, their_school, ConflictOutcome.DISMISSED, "Another officer")
    assert sees(cast.police, first)


def test_what_is_dismissed_or_only_alike_is_carried_nowhere(cast: Cast, first: Case, second: Case) -> None:
    ConflictFinding.objects.create(
        case=first, user=cast.police, basis=ConflictBasis.FULL_NAME, outcome=ConflictOutcome.DISMISSED,
        note="A namesake", decided_by=cast.privacy, decided_at=timezone.now(),
    )  # fmt: skip
    assert propose(first, cast.police) == 0
    assert propose(first, cast.police, ConflictBasis.LIKE_CASE) == 1
    assert sees(cast.police, second)


def test_who_leads_the_other_case_is_not_left_without_it_for_their_name_in_a_concern(
    cast: Cast, first: Case, second: Case
) -> None:
    assert propose(first, cast.practitioner, ConflictBasis.MENTIONED) == 2
    assert not sees(cast.practitioner, first)
    assert sees(cast.practitioner, second)
    assert ConflictFinding.objects.filter(case=second, outcome="").exists()


def test_nobody_is_carried_where_nothing_is_decided(cast: Cast, first: Case, second: Case) -> None:
    Exclusion.objects.create(case=first, user=cast.police, reason="Same name")
    assert carry_over(first) == 0
    assert sees(cast.police, second)
