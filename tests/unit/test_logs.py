"""A log tells where something broke, and nothing about anybody."""

import io
import json
import logging
from logging.config import dictConfig
from typing import Any

import pytest
from celery import current_app
from django.conf import settings

from cse_portal.logs import where_it_broke

WORDS = "Key (nhs_number)=(9990001234) of Robin Testley already exists."


def test_an_error_is_logged_by_its_kind_and_place_without_its_message() -> None:
    try:
        raise ValueError("Robin Testley, born 2012")
    except ValueError:
        event = where_it_broke(None, "error", {"event": "job_broke", "exc_info": True})
    assert event["error"] == "ValueError"
    assert event["at"][-1].startswith("tests/unit/test_logs.py:")
    assert "Robin" not in str(event)


@pytest.fixture
def logged() -> Any:
    """What the settings' own handler writes, line by line."""
    dictConfig(settings.LOGGING)
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    stream, handler.stream = handler.stream, io.StringIO()
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    handler.setStream(stream)


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
