"""The search at the head of every page: by whatever somebody knows, and nothing of what they may not see."""

import datetime as dt

import pytest
from django.test import Client

from cases.matching.selectors.asked import Asked
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.ui.searching import concealed
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import make_concern
from tests.factories.family import make_member

pytestmark = pytest.mark.django_db
BORN = dt.date(2011, 2, 3)


@pytest.fixture
def case(cast: Cast) -> Case:
    child = make_child(
        given_name="Katherine", family_name="Wrenfield", date_of_birth=BORN, postcode="B70 8LJ",
        school="Ormbridge Academy",
    )  # fmt: skip
    ChildAlias.objects.create(child=child, name="Kitty")
    made = make_case(cast, child=child)
    make_member(cast, made, phone="07700 900123")
    return made


@pytest.mark.parametrize(
    "words",
    ["Katherine", "Wrenfield Katherine", "Kathrine Wrenfeild", "Kitty", "3/2/2011", "3 February 2011", "03.02.11",
     "2011-02-03", "2 3 2011", "b708lj", "Ormbridge", "07700900123", "+44 7700 900123"],
)  # fmt: skip
def test_a_child_is_found_by_whatever_somebody_knows(cast: Cast, case: Case, words: str) -> None:
    assert case.child.name in found(signed_in(cast, "practitioner"), words)
    assert case.child.name not in found(signed_in(cast, "outsider"), words)


def test_what_is_hidden_reads_like_what_does_not_exist(cast: Cast, case: Case) -> None:
    outsider = signed_in(cast, "outsider")
    hidden, unknown = found(outsider, case.reference), found(outsider, "CSE-2026-99999")
    assert "Nothing that you may see fits" in hidden
    assert hidden.count("<tr>") == unknown.count("<tr>") == 0


def test_a_reference_goes_straight_to_its_record(cast: Cast, case: Case) -> None:
    concern = make_concern(cast.practitioner)
    client = signed_in(cast, "practitioner")
    for reference, url in (
        (case.reference.lower(), f"/cases/{case.reference}/"),
        (concern.reference, f"/concerns/{concern.reference}/"),
    ):
        assert client.get("/search/", {"q": concealed(reference)})["Location"] == url


def test_a_search_is_on_record_with_its_words_blinded(cast: Cast, case: Case) -> None:
    concern = make_concern(cast.practitioner, given_name="Kathryn", family_name="Wrenfield")
    page = found(signed_in(cast, "manager"), "Wrenfield")
    assert concern.reference in page
    event = AuditEvent.objects.filter(action=Action.CASES_SEARCHED).latest("at")
    assert event.detail["cases"] == [str(case.pk)]
    assert "Wrenfield" not in str(event.detail)
    assert AuditEvent.objects.filter(action=Action.CONCERNS_SEARCHED).exists()


@pytest.mark.parametrize("text", ["31/2/2011", "Anna", "07700900123", "B70 8LJ", "1/1/0001", ""])
def test_what_is_no_day_is_none(text: str) -> None:
    assert Asked(text).day is None


def found(client: Client, words: str) -> str:
    sent = client.post("/search/", {"to": "/search/", "q": words})["Location"]
    assert words not in sent
    return client.get(sent).content.decode()
