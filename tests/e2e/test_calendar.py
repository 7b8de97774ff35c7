"""The chair reads her month and her week and follows a meeting; on a telephone a list; an outsider finds nothing."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.choices import RiskCategory
from cse_portal.reference.quarters import Quarter
from mase.models import MaseMeeting
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories import actions
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.long


@pytest.fixture
def meeting(transactional_db: None, cast: Cast) -> MaseMeeting:
    """Given a meeting about Amara today at a quarter past two."""
    child = make_child(given_name="Amara", family_name="Testley")
    booked = make_meeting(cast, make_case(cast, child=child, category=RiskCategory.MEDIUM))
    booked.scheduled_for = timezone.localtime().replace(hour=14, minute=15)
    booked.save()
    return booked


@pytest.mark.parametrize("scripts", [True, False])
def test_the_chair_finds_a_meeting_in_the_calendar(
    sign_in: Callable[..., Person], meeting: MaseMeeting, scripts: bool
) -> None:
    chair = sign_in("manager", scripts=scripts)

    # when she opens the calendar from her meetings
    chair.goes_to("/meetings/")
    chair.clicks("Calendar")
    chair.sees("1 meeting of the cases you may see")
    chair.sees("2:15pm")

    # and walks to the next month and back, then to the week
    month = chair.page.locator("h1").inner_text()
    chair.page.locator("a[rel=next]").click()
    expect(chair.page.locator("h1")).not_to_have_text(month)
    chair.reads_page()
    chair.follows("This month")
    chair.follows("Week", exact=True)
    chair.sees("1 meeting of the cases you may see")

    # then the keyboard alone reaches the meeting
    chair.page.get_by_role("link", name="Amara Testley").first.focus()
    chair.page.keyboard.press("Enter")
    chair.page.wait_for_url(f"**/meetings/{meeting.pk}/")


def test_on_a_telephone_it_is_a_list_of_days(sign_in: Callable[..., Person], meeting: MaseMeeting) -> None:
    chair = sign_in("manager")
    chair.page.set_viewport_size({"width": 390, "height": 844})
    chair.goes_to("/meetings/calendar/")
    assert not chair.page.locator("table.app-calendar").is_visible()
    assert chair.page.locator(".app-calendar-list").get_by_role("link", name="Amara Testley").is_visible()
    assert chair.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_paper_it_is_a_table_without_the_ways_to_others(
    sign_in: Callable[..., Person], meeting: MaseMeeting
) -> None:
    chair = sign_in("manager")
    chair.goes_to("/meetings/calendar/?show=week")
    chair.page.emulate_media(media="print")
    assert chair.page.locator("table.app-calendar").is_visible()
    assert not chair.page.locator(".app-calendar__ways").is_visible()
    assert not chair.page.locator(".app-calendar-list").is_visible()
    assert "Testley" not in chair.page.title()


def test_an_outsider_finds_an_empty_calendar(sign_in: Callable[..., Person], meeting: MaseMeeting) -> None:
    outsider = sign_in("outsider")
    outsider.goes_to("/meetings/calendar/")
    outsider.sees("0 meetings of the cases you may see")
    outsider.does_not_see("Testley")


def test_the_chair_follows_a_number_to_what_it_counts(
    sign_in: Callable[..., Person], meeting: MaseMeeting, cast: Cast
) -> None:
    action = actions.issued(cast, make_case(cast, category=RiskCategory.MEDIUM), overdue_by=2)
    quarter = Quarter.containing(timezone.localdate()).slug
    chair = sign_in("manager")
    chair.goes_to("/attendance/")
    chair.sees("Counted are the meetings of the cases you may see.")
    chair.page.get_by_role("table").first.get_by_role("link").last.click()
    chair.reads_page()
    chair.sees("you may see.")
    chair.sees(action.case.reference)
    for where, words in (("D4/plan/total/set", "1 action"), ("D1/category/total/total", "1 meeting")):
        chair.goes_to(f"/returns/{quarter}/behind/{where}/")
        chair.sees(words)
        chair.sees(action.case.reference)


def test_a_person_chooses_which_mails_to_get(sign_in: Callable[..., Person], meeting: MaseMeeting) -> None:
    chair = sign_in("manager")
    chair.goes_to("/notifications/")
    chair.follows("Choose which mails you get")
    chair.page.get_by_label("Actions of a plan").select_option(label="The daily mail only")
    chair.clicks("Keep this choice")
    chair.sees("Your choice of mails is kept.")
    assert chair.page.get_by_label("Actions of a plan").input_value() == "daily"
