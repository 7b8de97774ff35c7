"""Two people write in one meeting at the same time; one without scripts; one on a small phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from mase.meetings.choices import Stage
from mase.meetings.models.meeting import Meeting
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting, write_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
HEALTH = "New from Sandwell Health Commissioning"


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return start_meeting(cast, make_case(cast))


def test_a_field_saves_when_it_is_left_and_a_second_writer_sees_both_texts(
    sign_in: Callable[..., Person], meeting: Meeting
) -> None:
    manager, health = sign_in("manager"), sign_in("health")
    for person in (manager, health):
        person.goes_to(f"/meetings/{meeting.pk}/?stage=new")
    _leaves(health, "Seen on Monday, with a bruise.")
    expect(_form(health).locator(".app-part__at")).to_contain_text("Saved")
    _leaves(health, "Seen on Monday, with a bruise. And on Friday.")
    expect(_form(health).locator(".app-part__at")).to_contain_text("Saved")

    _leaves(manager, "The nurse telephoned.")
    manager.sees("Hannah Okafor put “Seen on Monday, with a bruise. And on Friday.” here")
    expect(_field(manager)).to_have_value("The nurse telephoned.")
    manager.reads_page()

    _leaves(manager, "Seen on Monday and Friday; the nurse telephoned.")
    expect(_form(manager).locator(".app-part__at")).to_contain_text("Saved")
    health.goes_to(f"/meetings/{meeting.pk}/?stage=new")
    _opens(health)
    expect(_field(health)).to_have_value("Seen on Monday and Friday; the nurse telephoned.")


def test_a_small_phone_shows_all_of_it(sign_in: Callable[..., Person], meeting: Meeting, cast: Cast) -> None:
    write_all(cast, meeting)
    manager = sign_in("manager", width=320)
    stages = [f"/meetings/{meeting.pk}/?stage={each}" for each in Stage]
    for address in (*stages, "/meetings/", f"/meetings/{meeting.pk}/end/", f"/meetings/{meeting.pk}/room/"):
        manager.goes_to(address)
        assert manager.page.evaluate("document.documentElement.scrollWidth") <= 320, address


def _form(person: Person) -> Locator:
    return person.page.locator("form[id^=part-boxes]", has=person.page.get_by_label(HEALTH))


def _field(person: Person) -> Locator:
    return person.page.get_by_label(HEALTH)


def _opens(person: Person) -> None:
    """Where a card has lines, the boxes are folded away."""
    folded = person.page.locator("details", has=person.page.get_by_label(HEALTH))
    if folded.count() and folded.get_attribute("open") is None:
        folded.locator("summary").click()


def _leaves(person: Person, text: str) -> None:
    _opens(person)
    _field(person).fill(text)
    _field(person).blur()
