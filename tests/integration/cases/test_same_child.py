"""Whoever is shut out of one case of a child is shut out of each other case of the same child, whoever sees which."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.choices import ConflictBasis, ConflictOutcome
from cases.models import Case, ConflictFinding, Exclusion
from cases.selectors.concern_conflicts import cases_of_same_child
from cases.selectors.conflicts import Found
from cases.services import access, conflicts, identity
from cases.services.conflicts import shut_out
from cases.services.same_child import carry_over
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.access.test_addresses import signed_in
from tests.access.test_row_security import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child

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


def test_lifting_it_anywhere_ends_it_everywhere(cast: Cast, first: Case, second: Case) -> None:
    exclude(cast, first, user=cast.police)
    copy = Exclusion.objects.get(case=second)
    assert access.lift_exclusion(exclusion=copy, reason="Another man", by=cast.privacy)
    assert sees(cast.police, first)
    assert sees(cast.police, second)
    assert conflicts.find_everywhere() == 0
    assert not Exclusion.objects.exists()


def test_what_was_decided_of_another_case_by_itself_stays_and_says_so(
    cast: Cast, first: Case, second: Case
) -> None:
    mine = exclude(cast, first, user=cast.police)
    Exclusion.objects.filter(case=second).delete()
    exclude(cast, second, "He arrested her", user=cast.police)
    assert not access.lift_exclusion(exclusion=mine, reason="No uncle", by=cast.privacy)
    assert not sees(cast.police, first)
    assert [row[2] for row in (*decided(first), *decided(second))] == ["He arrested her", "He arrested her"]


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
