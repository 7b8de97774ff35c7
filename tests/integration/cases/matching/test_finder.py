"""The finder: the same home address, or the same birth date and name. It proposes, whenever either side changes."""

import datetime as dt
from typing import Any

import pytest

from cases.casework.services import IDENTITY_FIELDS, change_identity
from cases.family import services as addresses
from cases.family.models import AddressKind, ConfidentialReason
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cases.sharing.models import Exclusion, ExclusionBasis, Relation
from cases.sharing.services import declarations
from cse_portal.accounts.models import User
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import make_concern

BORN = dt.date(2012, 3, 14)
SAME_HOME, SAME_BIRTH = ExclusionBasis.ADDRESS, ExclusionBasis.NAME_AND_BIRTH
CHILD = {
    "given_name": "Robyn", "family_name": "Hale", "date_of_birth": BORN, "address": "14 Elm Row", "postcode": "B70 9LD",
}  # fmt: skip


def declare(by: User, **known: Any) -> None:
    said: dict[str, Any] = {
        "relation": Relation.FAMILY, "given_name": "Kit", "family_name": "Moss", "date_of_birth": None, "address": "",
        "postcode": "",
    }  # fmt: skip
    declarations.declare(**said | known, by=by)


@pytest.mark.parametrize("order", ["declared first", "child first", "concern"])
@pytest.mark.parametrize(
    ("known", "basis"),
    [
        ({"address": "14 Elm Row", "postcode": "B70 9LD"}, SAME_HOME),
        ({"address": "14, elm row", "postcode": "B70 9LD"}, SAME_HOME),
        ({"address": "18 Elm Row", "postcode": "B70 9LD"}, None),
        ({"address": "14 Elm Row", "postcode": "B70 9LE"}, None),
        ({"postcode": "B70 9LD"}, None),
        ({"given_name": "Robyn", "family_name": "Hale", "date_of_birth": BORN}, SAME_BIRTH),
        ({"given_name": "ROBYN", "family_name": "hale", "date_of_birth": BORN}, SAME_BIRTH),
        ({"given_name": "Robyn", "family_name": "Hale"}, None),
        ({"given_name": "Robyn", "family_name": "Hale", "date_of_birth": BORN + dt.timedelta(days=1)}, None),
        ({"family_name": "Hale", "date_of_birth": BORN}, None),
    ],
)
def test_what_is_found(cast: Cast, order: str, known: dict[str, Any], basis: ExclusionBasis | None) -> None:
    if order == "declared first":
        declare(cast.police, **known)
    if order == "concern":
        make_concern(cast.health, **CHILD)
    else:
        make_case(cast, child=make_child(**CHILD))
    if order != "declared first":
        declare(cast.police, **known)
    found = Exclusion.objects.all()
    assert [(each.user, each.basis) for each in found] == ([(cast.police, basis)] if basis else [])
    assert all(each.proposed_by is None and each.is_waiting for each in found)


def test_whoever_declares_themselves_is_found_by_the_name_of_their_account_and_a_child_by_another_name(
    cast: Cast,
) -> None:
    declare(cast.practitioner, relation=Relation.MYSELF, given_name="P", family_name="R", date_of_birth=BORN)
    child = make_child(**CHILD)
    ChildAlias.objects.create(child=child, name=cast.practitioner.full_name)
    make_case(cast, child=child)
    assert Exclusion.objects.get().basis == SAME_BIRTH


def test_a_change_of_the_record_is_compared(cast: Cast) -> None:
    declare(cast.police, address="Mill House, Lane End", postcode="B70 9LD")
    case = make_case(cast)
    for address, number in (("18 Elm Row", 0), ("Mill House", 1), ("Mill House", 1)):
        move(cast, case, address)
        assert Exclusion.objects.count() == number, address


def move(cast: Cast, case: Case, address: str) -> None:
    case.child.refresh_from_db()
    fields = {name: getattr(case.child, name) for name in IDENTITY_FIELDS}
    change_identity(
        case=case, version=case.child.version, fields=fields | {"address": address, "postcode": "B70 9LD"}, aliases=[],
        exploitation_models=[], by=cast.practitioner,
    )  # fmt: skip


@pytest.mark.parametrize("first", [True, False])
def test_a_confidential_home_is_compared_too(cast: Cast, first: bool) -> None:
    at_home = {"address": "14 Elm Row", "postcode": "B70 9LD"}
    case = make_case(cast)
    if first:
        declare(cast.police, **at_home)
    addresses.record_address(
        case=case, kind=AddressKind.HOME, address="14 Elm Row\nB70 9LD", reason=ConfidentialReason.RISK,
        by=cast.practitioner,
    )  # fmt: skip
    if not first:
        declare(cast.police, **at_home)
    assert Exclusion.objects.get().basis == SAME_HOME
