"""How long the busiest pages take over the demo board, beside a page that says hello: figures, never a verdict."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from statistics import median

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.accounts.models import User
from cse_portal.demo.board import board
from cse_portal.demo.services import ROOT
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending
from reporting.board.models import PackVersion
from tests.database import superuser

CHILDREN = int(os.environ.get("BENCH_CHILDREN", board.CHILDREN))
ROUNDS, DRAWINGS = 30, 3


@pytest.fixture
def server(process_environment: dict[str, str]) -> Iterator[str]:
    """The demo's web server, one process of it, over this test's database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **process_environment,
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        "BIND": f"127.0.0.1:{port}",
        "WEB_WORKERS": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:cse_portal.gunicorn"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.mark.django_db(transaction=True)
def test_times_of_the_busiest_pages(server: str) -> None:
    with acting.for_the_system():
        assert board.load(say=lambda words: None, children=CHILDREN) is not None
    analyse()
    manager = User.objects.get(email="manager@example.org")
    pages, cookie = addresses(manager), signed_in(manager)
    wait_for(f"{server}/hello/")
    for page in pages.values():
        seconds(server + page, cookie)
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(ROUNDS):
        for name, page in pages.items():
            if name != "board PDF" or number < DRAWINGS:
                taken[name].append(seconds(server + page, cookie))
    hello = median(taken["hello"])
    figures = {
        name: {"median_ms": round(median(each) * 1000, 1), "times_hello": round(median(each) / hello, 1)}
        for name, each in taken.items()
    }
    print("\n" + json.dumps({"children": CHILDREN, "requests": ROUNDS, "pages": figures}))  # noqa: T201


def analyse() -> None:
    """What PostgreSQL does by itself a minute after many rows came, so that it plans by what is there."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("ANALYZE")


def addresses(manager: User) -> dict[str, str]:
    """The pages, each of the child or meeting that shows the most."""
    meeting = running_meeting(manager)
    case = Case.objects.visible_to(manager).order_by("-last_activity_at").first()
    report = PackVersion.objects.order_by("-published_at").first()
    assert case is not None
    assert report is not None
    return {
        "hello": "/hello/",
        "home": "/",
        "caseload": reverse("cases:list"),
        "case": reverse("cases:case", args=[case.reference]),
        "chronology": reverse("cases:chronology", args=[case.reference]),
        "concerns": reverse("cases:concerns"),
        "triage": reverse("cases:triage"),
        "actions": reverse("mase:actions"),
        "meetings": reverse("mase:meetings"),
        "meeting": reverse("mase:meeting", args=[meeting.pk]),
        "board PDF": f"/draw-report/{report.pk}/",
    }


def running_meeting(manager: User) -> Meeting:
    """A meeting its chair writes in: with every form, the page at its heaviest."""
    meetings = Meeting.objects.visible_to(manager).order_by("-kind", "scheduled_for")
    running = meetings.filter(state=MeetingState.IN_PROGRESS).first()
    if running is not None:
        return running
    return ending.start(meeting=meetings.filter(state=MeetingState.SCHEDULED)[0], by=manager)


def signed_in(manager: User) -> str:
    """The manager's cookie."""
    client = Client()
    client.force_login(manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def seconds(url: str, cookie: str) -> float:
    """How long one answer takes, to its last byte."""
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as response:
        assert response.url == url, f"{url} sends elsewhere"
        response.read()
    return time.perf_counter() - began


def wait_for(url: str) -> None:
    """Until the server answers."""
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("The server does not answer.")
