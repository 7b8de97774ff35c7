"""Somebody leaves: all of their actions go to colleagues who see the case, in one step."""

import pytest
from django.test import Client
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from mase.plans.choices import UpdateKind
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.selectors.actions import held_by, holders
from mase.plans.services.handing_over import hand_over
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import LAWFUL_BASIS, make_case, share_with

SECRET = "Talk with her about the man with the blue car."


def nurse(cast: Cast, name: str) -> User:
    person: User = accounts.add_person(
        email=f"{name.split()[0].lower()}@example.org", full_name=name, agency=cast.agency("health"),
        role=Role.PRACTITIONER,
    )  # fmt: skip
    return person


@pytest.fixture(scope="module")
def cases(shared_cast: Cast) -> list[Case]:
    """Two children, each with two actions of the nurse's."""
    cast = shared_cast
    made = []
    for _ in range(2):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        meeting = factory.running(cast, case, people=[cast.health])
        for _ in range(2):
            factory.agreed(cast, meeting, text=SECRET)
        factory.end(cast, meeting)
        made.append(case)
    return made


def share(cast: Cast, case: Case, person: User) -> None:
    share_with(case, person, by=cast.manager)


def give(cast: Cast, by: User, to: User) -> tuple[int, int]:
    return hand_over(person=cast.health, to=factory.membership(to), reason="She is leaving.", by=by)


def test_the_lead_hands_over_what_a_colleague_may_see(
    cast: Cast, cases: list[Case], health_lead: User
) -> None:
    nadia = nurse(cast, "Nadia Osei")
    share(cast, cases[0], nadia)
    Notification.objects.all().delete()
    with acting_for(health_lead):
        assert give(cast, health_lead, nadia) == (2, 2)
    assert PlanAction.objects.filter(case=cases[0], owner=nadia).count() == 2
    assert PlanAction.objects.filter(case=cases[1], owner=cast.health).count() == 2
    assert Notification.objects.get(user=nadia).text == "You have 2 new actions from a plan."
    update = ActionUpdate.objects.filter(kind=UpdateKind.HANDED_ON)[0]
    assert (update.by, update.agency, update.text) == (health_lead, cast.agency("health"), "She is leaving.")
    event = AuditEvent.objects.get(action=Action.ACTIONS_HANDED_OVER)
    assert (event.actor, event.object_id, event.detail["stayed"]) == (health_lead, cast.health.pk, 2)


def test_after_she_has_left_her_actions_come_first_and_can_still_be_handed_over(
    cast: Cast, cases: list[Case], health_lead: User
) -> None:
    nadia = nurse(cast, "Nadia Osei")
    share(cast, cases[0], nadia)
    accounts.end_membership(membership=factory.membership(cast.health), on=timezone.localdate())
    (first, *_) = holders(health_lead)
    assert (first["owner"], first["owner_gone"], first["open"]) == (cast.health.pk, True, 4)
    assert give(cast, health_lead, nadia) == (2, 2)
    assert give(cast, health_lead, nadia) == (0, 2)


def test_to_nobody_of_another_agency_and_by_nobody_without_the_task(
    cast: Cast, cases: list[Case], health_lead: User
) -> None:
    share(cast, cases[0], cast.police)
    assert give(cast, health_lead, cast.police) == (0, 4)
    for person in (cast.health, cast.practitioner, cast.outsider, cast.privacy):
        with pytest.raises(NotPermitted):
            give(cast, person, cast.police)


def test_a_lead_who_is_shut_out_counts_that_case_nowhere(
    cast: Cast, cases: list[Case], health_lead: User
) -> None:
    exclusions.exclude(case=cases[0], user=health_lead, reason="Knows the family", by=cast.privacy)
    nadia = nurse(cast, "Nadia Osei")
    share(cast, cases[0], nadia)
    assert [each["open"] for each in holders(health_lead)] == [2]
    assert give(cast, health_lead, nadia) == (0, 2)


def test_a_lead_counts_no_restricted_case(cast: Cast, cases: list[Case], health_lead: User) -> None:
    access.restrict(
        case=cases[0], reason_code="WITNESS_PROTECTION", people=[cast.health], lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )  # fmt: skip
    assert [each["open"] for each in holders(health_lead)] == [2]
    assert len(held_by(health_lead, cast.health.pk)[1]) == 2


def test_the_chair_hands_over_where_they_chair(cast: Cast, cases: list[Case]) -> None:
    exclusions.exclude(case=cases[1], user=cast.manager, reason="Knows the family", by=cast.privacy)
    nadia = nurse(cast, "Nadia Osei")
    for case in cases:
        case.refresh_from_db()
    share_with(cases[0], nadia, by=cast.manager)
    with acting_for(cast.manager):
        assert give(cast, cast.manager, nadia) == (2, 0)


def test_the_leads_pages_say_no_child(
    client: Client, cast: Cast, cases: list[Case], health_lead: User
) -> None:
    nadia = nurse(cast, "Nadia Osei")
    share(cast, cases[0], nadia)
    client.force_login(health_lead)
    listed = client.get("/actions/people/").content.decode()
    assert "Hannah Okafor" in listed
    page = client.get(f"/actions/people/{cast.health.pk}/").content.decode()
    assert "Nadia Osei" in page
    assert not AuditEvent.objects.filter(actor=health_lead, detail__has_key="cases").exists()
    for case in cases:
        for word in (SECRET, case.reference, case.child.given_name, case.child.family_name):
            assert word not in listed + page
    said = {"to": str(factory.membership(nadia).pk), "reason": "She is leaving."}
    answer = client.post(f"/actions/people/{cast.health.pk}/", said, follow=True)
    after = answer.content.decode()
    assert "2 actions are handed over." in after
    assert "2 actions were not handed over. Whom you chose" in after
    assert client.get("/actions/").status_code == 403
