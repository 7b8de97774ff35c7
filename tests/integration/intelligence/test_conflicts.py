"""Somebody who works here may be whom the police look into: shut out of the child's case, and not warned."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.choices import ConflictBasis, Relation
from cases.models import Case, ConflictFinding, Exclusion
from cases.services import access, conflicts
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from intelligence.choices import Handling, LinkKind
from intelligence.models import IntelligenceReport
from intelligence.services import reports
from intelligence.tasks import find_conflicts
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.intelligence import make_report

BORN = dt.date(1988, 5, 4)


@pytest.fixture
def case(cast: Cast) -> Case:
    """The practitioner's case, on which the police work too; the practitioner is called Rhys Kestrel."""
    User.objects.filter(pk=cast.practitioner.pk).update(full_name="Rhys Kestrel")
    return access.share(
        case=make_case(cast), to=cast.agency("police"), reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        may_change=True, by=cast.practitioner,
    )  # fmt: skip


def named(cast: Cast, report: IntelligenceReport, **fields: Any) -> None:
    said = {"given_name": "", "family_name": "", "standing": "ALLEGED"} | fields
    reports.add_nominal(report=report, kind=LinkKind.PERSON, fields=said, by=cast.police, key=new_key())


def declare(by: User, **known: Any) -> None:
    said: dict[str, Any] = {
        "relation": Relation.MYSELF, "given_name": "", "family_name": "Other", "date_of_birth": None, "address": "",
        "postcode": "",
    }  # fmt: skip
    conflicts.declare(**said | known, by=by)


def sees(person: User, case: Case) -> bool:
    return gate.can(User.objects.get(pk=person.pk), Permission.CASE_VIEW, case)


@pytest.mark.parametrize("handling", [Handling.P, Handling.C])
@pytest.mark.parametrize("last", ["person", "child"])
def test_whoever_has_the_name_of_a_person_of_concern_is_shut_out_when_the_link_stands(
    cast: Cast, case: Case, handling: Handling, last: str, django_capture_on_commit_callbacks: Any
) -> None:
    report = make_report(cast, handling=handling, case=case if last == "person" else None)
    with django_capture_on_commit_callbacks(execute=True):
        named(cast, report, given_name="Rhys", family_name="Kestrel")
        if last == "child":
            reports.link_case(report=report, reference=case.reference, by=cast.police)
    finding = ConflictFinding.objects.get()
    assert (finding.case, finding.user, finding.basis) == (case, cast.practitioner, ConflictBasis.NAMED)
    assert Exclusion.objects.get().decided_by is None
    assert not sees(cast.practitioner, case)
    assert sees(cast.manager, case)
    assert sees(cast.police, case)
    assert find_conflicts() == 0


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"given_name": "Rhys", "family_name": "Kestrell"}, True),
        ({"given_name": "Rhys", "family_name": "Pugh-Kestrel"}, True),
        ({"given_name": "Someone", "family_name": "Else", "other_names": "Ry, Rhys Kestrel"}, True),
        ({"family_name": "Kestrel"}, False),
        ({"given_name": "Owen", "family_name": "Kestrel"}, False),
        ({"given_name": "Rhys", "family_name": "Pugh"}, False),
        ({"given_name": "Rhys"}, False),
    ],
)
def test_how_alike_a_name_must_be(cast: Cast, case: Case, fields: dict[str, str], found: bool) -> None:
    named(cast, make_report(cast, case=case), **fields)
    assert (find_conflicts() > 0) is found
    assert sees(cast.practitioner, case) is not found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"given_name": "Rhys", "family_name": "Kestrel", "date_of_birth": dt.date(1970, 1, 1)}, True),
        ({"given_name": "Lee", "family_name": "Kestrel", "date_of_birth": dt.date(1970, 1, 1)}, False),
        ({"given_name": "Rhys", "family_name": "Kestrel", "date_of_birth": dt.date(1988, 4, 5)}, True),
        ({"family_name": "Kestrel", "date_of_birth": BORN}, True),
    ],
)
def test_a_day_of_birth_of_ones_own_finds_and_never_clears(
    cast: Cast, case: Case, fields: dict[str, Any], found: bool
) -> None:
    declare(cast.practitioner, family_name="Kestrel", date_of_birth=BORN)
    named(cast, make_report(cast, case=case), **fields)
    assert (find_conflicts() > 0) is found


