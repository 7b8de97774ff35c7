"""A new person's first minutes: invitation, password, second factor, home.

Once with an app, once with a passkey.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast
from tests.e2e.person import Person
from tests.signing_in import code_for, forget_tries

PASSWORD = "three odd words together"
EMAIL = "nadia.frost@example.org"


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> None:
    """Each test begins with its tries unspent."""
    forget_tries()


@pytest.fixture
def new_person(browser: Browser, live_server: LiveServer, cast: Cast) -> Iterator[Person]:
    """Nadia at her own laptop. A passkey belongs to a name, so the portal is reached by one."""
    address = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)  # a busy machine draws a meeting in seconds
    person = Person("nadia", context.new_page(), scripts=True)
    yield person
    person.leave()


def invited(sign_in: Callable[..., Person]) -> str:
    """The lead invites her on the people page; where the link in her mail leads."""
    lead = sign_in("lead")
    lead.opens_menu()
    lead.follows("People of your agency")
    lead.clicks("Invite somebody")
    lead.types("Full name", "Nadia Frost")
    lead.types("Work email address", EMAIL)
    lead.chooses("Practitioner")
    lead.clicks("Send the invitation")
    lead.sees("Nadia Frost is invited")
    found = re.search(r"https?://[^/]+(/invitation/\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def chooses_a_password(person: Person, address: str) -> None:
    """She follows the link."""
    person.goes_to(address)
    person.page.get_by_label("Password", exact=True).fill(PASSWORD)
    person.page.get_by_label("The same password again").fill(PASSWORD)
    person.clicks("Continue")
    person.sees("Set up a second factor")


def signs_in(person: Person) -> None:
    """Email and password, as on every morning."""
    person.opens_menu()
    person.clicks("Sign out")
    person.goes_to("/accounts/login/")
    person.types("Email address", EMAIL)
    person.page.get_by_label("Password", exact=True).fill(PASSWORD)
    person.clicks("Sign in", exact=True)


def at_home(page: Page) -> None:
    """The first page there is to see."""
    expect(page.locator("h1")).to_contain_text("Today, ")


@pytest.mark.long
def test_a_new_person_sets_up_an_app(sign_in: Callable[..., Person], new_person: Person) -> None:
    chooses_a_password(new_person, invited(sign_in))
    new_person.clicks("Set up an app")
    secret = new_person.page.locator(".app-key").inner_text()
    new_person.types("The code your app shows now", "000000")
    new_person.clicks("Finish setting up")
    new_person.sees("That code is not right")
    assert new_person.page.locator(".app-key").inner_text() == secret
    new_person.types("The code your app shows now", code_for(secret))
    new_person.clicks("Finish setting up")
    recovery = new_person.page.locator(".app-recovery-codes code").first.inner_text()
    new_person.clicks("I have kept them. Continue")
    at_home(new_person.page)
    new_person.opens_menu()
    new_person.follows("How you sign in")
    new_person.sees("Authenticator app")
    new_person.sees("This one")
    signs_in(new_person)
    new_person.types("Code", recovery)
    new_person.clicks("Sign in", exact=True)
    at_home(new_person.page)


@pytest.mark.long
def test_a_new_person_sets_up_a_passkey(sign_in: Callable[..., Person], new_person: Person) -> None:
    devtools = new_person.page.context.new_cdp_session(new_person.page)
    devtools.send("WebAuthn.enable")
    has = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": has})
    chooses_a_password(new_person, invited(sign_in))
    new_person.clicks("Set up a passkey")
    new_person.types("What do you call it?", "Work laptop")
    new_person.page.get_by_role("button", name="Set up the passkey").click()
    new_person.page.wait_for_url("**/recovery-codes/")
    new_person.reads_page()
    new_person.clicks("I have kept them. Continue")
    at_home(new_person.page)
    new_person.opens_menu()
    new_person.follows("How you sign in")
    new_person.sees("Work laptop")
    signs_in(new_person)
    new_person.sees("Or use your passkey")
    new_person.page.get_by_role("button", name="Use a passkey").click()
    at_home(new_person.page)
    new_person.goes_to("/accounts/prove/")
    new_person.page.get_by_role("button", name="Use a passkey").click()
    at_home(new_person.page)


@pytest.mark.long
def test_the_people_page_is_readable_by_all(sign_in: Callable[..., Person]) -> None:
    lead = sign_in("lead")
    for address in ("/people/", "/people/invite/", "/people/confirm/", "/accounts/", "/accounts/factors/"):
        lead.goes_to(address)
    assert lead.page.evaluate("document.documentElement.scrollWidth") <= 1280
