"""The gate's answers are kept for the length of a request, and no longer than they are true."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.models import Exclusion
from cases.sharing.services import access, exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.audit import context
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case


def answer(user: User, case: Case) -> bool:
    """What the gate says of this person, through an object nobody has asked before."""
    return gate.can(User.objects.get(pk=user.pk), Permission.CASE_VIEW, case)


def test_the_same_question_is_asked_once_in_a_request_and_every_time_outside(cast: Cast) -> None:
    case = make_case(cast)
    user = User.objects.get(pk=cast.practitioner.pk)
    with context.request():
        assert gate.can(user, Permission.CASE_VIEW, case)
        with CaptureQueriesContext(connection) as queries:
            assert gate.can(user, Permission.CASE_VIEW, case)
        assert len(queries) == 0
    with CaptureQueriesContext(connection) as queries:
        assert gate.can(user, Permission.CASE_VIEW, case)
    assert len(queries) > 0


def test_whatever_changes_who_sees_a_case_is_true_at_once(cast: Cast) -> None:
    case = make_case(cast)
    health = cast.health
    with context.request():
        assert not answer(health, case)
        access.share(
            case=case, to=health, reason="Works with her", lawful_basis=LAWFUL_BASIS, by=cast.manager
        )
        assert answer(health, case)
        exclusions.exclude(case=case, user=health, reason="Knows the family", by=cast.privacy)
        assert not answer(health, case)
        exclusion = Exclusion.objects.get()
        exclusions.lift(exclusion=exclusion, reason="A mistake", by=cast.privacy)
        assert answer(health, case)
        access.restrict(
            case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
        )
        assert not answer(health, case)


@pytest.mark.parametrize(("given", "counts"), [(-40, True), (-20, False), (-5, True)])
def test_what_was_given_counts_if_it_was_given_while_they_worked_here(
    cast: Cast, given: int, counts: bool
) -> None:
    """Two posts at the agency with a gap between them; nothing was given to them in the gap."""
    case = make_case(cast)
    access.share(
        case=case, to=cast.health, reason="Works with her", lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    today, now = timezone.localdate(), timezone.now()
    first = Membership.objects.get(user=cast.health)
    Membership.objects.filter(pk=first.pk).update(
        starts_on=today - dt.timedelta(days=60), ends_on=today - dt.timedelta(days=30)
    )
    Membership.objects.create(
        user=cast.health, agency=first.agency, role=first.role, starts_on=today - dt.timedelta(days=10)
    )
    case.user_grants.filter(user=cast.health).update(granted_at=now + dt.timedelta(days=given))
    assert answer(cast.health, case) is counts
