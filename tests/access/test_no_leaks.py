"""A case that is not somebody's to see leaves no trace on any page they open: no name, reference, count or choice."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from cases.choices import EntryKind
from cases.models import Case
from cases.services import access
from cases.services.chronology import add_event
from tests.access.world import STATES
from tests.cast import Cast
from tests.factories.cases import make_case, make_child

As = Callable[[str], Client]
SECRET = "Zephyrine"

# Every page and API list that a person who sees no case may open and that reads cases.
LISTS = (
    "/", "/cases/", f"/cases/?text={SECRET}", "/concerns/", "/meetings/", "/meetings/to-book/", "/actions/",
    "/intelligence/", "/intelligence/new/", "/intelligence/reports/", "/intelligence/inbox/", "/triage/",
    "/api/v1/cases/", f"/api/v1/cases/?text={SECRET}",
    "/api/v1/concerns/", "/api/v1/meetings/", "/api/v1/actions/", "/concerns/new/", "/notifications/",
)  # fmt: skip


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case whose child has a name found nowhere else."""
    case = make_case(
        cast, child=make_child(given_name=SECRET, family_name="Quill", school="Quillmere Academy")
    )
    add_event(
        case=case, kind=EntryKind.EVENT, happened_on=timezone.localdate(), text=f"{SECRET} was seen.",
        by=cast.practitioner,
    )  # fmt: skip
    return case


@pytest.fixture
def as_(cast: Cast) -> As:
    """`as_("outsider")`: this member of the cast, signed in."""
    cache.clear()

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.people[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def traces(client: Client, case: Case, address: str) -> list[str]:
    """What of the case stands in the answer, except what the address itself says."""
    text = client.get(address, follow=True).content.decode().replace(address, "")
    told = (case.reference, "Quill", str(case.pk), str(case.child_id))
    return [f"{address}: {word}" for word in told if word in text]


@pytest.mark.parametrize("name", ["outsider", "health", "police", "analyst", "board", "administrator"])
def test_no_list_tells_of_a_case_that_was_not_shared(case: Case, as_: As, name: str) -> None:
    client = as_(name)
    assert [trace for address in LISTS for trace in traces(client, case, address)] == []


def test_the_lead_professional_does_find_it_there(case: Case, as_: As) -> None:
    client = as_("practitioner")
    for address in ("/cases/", "/api/v1/cases/"):
        assert traces(client, case, address)


@pytest.mark.parametrize("state", STATES)
def test_every_page_of_a_case_hides_it_from_the_outsider(cast: Cast, as_: As, state: str) -> None:
    hidden, outsider = STATES[state](cast), as_("outsider")
    unknown = "CSE-1999-00000"
    for rest in (
        "",
        "access/",
        "access/share/",
        "assessments/",
        "chronology/",
        "chronology/print/",
        "close/",
        "edit/",
    ):
        one = outsider.get(f"/cases/{hidden.reference}/{rest}")
        other = outsider.get(f"/cases/{unknown}/{rest}")
        assert (one.status_code, other.status_code) == (404, 404), rest
        assert len(one.content) == len(other.content)
    answer = outsider.get(f"/api/v1/cases/{hidden.reference}/")
    assert answer.content == outsider.get(f"/api/v1/cases/{unknown}/").content
    assert answer.status_code == 404


def test_an_excluded_manager_finds_neither_the_case_nor_its_count(case: Case, as_: As, cast: Cast) -> None:
    other = make_case(cast)
    access.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    manager = as_("manager")
    assert [trace for address in LISTS for trace in traces(manager, case, address)] == []
    listed = manager.get("/api/v1/cases/").json()
    assert [row["reference"] for row in listed["results"]] == [other.reference]
    assert listed.get("count") in (None, 1)


def test_a_person_who_is_shown_a_case_is_not_shown_another(case: Case, as_: As, cast: Cast) -> None:
    shown = make_case(cast)
    access.share(
        case=shown,
        to=cast.health,
        reason="Her nurse",
        lawful_basis="6_1_E",
        by=cast.practitioner,
        may_change=True,
    )
    nurse = as_("health")
    assert [trace for address in LISTS for trace in traces(nurse, case, address)] == []
    assert shown.reference in nurse.get("/cases/").content.decode()
    for rest in ("", "chronology/", "access/", "assessments/"):
        assert traces(nurse, case, f"/cases/{shown.reference}/{rest}") == []
