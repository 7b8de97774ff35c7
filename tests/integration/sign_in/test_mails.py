"""A mail about signing in leads to the portal's own address, whatever host the browser that asked for it named."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast
from tests.signing_in import forget_tries, with_app

OURS, OTHER = "portal.example.org", "old-name.example.org"


@pytest.fixture
def two_names(settings: Settings) -> None:
    """The portal answers to two names, as in the weeks in which one takes over from the other."""
    forget_tries()
    settings.ALLOWED_HOSTS = [OURS, OTHER]
    settings.PORTAL_ADDRESS = f"https://{OURS}"


def mail_to(email: str) -> mail.EmailMessage:
    """What somebody gets who asks for a new password, by the second name."""
    answer = Client().post("/accounts/password/reset/", {"email": email}, headers={"host": OTHER})
    assert answer.status_code == 302
    (message,) = mail.outbox
    return message


@pytest.mark.usefixtures("two_names")
def test_the_link_to_a_new_password_leads_to_the_portals_own_address(cast: Cast) -> None:
    message = mail_to(with_app(cast.practitioner).email)
    (link,) = [word for word in message.body.split() if "/password/reset/key/" in word]
    assert re.fullmatch(rf"https://{re.escape(OURS)}/accounts/password/reset/key/[\w-]+/", link)
    path = link.removeprefix(f"https://{OURS}")
    form = Client().get(path, follow=True, headers={"host": OURS})
    assert form.redirect_chain[-1][0].endswith("-set-password/")
