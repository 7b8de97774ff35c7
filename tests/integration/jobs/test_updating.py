"""The page of a job that one waits for loads itself anew, and that keeps nobody signed in."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cse_portal.jobs import registry
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job
from cse_portal.sign_in.sessions import IDLE_SECONDS, SEEN_AT
from tests.cast import Cast


@pytest.fixture
def job(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Job:
    """What the analyst asked for; no worker has come to it yet."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    registry.handler("test.work", title="Some work")(lambda run: None)
    return Job.objects.create(kind="test.work", key="2026-27-Q1", requested_by=cast.analyst)


def test_it_loads_itself_by_an_address_that_says_so_until_it_is_stopped_or_done(
    cast: Cast, job: Job, client: Client
) -> None:
    client.force_login(cast.analyst)
    address = reverse("jobs:progress", args=[job.pk])
    again = f"4; url={address}?updates=on"
    assert client.get(address)["Refresh"] == again
    assert client.get(f"{address}?updates=on")["Refresh"] == again
    assert not client.get(f"{address}?updates=off").has_header("Refresh")
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, finished_at=timezone.now())
    assert not client.get(f"{address}?updates=on").has_header("Refresh")


def test_a_page_that_loads_itself_keeps_no_session_alive(cast: Cast, job: Job, client: Client) -> None:
    """The analyst goes home and leaves it open: after twenty minutes nobody finds them signed in."""
    client.force_login(cast.analyst)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        again = client.get(reverse("jobs:progress", args=[job.pk]))["Refresh"].partition("url=")[2]
        before = client.session[SEEN_AT]
        clock.shift(IDLE_SECONDS - 10)
        assert client.get(again).status_code == 200
        assert client.session[SEEN_AT] == before
        clock.shift(10)
        assert client.get(again).status_code == 302


@pytest.mark.parametrize("said", ["", "?updates=off", "?updates="])
def test_whoever_asks_themselves_is_there(cast: Cast, job: Job, client: Client, said: str) -> None:
    client.force_login(cast.analyst)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            clock.shift(IDLE_SECONDS - 10)
            assert client.get(reverse("jobs:progress", args=[job.pk]) + said).status_code == 200
