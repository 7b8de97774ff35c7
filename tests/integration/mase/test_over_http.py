"""Fifty browsers save one section in the same moment, over HTTP; and a paste of fifty thousand characters anywhere."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django.live_server_helper import LiveServer

from cse_portal.accounts.models import User
from mase.models import AgencyInformation, MaseMeeting
from mase.selectors.presence import part_id
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting
from tests.integration.mase.test_many_writers import WRITERS, colleagues

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOKEN = "t" * 32
PASTE = ("Wörter, “quoted” & <b>pasted</b> 👩‍👧.\n" * 3000)[:49_999] + "x"


# ------------------------------------------------------------------------------------------ fifty at once


def has_it_open(
    server: LiveServer, meeting: MaseMeeting, person: User
) -> tuple[http.client.HTTPConnection, str]:
    """A browser of somebody signed in whose page has asked once what is new, and the cookies it sends."""
    client = Client()
    client.force_login(person, backend=BACKEND)
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=120)
    connection.request("GET", reverse("mase:live", args=[meeting.pk]), headers={"Cookie": cookie})
    answer = connection.getresponse()
    assert (answer.status, b"changes" in answer.read()) == (200, True)
    return connection, cookie


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scripts", [False, True])
def test_fifty_browsers_save_one_section_and_every_text_is_kept(
    cast: Cast, live_server: LiveServer, scripts: bool
) -> None:
    meeting = start_meeting(cast, make_case(cast))
    row, people = meeting.information.get(agency=cast.agency("health")), colleagues(cast, WRITERS)
    part, path = (
        part_id("information", row.pk),
        reverse("mase:section", args=[meeting.pk, "information", row.pk]),
    )
    texts = [f"Text number {number}, typed by nurse {number}." for number in range(WRITERS)]
    browsers = [has_it_open(live_server, meeting, each) for each in people]
    ready = threading.Barrier(WRITERS)

    def save(number: int) -> tuple[int, str]:
        connection, cookie = browsers[number]
        typed = {
            f"{part}-text": texts[number],
            f"{part}-version": str(row.version),
            "csrfmiddlewaretoken": TOKEN,
        }
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        ready.wait(timeout=60)  # all fifty hold the same version in their hands
        connection.request(
            "POST", path, urlencode(typed), headers | ({"HX-Request": "true"} if scripts else {})
        )
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return answer.status, page

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(save, range(WRITERS)))
    first = AgencyInformation.objects.get(pk=row.pk)
    assert first.version == row.version + 1, "of fifty who began alike one was first"
    winner = texts.index(first.text)
    for number, (status, page) in enumerate(answers):
        if number == winner:
            assert status == (200 if scripts else 302)
            continue
        assert status == (200 if scripts else 409), page[:500]
        assert f"Not saved. {people[winner].full_name} saved this part while you were writing" in page
        assert "Save my text in its place" in page
        assert first.text in page, "both texts, side by side"
        assert scripts or escape(texts[number]) in page, "their own stays in the box"


# ------------------------------------------------------------------------------------------ fifty thousand characters

BOXES = [
    ("notes", "notes", {"version": "1"}),
    ("action", "text", {"p": "PROTECT"}),
    ("new-danger", "text", {"goal": "Home by ten."}),
    ("voice", "words", {"obtained": "yes", "heard_by": "Priya Raman", "version": "1"}),
    ("dissent", "reason", {}),
    ("information", "text", {"version": "1"}),
]


def place(meeting: MaseMeeting, kind: str, cast: Cast) -> Any:
    rows: dict[str, Any] = {
        "notes": meeting.agenda.get(code="education"), "voice": meeting.voice,
        "information": meeting.information.get(agency=cast.agency("health")),
    }  # fmt: skip
    return rows.get(kind, meeting).pk


@pytest.mark.django_db
def test_a_paste_of_fifty_thousand_characters_is_answered_beside_its_box_and_stays_there(cast: Cast) -> None:
    meeting, client = start_meeting(cast, make_case(cast)), signed_in(cast, "manager")
    for kind, name, rest in BOXES:
        key = place(meeting, kind, cast)
        part, url = part_id(kind, key), reverse("mase:section", args=[meeting.pk, kind, key])
        typed = {f"{part}-{each}": value for each, value in {**rest, name: PASTE}.items()}
        answer = client.post(url, typed)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert escape(PASTE) in page, kind
        beside = page.split(f'id="id_{part}-{name}_error"')[1].split("</p>")[0]
        assert "Shorten this to" in beside
        assert "it has 50000" in beside
    by_itself = client.post(url, typed, headers={"HX-Request": "true"}).content.decode()
    assert "Not saved yet." in by_itself
    assert "it has 50000" in by_itself
