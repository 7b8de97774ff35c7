"""The privacy officer asks why: the answer names the layer that decides, and never the child."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case


def page(cast: Cast, person: str, case: Case) -> str:
    asked = {"person": str(cast.people[person].pk), "reference": case.reference}
    return signed_in(cast, "privacy").get(reverse("cases:why"), asked).content.decode()


def expire(cast: Cast, case: Case) -> None:
    access.share(
        case=case, to=cast.health, reason="A visit", lawful_basis=LAWFUL_BASIS,
        expires_at=timezone.now() - dt.timedelta(hours=1), by=cast.practitioner,
    )  # fmt: skip


def restrict(cast: Cast, case: Case) -> None:
    access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )


def leave(cast: Cast, case: Case) -> None:
    end_membership(membership=Membership.objects.get(user=cast.practitioner), on=timezone.localdate())


def switch_off(cast: Cast, case: Case) -> None:
    type(cast.manager).objects.filter(pk=cast.manager.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("change", "person", "sees", "because"),
    [
        (None, "practitioner", True, "By rule when the case was opened"),
        (None, "outsider", False, "Nobody has given it to them"),
        (None, "analyst", False, "Analyst: sees no case"),
        (lambda cast, case: exclusions.exclude(case=case, user=cast.manager, reason="Knows the family",
         by=cast.privacy), "manager", False, "Knows the family"),
        (expire, "health", False, "A visit"),
        (restrict, "leaver", False, "Only what is given by name counts"),
        (restrict, "practitioner", True, "By name"),
        (leave, "practitioner", False, "Practitioner, until"),
        (switch_off, "manager", False, "It has been switched off"),
    ],
)  # fmt: skip
def test_the_page_names_what_decides(
    cast: Cast, change: Callable[[Cast, Case], object] | None, person: str, sees: bool, because: str
) -> None:
    case = make_case(cast)
    if change:
        change(cast, case)
    said = page(cast, person, case)
    assert f"{'can see' if sees else 'cannot see'} {case.reference}" in said
    assert because in said
    assert case.child.family_name not in said


def test_a_reference_that_no_case_carries_is_said_beside_the_box_and_each_asking_is_on_record(
    cast: Cast,
) -> None:
    case = make_case(cast)
    asked = {"person": str(cast.manager.pk), "reference": "CSE-2026-00000"}
    assert (
        "No case has this reference"
        in signed_in(cast, "privacy").get(reverse("cases:why"), asked).content.decode()
    )
    page(cast, "manager", case)
    event = AuditEvent.objects.get(action=Action.ACCESS_EXPLAINED)
    assert (event.actor, event.object_id, event.case_id) == (cast.privacy, cast.manager.pk, case.pk)
