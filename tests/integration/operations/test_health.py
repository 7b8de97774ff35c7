"""`/readyz`: what a stranger hears, what the operator hears, and what it costs when many ask."""

import threading
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from cse_portal import health

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


@pytest.mark.parametrize("told", [*PROXIED, *STRANGERS], ids=str)
def test_a_stranger_hears_whether_people_are_served_and_no_more(told: dict[str, str]) -> None:
    answer = Client().get("/readyz", **told)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("address", OWN)
def test_the_operators_own_network_hears_the_notes(address: str) -> None:
    answer = Client().get("/readyz", REMOTE_ADDR=address).json()
    assert answer["problems"] == []
    assert "no virus scanner: files are checked by what is in them alone" in answer["notes"]


@pytest.mark.usefixtures("broken")
def test_and_what_is_wrong() -> None:
    answer = Client().get("/readyz")
    assert answer.json() == {"status": "unavailable", "problems": ["redis"], "notes": []}


@pytest.mark.usefixtures("keeping")
def test_many_who_ask_have_it_looked_up_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = Client().get("/readyz").json()
    monkeypatch.setitem(health.CHECKS, "redis", lambda: False)
    assert [Client().get("/readyz").json() for _ in range(3)] == [first] * 3


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
