"""PostgreSQL by itself, as the application's role: whoever is shut out of something is, and reads nowhere why.

Nor does anybody read it of a colleague, or who looked at a child whom they have lost sight of. The statements are those
that somebody would inject in their own name.
"""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cases.models import Case
from cases.selectors.access import who_looked
from cases.selectors.exclusions import shut_to
from cases.services import access, exclusions
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import granted_parts
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.models import PlanAction
from tests.access.test_row_security import acting_for, difference, move
from tests.cast import Cast
from tests.factories import actions
from tests.factories.cases import LAWFUL_BASIS, make_case

pytestmark = pytest.mark.django_db
LOST = "SELECT gate.owner_is_lost(%s, %s, now() - interval '1 year')"
KEYS = "SELECT gate.cases_shut_to(%s, %s), gate.concerns_close_to(%s, %s), gate.intelligence_close_to(%s)"


def told(by: User, statement: str, *words: Any) -> list[tuple[Any, ...]]:
    """What PostgreSQL answers in this person's name."""
    with acting_for(by), connection.cursor() as cursor:
        cursor.execute(statement, words)
        return list(cursor.fetchall())


def where(person: User) -> Standing:
    who = standing(User.objects.get(pk=person.pk))
    assert who is not None
    return who


def another_officer(cast: Cast) -> User:
    return accounts.add_person(
        email="ines.moor@example.org", full_name="Ines Moor", role=Role.PRIVACY_OFFICER,
        agency=cast.privacy.memberships.get().agency,
    )  # fmt: skip


# ---------------------------------------------------------------------------------------- what was found of oneself


@pytest.mark.parametrize("whole_agency", [False, True])
def test_whoever_is_shut_out_of_a_case_does_not_read_why(cast: Cast, whole_agency: bool) -> None:
    """Maya's colleague holds the case by name, and so the portal's own rules find what was given to him: they, too,
    find him shut out.
    """
    case = make_case(cast)
    make_case(cast)
    access.share(
        case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager, may_change=True
    )
    whom = {"agency": cast.agency("health")} if whole_agency else {"user": cast.health}
    exclusions.exclude(case=case, reason="He is her uncle", by=cast.privacy, **whom)
    assert told(cast.health, "SELECT * FROM cases_exclusion") == []
    assert len(told(cast.privacy, "SELECT * FROM cases_exclusion")) == 1
    with acting_for(cast.health), context.request():
        assert granted_parts(case, where(cast.health), codenames=("view_case", "change_case")) == {}
        assert shut_to(cast.health) == {case.pk, case.child_id}
    assert difference(cast) == []


# ---------------------------------------------------------------------------------------- why an owner cannot act


def lost(by: User, action: PlanAction) -> bool:
    working_as = [role.value for role, its in ROLES.items() if Permission.ACTION_VIEW in its.permissions]
    return bool(told(by, LOST, action.pk, working_as)[0][0])


def test_that_the_owner_of_a_childs_action_is_shut_out_is_told_to_who_hands_it_on(cast: Cast) -> None:
    case = make_case(cast)
    action = actions.issued(cast, case)
    assert not lost(cast.manager, action)
    exclusions.exclude(case=case, user=cast.health, reason="He is her uncle", by=cast.privacy)
    for person in (cast.practitioner, cast.police, cast.outsider, cast.health, cast.privacy, cast.board):
        assert not lost(person, action), person
    assert lost(cast.manager, action)
    exclusions.exclude(case=case, user=cast.manager, reason="An aunt", by=cast.privacy)
    assert not lost(cast.manager, action)


# ---------------------------------------------------------------------------------------- who looked


def test_a_lead_who_has_lost_sight_of_the_case_is_not_told_who_looked(cast: Cast) -> None:
    """By moving to another agency, or as what they were given runs out: the case names them until it names another."""
    case = make_case(cast)
    assert case.lead_professional == cast.practitioner
    access.share(case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    record(Action.CASE_VIEWED, by=cast.health, obj=case, case=case)
    since = ("SELECT * FROM gate.who_looked(%s, %s)", case.pk, case.opened_at)
    assert len(told(cast.practitioner, *since)) == 1
    with acting_for(cast.practitioner):
        assert [each.agency for each in who_looked(case, cast.practitioner)] == [cast.agency("health").name]
    case.user_grants.update(granted_at=timezone.now() - dt.timedelta(days=9))
    assert len(told(cast.practitioner, *since)) == 1
    move(cast.practitioner, cast.agency("education"))
    assert where(cast.practitioner).agency == cast.agency("education")
    assert Case.objects.get(pk=case.pk).lead_professional == cast.practitioner
    assert told(cast.practitioner, *since) == []
