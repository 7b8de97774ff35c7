"""The one door to lists of cases: who finds which, how they are narrowed, counted and ordered."""

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.record import selectors as door
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cases.record.selectors import CaseFilters, caseload
from cases.sharing.services import access
from cse_portal.accounts.services import end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import blinded
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child


@pytest.fixture
def client_of(cast: Cast):  # type: ignore[no-untyped-def]
    def signed_in(key: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, key))
        return client

    return signed_in


def leaves(cast: Cast) -> None:
    end_membership(membership=cast.leaver.memberships.get(), on=timezone.localdate())


def names(cast: Cast, key: str, **filters: object) -> list[str]:
    return [case.child.name for case in caseload(getattr(cast, key), CaseFilters(**filters)).rows]  # type: ignore[arg-type]


def test_a_case_reaches_those_it_was_given_to_and_nobody_else(cast: Cast) -> None:
    make_case(cast)
    leaves(cast)
    seen = {key for key in cast if caseload(getattr(cast, key), CaseFilters()).count}
    assert seen == {"manager", "practitioner"}


def test_sharing_ends_with_the_minute_it_was_given_for(cast: Cast) -> None:
    case = make_case(cast)
    access.share(
        case=case, to=cast.agency("police"), reason="Joint visit", lawful_basis=LAWFUL_BASIS, by=cast.practitioner,
        expires_at=timezone.now() + dt.timedelta(hours=1),
    )  # fmt: skip
    assert names(cast, "police") == [case.child.name]
    case.group_grants.filter(expires_at__isnull=False).update(
        expires_at=timezone.now() - dt.timedelta(minutes=1)
    )
    assert names(cast, "police") == []