def test_whoever_declared_the_person_of_concern_is_shut_out(cast: Cast, case: Case) -> None:
    declare(cast.manager, relation=Relation.FAMILY, given_name="Owen", family_name="Blackwood")
    named(cast, make_report(cast, case=case), given_name="Owen", family_name="Blackwood")
    find_conflicts()
    assert not sees(cast.manager, case)
    assert sees(cast.practitioner, case)


@pytest.mark.parametrize(
    ("relation", "address", "place", "found"),
    [
        (
            Relation.MYSELF,
            "14 Elm Row",
            {"name": "A house", "address": "14, Elm Row", "postcode": "b709ld"},
            True,
        ),
        (Relation.HOUSEHOLD, "14 Elm Row", {"name": "14 Elm Row", "postcode": "B70 9LD"}, True),
        (
            Relation.MYSELF,
            "Quernmore House, Elm Row",
            {"name": "Quernmore House", "postcode": "B70 9LD"},
            True,
        ),
        (
            Relation.MYSELF,
            "14 Elm Row",
            {"name": "A house", "address": "16 Elm Row", "postcode": "B70 9LD"},
            False,
        ),
        (Relation.MYSELF, "14 Elm Row", {"name": "Acorn Arcade", "postcode": "B70 9LD"}, False),
        (Relation.FAMILY, "14 Elm Row", {"name": "14 Elm Row", "postcode": "B70 9LD"}, False),
    ],
)
def test_whoever_lives_in_a_place_of_concern_is_shut_out(
    cast: Cast, case: Case, relation: Relation, address: str, place: dict[str, str], found: bool
) -> None:
    declare(cast.practitioner, relation=relation, address=address, postcode="B70 9LD")
    report = make_report(cast, case=case)
    reports.add_nominal(report=report, kind=LinkKind.PLACE, fields=place, by=cast.police, key=new_key())
    assert (find_conflicts() > 0) is found
    assert sees(cast.practitioner, case) is not found


def test_out_of_every_case_the_person_is_linked_to_and_no_other(cast: Cast, case: Case) -> None:
    second, third = make_case(cast), make_case(cast)
    access.share(
        case=second, to=cast.agency("police"), reason="Too", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    named(cast, make_report(cast, case=case), given_name="Rhys", family_name="Kestrel")
    person = IntelligenceReport.objects.get().links.get(person__isnull=False).person
    assert person is not None
    reports.link_nominal(
        report=make_report(cast, case=second), kind=LinkKind.PERSON, nominal_id=person.pk, by=cast.police
    )
    find_conflicts()
    assert [sees(cast.practitioner, each) for each in (case, second, third)] == [False, False, True]


def test_the_privacy_officer_is_told_to_ask_the_police_and_not_the_person(cast: Cast, case: Case) -> None:
    named(cast, make_report(cast, case=case), given_name="Rhys", family_name="Kestrel")
    find_conflicts()
    page = signed_in(cast, "privacy").get(
        reverse("cases:conflict-decide", args=[ConflictFinding.objects.get().pk])
    )
    words = page.content.decode()
    assert "Do not speak to them" in words
    assert "Ask them about the person they declared" not in words
    assert case.child.given_name not in words
    told = Notification.objects.filter(text__contains="conflict of interest")
    assert {note.user for note in told} == {cast.privacy}


def test_whoever_left_is_nobodys_conflict(cast: Cast, case: Case) -> None:
    named(cast, make_report(cast, case=case), given_name="Rhys", family_name="Kestrel")
    cast.practitioner.memberships.update(ends_on=timezone.localdate())
    assert find_conflicts() == 0
