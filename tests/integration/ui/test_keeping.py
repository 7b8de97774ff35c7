"""What was typed into a page whose session had ended comes back to its writer, and to nobody else."""

import pytest
from django.test import Client

from cases.models import Concern
from cse_portal.accounts.models import User
from cse_portal.ui.views import can_be_read, nearest_page
from tests.access.addresses import ADDRESSES
from tests.access.test_addresses import routes
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_draft
from tests.factories.meetings import make_meeting

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


def test_what_a_button_sent_can_be_left_for_the_page_the_button_is_on(cast: Cast, client: Client) -> None:
    meeting = make_meeting(cast, make_case(cast))
    address = f"/meetings/{meeting.pk}/start/"
    sign_in(client, cast.manager)
    client.get("/")
    del client.cookies["sessionid"]
    client.post(address, {"agreed": "Words of a chair"})
    sign_in(client, cast.manager)
    assert "Words of a chair" in client.get(address).content.decode()
    left = client.get(f"{address}?leave_typed=1")
    assert left["Location"] == f"/meetings/{meeting.pk}/"
    assert client.get(left["Location"]).status_code == 200
    # Nothing is kept any more: whoever comes here all the same finds the way back.
    lost = client.get(address)
    assert (lost.status_code, lost["Allow"]) == (405, "POST")
    assert 'href="../"' in lost.content.decode()


def test_the_api_says_that_it_does_not_take_a_method_in_its_own_words(cast: Cast, client: Client) -> None:
    sign_in(client, cast.manager)
    answer = client.post("/api/v1/cases/")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")


def test_what_can_be_read_is_what_the_table_of_addresses_says(cast: Cast) -> None:
    posts = {name for name, address in ADDRESSES.items() if address.post}
    # (opened, these two lead to the page that they are on)
    posts -= {"mase:section", "mase:cmog-said"}
    assert {name for name, pattern in routes() if not can_be_read(pattern.callback)} == posts


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/cases/CSE-2026-00001/nothing/here/", "/cases/CSE-2026-00001/"),
        ("/no/such/page/", "/"),
        ("/cases/", "/cases/"),
        ("/notifications/read/", "/notifications/"),
    ],
)
def test_the_way_back_is_the_nearest_page_above(path: str, page: str) -> None:
    assert nearest_page(path) == page


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
