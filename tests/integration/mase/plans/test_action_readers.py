"""The chair changes who reads an issued action: kept to professionals at once, opened where it is clear to whom."""

from contextlib import suppress

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import ChronologyEntry
from cases.record.choices import RiskCategory, Section
from cases.record.models.access import CaseGroupObjectPermission, CaseUserObjectPermission
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Reason
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from mase.plans.choices import PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import action_for
from mase.plans.services import actions
from mase.plans.services.readers import change_readers
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, share_with

pytestmark = pytest.mark.django_db
RAID = "Visit the flat above the arcade on Friday."
WHY = "The man it names has a cousin at the school."


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, category=RiskCategory.MEDIUM)


def police_action(cast: Cast, case: Case, *, restricted: bool) -> PlanAction:
    """Of a meeting to which the police and the nurse were asked by name; the nurse has not the restricted part."""
    for person in (cast.police, cast.health):
        share_with(case, person, by=cast.practitioner)
    meeting = factory.running(cast, case, people=[cast.police, cast.health])
    action = factory.agreed(
        cast, meeting, text=RAID, agency=cast.agency("police"), owner=cast.police, p=PlanP.PURSUE,
        restricted=restricted,
    )  # fmt: skip
    factory.end(cast, meeting)
    return PlanAction.objects.get(pk=action.pk)


@pytest.fixture(scope="module")
def opened(shared_cast: Cast, case: Case) -> PlanAction:
    return police_action(shared_cast, case, restricted=False)


@pytest.fixture
def apart(cast: Cast, opened: PlanAction) -> PlanAction:
    """The same, agreed for professionals only."""
    PlanAction.objects.filter(pk=opened.pk).update(restricted=True)
    return PlanAction.objects.get(pk=opened.pk)


def page_of(cast: Cast, person: str, action: PlanAction) -> tuple[int, str]:
    answer = signed_in(cast, person).get(f"/actions/{action.pk}/")
    return answer.status_code, answer.content.decode()


def readers(cast: Cast, action: PlanAction) -> set[str]:
    """Who of those on the case may open it, by the gate and by PostgreSQL alike."""
    found = set()
    for person in ("manager", "practitioner", "police", "health", "outsider"):
        user = cast.people[person]
        with acting_for(user):
            row = PlanAction.objects.filter(pk=action.pk).first()
            assert PlanAction.objects.visible_to(user).filter(pk=action.pk).exists() == (row is not None)
        with acting_for(user), suppress(NotVisible):
            action_for(user, action.pk)
            assert row is not None
            found.add(person)
    return found


def restrict(cast: Cast, action: PlanAction, *, restricted: bool = True) -> PlanAction:
    return change_readers(action=action, restricted=restricted, reason=WHY, by=cast.manager)


def test_whoever_has_not_the_restricted_part_loses_sight_at_once(cast: Cast, opened: PlanAction) -> None:
    assert readers(cast, opened) == {"manager", "practitioner", "police", "health"}
    nurse = signed_in(cast, "health")
    assert RAID in nurse.get("/actions/?whose=all").content.decode()
    row = restrict(cast, opened)
    event = AuditEvent.objects.get(action=Action.ACTION_READERS_CHANGED)
    assert (event.actor, event.object_id, event.case_id) == (cast.manager, opened.pk, opened.case_id)
    assert event.detail == {"restricted": True, "actions": [str(opened.pk)]}
    assert Reason.objects.filter(event=event.pk).exists()
    told = Notification.objects.get(user=cast.police, text__contains="changed who reads")
    assert told.url == f"/actions/{opened.pk}/"
    assert readers(cast, opened) == {"manager", "practitioner", "police"}
    assert RAID not in nurse.get("/actions/?whose=all").content.decode()
    hidden, unknown = nurse.get(f"/actions/{opened.pk}/"), nurse.get(f"/actions/{new_key()}/")
    assert (hidden.status_code, len(hidden.content)) == (404, len(unknown.content))
    restrict(cast, row, restricted=False)
    assert readers(cast, opened) == {"manager", "practitioner", "police", "health"}


def test_within_one_request_the_gate_forgets_what_it_said_before(cast: Cast, opened: PlanAction) -> None:
    with context.request():
        assert gate.can(cast.health, Permission.ACTION_VIEW, opened)
        row = restrict(cast, opened)
        assert not gate.can(cast.health, Permission.ACTION_VIEW, row)


