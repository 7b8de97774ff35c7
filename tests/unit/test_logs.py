"""A log tells where something broke, and nothing about anybody."""

import datetime as dt
import logging
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery import current_app
from gunicorn.config import Config

from cse_portal import gunicorn
from cse_portal.logs import exception_without_text
from cse_portal.people.models import Invitation
from cse_portal.people.services.invitations import link_of

WORDS = "Key (nhs_number)=(9990001234) of Robin Testley already exists."


def test_an_error_is_logged_by_its_kind_and_place_without_its_message() -> None:
    try:
        raise ValueError("Robin Testley, born 2012")
    except ValueError:
        event = exception_without_text(None, "error", {"event": "job_broke", "exc_info": True})
    assert event["error"] == "ValueError"
    assert event["at"][-1].startswith("tests/unit/test_logs.py:")
    assert "Robin" not in str(event)


def broken() -> ValueError:
    """An error with a child's number in its words, as PostgreSQL makes them."""
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        return error


def test_what_django_and_celery_log_of_an_error_has_none_of_its_words(logged: Any) -> None:
    error = broken()
    said = (type(error), error, error.__traceback__)
    logging.getLogger("django.request").error("Internal Server Error: %s", "/cases/", exc_info=said)
    context = {"name": "cases.find", "id": "1", "description": "raised unexpected", "exc": repr(error)}
    failed = "Task %(name)s[%(id)s] %(description)s: %(exc)s"
    logging.getLogger("celery.app.trace").error(failed, context, exc_info=said)
    logging.getLogger("a library").warning("gave up: %s", error)
    page, task, library = logged()
    assert (page["event"], page["error"]) == ("Internal Server Error: /cases/", "ValueError")
    assert page["at"][-1].startswith("tests/unit/test_logs.py:")
    assert task["event"] == "Task cases.find[1] raised unexpected: an error"
    assert library["event"] == "gave up: ValueError"
    assert "Testley" not in str([page, task, library])
    assert "999000" not in str([page, task, library])


def test_a_worker_keeps_these_lines() -> None:
    assert current_app.conf.worker_hijack_root_logger is False


def test_what_somebody_sent_starts_no_line_of_its_own(logged: Any) -> None:
    forged = 'GET /\n{"event": "Signed in", "level": "info"}'
    logging.getLogger("django.request").warning("Not Found: %s", forged)
    (line,) = logged()
    assert line["event"] == f"Not Found: {forged}"
    assert line["timestamp"].endswith("+00:00")


INVITED, ROW = "the link of an invitation/", "01a21eb4-bc57-778d-9072-7a791d3ec9b2"
RESET = f"1z141z3-{'0a1b2c3d' * 5}"


@pytest.mark.parametrize(
    ("address", "logged_as"),
    [
        (INVITED, "/invitation/…/"),
        (f"{INVITED}agency/", "/invitation/…/agency/"),
        (f"/accounts/password/reset/key/{RESET}/", "/accounts/password/reset/key/…/"),
        (f"/meetings/{ROW}/minutes.pdf", f"/meetings/{ROW}/minutes.pdf"),
        ("/cases/CSE-2026-27211/chronology/", "/cases/CSE-2026-27211/chronology/"),
    ],
)
def test_what_opens_an_account_is_in_no_line_and_a_rows_key_is(
    address: str, logged_as: str, logged: Any
) -> None:
    """A mail filter opens the link of a new start, and anyone who reads logs would be the team manager before her."""
    address = address.replace(INVITED, urlsplit(link_of(Invitation())).path)
    logging.getLogger("django.request").warning("Not Found: %s", address)
    assert [each["event"] for each in logged()] == [f"Not Found: {logged_as}"]
    settings_of_the_server = Config()
    for name in ("access_log_format", "logger_class"):
        settings_of_the_server.set(name, getattr(gunicorn, name))
    log = settings_of_the_server.logger_class(settings_of_the_server)
    answer = SimpleNamespace(status="404 Not Found", sent=0, headers=[])
    asked = SimpleNamespace(headers=[])
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "RAW_URI": address,
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    line = gunicorn.access_log_format % log.atoms_wrapper_class(
        log.atoms(answer, asked, environ, dt.timedelta(0))
    )
    assert f"GET {logged_as} 404" in line
