"""Nobody copies the board through the API: a person is shown so many different children a day, and no more."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.views import APIView

from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.sign_in.children import STOPPED, ChildrenADay, count
from cse_portal.sign_in.models import ApiToken
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_concern
from tests.signing_in import forget_tries

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/api/v1/cases/"


@pytest.fixture
def cases(cast: Cast, settings: Settings) -> list[Case]:
    """Five children whom the practitioner works with, where three a day may be read of."""
    forget_tries()
    settings.API_DAILY_CHILDREN = 3
    return [make_case(cast) for _ in range(5)]


def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.practitioner, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def reached() -> list[dict[str, Any]]:
    return list(AuditEvent.objects.filter(action=Action.CHILDREN_CEILING).values_list("detail", flat=True))


def test_whoever_read_of_so_many_children_is_stopped_and_it_is_on_record_once(
    cast: Cast, cases: list[Case]
) -> None:
    client = browser(cast)
    assert len(client.get(LIST).json()["results"]) == 5
    for path in (LIST, f"{LIST}{cases[0].reference}/", "/api/v1/meetings/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
        assert answer.json()["detail"].startswith(STOPPED)
        assert 0 < int(answer["Retry-After"]) <= 86400
        assert cases[0].reference not in answer.content.decode()
    assert client.post(f"{LIST}search/", {"text": "a"}, "application/json").status_code == 429
    assert reached() == [{"children": 5}]
    event = AuditEvent.objects.get(action=Action.CHILDREN_CEILING)
    assert event.actor == cast.practitioner


def test_the_pages_go_on_and_so_does_everybody_else(cast: Cast, cases: list[Case]) -> None:
    client = browser(cast)
    client.get(LIST)
    assert client.get(LIST).status_code == 429
    assert client.get(f"/cases/{cases[0].reference}/").status_code == 200
    other = Client()
    other.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert other.get(LIST).status_code == 200


def test_a_system_with_a_token_is_not_stopped(cast: Cast, cases: list[Case]) -> None:
    count(cast.practitioner, [case.pk for case in cases])
    call: Any = SimpleNamespace(user=cast.practitioner, auth=ApiToken())
    assert ChildrenADay().allow_request(call, APIView())


def test_children_of_whom_there_are_only_concerns_count_as_well(cast: Cast, settings: Settings) -> None:
    forget_tries()
    settings.API_DAILY_CHILDREN = 2
    sent = [make_concern(cast.practitioner) for _ in range(3)]
    client = browser(cast)
    codes = [client.get(f"/api/v1/concerns/{each.reference}/").status_code for each in sent]
    assert codes == [200, 200, 429]
    assert reached() == [{"children": 2}]
