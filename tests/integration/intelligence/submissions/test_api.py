"""Intelligence through the API."""

from typing import Any

import pytest
from django.test import Client

from intelligence.submissions.models import IntelligenceSubmission, SubmissionState
from tests.cast import Cast
from tests.factories.intelligence import make_submission

URL = "/api/v1/intelligence/submissions/"
DOCUMENT: dict[str, Any] = {
    "strands": ["CSE"],
    "urgency": "ROUTINE",
    "learned_on": "2026-03-02",
    "lines": [{"text": "Rowan Kestrel drives a silver van.\u202e", "happened": "Fridays"}],
    "subjects": [{"given_name": "Rowan", "family_name": "Kestrel", "role": "SUSPECT"}],
    "vehicles": [{"registration": "ZZ99 ZZZ"}],
    "provenance": "WITNESSED",
    "first_hand": True,
    "told_by": {"risk": "Nobody I can think of"},
    "meeting_may_discuss": True,
    "police_may_contact": False,
}


def send(client: Client, document: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(URL, document, content_type="application/json", headers=headers)


def test_intelligence_is_sent_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.practitioner)
    key = "0198c0de-0000-7000-8000-000000000001"
    one, other = send(client, DOCUMENT, key), send(client, DOCUMENT, key)
    assert (one.status_code, other.status_code) == (201, 201)
    assert one.json()["reference"] == other.json()["reference"]
    submission = IntelligenceSubmission.objects.get()
    assert submission.state == SubmissionState.SUBMITTED
    assert submission.lines.get().text == "Rowan Kestrel drives a silver van."
    assert submission.source.risk == "Nobody I can think of"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lines", []),
        ("lines", [{"text": "a\x00b"}]),
        ("strands", ["NONSENSE"]),
        ("learned_on", "2999-01-01"),
        ("learned_on", "31/02/2026"),
        ("told_by", {}),
        ("lines", [{"text": "x" * 2001}]),
    ],
)
def test_what_is_wrong_is_said_field_by_field(cast: Cast, client: Client, field: str, value: Any) -> None:
    client.force_login(cast.practitioner)
    answer = send(client, {**DOCUMENT, field: value})
    assert answer.status_code == 400
    assert any(name.startswith(field) for name in answer.json()["errors"])
    assert not IntelligenceSubmission.objects.exists()


def test_the_list_is_ones_own_and_says_no_content(cast: Cast, client: Client) -> None:
    mine = make_submission(cast, state=SubmissionState.ANSWERED)
    make_submission(cast, author=cast.outsider)
    client.force_login(cast.practitioner)
    body = client.get(URL, {"page": "999999999999"}).json()
    assert [row["reference"] for row in body["results"]] == [mine.reference]
    assert body["results"][0]["feedback"][0]["code"] == "F2"
    assert "Kestrel" not in str(body)


def test_who_may_not_submit_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.board)
    assert client.get(URL).status_code == 403
    assert send(client, DOCUMENT).status_code == 403