def test_a_restricted_case_leaves_the_lists_of_whoever_is_not_named(cast: Cast) -> None:
    case = make_case(cast)
    access.restrict(
        case=case, reason_code="STAFF_FAMILY", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    assert names(cast, "practitioner") == [case.child.name]
    access.share(case=case, to=cast.health, reason="School nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    assert names(cast, "health") == [case.child.name]


def test_the_list_is_narrowed_by_category_status_agency_and_review(cast: Cast) -> None:
    high = make_case(cast, child=make_child(given_name="Hana"), category=RiskCategory.HIGH)
    low = make_case(cast, child=make_child(given_name="Lola"), category=RiskCategory.LOW)
    led_by_health = make_case(cast, child=make_child(given_name="Nell"), lead_agency=cast.agency("health"),
                              lead_professional=cast.health)  # fmt: skip
    closed = make_case(cast, child=make_child(given_name="Cleo"))
    Case.objects.filter(pk=closed.pk).update(status=CaseStatus.CLOSED, next_review_on=dt.date(2020, 1, 1))
    Case.objects.filter(pk=low.pk).update(next_review_on=timezone.localdate() - dt.timedelta(days=1))
    Case.objects.filter(pk=high.pk).update(next_review_on=timezone.localdate())
    assert names(cast, "manager", categories=(3,)) == [high.child.name]
    assert names(cast, "manager", status="closed") == [closed.child.name]
    assert len(names(cast, "manager", status="any")) == 4
    assert names(cast, "manager", lead_agency=cast.agency("health")) == [led_by_health.child.name]
    assert names(cast, "manager", overdue=True) == [low.child.name]
    assert caseload(cast.manager, CaseFilters(overdue=True)).count == 1
    assert len(names(cast, "practitioner", scope="mine")) == 2
    assert names(cast, "health", scope="agency") == [led_by_health.child.name]


def test_a_child_is_found_by_part_of_a_name_another_name_a_slip_or_the_reference(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Amelia", family_name="Fictional"))
    ChildAlias.objects.create(child=case.child, name="Millie")
    make_case(cast, child=make_child(given_name="Tobias", family_name="Other"))
    for text in ("amel", "Fictional Amelia", "millie", "Amilia", case.reference.lower(), case.reference[-5:]):
        assert names(cast, "practitioner", text=text) == ["Amelia Fictional"], text
    assert names(cast, "practitioner", text="100%_") == []
    assert names(cast, "outsider", text="Amelia") == []


def test_the_list_is_ordered_as_asked(cast: Cast) -> None:
    make_case(cast, child=make_child(given_name="A", family_name="Zed"), category=RiskCategory.LOW)
    make_case(cast, child=make_child(given_name="B", family_name="Abel"), category=RiskCategory.HIGH)
    assert names(cast, "manager") == ["B Abel", "A Zed"]
    assert names(cast, "manager", sort="activity") == ["A Zed", "B Abel"]
    assert names(cast, "manager", sort="-name") == ["A Zed", "B Abel"]
    assert names(cast, "manager", sort="-risk") == ["A Zed", "B Abel"]
    assert names(cast, "manager", sort="child__nhs_number") == ["B Abel", "A Zed"]


def test_a_long_list_is_paged_and_counted_up_to_a_cap(cast: Cast) -> None:
    for _ in range(7):
        make_case(cast)
    with patch.multiple(door, PAGE_SIZE=3, COUNTED_TO=5):
        first = caseload(cast.manager, CaseFilters())
        assert (len(first.rows), first.has_next, first.count, first.capped) == (3, True, 6, True)
        last = caseload(cast.manager, CaseFilters(), 3)
        assert (len(last.rows), last.has_next) == (1, False)
    with patch.object(door, "PAGE_SIZE", 3):
        assert caseload(cast.manager, CaseFilters(), 999_999_999).number == 3


def test_every_list_is_on_record_without_the_words_searched(client_of, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    case = make_case(cast, child=make_child(given_name="Amelia"))
    client_of("practitioner").get("/cases/?text=Amelia")
    client_of("practitioner").get("/cases/")
    events = AuditEvent.objects.filter(
        actor=cast.practitioner, action__in=(Action.CASES_SEARCHED, Action.CASES_LISTED)
    )
    shown = {"found": 1, "cases": [str(case.pk)]}
    assert {event.action: event.detail for event in events} == {
        Action.CASES_SEARCHED: {**shown, "words": [blinded("amelia")]}, Action.CASES_LISTED: shown,
    }  # fmt: skip


@pytest.mark.parametrize("key", ["analyst", "board", "privacy", "administrator", "leaver"])
def test_who_sees_no_cases_is_refused_the_list(client_of, cast: Cast, key: str) -> None:  # type: ignore[no-untyped-def]
    leaves(cast)
    assert client_of(key).get("/cases/").status_code == 403


def test_a_list_asks_the_database_as_often_for_two_cases_as_for_thirty(client_of, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    client = client_of("manager")
    counts = []
    for more in (2, 28):
        for _ in range(more):
            make_case(cast)
        client.get("/cases/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/cases/?text=robin")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 17


def test_the_api_is_sent_the_words_of_a_search_and_no_address_has_them(client_of, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    for number in range(27):
        child = make_child(given_name="Amelia", family_name=f"Thornby{number}")
        make_case(cast, child=child, category=RiskCategory.HIGH if number else RiskCategory.LOW)
    make_case(cast, child=make_child(given_name="Rowan"))
    client = client_of("practitioner")

    def sought(address: str = "/api/v1/cases/search/", **said: object) -> Any:
        return client.post(address, {"text": "amelia", **said}, "application/json")

    first = sought(sort="name", scope="mine", status="any").json()
    assert (first["count"], len(first["results"])) == (27, 25)
    assert first["next"].endswith("/api/v1/cases/search/?page=2")
    second = sought(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (2, None)
    assert second["previous"].endswith("/api/v1/cases/search/")
    assert sought(category=[1]).json()["count"] == 1
    assert sought(overdue=True, agency="csc", status="closed").json()["count"] == 0
    assert AuditEvent.objects.filter(action=Action.CASES_SEARCHED).count() == 4
    for wrong in (
        {"text": ""},
        {"text": "  "},
        {"text": "a" * 101},
        {"text": "~nothing"},
        {"scope": "every"},
    ):
        assert sought(**wrong).status_code == 400, wrong
    assert client_of("analyst").post("/api/v1/cases/search/").status_code == 403


def test_the_api_lists_what_the_page_lists(client_of, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    case = make_case(cast, category=RiskCategory.HIGH)
    answer = client_of("practitioner").get("/api/v1/cases/?category=3").json()
    assert (answer["count"], answer["results"][0]["reference"]) == (1, case.reference)
    assert client_of("outsider").get("/api/v1/cases/").json()["results"] == []
    one = client_of("practitioner").get(f"/api/v1/cases/{case.reference}/").json()
    assert (one["child"]["given_name"], one["decision"]["category"]) == (case.child.given_name, 3)
    assert client_of("outsider").get(f"/api/v1/cases/{case.reference}/").status_code == 404
