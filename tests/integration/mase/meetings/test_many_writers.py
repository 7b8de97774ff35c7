"""Many people save the same part of one meeting at once: every text is in the record or beside it, none is lost."""

import http.client
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django.live_server_helper import LiveServer

from cases.record.choices import HarmStatus, RiskCategory
from cse_portal import acting
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit import context
from mase.meetings.errors import MeetingRefused, SomeoneElseSaved
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.selectors.presence import part_id
from mase.meetings.services import decision
from mase.meetings.services.decision import Decided
from mase.plans.models.plan import ActionUpdate, Decision
from mase.plans.services import actions
from tests.cast import Cast
from tests.factories.actions import issued
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 50
AT_ONCE = 10


@contextmanager
def as_in_a_request(person: User) -> Iterator[None]:
    """A thread of the server's own, acting for this person."""
    who = user_context(person)
    assert who is not None
    with context.request(), acting.acting(who.actor):
        yield
    connection.close()


def together(work: Callable[[int], None], times: int) -> None:
    """So often, as many at once as a server has threads; any error is the test's."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, range(times)))


def colleagues(cast: Cast, number: int) -> list[User]:
    """So many people of one agency."""
    return [
        add_person(
            email=f"nurse.{each}@health.example", full_name=f"Nurse {each}", agency=cast.agency("health"),
            role=Role.PRACTITIONER,
        )
        for each in range(number)
    ]  # fmt: skip


@pytest.mark.long
def test_ten_thousand_decisions_and_none_is_lost(cast: Cast) -> None:
    times = 10_000
    meeting = start_meeting(cast, make_case(cast, category=RiskCategory.MEDIUM))
    manager, counted = cast.manager, list[int]()

    def decide(number: int) -> None:
        with as_in_a_request(manager):
            row = Meeting.objects.select_related("case").get(pk=meeting.pk)
            decided = Decided(RiskCategory.HIGH, HarmStatus.H1, f"Reason number {number}.")
            while True:
                held = Decision.objects.filter(meeting=row).first()
                try:
                    decision.save_decision(
                        meeting=row, decided=decided, version=held.version if held else 0, by=manager
                    )
                    return counted.append(number)
                except SomeoneElseSaved:
                    continue

    together(decide, times)
    assert len(counted) == times
    assert Decision.objects.get(meeting=meeting).version == times


def test_of_two_people_who_finish_the_same_action_one_is_told(cast: Cast) -> None:
    action = issued(cast, make_case(cast, category=RiskCategory.MEDIUM))
    both, refused = threading.Barrier(2), list[str]()

    def finish(number: int) -> None:
        person = (cast.health, cast.manager)[number]
        with as_in_a_request(person):
            both.wait(timeout=30)
            try:
                actions.complete(action=action, outcome="Seen.", effect="She feels heard.", by=person)
            except MeetingRefused as late:
                refused.append(late.message)

    together(finish, 2)
    assert refused == ["This action is already finished, so it cannot be changed."]
    assert ActionUpdate.objects.filter(action=action).count() == 1


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOKEN = "t" * 32


def has_it_open(server: LiveServer, meeting: Meeting, person: User) -> tuple[http.client.HTTPConnection, str]:
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
@pytest.mark.parametrize("scripts", [False, True])
def test_fifty_browsers_save_one_section_and_every_text_is_kept(
    cast: Cast, live_server: LiveServer, scripts: bool
) -> None:
    meeting = start_meeting(cast, make_case(cast))
    agency, people = cast.agency("health"), colleagues(cast, WRITERS)
    part, path = part_id("boxes", agency.pk), reverse("mase:section", args=[meeting.pk, "boxes", agency.pk])
    texts = [f"Text number {number}, typed by nurse {number}." for number in range(WRITERS)]
    browsers = [has_it_open(live_server, meeting, each) for each in people]
    ready = threading.Barrier(WRITERS)

    def save(number: int) -> tuple[int, str]:
        connection, cookie = browsers[number]
        typed = {
            f"{part}-new": texts[number],
            f"{part}-was": "{}",
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
    first = Contribution.objects.get(meeting=meeting)
    assert first.version == 1, "of fifty who began alike one was first"
    winner = texts.index(first.text)
    for number, (status, page) in enumerate(answers):
        if number == winner:
            assert status == (200 if scripts else 302)
            continue
        assert status == 200, page[:500]
        assert f"{people[winner].full_name} put “{first.text}” here" in page, "both texts"
        assert scripts or escape(texts[number]) in page, "their own stays in the box"
