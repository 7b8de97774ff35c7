"""The family of a child: who records it, a sibling linked both ways, and what is refused."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cases.family.models import NetworkMember
from cases.family.services import (
    Member,
    NotYourCase,
    RecordedAlready,
    change_member,
    end_member,
    record_member,
)
from cases.sharing.services import access
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible, StaleEdit
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.family import make_member
from tests.integration.cases.sharing.test_sections import As

pytestmark = pytest.mark.django_db
PHONE = "07700 900123"


def page(as_: As, person: str, path: str, said: dict[str, Any] | None = None) -> str:
    client = as_(person)
    answer = client.post(path, said, follow=True) if said else client.get(path)
    return answer.content.decode()


def test_somebody_who_works_on_the_case_adds_a_mother_on_the_page(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    said = {
        "name": "Dana Testley", "relation": "MOTHER", "parental_responsibility": "yes", "contact_safe": "no",
        "contact_reason": "Her partner answers the phone", "phone": PHONE, "first_language": "Polish",
        "needs_interpreter": "on",
    }  # fmt: skip
    shown = page(as_, "practitioner", f"/cases/{case.reference}/family/new/", said)
    for words in (
        "Dana Testley is added",
        "Do not contact",
        "Polish, needs an interpreter",
    ):
        assert words in shown
    assert PHONE not in shown
    assert AuditEvent.objects.filter(action=Action.FAMILY_RECORDED, case_id=case.pk).count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Enter their name"),
        ({"relation": ""}, "Choose who they are"),
        ({"contact_safe": "no"}, "Say why it is not safe to contact them"),
        ({"sibling_case": "CSE-2026-00001"}, "A case is linked for a brother or sister"),
        (
            {"relation": "SIBLING", "sibling_case": "CSE-2026-00001"},
            "No case with this reference can be linked by you",
        ),
        ({"name": "dana testley"}, "Somebody with this name is recorded already"),
        ({"name": "Dana Testley", "relation": "AUNT"}, "Somebody with this name is recorded already"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, as_: As, changed: dict[str, str], words: str
) -> None:
    case = make_case(cast)
    make_member(cast, case)
    said = {
        "name": "Ada Testley", "relation": "MOTHER", "parental_responsibility": "yes", "contact_safe": "yes",
        "notes": "Works at night.", **changed,
    }  # fmt: skip
    shown = page(as_, "practitioner", f"/cases/{case.reference}/family/new/", said)
    assert words in shown
    assert "Works at night." in shown
    assert NetworkMember.objects.filter(case=case).count() == 1


def test_a_birthday_in_the_future_is_refused(cast: Cast, as_: As) -> None:
    case, day = make_case(cast), timezone.localdate() + dt.timedelta(days=1)
    born = {"date_of_birth_day": day.day, "date_of_birth_month": day.month, "date_of_birth_year": day.year}
    said = {
        "name": "Ada",
        "relation": "MOTHER",
        "parental_responsibility": "yes",
        "contact_safe": "yes",
        **born,
    }
    assert "There is a problem" in page(as_, "practitioner", f"/cases/{case.reference}/family/new/", said)
    assert not NetworkMember.objects.exists()


def test_a_sibling_is_linked_both_ways_for_who_works_on_both(cast: Cast, as_: As) -> None:
    one, other, hidden = make_case(cast), make_case(cast), make_case(cast)
    member = Member(other.child.name, "SIBLING", sibling_case=other.reference)
    record_member(case=one, member=member, by=cast.practitioner)
    back = NetworkMember.objects.get(case=other)
    assert (back.name, back.relation, back.sibling_case) == (one.child.name, "SIBLING", one.reference)
    assert f"/cases/{other.reference}/" in page(as_, "practitioner", f"/cases/{one.reference}/family/")
    # Who is listed on the other record without a link is linked, not listed twice.
    third = make_case(cast)
    make_member(cast, third, name=one.child.name, relation="SIBLING")
    record_member(
        case=one, member=Member("Ivo", "SIBLING", sibling_case=third.reference), by=cast.practitioner
    )
    assert NetworkMember.objects.get(case=third).sibling_case == one.reference
    # Linked once, whichever side says so.
    with pytest.raises(RecordedAlready):
        record_member(case=other, member=Member(one.child.name, "SIBLING"), by=cast.practitioner)
    with pytest.raises(NotYourCase):
        record_member(
            case=one, member=Member("Ada", "SIBLING", sibling_case=one.reference), by=cast.practitioner
        )
    with pytest.raises((NotYourCase, NotVisible)):
        record_member(
            case=hidden,
            member=Member("Ada", "SIBLING", sibling_case=one.reference),
            by=cast.people["outsider"],
        )


def test_the_second_of_two_people_is_told_and_an_ended_member_stays_on_record(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    mother = make_member(cast, case)
    said = Member("Dana Testley", "MOTHER", phone=PHONE, contact_safe="yes")
    assert change_member(member=mother, version=1, said=said, by=cast.practitioner).version == 2
    with pytest.raises(StaleEdit):
        change_member(member=mother, version=1, said=Member("Dana T", "MOTHER"), by=cast.practitioner)
    end_member(member=mother, by=cast.practitioner)
    end_member(member=mother, by=cast.practitioner)
    assert AuditEvent.objects.filter(action=Action.FAMILY_CHANGED, case_id=case.pk).count() == 2
    assert "No longer part of the child’s life (1)" in page(
        as_, "practitioner", f"/cases/{case.reference}/family/"
    )
    make_member(cast, case)  # back again


def test_who_only_sees_the_case_reads_the_family_and_changes_nothing(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    mother = make_member(cast, case)
    with pytest.raises((NotPermitted, NotVisible)):
        record_member(case=case, member=Member("Ada", "AUNT"), by=cast.people["outsider"])
    assert as_("outsider").get(f"/cases/{case.reference}/family/{mother.pk}/").status_code == 404


def test_nobody_learns_of_a_siblings_case_that_they_may_not_know_of(cast: Cast, as_: As) -> None:
    case, other = make_case(cast), make_case(cast)
    sister = make_member(cast, case, name=other.child.name, relation="SIBLING", sibling_case=other.reference)
    access.restrict(
        case=other,
        people=[cast.practitioner],
        reason_code="WITNESS_PROTECTION",
        lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.practitioner,
    )  # fmt: skip
    path = f"/cases/{case.reference}/family/"
    client = as_("police")
    for address in (path, f"{path}{sister.pk}/"):
        shown = client.get(address).content.decode()
        assert other.child.name in shown
        assert other.reference not in shown
    said = {
        "version": "1", "name": other.child.name, "relation": "SIBLING", "parental_responsibility": "no",
        "contact_safe": "yes", "notes": "Likes the same music.",
    }  # fmt: skip
    assert "is saved" in client.post(f"{path}{sister.pk}/", said, follow=True).content.decode()
    sister.refresh_from_db()
    assert (sister.sibling_case, sister.notes) == (other.reference, "Likes the same music.")
    assert other.reference not in str(sister.as_disclosed())
    with pytest.raises(NotYourCase):
        record_member(
            case=case, member=Member("Ada", "SIBLING", sibling_case=other.reference), by=cast.practitioner
        )
