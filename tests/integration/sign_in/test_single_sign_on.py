"""An agency's own sign-in opens the account it was bound to, by issuer, tenant and subject, and never by an address."""

import datetime as dt
import time
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from allauth.socialaccount.internal.statekit import STATES_SESSION_KEY
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from cse_portal.accounts import services as account_services
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.people import services
from cse_portal.settings import identity_providers
from cse_portal.sign_in.models import ConnectedAccount
from tests.cast import Cast
from tests.integration.people.test_invitations import invite, link
from tests.integration.sign_in.provider import (
    ISSUER,
    OTHER_KEY,
    PROVIDER,
    TENANT,
    Provider,
    go,
    provider,
    start,
)  # fmt: skip
from tests.signing_in import code_of, forget_tries, give_password, proved_long_ago, with_app, with_password

__all__ = ["provider"]
SIGN_IN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> None:
    """Each test begins with its tries unspent."""
    forget_tries()


@pytest.fixture
def nadia(cast: Cast, provider: Provider) -> User:
    """Works for social care and signs in with her work account only."""
    return bound(cast, provider)


def bound(cast: Cast, provider: Provider, **fields: Any) -> User:
    """A person of social care whose work account is connected."""
    said = {"email": "nadia.frost@example.org", "full_name": "Nadia Frost", **fields}
    person = account_services.add_person(agency=cast.agency("csc"), role=Role.PRACTITIONER, **said)
    ConnectedAccount.objects.create(
        user=person, agency=cast.agency("csc"), issuer=ISSUER, tenant=TENANT, subject=provider.subject
    )
    return person


def is_in(client: Client) -> bool:
    """Whether anybody is signed in in this browser."""
    return SESSION_KEY in client.session


def browsers(many: int, provider: Provider) -> list[Client]:
    """So many browsers, in which somebody signed in one after another."""
    made = [Client() for _ in range(many)]
    for each in made:
        forget_tries()
        go(each, provider)
    assert is_in(made[-1])
    return made


def asked_of(client: Client) -> str:
    """The state of the question this browser asked last."""
    *_, state = client.session[STATES_SESSION_KEY]
    return str(state)


def kinds() -> list[str]:
    """Why work accounts were refused, oldest first."""
    rows = AuditEvent.objects.filter(action=Action.WORK_ACCOUNT_REFUSED).order_by("at")
    return [detail["kind"] for detail in rows.values_list("detail", flat=True)]


def refused(answer: Any, kind: str) -> None:
    """The one page of refusal, and on record what was wrong."""
    assert answer.status_code == 403
    assert "Your work account was not accepted" in answer.content.decode()
    assert kinds()[-1] == kind


# Signing in


def test_a_connected_account_signs_in(nadia: User, provider: Provider, client: Client) -> None:
    assert "Sign in with Sandwell Children" in client.get(SIGN_IN).content.decode()
    answer = go(client, provider, next="/concerns/")
    assert answer["Location"] == "/concerns/"
    assert client.get("/concerns/").status_code == 200
    assert ConnectedAccount.objects.get().used_at is not None
    assert AuditEvent.objects.filter(action=Action.SIGNED_IN, actor=nadia).count() == 1
    # It asks for nothing but who it is.
    assert provider.asked["scope"] == "openid"
    assert provider.asked["code_challenge_method"] == "S256"


def test_a_work_password_without_the_second_factor_ends_no_session_of_its_owner(
    nadia: User, provider: Provider
) -> None:
    """Somebody who has Nadia's work password signs in six times, and has none of her codes."""
    with_app(nadia)
    hers = browsers(5, provider)
    provider.claims = {"amr": ["pwd"]}
    theirs = browsers(6, provider)
    assert [is_in(each) for each in hers] == [True] * 5
    assert [is_in(each) for each in theirs] == [False, True, True, True, True, True], "among themselves"
    ended = AuditEvent.objects.filter(action=Action.SESSION_ENDED, actor=nadia)
    assert [event.detail for event in ended] == [{"too_many": True}]
    assert "sixth time" in hers[0].get("/notifications/").content.decode(), "she hears of it"


