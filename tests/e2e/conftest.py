"""Journeys in a real browser: the machine's Chromium, one context per person, axe once a page."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.e2e.browsers import chromium
from tests.e2e.person import Person

# Playwright's own event loop runs in this thread; Django would take our fixtures for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# A machine with both cores full draws a meeting in several seconds; what is there is seen at once all the same.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        opened = chromium(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Which pages axe has read: of all processes of this run."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "clean-pages"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def sign_in(
    browser: Browser, live_server: LiveServer, cast: Cast, clean: Path
) -> Iterator[Callable[..., Person]]:
    """`sign_in("manager")`: this member of the cast in a browser of their own, signed in, at their first page."""
    opened: list[Person] = []

    def open_as(key: str, *, scripts: bool = True, width: int = 1280) -> Person:
        context = browser.new_context(
            base_url=live_server.url, java_script_enabled=scripts, viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(20_000)  # a busy machine draws a meeting in seconds
        session = signed_in(cast, key).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
        person = Person(key, context.new_page(), clean=clean, scripts=scripts)
        opened.append(person)
        return person

    yield open_as
    for person in opened:
        person.leave()
