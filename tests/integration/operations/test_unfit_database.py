"""A database that would show people too much serves nobody: not by the web server, the worker or the health check.

What makes a database unfit, kind by kind, is asked in tests/access/test_row_security.py; here, that each program asks.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from celery.signals import celeryd_after_setup
from django.db import connection
from django.test import Client
from gunicorn.app.wsgiapp import WSGIApplication

from cse_portal import gunicorn
from cse_portal.access import row_security
from cse_portal.celery import app
from cse_portal.demo.services import ROOT
from tests.database import superuser

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "cases_case has no row-level security"


@pytest.fixture
def unfit() -> Iterator[None]:
    """The table of cases is not bound by its policies, as whoever owns it may arrange."""
    name = connection.settings_dict["NAME"]
    with superuser(name) as cursor:
        cursor.execute("ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY")
    try:
        yield
    finally:
        with superuser(name) as cursor:
            cursor.execute("ALTER TABLE cases_case FORCE ROW LEVEL SECURITY")
    assert row_security.problems() == []


def hook_of_the_web_server() -> object:
    """What gunicorn itself finds in the file that its command names."""
    server = WSGIApplication.__new__(WSGIApplication)
    found = server.get_config_from_module_name("cse_portal.gunicorn")
    return found["post_worker_init"]


def test_a_process_of_the_web_server_asks_before_it_serves(
    unfit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gunicorn, "leave_the_code_out_of_cleaning_up", lambda: None)
    assert hook_of_the_web_server() is gunicorn.post_worker_init
    with pytest.raises(row_security.UnfitDatabase, match=WHY):
        gunicorn.post_worker_init(None)


def test_on_a_fit_one_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    went_on: list[bool] = []
    monkeypatch.setattr(gunicorn, "leave_the_code_out_of_cleaning_up", lambda: went_on.append(True))
    gunicorn.post_worker_init(None)
    assert went_on == [True]


def test_the_web_server_stops_and_says_why(unfit: None, process_environment: dict[str, str]) -> None:
    """By its own command: gunicorn gives up where its first process does not start, and tries no second."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**process_environment, "BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "1"}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:cse_portal.gunicorn"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 3, done.stderr
    assert WHY in done.stderr
    assert "Worker failed to boot" in done.stderr


def test_the_worker_ends_and_says_why(unfit: None) -> None:
    """As Celery announces it once its worker is set up; SystemExit alone is not written down and passed over."""
    with pytest.raises(SystemExit, match=WHY):
        celeryd_after_setup.send(sender="worker@here", instance=None, conf=app.conf)


def test_on_a_fit_one_the_worker_goes_on() -> None:
    assert [said for _, said in celeryd_after_setup.send(sender="worker@here", instance=None, conf=app.conf)]


def test_the_health_check_answers_that_it_is_not_ready_and_tells_a_stranger_no_more(unfit: None) -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "problems": ["row security"], "notes": []}
    assert "cases_case" not in answer.content.decode()
    assert Client().get("/livez").status_code == 200, "or a machine would start it again and again"


def test_on_a_fit_one_it_is_ready() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (200, [])