@pytest.mark.parametrize("by_agency", [True, False])
def test_the_second_factor_makes_room_for_its_session_where_it_is_given(
    nadia: User, provider: Provider, *, by_agency: bool
) -> None:
    with_app(nadia)
    hers = browsers(5, provider)
    provider.claims = {"amr": ["pwd"]}
    (sixth,) = browsers(1, provider)
    assert [is_in(each) for each in hers] == [True] * 5
    if by_agency:
        provider.claims = {}
        go(sixth, provider)
    else:
        sixth.post("/accounts/prove/", {"way": "code", "code": code_of(nadia)})
    assert sixth.get("/notifications/").status_code == 200
    assert [is_in(each) for each in hers] == [False, True, True, True, True]
    # Whoever proves it again in one of five ends none of the other four.
    provider.claims = {}
    go(sixth, provider)
    assert [is_in(each) for each in [*hers, sixth]] == [False, True, True, True, True, True]


def test_the_agencys_second_factor_makes_room_at_once_and_for_no_half_session(
    nadia: User, provider: Provider
) -> None:
    with_app(nadia)
    provider.claims = {"amr": ["pwd"]}
    halves = browsers(3, provider)
    provider.claims = {}
    hers = browsers(6, provider)
    assert [is_in(each) for each in hers] == [False, True, True, True, True, True]
    assert [is_in(each) for each in halves] == [True] * 3


def test_where_no_agency_has_a_provider_nothing_is_said_of_it(cast: Cast, client: Client) -> None:
    assert "work account" not in client.get(SIGN_IN).content.decode()
    assert client.post("/accounts/agency/csc/").status_code == 404


@pytest.mark.parametrize("algorithm", ["PS256", "ES256"])
def test_other_ways_of_signing(algorithm: str, nadia: User, provider: Provider, client: Client) -> None:
    provider.algorithm = algorithm
    go(client, provider)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ({"iss": "https://sign-in.example.org/tenants/another"}, "issuer"),
        ({"aud": "another client"}, "audience"),
        ({"aud": ["portal", "another client"]}, "audience"),
        ({"aud": ["portal", "another client"], "azp": "another client"}, "audience"),
        ({"azp": "another client"}, "audience"),
        ({"nonce": "of another question"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"tid": "another tenant"}, "tenant"),
        ({"tid": ["sandwell-tenant"]}, "tenant"),
        ({"sub": "another subject"}, "unknown"),
        ({"sub": ""}, "token"),
        ({"sub": 7}, "token"),
        ({"exp": 1}, "expired"),
        ({"exp": "soon"}, "token"),
        ({"iat": 1}, "expired"),
        ({"iat": 9e12}, "token"),
        ({"nbf": 9e12}, "token"),
    ],
)  # fmt: skip
def test_a_wrong_claim_opens_nothing(
    claims: dict[str, Any], kind: str, nadia: User, provider: Provider, client: Client
) -> None:
    provider.claims = claims
    refused(go(client, provider), kind)
    assert not is_in(client)


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "tid", "exp", "iat", "nonce"])
def test_a_missing_claim_opens_nothing(name: str, nadia: User, provider: Provider, client: Client) -> None:
    provider.without = (name,)
    assert go(client, provider).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(
    "lie",
    [
        {"algorithm": "none"},
        {"algorithm": "HS256"},
        {"header": {"alg": "HS256"}},
        {"header": {"alg": "None"}},
        {"header": {"kid": "three"}},
        {"header": {"kid": None}},
        {"header": {"kid": "two"}},  # the other key, which is not RSA
        {"header": {"crit": ["b64"], "b64": False}},
        {"key": OTHER_KEY},
        {"token": "not.a.token"},
        {"token": "e30.e30."},
        {"token": "é.é.é"},
        {"token": "x" * 20_000},
    ],
)  # fmt: skip
def test_a_token_that_it_did_not_sign_opens_nothing(
    lie: dict[str, Any], nadia: User, provider: Provider, client: Client
) -> None:
    for name, value in lie.items():
        setattr(provider, name, value)
    refused(go(client, provider), "token")
    assert not is_in(client)


