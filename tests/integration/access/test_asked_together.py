"""Who of many is told of a case: asked once for all, and the same as asking for each."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import people_who_see
from cse_portal.access.user_context import people_who_may, user_context
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import end_membership
from cse_portal.audit import context
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case

pytestmark = pytest.mark.django_db
RESTRICTED = {"reason_code": "WITNESS_PROTECTION", "lawful_basis": LAWFUL_BASIS}


def shared(cast: Cast, case: Case, *to: str, until: dt.datetime | None = None) -> None:
    for key in to:
        holder = cast.people.get(key) or cast.agency(key)
        access.share(
            case=case, to=holder, reason="Works with them", lawful_basis=LAWFUL_BASIS, by=cast.manager,
            expires_at=until,
        )  # fmt: skip


def cases(cast: Cast) -> Iterator[tuple[str, Case]]:
    """One case for everything that lets somebody see it or keeps them out."""
    for name in (
        "nobody else",
        "by name",
        "agency",
        "over",
        "shut out",
        "agency shut out",
        "restricted",
        "named",
    ):
        yield name, make_case(cast)


@pytest.fixture
def world(cast: Cast) -> dict[str, Case]:
    made = dict(cases(cast))
    shared(cast, made["by name"], "health", "duty")
    shared(cast, made["agency"], "police")
    shared(cast, made["over"], "health", "police", until=timezone.now() + dt.timedelta(hours=1))
    for name in ("shut out", "agency shut out", "restricted"):
        shared(cast, made[name], "health", "police")
    exclusions.exclude(case=made["shut out"], user=cast.police, reason="Knows them", by=cast.privacy)
    exclusions.exclude(
        case=made["agency shut out"], agency=cast.agency("police"), reason="Knows them", by=cast.privacy
    )
    access.restrict(case=made["restricted"], people=[], by=cast.manager, **RESTRICTED)
    shared(cast, made["named"], "police")
    access.restrict(case=made["named"], people=[cast.police], by=cast.manager, **RESTRICTED)
    return made


EXPECTED = {
    "nobody else": {"practitioner", "manager"},
    "by name": {"practitioner", "manager", "health", "duty"},
    "agency": {"practitioner", "manager", "police"},
    "over": {"practitioner", "manager"},
    "shut out": {"practitioner", "manager", "health"},
    "agency shut out": {"practitioner", "manager", "health"},
    "restricted": {"practitioner", "manager"},
    "named": {"practitioner", "manager", "police"},
}


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hours on, when what was given for one hour is over."""
    moment = timezone.now() + dt.timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_those_who_see_a_case_are_found_from_its_side_as_from_theirs(
    cast: Cast, world: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch)
    keys = {person.pk: key for key, person in cast.people.items()}
    able = [
        who
        for who in map(user_context, cast.people.values())
        if who and Permission.CASE_VIEW in ROLES[who.role].permissions
    ]
    found = {
        name: {keys[key] for key in people_who_see(Case.objects.get(pk=case.pk), able, codename="view_case")}
        for name, case in world.items()
    }
    one_by_one = {
        name: {key for key, person in cast.people.items() if gate.can(person, Permission.CASE_VIEW, case)}
        for name, case in world.items()
    }
    colleagues = {"practitioner", "manager", "health", "duty", "police"}
    assert {name: people & colleagues for name, people in found.items()} == EXPECTED
    assert found == one_by_one


def test_the_answers_are_remembered_for_the_request_and_are_the_gates(
    cast: Cast, world: dict[str, Case]
) -> None:
    people = [User.objects.get(pk=person.pk) for person in cast.people.values()]
    alone = {
        (person.pk, name): gate.can(person, Permission.CASE_VIEW, case)
        for person in people
        for name, case in world.items()
    }
    assert {True, False} == set(alone.values())
    with context.request():
        for case in world.values():
            gate.ask_together(people, Permission.CASE_VIEW, case)
        with CaptureQueriesContext(connection) as asked:
            together = {
                (person.pk, name): gate.can(person, Permission.CASE_VIEW, case)
                for person in people
                for name, case in world.items()
            }
        assert len(asked) == 0
    assert together == alone


def test_who_is_told_that_something_waits_is_whoever_may_do_it_today(cast: Cast) -> None:
    def told() -> set[str]:
        return {person.email for person in people_who_may(Permission.CONCERN_TRIAGE)}

    may = {key for key, person in cast.people.items() if gate.can(person, Permission.CONCERN_TRIAGE)}
    assert "manager" in may
    assert told() == {cast.people[key].email for key in may}
    assert cast.board.email not in told()
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    assert cast.manager.email not in told()
    User.objects.filter(pk=cast.manager.pk).update(is_active=True)
    end_membership(membership=Membership.objects.get(user=cast.manager), on=timezone.localdate())
    assert cast.manager.email not in told()
