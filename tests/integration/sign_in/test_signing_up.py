"""People are invited: anyone who finds the address of django-allauth's sign-up page makes no account by it."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cse_portal.accounts.models import User
from tests.access.addresses import ADDRESSES
from tests.cast import Cast

SIGN_UP = "/accounts/signup/"
SENTENCE = "a long sentence of new words"
# Every name that a sign-up form of django-allauth's may have, so that none is left out for want of a box.
TYPED = {
    "email": "stranger@example.org", "email2": "stranger@example.org", "username": "stranger",
    "full_name": "Sam Stranger", "login": "stranger@example.org", "password1": SENTENCE, "password2": SENTENCE,
    "password": SENTENCE,
}  # fmt: skip


def asks_for_a_password(page: str) -> bool:
    """Whether there is a box to choose one in."""
    return re.search(r'<input[^>]*type="password"', page) is not None


def test_an_address_and_a_password_make_nobody(cast: Cast, client: Client) -> None:
    before = set(User.objects.values_list("pk", flat=True))
    answer = client.post(SIGN_UP, TYPED)
    assert not asks_for_a_password(answer.content.decode())
    assert set(User.objects.values_list("pk", flat=True)) == before
    assert not client.session.get("_auth_user_id")
    assert mail.outbox == []
    signed_in = Client().post("/accounts/login/", {"login": TYPED["email"], "password": SENTENCE})
    assert "is not right" in signed_in.content.decode()


@pytest.mark.django_db
def test_no_page_before_signing_in_leads_there(client: Client) -> None:
    """Those that are open to all and have an address of their own: no link, and no form."""
    told = [
        (name, client.get(reverse(name)))
        for name, address in ADDRESSES.items()
        if address.public and not address.about and name != "account_signup"
    ]
    pages = {
        name: answer.content.decode() for name, answer in told if "html" in answer.get("Content-Type", "")
    }
    assert "account_login" in pages
    assert [name for name, page in pages.items() if SIGN_UP in page] == []
