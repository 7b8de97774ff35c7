"""A second factor is removed, and recovery codes are made anew, by anyone who has just proved who they are and no
other.

That is all that stands between a laptop left open and somebody else's phone as the only way in.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from django.db import connections
from django.test import Client

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from cse_portal.sign_in import selectors
from cse_portal.sign_in.changes import TOLD
from tests.cast import Cast
from tests.signing_in import (
    code_of,
    give_code,
    give_password,
    proved_long_ago,
    with_app,
    with_password,
)

pytestmark = pytest.mark.django_db
ACCOUNT, NEW_CODES, CODES = "/accounts/", "/accounts/recovery-codes/new/", "/accounts/recovery-codes/"


def with_passkey(person: User, name: str = "laptop") -> Authenticator:
    """One that they have set up; no test here touches it."""
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": name})


def browser(person: User) -> Client:
    """Of somebody who has just signed in, as they are after whatever ended their other sessions."""
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def is_in(client: Client) -> bool:
    """Whether this browser reaches a page with something in it."""
    return client.get("/notifications/").status_code == 200


def removing(factor: Authenticator) -> str:
    """Where it is removed."""
    return f"/accounts/factors/{factor.pk}/remove/"


def kinds(person: User) -> set[str]:
    """What they have set up."""
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))


def noted(action: Action) -> list[tuple[User | None, User, dict[str, str]]]:
    """Who did it, of whom it is noted, and what."""
    return [
        (event.actor, User.objects.get(pk=event.object_id), event.detail)
        for event in AuditEvent.objects.filter(action=action)
    ]


def told(person: User) -> list[str]:
    """What they were told."""
    return list(Notification.objects.filter(user=person).values_list("text", flat=True))


def test_a_lost_passkey_is_removed_told_and_on_record_and_no_other_session_goes_on(cast: Cast) -> None:
    lost = with_passkey(with_app(cast.practitioner))
    here, there = browser(cast.practitioner), browser(cast.practitioner)
    assert is_in(there)
    assert "laptop" in here.get(removing(lost)).content.decode()
    assert here.post(removing(lost))["Location"] == ACCOUNT
    assert kinds(cast.practitioner) == {"totp"}
    assert (is_in(here), is_in(there)) == (True, False)
    assert told(cast.practitioner) == [TOLD]
    assert noted(Action.FACTOR_REMOVED) == [(cast.practitioner, cast.practitioner, {"kind": "webauthn"})]


def test_an_app_that_was_removed_opens_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.begin_authentication", lambda user: {})
    with_passkey(with_app(cast.practitioner))
    app = Authenticator.objects.get(user=cast.practitioner, type=Authenticator.Type.TOTP)
    code = code_of(cast.practitioner)
    assert browser(cast.practitioner).post(removing(app))["Location"] == ACCOUNT
    another = Client()
    give_password(another, cast.practitioner)
    give_code(another, code)
    assert not is_in(another)


@pytest.mark.parametrize("last", ["totp", "webauthn"])
def test_the_last_factor_is_not_removed(cast: Cast, last: str) -> None:
    """Anyone who has the password alone would else be asked to set up a factor of their own."""
    if last == "totp":
        with_app(cast.practitioner)
    else:
        with_passkey(with_password(cast.practitioner))
    factor = Authenticator.objects.get(user=cast.practitioner)
    client = browser(cast.practitioner)
    client.post(NEW_CODES)  # recovery codes stand in for a factor; alone they are none
    answer = client.post(removing(factor), follow=True)
    assert "This is your only second factor." in answer.content.decode()
    assert kinds(cast.practitioner) == {last, "recovery_codes"}
    assert noted(Action.FACTOR_REMOVED) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_that_are_removed_in_the_same_moment_one_stays(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two windows: each page has said that another one remains before either has removed its own."""
    factors = [with_passkey(with_app(cast.practitioner)), Authenticator.objects.get(type="totp")]
    windows = [browser(cast.practitioner) for _ in factors]
    both, asks = threading.Barrier(2), selectors.may_remove

    def asked(factor: Authenticator) -> bool:
        said = asks(factor)
        both.wait(20)
        return said

    def removes(window: Client, factor: Authenticator) -> int:
        try:
            return window.post(removing(factor)).status_code
        finally:
            connections.close_all()

    monkeypatch.setattr(selectors, "may_remove", asked)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(removes, windows, factors))
    assert answers == [302, 302]
    assert len(kinds(cast.practitioner)) == 1
    assert len(noted(Action.FACTOR_REMOVED)) == 1


@pytest.mark.parametrize(("age", "goes"), [(3601, False), (3599, True)])
def test_a_factor_is_removed_by_a_proof_of_the_last_hour_alone(cast: Cast, age: int, *, goes: bool) -> None:
    factor = with_passkey(with_app(cast.practitioner))
    here, there = browser(cast.practitioner), browser(cast.practitioner)
    proved_long_ago(here, age)
    answer = here.post(removing(factor))
    assert answer["Location"].startswith("/accounts/prove/") is not goes
    assert ("webauthn" not in kinds(cast.practitioner)) is goes
    assert is_in(there) is not goes
    assert bool(noted(Action.FACTOR_REMOVED)) is goes
    assert bool(told(cast.practitioner)) is goes


def test_nobody_removes_anybody_elses_factor(cast: Cast) -> None:
    factor = with_passkey(with_app(cast.health))
    with_passkey(with_app(cast.practitioner))
    client = browser(cast.practitioner)
    assert [client.get(removing(factor)).status_code, client.post(removing(factor)).status_code] == [404, 404]
    assert kinds(cast.health) == {"totp", "webauthn"}


def made(client: Client) -> list[str]:
    """Ten new codes, as the page after it shows them once."""
    answer = client.post(NEW_CODES)
    assert answer["Location"] == CODES
    codes: list[str] = client.get(CODES).context["unused_codes"]
    assert len(codes) == 10
    assert "****" not in codes
    return codes


def opens(person: User, code: str) -> bool:
    """Whether a fresh browser gets in with the password and this code."""
    client = Client()
    give_password(client, person)
    give_code(client, code)
    return is_in(client)


def test_new_recovery_codes_void_the_old_ones_are_told_and_on_record(cast: Cast) -> None:
    with_app(cast.practitioner)
    here = browser(cast.practitioner)
    old = made(here)
    assert opens(cast.practitioner, old[0])
    there = browser(cast.practitioner)
    assert is_in(there)
    Notification.objects.all().delete()
    new = made(here)
    assert not set(new) & set(old)
    assert [opens(cast.practitioner, code) for code in (old[1], new[0])] == [False, True]
    assert (is_in(here), is_in(there)) == (True, False)
    assert told(cast.practitioner) == [TOLD]
    once = (cast.practitioner, cast.practitioner, {"kind": "recovery_codes"})
    assert noted(Action.RECOVERY_CODES_MADE) == [once, once]