def test_a_changed_token_opens_nothing(nadia: User, provider: Provider, client: Client) -> None:
    back = provider.authorise(start(client))
    now = int(time.time())
    mine = {"iss": ISSUER, "aud": "portal", "sub": "mine", "tid": TENANT, "iat": now, "exp": now + 300}
    head, _, signature = provider.sign({**mine, "nonce": provider.asked["nonce"]}).split(".")
    body = provider.sign({**mine, "sub": provider.subject, "nonce": provider.asked["nonce"]}).split(".")[1]
    provider.token = f"{head}.{body}.{signature}"
    refused(client.get(back), "token")


def test_a_token_of_another_question_opens_nothing(nadia: User, provider: Provider, client: Client) -> None:
    victim = Client()
    provider.authorise(start(victim))
    now = int(time.time())
    stolen = {
        "iss": ISSUER,
        "aud": "portal",
        "sub": provider.subject,
        "tid": TENANT,
        "iat": now,
        "exp": now + 300,
    }
    token = provider.sign({**stolen, "nonce": provider.asked["nonce"]})
    back = provider.authorise(start(client))
    provider.token = token
    refused(client.get(back), "nonce")
    assert not is_in(client)


def test_an_answer_counts_once_and_in_its_own_browser(
    nadia: User, provider: Provider, client: Client
) -> None:
    back = provider.authorise(start(client))
    refused(Client().get(back), "state")
    assert client.get(back).status_code == 302
    refused(client.get(back), "state")
    client.logout()
    refused(client.get(back), "state")
    # Without a question, with another's state, and with a code that was used.
    refused(client.get("/accounts/agency/csc/back/?code=x&state="), "state")
    start(client)
    refused(client.get(back), "state")
    start(client)
    state = asked_of(client)
    used = back.split("code=")[1]
    refused(client.get(f"/accounts/agency/csc/back/?state={state}&code={used}"), "provider")
    assert not is_in(client)


def test_two_answers_at_the_same_moment_count_once(nadia: User, provider: Provider, client: Client) -> None:
    back = provider.authorise(start(client))
    questions = client.session[STATES_SESSION_KEY]
    assert client.get(back).status_code == 302
    session = client.session
    questions[next(iter(questions))][0]["by"] = str(nadia.pk)
    session[STATES_SESSION_KEY] = questions
    session.save()
    refused(client.get(back), "state")


def test_an_answer_after_ten_minutes_is_too_late(nadia: User, provider: Provider, client: Client) -> None:
    back = provider.authorise(start(client))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        refused(client.get(back), "state")


def test_no_and_silence_open_nothing(nadia: User, provider: Provider, client: Client) -> None:
    start(client)
    state = asked_of(client)
    refused(client.get(f"/accounts/agency/csc/back/?state={state}&error=access_denied"), "provider")
    provider.is_down = True
    refused(client.post("/accounts/agency/csc/"), "provider")


@pytest.mark.parametrize(
    ("published", "kind"),
    [
        ({"issuer": "https://another.example.org"}, "issuer"),
        ({"authorization_endpoint": "https://another.example.org/authorize"}, "provider"),
        ({"token_endpoint": None}, "provider"),
    ],
)
def test_a_provider_that_became_another_is_not_asked(
    published: dict[str, Any], kind: str, nadia: User, provider: Provider, client: Client
) -> None:
    provider.published = published
    refused(client.post("/accounts/agency/csc/"), kind)


