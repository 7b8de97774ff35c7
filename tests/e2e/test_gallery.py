"""Every layout, field and component in a real browser: normal, with errors, without scripts, and on a small phone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from tests.unit.ui import gallery

pytestmark = pytest.mark.long

ORIGIN = "http://gallery.example.org"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
axe = Axe()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("name", gallery.names())
def test_a_machine_finds_nothing_to_object_to(browser: Browser, name: str, scripts: bool) -> None:
    page = opened(browser, name, width=1280, scripts=scripts)
    assert page.locator("h1").count() == 1
    if scripts:
        results = axe.run(page)
        assert results.violations_count == 0, results.generate_report()
    page.context.close()


@pytest.mark.parametrize("name", gallery.names())
def test_a_small_phone_never_scrolls_sideways(browser: Browser, name: str) -> None:
    page = opened(browser, name, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, too_wide(page)
    page.context.close()


def opened(browser: Browser, name: str, *, width: int, scripts: bool = True) -> Page:
    """A page of the gallery, with our stylesheet and scripts, and nothing from any network."""
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/{name}")
    return page


def answer(route: Route) -> None:
    """The gallery's page, or a static file."""
    path = route.request.url.removeprefix(ORIGIN + "/")
    if path in gallery.names():
        route.fulfill(body=gallery.draw(path), content_type="text/html; charset=utf-8")
        return
    found = finders.find(path.removeprefix("static/").partition("?")[0])
    if isinstance(found, str):
        route.fulfill(body=Path(found).read_bytes(), content_type=KINDS.get(Path(found).suffix, "text/plain"))
    else:
        route.fulfill(status=404, body="")


def too_wide(page: Page) -> list[str]:
    """What sticks out, for the message."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
        .filter(e => e.getBoundingClientRect().right > 321 && !e.closest("[tabindex]"))
        .map(e => e.tagName + "." + e.className).slice(0, 8)"""
    )
    return found
