"""Signing in with an email address and a password, and what the pages for trouble look like."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast
from tests.e2e.person import Person
from tests.signing_in import PASSWORD, code_of, with_app

axe = Axe()


def test_a_person_signs_in_and_a_wrong_password_says_what_to_do(
    browser: Browser, live_server: LiveServer, cast: Cast
) -> None:
    with_app(cast.practitioner)
    page = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 800}).new_page()
    page.goto("/")
    assert "/accounts/login/" in page.url
    for password in ("wrong", PASSWORD):
        page.get_by_label("Email address").fill(cast.practitioner.email)
        page.get_by_label("Password", exact=True).fill(password)
        results = axe.run(page)
        assert results.violations_count == 0, results.generate_report()
        page.get_by_role("button", name="Sign in", exact=True).click()
        if password == "wrong":
            expect(page).to_have_title(re.compile("^Error: "))
            assert cast.practitioner.email in page.get_by_label("Email address").input_value()
    expect(page.locator("h1")).to_have_text("Your second factor")
    results = axe.run(page)
    assert results.violations_count == 0, results.generate_report()
    page.get_by_label("Code").fill(code_of(cast.practitioner))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")
    expect(page.locator("h1")).to_contain_text("Today, ")
    page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("address", ["/demo/", "/accounts/password/reset/", "/accounts/login/"])
def test_the_pages_before_signing_in_are_readable_by_all(
    browser: Browser, live_server: LiveServer, address: str, db: None
) -> None:
    page = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 800}).new_page()
    page.goto(address)
    results = axe.run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()


@pytest.mark.long
def test_the_pages_for_trouble_say_what_to_do(sign_in: Callable[..., Person]) -> None:
    member = sign_in("board")
    assert member.goes_to("/cases/").status == 403
    member.sees("You cannot do this")
    assert member.goes_to("/no/such/page/").status == 404
    member.sees("Page not found")
    member.follows("Go to Today")
    member.sees("Board packs")