def test_an_answer_that_names_another_issuer(nadia: User, provider: Provider, client: Client) -> None:
    back = provider.authorise(start(client))
    refused(client.get(f"{back}&iss=https://another.example.org"), "issuer")


# Whose account it is


def test_an_address_opens_nothing(nadia: User, cast: Cast, provider: Provider, client: Client) -> None:
    provider.claims = {"sub": "another", "email": nadia.email, "email_verified": True}
    refused(go(client, provider), "unknown")
    provider.claims = {"tid": "another tenant", "email": nadia.email, "email_verified": True}
    refused(go(client, provider), "tenant")
    assert not is_in(client)


def test_a_changed_address_changes_nothing(nadia: User, provider: Provider, client: Client) -> None:
    provider.claims = {"email": "somebody.else@example.org"}
    go(client, provider)
    assert client.get("/").status_code == 200
    nadia.refresh_from_db()
    assert nadia.email == "nadia.frost@example.org"


def test_a_leaver_is_refused_at_once_and_for_good(
    nadia: User, cast: Cast, provider: Provider, client: Client
) -> None:
    go(client, provider)
    services.end_membership(membership=nadia.memberships.get(), on=timezone.localdate(), by=cast.lead)
    assert client.get("/")["Location"].startswith(SIGN_IN)
    refused(go(client, provider), "unknown")
    assert not ConnectedAccount.objects.exists()


def test_whoever_is_suspended_or_over_or_elsewhere_is_refused(
    nadia: User, cast: Cast, provider: Provider, client: Client
) -> None:
    membership = nadia.memberships.get()
    membership.agency = cast.agency("education")
    membership.save()
    refused(go(client, provider), "not_a_member")
    membership.agency, membership.starts_on = cast.agency("csc"), timezone.localdate() - dt.timedelta(days=9)
    membership.ends_on = timezone.localdate()
    membership.save()
    refused(go(client, provider), "not_a_member")
    membership.ends_on = None
    membership.save()
    account_services.deactivate(user=nadia)
    refused(go(client, provider), "inactive")
    assert not is_in(client)


def test_refusals_are_on_record_without_a_word_of_whose(
    nadia: User, provider: Provider, client: Client
) -> None:
    provider.claims = {"sub": "somebody", "email": "somebody@example.org"}
    go(client, provider)
    event = AuditEvent.objects.get(action=Action.WORK_ACCOUNT_REFUSED)
    assert event.detail == {"kind": "unknown", "agency": "csc"}
    assert event.actor is None


# The second factor


def test_a_second_factor_counts_only_where_the_token_proves_it(
    nadia: User, cast: Cast, provider: Provider, client: Client
) -> None:
    for amr, acr in ((["pwd"], "0"), ([], None), ("mfa", None), (None, ["urn:example:two-factors"])):
        provider.claims = {"amr": amr, "acr": acr}
        refused(go(client, provider), "second_factor")
    provider.claims = {"amr": ["pwd"], "acr": "urn:example:two-factors"}
    go(client, provider)
    assert client.get("/").status_code == 200


def test_without_it_the_portals_own_is_asked(nadia: User, provider: Provider, client: Client) -> None:
    with_app(nadia)
    provider.claims = {"amr": ["pwd"]}
    assert go(client, provider, next="/concerns/")["Location"] == "/concerns/"
    asked = client.get("/concerns/")["Location"]
    assert asked.startswith("/accounts/prove/")
    client.post(asked, {"way": "code", "code": code_of(nadia)})
    assert client.get("/concerns/").status_code == 200


def test_an_agency_whose_second_factor_is_not_taken(
    cast: Cast, provider: Provider, client: Client, settings: Any
) -> None:
    nadia = with_app(bound(cast, provider))
    said = {name: getattr(PROVIDER, name) for name in identity_providers.NEEDED}
    settings.SINGLE_SIGN_ON = {"csc": identity_providers.IdentityProvider(**said)}
    go(client, provider)
    assert client.get("/")["Location"].startswith("/accounts/prove/")
    # Nor does asking the agency once more help.
    refused(go(client, provider), "second_factor")
    client.post("/accounts/prove/", {"way": "code", "code": code_of(nadia)})
    assert client.get("/").status_code == 200


