"""How long a session lasts, to the second; who can end it; and that nothing typed is lost when it does."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client
from redis import RedisError

from cse_portal.accounts import services
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.sign_in import sessions
from cse_portal.sign_in.adapters import CHANGED_MEANWHILE
from tests.cast import Cast
from tests.signing_in import (
    PASSWORD,
    code_for,
    code_of,
    forget_tries,
    give_code,
    give_password,
    proved_long_ago,
    with_app,
)

IDLE, LONGEST = 30 * 60, 10 * 60 * 60


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(time.time(), tick=False) as traveller:
        yield traveller


def is_in(client: Client) -> bool:
    """Whether this browser reaches a page with something in it."""
    return client.get("/notifications/").status_code == 200


def signed_in(cast: Cast, *, steps: int = 0) -> Client:
    """A browser in which the practitioner went through the real pages."""
    client = Client()
    give_password(client, cast.practitioner)
    give_code(client, code_of(cast.practitioner, steps=steps))
    assert is_in(client)
    return client


@pytest.mark.parametrize("changed", ["password", "sessions"])
def test_a_sign_in_that_waits_for_its_code_ends_with_the_sessions(cast: Cast, changed: str) -> None:
    """Somebody has the password and waits for a code; its owner chooses another one, or ends what they have open."""
    waits = Client()
    give_password(waits, with_app(cast.practitioner))
    if changed == "password":
        cast.practitioner.set_password(PASSWORD + " and more")
        cast.practitioner.save(update_fields=["password"])
    else:
        services.end_sessions(user=cast.practitioner)
    answer = give_code(waits, code_of(cast.practitioner))
    assert answer["Location"] == "/accounts/login/"
    assert not is_in(waits)
    assert CHANGED_MEANWHILE in waits.get("/accounts/login/").content.decode()
    assert waits.get("/accounts/login/factor/")["Location"] == "/accounts/login/"


@pytest.mark.parametrize(("idle", "stays"), [(IDLE - 1, True), (IDLE, False)])
def test_a_session_is_over_after_half_an_hour_without_a_page(
    cast: Cast, client: Client, clock: Any, idle: int, *, stays: bool
) -> None:
    client.force_login(cast.practitioner)
    clock.shift(idle)
    assert is_in(client) is stays
    assert (
        AuditEvent.objects.filter(action=Action.SESSION_EXPIRED, actor=cast.practitioner).exists()
        is not stays
    )


def test_a_page_asks_how_long_its_session_lasts_and_a_person_makes_it_longer(
    cast: Cast, client: Client, clock: Any
) -> None:
    client.force_login(cast.practitioner)
    assert is_in(client)
    clock.shift(IDLE - 120)
    for _ in range(2):
        answer = client.get("/accounts/session/", headers={sessions.BY_ITSELF: "1"})
        assert (119 <= answer.json()["seconds"] <= 120, answer.json()["last"]) == (True, False)
    assert client.post("/accounts/session/").json()["seconds"] >= IDLE - 1
    clock.shift(IDLE - 1)
    assert is_in(client)


@pytest.mark.parametrize("headers", [{}, {sessions.BY_ITSELF: "1"}])
def test_what_is_asked_while_an_idle_session_ends_is_not_answered_either(
    cast: Cast, client: Client, clock: Any, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    """The practitioner's laptop, found an hour later: two pages at once get no further than one."""
    client.force_login(cast.practitioner)
    assert is_in(client)
    clock.shift(3 * IDLE)
    beside, answers = Client(), []
    beside.cookies["sessionid"] = client.session.session_key
    ends = sessions._expire

    def meanwhile(request: HttpRequest) -> None:
        monkeypatch.setattr(sessions, "_expire", ends)
        answers.append(beside.get("/notifications/", headers=headers).status_code)
        ends(request)

    monkeypatch.setattr(sessions, "_expire", meanwhile)
    assert not is_in(client)
    assert answers == [302]


def test_without_the_cache_pages_work_and_a_session_ends_no_later(
    cast: Cast, client: Client, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.practitioner)
    clock.shift(30)
    assert is_in(client)

    def away(*_: Any, **__: Any) -> None:
        raise RedisError

    monkeypatch.setattr(cache, "get", away)
    clock.shift(IDLE - 31)
    assert is_in(client)
    clock.shift(IDLE)
    assert not is_in(client)