def test_its_history_says_that_and_not_why(cast: Cast, apart: PlanAction) -> None:
    restrict(cast, apart, restricted=False)
    for person in ("manager", "health"):
        page = page_of(cast, person, apart)[1]
        assert "Open to everybody who sees the case or the item from now on" in page, person
        assert WHY not in page, person


def test_what_the_chronology_says_of_it_goes_with_it(cast: Cast, opened: PlanAction) -> None:
    """Finished while it was open, its words stand in the chronology; kept to professionals, there too."""
    actions.complete(
        action=opened, outcome="Nobody was in.", effect="She is not taken there any more.",
        done_on=timezone.localdate(), by=cast.police,
    )  # fmt: skip
    entries = ChronologyEntry.objects.filter(source_id=opened.pk, text__contains=RAID)

    def read_by() -> set[str]:
        found = set()
        for person in ("manager", "practitioner", "health", "outsider"):
            with acting_for(cast.people[person]):
                rows = entries.count()
                assert entries.visible_to(cast.people[person]).count() == rows, person
            if rows:
                found.add(person)
        return found

    assert read_by() == {"manager", "practitioner", "health"}
    nurse = signed_in(cast, "health")
    page = reverse("cases:chronology", args=[opened.case.reference])
    assert RAID in nurse.get(page).content.decode()
    action = restrict(cast, PlanAction.objects.get(pk=opened.pk))
    assert read_by() == {"manager", "practitioner"}
    assert RAID not in nurse.get(page).content.decode()
    restrict(cast, action, restricted=False)
    assert read_by() == {"manager", "practitioner", "health"}


def test_only_a_chair_who_has_the_restricted_part_changes_it(cast: Cast, opened: PlanAction) -> None:
    refusals = (
        (cast.police, NotPermitted), (cast.health, NotPermitted), (cast.practitioner, NotPermitted),
        (cast.outsider, NotVisible),
    )  # fmt: skip
    for person, refusal in refusals:
        with pytest.raises(refusal):
            change_readers(action=opened, restricted=True, reason=WHY, by=person)
    CaseUserObjectPermission.objects.filter(permission__codename=Section.MINUTES, user=cast.manager).delete()
    CaseGroupObjectPermission.objects.filter(
        permission__codename=Section.MINUTES, group=cast.agency("cse-team").group
    ).delete()
    with pytest.raises(NotPermitted):
        restrict(cast, opened)
    manager = signed_in(cast, "manager")
    assert f"/actions/{opened.pk}/readers/" not in manager.get(f"/actions/{opened.pk}/").content.decode()
    assert manager.get(f"/actions/{opened.pk}/readers/").status_code == 403


def test_what_it_continues_and_what_continues_it_goes_with_it(cast: Cast, opened: PlanAction) -> None:
    review = factory.running(cast, opened.case)
    factory.end(cast, review)
    later = PlanAction.objects.get(carried_from=opened)
    restrict(cast, later)
    chain = PlanAction.objects.filter(pk__in=[opened.pk, later.pk])
    assert set(chain.values_list("restricted", flat=True)) == {True}
    restrict(cast, PlanAction.objects.get(pk=opened.pk), restricted=False)
    assert set(chain.values_list("restricted", flat=True)) == {False}


def manager_of(cast: Cast) -> Client:
    return signed_in(cast, "manager")


def test_the_page_says_who_will_read_it_and_asks_why(cast: Cast, opened: PlanAction) -> None:
    manager, address = manager_of(cast), f"/actions/{opened.pk}/readers/"
    assert address in manager.get(f"/actions/{opened.pk}/").content.decode()
    said = "From now on it is read by professionals who have the restricted part"
    assert said in manager.get(address).content.decode()
    assert (
        manager.post(address, {"to": "restricted", "reason": ""}).content.decode().count("Say why it changes")
        == 2
    )
    assert said in manager.post(address, {"to": "restricted", "reason": WHY}, follow=True).content.decode()
    stale = manager.post(address, {"to": "restricted", "reason": WHY}).content.decode()
    assert "changed since you opened the page" in stale
    assert "and the family in later minutes" in manager.get(address).content.decode()
    manager.post(address, {"to": "open", "reason": WHY})
    assert not PlanAction.objects.get(pk=opened.pk).restricted