def test_a_password_is_no_way_round(nadia: User, provider: Provider, client: Client) -> None:
    # None is sent by mail to whoever has none, and none is chosen before there is a factor beside it.
    client.post("/accounts/password/reset/", {"email": nadia.email})
    assert "/password/reset/key/" not in "".join(message.body for message in mail.outbox)
    go(client, provider)
    answer = client.post(
        "/accounts/password/set/", {"password1": "three odd words more", "password2": "three odd words more"}
    )
    assert answer["Location"] == "/accounts/factors/"
    nadia.refresh_from_db()
    assert not nadia.has_usable_password()


def test_a_first_password_beside_a_work_account_is_on_record_and_ends_other_sessions(
    nadia: User, provider: Provider, client: Client
) -> None:
    with_app(nadia)
    nadia.set_unusable_password()
    nadia.save()
    elsewhere = Client()
    for browser in (client, elsewhere):
        go(browser, provider)
        assert browser.get("/").status_code == 200
    assert "Choose this password" in client.get("/accounts/password/set/").content.decode()
    words = "three odd words more"
    client.post("/accounts/password/set/", {"password1": words, "password2": words})
    assert AuditEvent.objects.filter(action=Action.PASSWORD_CHANGED, actor=nadia).count() == 1
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    # It is a password like any other from now on: forgotten, another is sent for by mail, and the app is asked for.
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": nadia.email})
    assert "/password/reset/key/" in mail.outbox[0].body
    assert give_password(Client(), nadia, words)["Location"] == "/accounts/login/factor/"


# Proving it again


def test_the_agency_proves_it_again_only_if_it_asked_just_now(
    nadia: User, provider: Provider, client: Client
) -> None:
    provider.claims = {"auth_time": int(time.time()) - 3700}
    go(client, provider)
    # Signed in there an hour ago: in, but nothing is proved.
    assert client.get("/accounts/factors/app/")["Location"].startswith("/accounts/prove/")
    page = client.get("/accounts/prove/?next=/accounts/factors/app/").content.decode()
    assert "Sign in again with Sandwell Children" in page
    refused(go(client, provider), "not_fresh")
    assert provider.asked["prompt"] == "login"
    provider.claims, provider.without = {}, ("auth_time",)
    refused(go(client, provider), "not_fresh")
    provider.without = ()
    assert go(client, provider, next="/accounts/factors/app/")["Location"] == "/accounts/factors/app/"
    assert client.get("/accounts/factors/app/").status_code == 200


def test_a_session_that_was_copied_before_the_proof_holds_nothing_after_it(
    nadia: User, provider: Provider, client: Client
) -> None:
    """Somebody copied her cookie on the ward; the agency's proof turns the key as the portal's own does."""
    go(client, provider)
    copied = client.cookies["sessionid"].value
    assert go(client, provider, next="/")["Location"] == "/"
    assert client.cookies["sessionid"].value != copied
    stranger = Client()
    stranger.cookies["sessionid"] = copied
    assert (is_in(client), is_in(stranger)) == (True, False)


def test_nobody_proves_it_with_somebody_elses_account(
    nadia: User, cast: Cast, provider: Provider, client: Client
) -> None:
    client.force_login(cast.practitioner)
    proved_long_ago(client)
    refused(go(client, provider), "session")
    assert client.session[SESSION_KEY] == str(cast.practitioner.pk)


def test_whoever_signs_in_meanwhile_is_not_replaced(
    nadia: User, cast: Cast, provider: Provider, client: Client
) -> None:
    back = provider.authorise(start(client))
    questions = client.session[STATES_SESSION_KEY]
    client.force_login(cast.practitioner)
    session = client.session
    session[STATES_SESSION_KEY] = questions
    session.save()
    refused(client.get(back), "session")
    assert client.session[SESSION_KEY] == str(cast.practitioner.pk)


