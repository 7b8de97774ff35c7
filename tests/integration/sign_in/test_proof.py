"""Before what matters, the portal asks who is at the screen: once in five minutes, and nothing typed is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case, Exclusion
from cases.services import access
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.signing_in import PASSWORD, code_of, forget_tries, proved_long_ago, with_app, with_password

PROVE = "/accounts/prove/"


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> None:
    """Each test begins with its tries unspent."""
    forget_tries()


@pytest.fixture
def case(cast: Cast) -> Case:
    """Shared with the police."""
    case = make_case(cast)
    access.share(
        case=case,
        to=cast.agency("police"),
        reason="Joint work",
        lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )
    return case


def guarded(cast: Cast, case: Case) -> dict[str, tuple[str, dict[str, str]]]:
    """Every page that asks: who opens it, and what it is posted."""
    exclusion = access.exclude(case=case, user=cast.outsider, reason="Family", by=cast.privacy)
    of_case = {"reference": case.reference}
    stop = {**of_case, "kind": "agency", "pk": cast.agency("police").pk}
    pages = [
        ("manager", reverse("cases:access-share", kwargs=of_case)),
        ("practitioner", reverse("cases:access-stop", kwargs=stop)),
        ("manager", reverse("cases:restrict", kwargs=of_case)),
        ("manager", reverse("cases:restrict-lift", kwargs=of_case)),
        ("privacy", reverse("cases:exclusion-add")),
        ("privacy", reverse("cases:exclusion-lift", kwargs={"pk": exclusion.pk})),
        ("manager", "/accounts/factors/app/"),
        ("manager", "/accounts/factors/passkey/"),
        ("manager", "/accounts/recovery-codes/new/"),
    ]
    return {path: (person, {"reason": "A reason of some words"}) for person, path in pages}


def test_every_guarded_page_asks_after_five_minutes_and_not_before(cast: Cast, case: Case) -> None:
    wrong = []
    for path, (person, typed) in guarded(cast, case).items():
        client = Client()
        client.force_login(cast.people[person])
        proved_long_ago(client, 299)
        if client.get(path).status_code != 200:
            wrong.append(f"{path} asks too soon")
        proved_long_ago(client, 300)
        for answer in (client.get(path), client.post(path, typed)):
            if not answer.headers.get("Location", "").startswith(PROVE):
                wrong.append(f"{path}: {answer.status_code}")
    assert wrong == []
    assert Exclusion.objects.count() == 1


def test_what_is_not_theirs_is_not_found_rather_than_asked_about(cast: Cast, case: Case) -> None:
    client = Client()
    client.force_login(cast.outsider)
    proved_long_ago(client)
    address = reverse("cases:access-share", kwargs={"reference": case.reference})
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("way", ["password", "code"])
def test_proof_leads_back_and_the_reason_typed_is_still_there(
    cast: Cast, client: Client, case: Case, way: str
) -> None:
    client.force_login(with_app(cast.practitioner))
    proved_long_ago(client)
    address = reverse(
        "cases:access-stop",
        kwargs={"reference": case.reference, "kind": "agency", "pk": cast.agency("police").pk},
    )
    asked = client.post(address, {"reason": "They no longer work with her"})
    assert "what you typed is kept" in client.get(asked["Location"]).content.decode()
    shown = {"password": PASSWORD} if way == "password" else {"code": code_of(cast.practitioner)}
    assert client.post(asked["Location"], {"way": way, **shown})["Location"] == address
    offered = client.get(address)
    assert "They no longer work with her" in offered.content.decode()
    assert client.post(address, dict(offered.context["fields"])).status_code == 302
    assert "no longer shared" in client.get(f"/cases/{case.reference}/access/").content.decode()


@pytest.mark.parametrize(
    "shown",
    [
        {"way": "password", "password": "not this one"},
        {"way": "code", "code": "000000"},
        {"way": "demo"},
        {"way": "passkey", "credential": "{}"},
        {"way": "nonsense"},
        {},
    ],
)
def test_what_proves_nothing_leads_nowhere(cast: Cast, client: Client, shown: dict[str, str]) -> None:
    client.force_login(with_app(cast.practitioner))
    proved_long_ago(client)
    assert client.post(PROVE, shown).status_code == 200
    assert client.get("/accounts/factors/app/").status_code == 302


def test_proof_leads_to_no_page_but_our_own(cast: Cast, client: Client) -> None:
    client.force_login(with_password(cast.practitioner))
    answer = client.post(
        f"{PROVE}?next=https://elsewhere.example.org/", {"way": "password", "password": PASSWORD}
    )
    assert answer["Location"] == "/"


def test_in_the_demo_one_button_proves_it(cast: Cast, client: Client) -> None:
    client.post("/demo/", {"person": "practitioner"})
    proved_long_ago(client)
    assert client.get("/accounts/factors/app/").status_code == 302
    assert "It is me" in client.get(PROVE).content.decode()
    client.post(PROVE, {"way": "demo"})
    assert client.get("/accounts/factors/app/").status_code == 200
