"""Concerns through the API: the same answers, rules and clocks as on the pages."""

from typing import Any

import pytest
from django.test import Client

from cases.concerns.models import Concern
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.factories.concerns import decide, make_concern, make_draft

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONCERNS = "/api/v1/concerns/"


@pytest.fixture
def practitioner(cast: Cast, client: Client) -> Client:
    client.force_login(cast.practitioner, backend=BACKEND)
    return client


def body(**more: Any) -> dict[str, Any]:
    return {
        "key": str(new_key()), "immediate_danger": False,
        "child": {"given_name": "Ash", "date_of_birth": "2012-03-14", "nhs_number": "999 000 0018"},
        "worry": "Two new phones.", "disclosure": "no", "grooming_concern": "yes", "network_concern": "not_known",
        "harm_status": "H0",
        "indicators": [{"code": "SIG04", "timing": "current", "evidence": "Two phones", "provenance": "SEEN"}],
        "mentions": [{"kind": "vehicle", "name": "Silver hatchback"}],
        "sharing": {
            "child_told": "TOLD", "parent_told": "TOLD", "agreement": "AGREED", "lawful_basis": "6_1_E",
        },
        **more,
    }  # fmt: skip


def post(client: Client, said: Any) -> Any:
    return client.post(CONCERNS, said, content_type="application/json")


def test_a_concern_is_written_and_sent_at_once_and_only_once(practitioner: Client) -> None:
    said = body()
    first, second = post(practitioner, said), post(practitioner, said)
    assert (first.status_code, first.json()["state"]) == (201, "submitted")
    assert first.json()["reference"] == second.json()["reference"]
    concern = Concern.objects.get()
    assert (concern.nhs_number, concern.mentions.get().name) == ("9990000018", "Silver hatchback")
    assert concern.indicators.get(code="SIG04").evidence == "Two phones"
    read = practitioner.get(first["Location"]).json()
    assert read["answers"]["worry"]["fields"]["worry"] == "Two new phones."


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"child": {"nhs_number": "9990000019"}}, "child.nhs_number"),
        ({"child": {"date_of_birth": "2999-01-01"}}, "child.date_of_birth"),
        ({"child": {"date_of_birth": "2012-02-31"}}, "child.date_of_birth"),
        ({"child": {"sex": "7"}}, "child.sex"),
        ({"child": {"disabilities": ["NOT_KNOWN"]}}, "child.disabilities.0"),
        ({"worry": "\x00"}, "worry"),
        ({"harm_status": "H2"}, "harm_evidence"),
        ({"indicators": [{"code": "NO", "timing": "current"}]}, "indicators.0.code"),
        ({"immediate_danger": True}, "immediate_danger_action"),
        ({"sharing": {}}, "sharing.child_told"),
    ],
)
def test_what_the_pages_refuse_is_refused(practitioner: Client, more: dict[str, Any], field: str) -> None:
    answer = post(practitioner, body(**more))
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Concern.objects.exists()


def test_ones_own_are_listed_with_their_feedback(cast: Cast, practitioner: Client) -> None:
    decide(make_concern(cast.practitioner), cast.manager, feedback="Thank you")
    make_concern(cast.health)
    make_draft(cast.practitioner)
    answer = practitioner.get(CONCERNS).json()
    assert (answer["count"], answer["results"][0]["feedback"]) == (1, "Thank you")


def test_others_concerns_do_not_exist(cast: Cast, practitioner: Client, client: Client) -> None:
    hidden = practitioner.get(f"{CONCERNS}{make_concern(cast.health).reference}/")
    unknown = practitioner.get("/api/v1/no/such/thing/")
    assert (hidden.status_code, hidden.content) == (404, unknown.content)
    client.force_login(cast.analyst, backend=BACKEND)
    assert client.get(CONCERNS).status_code == 403
    assert post(client, body()).status_code == 403