def test_it_leads_to_no_other_site(nadia: User, provider: Provider, client: Client) -> None:
    assert go(client, provider, next="https://another.example.org/")["Location"] == "/"


# Connecting and disconnecting


def test_connecting_asks_for_both_factors_and_the_five_minutes(
    cast: Cast, provider: Provider, client: Client
) -> None:
    person, elsewhere = cast.practitioner, Client()
    elsewhere.force_login(person)
    client.force_login(person)
    proved_long_ago(client)
    assert client.post("/accounts/work-account/connect/")["Location"].startswith("/accounts/prove/")
    client.force_login(person)
    assert go(client, provider, "/accounts/work-account/connect/")["Location"] == "/accounts/"
    assert provider.asked["prompt"] == "login"
    account = ConnectedAccount.objects.get()
    assert (account.user, account.issuer, account.tenant) == (person, ISSUER, TENANT)
    assert account.subject == provider.subject
    assert client.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 302
    assert AuditEvent.objects.filter(action=Action.ACCOUNT_CONNECTED, actor=person).count() == 1


def test_connecting_is_over_when_the_proof_is(cast: Cast, provider: Provider, client: Client) -> None:
    client.force_login(cast.practitioner)
    back = provider.authorise(start(client, "/accounts/work-account/connect/"))
    proved_long_ago(client)
    refused(client.get(back), "proof")
    assert not ConnectedAccount.objects.exists()


def test_an_account_opens_one_account(nadia: User, cast: Cast, provider: Provider, client: Client) -> None:
    client.force_login(cast.practitioner)
    refused(go(client, provider, "/accounts/work-account/connect/"), "taken")
    assert ConnectedAccount.objects.get().user == nadia


def test_another_agencys_people_have_nothing_to_connect(
    cast: Cast, provider: Provider, client: Client
) -> None:
    client.force_login(cast.police)
    assert "work account" not in client.get("/accounts/").content.decode().lower()
    assert client.post("/accounts/work-account/connect/").status_code == 404


def test_disconnecting_is_a_change_of_factors(
    nadia: User, cast: Cast, provider: Provider, client: Client
) -> None:
    go(client, provider)
    page = "/accounts/work-account/disconnect/"
    assert client.post(page).status_code == 302
    assert ConnectedAccount.objects.exists()  # her only way in
    with_password(nadia)
    nadia = User.objects.get(pk=nadia.pk)
    client = Client()
    go(client, provider)
    assert client.post(page).status_code == 302
    assert ConnectedAccount.objects.exists()  # a password with nothing beside it is none
    with_app(nadia)
    client = Client()
    go(client, provider)
    proved_long_ago(client)
    assert client.post(page)["Location"].startswith("/accounts/prove/")
    go(client, provider)
    assert client.get(page).status_code == 200
    assert client.post(page)["Location"] == "/accounts/"
    assert not ConnectedAccount.objects.exists()
    refused(go(Client(), provider), "unknown")
    assert give_password(Client(), nadia)["Location"] == "/accounts/login/factor/"


# Invitations


@pytest.fixture
def invited(cast: Cast, provider: Provider, django_capture_on_commit_callbacks: Any) -> str:
    """The address of Nadia's invitation."""
    return invite(cast, django_capture_on_commit_callbacks)


def test_an_invitation_is_accepted_with_the_work_account(
    invited: str, cast: Cast, provider: Provider, client: Client
) -> None:
    assert "Use your Sandwell Children" in client.get(invited).content.decode()
    assert go(client, provider, f"{invited}agency/")["Location"] == "/"
    account = ConnectedAccount.objects.get()
    assert account.user.full_name == "Nadia Frost"
    assert not account.user.has_usable_password()
    # The link is spent; the account opens the door from now on.
    assert "does not work any more" in Client().post(f"{invited}agency/").content.decode()
    go(again := Client(), provider)
    assert again.get("/").status_code == 200


