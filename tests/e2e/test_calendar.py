"""The chair reads her month and follows a meeting; on a telephone a list; an outsider finds nothing."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from mase.meetings.models.meeting import Meeting
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.long


@pytest.fixture
def meeting(transactional_db: None, cast: Cast) -> Meeting:
    """Given a meeting about Amara today at a quarter past two."""
    child = make_child(given_name="Amara", family_name="Testley")
    booked = make_meeting(cast, make_case(cast, child=child, category=RiskCategory.MEDIUM))
    booked.scheduled_for = timezone.localtime().replace(hour=14, minute=15)
    booked.save()
    return booked


@pytest.mark.parametrize("scripts", [True, False])
def test_the_chair_finds_a_meeting_in_the_calendar(
    sign_in: Callable[..., Person], meeting: Meeting, scripts: bool
) -> None:
    chair = sign_in("manager", scripts=scripts)

    # when she opens the calendar from her meetings
    chair.goes_to("/meetings/")
    chair.follows("Calendar")
    chair.sees("1 meeting of the cases you may see")
    chair.sees("2:15pm")

    # and walks to the next month and back
    month = chair.page.locator("h1").inner_text()
    chair.page.locator("a[rel=next]").click()
    expect(chair.page.locator("h1")).not_to_have_text(month)
    chair.reads_page()
    chair.follows("This month")
    chair.sees("1 meeting of the cases you may see")

    # then the keyboard alone reaches the meeting
    chair.page.get_by_role("link", name="Amara Testley").first.focus()
    chair.page.keyboard.press("Enter")
    chair.page.wait_for_url(f"**/meetings/{meeting.pk}/")


def test_on_a_telephone_it_is_a_list_of_days(sign_in: Callable[..., Person], meeting: Meeting) -> None:
    chair = sign_in("manager")
    chair.page.set_viewport_size({"width": 390, "height": 844})
    chair.goes_to("/meetings/calendar/")
    assert not chair.page.locator("table.app-calendar").is_visible()
    assert chair.page.locator(".app-calendar-list").get_by_role("link", name="Amara Testley").is_visible()
    assert chair.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_paper_it_is_a_table_without_the_ways_to_others(
    sign_in: Callable[..., Person], meeting: Meeting
) -> None:
    chair = sign_in("manager")
    chair.goes_to("/meetings/calendar/")
    chair.page.emulate_media(media="print")
    assert chair.page.locator("table.app-calendar").is_visible()
    assert not chair.page.locator(".app-calendar__ways").is_visible()
    assert not chair.page.locator(".app-calendar-list").is_visible()
    assert "Testley" not in chair.page.title()
