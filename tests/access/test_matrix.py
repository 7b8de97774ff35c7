"""The gate's answers, every permission, every member of the cast, every state of a case."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate, rules
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from cse_portal.errors import NotPermitted, NotVisible
from tests.access import table
from tests.access.world import STATES
from tests.cast import Cast
from tests.factories.requests import in_one_request


@pytest.fixture
def gone(cast: Cast) -> Cast:
    """The cast after the leaver has left."""
    end_membership(membership=Membership.objects.get(user=cast.leaver), on=timezone.localdate())
    return cast


def test_every_permission_has_a_rule() -> None:
    assert [each.name for each in Permission if rules.find(each) is None] == []


def test_every_role_is_defined_and_every_permission_is_opened_by_some_role() -> None:
    assert set(ROLES) == set(Role)
    assert set(Permission) == {each for role in ROLES.values() for each in role.permissions}


def test_the_table_holds_the_whole_cast(cast: Cast) -> None:
    assert set(table.CAST) == set(cast)


def test_functions_are_opened_by_role_alone(gone: Cast) -> None:
    for permission, people in table.FUNCTIONS.items():
        opened = {name for name in table.CAST if gate.can(gone.people[name], permission)}
        assert opened == people, permission.name


@pytest.mark.parametrize("state", STATES)
@in_one_request
def test_a_case_answers_as_the_table_says(gone: Cast, state: str) -> None:
    case = STATES[state](gone)
    wrong = []
    for permission in (Permission.CASE_VIEW, *table.WORK, *table.PARTS):
        for name in table.CAST:
            given = ask(gone, permission, name, case)
            if given != (expected := table.answer(permission, state, name)):
                wrong.append(f"{permission.name} for {name}: {given}, expected {expected}")
    assert wrong == []
    listed = {
        name for name in table.CAST if Case.objects.visible_to(gone.people[name]).filter(pk=case.pk).exists()
    }
    assert listed == table.SEES[state]


def test_what_is_asked_of_nothing_is_refused(gone: Cast) -> None:
    about_something = [each for each in Permission if (rule := rules.find(each)) and rule.needs_object]
    assert len(about_something) > 20
    assert not any(gate.can(gone.people[name], each) for name in table.CAST for each in about_something)


def test_nobody_signed_in_sees_nothing(cast: Cast) -> None:
    case = STATES["Led by social care"](cast)
    nobody = AnonymousUser()
    assert not any(gate.can(nobody, each, case) for each in Permission)
    assert not Case.objects.visible_to(nobody).exists()


def test_a_deactivated_person_sees_nothing_at_once(cast: Cast) -> None:
    case = STATES["Led by social care"](cast)
    cast.practitioner.is_active = False
    cast.practitioner.save(update_fields=["is_active"])
    assert not any(gate.can(cast.practitioner, each, case) for each in Permission)
    assert not Case.objects.visible_to(cast.practitioner).exists()


def ask(cast: Cast, permission: Permission, name: str, case: Case) -> str:
    """The gate's answer in the table's words."""
    person = cast.people[name]
    try:
        gate.require(person, permission, case)
    except NotVisible:
        assert not gate.can(person, permission, case)
        return "not found"
    except NotPermitted:
        assert not gate.can(person, permission, case)
        return "no"
    assert gate.can(person, permission, case)
    return "yes"