def test_without_the_agencys_second_factor_one_is_set_up_at_once(
    invited: str, provider: Provider, client: Client
) -> None:
    provider.claims = {"amr": ["pwd"], "auth_time": 1}
    assert go(client, provider, f"{invited}agency/")["Location"] == "/accounts/factors/"
    assert client.get("/")["Location"] == "/accounts/factors/"
    assert client.get("/accounts/factors/app/").status_code == 200


def test_an_invitation_withdrawn_meanwhile_is_none(
    invited: str, cast: Cast, provider: Provider, client: Client
) -> None:
    back = provider.authorise(start(client, f"{invited}agency/"))
    invitation = services.find(invited.split("/")[2])
    services.withdraw(invitation=invitation, by=cast.lead)
    refused(client.get(back), "invitation")
    assert not User.objects.filter(full_name="Nadia Frost").exists()


def test_an_account_that_is_somebodys_accepts_no_invitation(
    cast: Cast, provider: Provider, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    bound(cast, provider, email="other@example.org", full_name="Orla Other")
    address = invite(cast, django_capture_on_commit_callbacks)
    refused(go(client, provider, f"{address}agency/"), "taken")
    assert not User.objects.filter(full_name="Nadia Frost").exists()
    assert client.get(address).status_code == 200  # not spent


def test_a_new_start_leaves_nothing_of_the_old_account(
    nadia: User, cast: Cast, provider: Provider, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.give_new_start(membership=nadia.memberships.get(), by=cast.lead)
    refused(go(Client(), provider), "unknown")
    provider.subject = "a new subject"
    assert go(client, provider, f"{link()}agency/")["Location"] == "/"
    provider.subject = "subject-of-nadia"
    refused(go(Client(), provider), "unknown")


# Settings


def test_settings_that_cannot_be_meant_are_refused() -> None:
    good = (
        '{"agency": "csc", "issuer": "https://a.example.org", "client_id": "c", "client_secret": "s",'
        ' "tenant_claim": "tid", "tenant": "t"'
    )
    assert identity_providers.read("") == {}
    found = identity_providers.read(f'[{good}, "second_factor_amr": ["mfa"]}}]')["csc"]
    assert (found.origin, found.takes_second_factor) == ("https://a.example.org", True)
    assert "client_secret" not in repr(found)
    for bad in (
        "{", "{}", "[1]", f"[{good}}}, {good}}}]", f'[{good}, "issuer": "http://a.example.org"}}]',
        f'[{good}, "tenant": ""}}]', f'[{good}, "second_factor_amr": "mfa"}}]', f'[{good}, "other": "x"}}]',
    ):  # fmt: skip
        with pytest.raises(ImproperlyConfigured, match="SINGLE_SIGN_ON"):
            identity_providers.read(bad)


def test_two_agencies_of_one_tenant_let_in_their_own_people_alone(
    nadia: User, cast: Cast, provider: Provider, client: Client, settings: Any
) -> None:
    settings.SINGLE_SIGN_ON = {"csc": PROVIDER, "education": replace(PROVIDER, agency="education")}
    refused(go(client, provider, "/accounts/agency/education/"), "unknown")
    go(client, provider)
    assert client.get("/").status_code == 200
    # The answer to one agency's question is none to the other's.
    back = provider.authorise(start(other := Client()))
    refused(other.get(back.replace("/csc/", "/education/")), "state")


def test_an_agency_that_left_is_not_offered(nadia: User, provider: Provider, client: Client) -> None:
    Agency.objects.filter(code="csc").update(is_active=False)
    assert "work account" not in client.get(SIGN_IN).content.decode()
    refused(go(client, provider), "not_a_member")