def test_a_sixth_session_ends_the_oldest_and_its_person_is_told(cast: Cast, clock: Any) -> None:
    with_app(cast.practitioner)
    clients = [_in_use(cast, clock) for _ in range(5)]
    assert [is_in(client) for client in clients] == [True] * 5
    sixth = _in_use(cast, clock)
    assert [is_in(client) for client in clients] == [False, True, True, True, True]
    assert "sixth time" in sixth.get("/notifications/").content.decode()
    ended = AuditEvent.objects.filter(action=Action.SESSION_ENDED, actor=cast.practitioner)
    assert [event.detail for event in ended] == [{"too_many": True}]


def _in_use(cast: Cast, clock: Any) -> Client:
    """One more browser of the practitioner's, a minute later, when the app shows another code."""
    clock.shift(60)
    forget_tries()
    return signed_in(cast)


@pytest.mark.parametrize(("age", "stays"), [(LONGEST - 1, True), (LONGEST, False)])
def test_a_session_is_over_after_ten_hours_however_busy(
    cast: Cast, client: Client, clock: Any, age: int, *, stays: bool
) -> None:
    client.force_login(cast.practitioner)
    pages = (age - 1) // 1000
    for _ in range(pages):
        clock.shift(1000)
        assert is_in(client)
    clock.shift(age - pages * 1000)
    assert is_in(client) is stays


def test_signing_in_begins_a_new_session(cast: Cast, client: Client) -> None:
    with_app(cast.practitioner)
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = session.session_key
    give_password(client, cast.practitioner)
    give_code(client, code_of(cast.practitioner))
    assert client.cookies["sessionid"].value != session.session_key
    stranger = Client()
    stranger.cookies["sessionid"] = session.session_key
    assert not is_in(stranger)


def test_a_new_factor_ends_every_other_session_at_once(cast: Cast) -> None:
    with_app(cast.practitioner)
    here, there = signed_in(cast), signed_in(cast, steps=1)
    page = here.get("/accounts/factors/app/")
    here.post("/accounts/factors/app/", {"code": code_for(page.context["form"].secret)})
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_new_password_ends_every_other_session_at_once(cast: Cast) -> None:
    with_app(cast.practitioner)
    here, there = signed_in(cast), signed_in(cast, steps=1)
    new = "another sentence of words"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_closed_account_is_out_at_once_and_its_sessions_stay_dead(cast: Cast, client: Client) -> None:
    client.force_login(cast.practitioner)
    services.deactivate(user=cast.practitioner)
    assert not is_in(client)
    User.objects.filter(pk=cast.practitioner.pk).update(is_active=True)
    assert not is_in(client)


def test_one_lists_and_ends_ones_own_sessions_and_nobody_elses(cast: Cast) -> None:
    with_app(cast.practitioner)
    here, there = signed_in(cast), signed_in(cast, steps=1)
    places = here.get("/accounts/").context["places"]
    assert [place.is_this for place in places] == [True, False]
    assert places[0].network == "127.0.0.*"
    stranger = Client()
    stranger.force_login(cast.health)
    assert stranger.post(f"/accounts/sessions/{places[1].pk}/end/").status_code == 404
    assert is_in(there)
    here.post(f"/accounts/sessions/{places[1].pk}/end/")
    assert (is_in(here), is_in(there)) == (True, False)
    elsewhere = Client()
    elsewhere.force_login(cast.practitioner)
    here.post("/accounts/sessions/end-others/")
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_a_session_is_ended_from_another_only_by_somebody_who_has_just_proved_who_they_are(
    cast: Cast,
) -> None:
    with_app(cast.practitioner)
    here, there = signed_in(cast), signed_in(cast, steps=1)
    other = next(place for place in here.get("/accounts/").context["places"] if not place.is_this)
    proved_long_ago(here)
    for path in (f"/accounts/sessions/{other.pk}/end/", "/accounts/sessions/end-others/"):
        assert here.post(path)["Location"] == "/accounts/prove/?next=%2Faccounts%2F"
    assert is_in(there)
    assert (
        here.post("/accounts/prove/?next=/accounts/", {"way": "password", "password": PASSWORD}).url
        == "/accounts/"
    )
    here.post("/accounts/sessions/end-others/")
    assert (is_in(here), is_in(there)) == (True, False)
