"""A hotel tells the CSE team without an account, on a phone; the team makes a concern of it."""

import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from cases.community.forms import QUICKEST_SECONDS
from cases.community.models import CommunityReport
from cases.concerns.models import Concern
from tests.cast import Cast
from tests.e2e.person import Person

pytestmark = pytest.mark.django_db(transaction=True)
WORRY = "A man booked two rooms for three girls. They had no luggage."


@pytest.mark.parametrize("scripts", [True, False])
def test_a_hotel_tells_and_the_team_makes_a_concern_of_it(
    browser: Browser, live_server: LiveServer, cast: Cast, sign_in: Callable[..., Person], scripts: bool
) -> None:
    cache.clear()
    phone = browser.new_context(
        base_url=live_server.url, java_script_enabled=scripts, viewport={"width": 390, "height": 844}
    )
    page, began = phone.new_page(), time.monotonic()
    page.goto("/tell-us/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390 if scripts else True
    assert not scripts or not Axe().run(page).response["violations"]
    page.get_by_label("A hotel or guest house").check()
    page.get_by_label("1. What worries you?").fill(WORRY)
    page.get_by_label("2. Where and when was it?").fill("Room 12, Friar Park, last night")
    page.get_by_label("4. How can we reach you?").fill("Night desk")
    page.wait_for_timeout(QUICKEST_SECONDS * 1000 + 1500)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("We have it. Thank you").first.wait_for()
    report = CommunityReport.objects.get()
    assert report.reference in page.content()
    assert phone.cookies() == []
    assert time.monotonic() - began < 120
    phone.close()

    manager = sign_in("manager", scripts=scripts)
    manager.goes_to("/")
    manager.follows("report from the community")
    manager.sees("Friar Park")
    manager.follows(report.reference)
    manager.clicks("Make it a concern")
    manager.chooses("No", group="Is the child or young person in danger right now?")
    manager.clicks("Send the concern")
    manager.sees("A colleague in triage decides on it.")
    assert WORRY in Concern.objects.get().worry
