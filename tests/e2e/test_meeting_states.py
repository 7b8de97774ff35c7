"""Every state of a meeting, read by a machine at a desk and on a phone."""

from collections.abc import Callable

import pytest

from cases.record.choices import RiskCategory
from mase.meetings.choices import Stage
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending, sections
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import make_meeting, write_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
PHONE, DESK = {"width": 375, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """Booked about a child whose name is as long as names are."""
    child = make_child(given_name="Oluwaseun-Maximilian", family_name="Featherstonehaugh-Testley")
    case = make_case(cast, child=child, category=RiskCategory.HIGH)
    return make_meeting(cast, case, parent_invited=False, parent_not_invited="CHOSE_NOT_TO")


def test_a_machine_finds_nothing_to_object_to_before_and_in_a_meeting(
    sign_in: Callable[..., Person], meeting: Meeting, cast: Cast
) -> None:
    chair = sign_in("manager")
    page = f"/meetings/{meeting.pk}/"
    is_read(chair, page)
    chair.clicks("Start the meeting")
    chair.sees("Start it today?")
    ending.start(meeting=meeting, by=cast.manager)
    is_read(chair, page)
    is_read(chair, f"{page}end/")  # with everything missing
    is_read_on_a_phone(chair, f"{page}not-held/")
    chair.page.get_by_label("On another day").check()
    chair.reads_page()
    write_all(cast, meeting)
    for stage in Stage:
        is_read_on_a_phone(chair, f"{page}?stage={stage}")
    for address in ("?item=safety-map", "?item=introductions", "end/", "agenda/", "room/"):
        is_read(chair, f"{page}{address}")
    sections.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    is_read(chair, f"{page}?stage=new")


def is_read(person: Person, address: str) -> None:
    """At a desk by axe; on a phone nothing sticks out."""
    person.goes_to(address)
    person.reads_page(anew=True)
    person.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert person.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
    person.page.set_viewport_size(DESK)  # type: ignore[arg-type]


def is_read_on_a_phone(person: Person, address: str) -> None:
    """By axe too, where the rails are a menu and a drawer."""
    is_read(person, address)
    person.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    person.reads_page(anew=True)
    person.page.set_viewport_size(DESK)  # type: ignore[arg-type]
