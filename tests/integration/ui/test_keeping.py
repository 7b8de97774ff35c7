"""What was typed into a page whose session had ended comes back to its writer, and to nobody else."""

import pytest
from django.test import Client

from cases.models import Concern
from cse_portal.accounts.models import User
from tests.cast import Cast
from tests.factories.concerns import make_draft

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TYPED = {"given_name": "Rowan", "disabilities": ["LD", "HEAR"], "school": "The words of an hour"}


def sign_in(client: Client, person: User) -> None:
    """Sign in within the browser's session, as the sign-in page does."""
    session = client.session
    kept = dict(session.items())
    client.force_login(person, backend=BACKEND)
    session = client.session
    for name, value in kept.items():
        if not name.startswith("_auth"):
            session[name] = value
    session.save()


@pytest.fixture
def page(cast: Cast, client: Client) -> str:
    """A page that somebody wrote on until their session ended."""
    draft = make_draft(cast.practitioner)
    address = f"/concerns/{draft.reference}/write/child/"
    sign_in(client, cast.practitioner)
    client.get(address)
    del client.cookies["sessionid"]
    asked = client.post(address, TYPED)
    assert asked["Location"].startswith("/accounts/login/")
    assert "kept for an hour" in client.get(asked["Location"]).content.decode()
    return address


def test_it_is_offered_and_goes_on_as_if_it_had_been_posted(cast: Cast, client: Client, page: str) -> None:
    sign_in(client, cast.practitioner)
    offered = client.get(page)
    assert "You are signed in again" in offered.content.decode()
    assert "The words of an hour" in offered.content.decode()
    typed: dict[str, list[str]] = {}
    for name, value in offered.context["fields"]:
        typed.setdefault(name, []).append(value)
    assert client.post(page, typed).status_code == 302
    concern = Concern.objects.get()
    assert (concern.given_name, concern.disabilities) == ("Rowan", ["LD", "HEAR"])
    assert "You are signed in again" not in client.get(page).content.decode()


def test_it_can_be_left(cast: Cast, client: Client, page: str) -> None:
    sign_in(client, cast.practitioner)
    assert client.get(f"{page}?leave_typed=1")["Location"] == page
    assert "You are signed in again" not in client.get(page).content.decode()


def test_nobody_else_is_offered_it_nor_its_writer_afterwards(cast: Cast, client: Client, page: str) -> None:
    sign_in(client, cast.manager)
    other = client.get(page)
    assert other.status_code == 404
    assert "words of an hour" not in other.content.decode()
    sign_in(client, cast.practitioner)
    assert "words of an hour" not in client.get(page).content.decode()


def test_a_post_from_a_browser_nobody_signed_in_with_is_not_kept(cast: Cast) -> None:
    stranger = Client()
    stranger.post("/concerns/new/", TYPED)
    sign_in(stranger, cast.practitioner)
    assert "You are signed in again" not in stranger.get("/concerns/new/").content.decode()
