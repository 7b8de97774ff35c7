"""`/readyz`: what a stranger hears, what the operator hears, and what it costs when many ask."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from cse_portal import health
from cse_portal.access import request_origin
from cse_portal.files import scanner

pytestmark = pytest.mark.django_db
PROXIED = [
    {"HTTP_X_FORWARDED_FOR": "10.0.0.8"},
    {"HTTP_X_FORWARDED_FOR": ""},
    {"HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_FORWARDED": "for=10.0.0.8"},
]
STRANGERS = [{"REMOTE_ADDR": "81.2.69.142"}, {"REMOTE_ADDR": "::ffff:81.2.69.142"}, {"REMOTE_ADDR": ""}]
OWN = ["127.0.0.1", "::1", "10.1.2.3", "172.18.0.1", "192.168.1.9", "fd00::7", "::ffff:172.18.0.1"]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something keeps people from being served."""
    monkeypatch.setitem(health.CHECKS, "redis", lambda: False)


@pytest.fixture
def keeping(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has just started and keeps what it finds, as in production but for longer."""
    settings.READY_KEPT_SECONDS = 60
    monkeypatch.setattr(health, "PROBLEMS", health.Kept(health.find_problems))
    monkeypatch.setattr(health, "NOTES", health.Kept(health.find_notes))


@pytest.fixture
def silent_scanner(settings: Settings) -> Iterator[None]:
    """It takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
        settings.CLAMD_TIMEOUT_SECONDS = 30
        yield


@pytest.mark.parametrize("told", [*PROXIED, *STRANGERS], ids=str)
def test_a_stranger_hears_whether_people_are_served_and_no_more(told: dict[str, str]) -> None:
    answer = Client().get("/readyz", **told)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("told", [*PROXIED, *STRANGERS], ids=str)
def test_nor_does_a_stranger_hear_what_is_wrong(told: dict[str, str]) -> None:
    answer = Client().get("/readyz", **told)
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


@pytest.mark.parametrize("address", OWN)
def test_the_operators_own_network_hears_the_notes(address: str) -> None:
    answer = Client().get("/readyz", REMOTE_ADDR=address).json()
    assert answer["problems"] == []
    assert "no virus scanner: files are checked by what is in them alone" in answer["notes"]


@pytest.mark.usefixtures("broken")
def test_and_what_is_wrong() -> None:
    answer = Client().get("/readyz")
    assert answer.json() == {"status": "unavailable", "problems": ["redis"], "notes": []}


def test_an_address_that_is_none_is_nobodys() -> None:
    assert not request_origin.asks_from_inside(RequestFactory().get("/readyz", REMOTE_ADDR="unix:"))


@pytest.mark.usefixtures("keeping")
def test_many_who_ask_have_it_looked_up_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = Client().get("/readyz").json()
    monkeypatch.setitem(health.CHECKS, "redis", lambda: False)
    assert [Client().get("/readyz").json() for _ in range(3)] == [first] * 3


def test_what_was_found_is_looked_up_again_after_a_while(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.READY_KEPT_SECONDS = 5
    now, looks = time.monotonic(), itertools.count(1)
    kept = health.Kept(lambda: [str(next(looks))])
    for later, times in [(0, 1), (4.9, 1), (5, 2), (9, 2), (2, 3)]:
        monkeypatch.setattr(health.time, "monotonic", lambda later=later: now + later)
        assert kept.found() == [str(times)], later


@pytest.mark.usefixtures("silent_scanner")
def test_a_scanner_that_says_nothing_is_not_waited_for() -> None:
    began = time.monotonic()
    notes = Client().get("/readyz").json()["notes"]
    assert "the virus scanner does not answer: new files wait" in notes
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("silent_scanner")
def test_a_stranger_keeps_no_scanner_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(scanner, "answers", lambda **_: asked.append(True))
    Client().get("/readyz", headers={"x-forwarded-for": "81.2.69.142"})
    assert asked == []


def test_while_somebody_looks_and_does_not_come_back_nobody_waits_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    begun, may_end = threading.Event(), threading.Event()

    def look() -> list[str]:
        begun.set()
        may_end.wait(30)
        return []

    kept = health.Kept(look)
    stuck = in_the_background(kept.found)
    assert begun.wait(30)
    assert kept.found() == [health.SLOW]
    may_end.set()
    stuck.join(30)
    assert kept.found() == []


def in_the_background(do: Callable[[], object]) -> threading.Thread:
    """Begun, and left to itself."""
    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    return thread
