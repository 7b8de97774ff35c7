"""Twelve children booked into a session, in one press each; an agency answers for all of them in one."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from cse_portal.reference.working_days import add_working_days
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
NAMES = ("Ann", "Bea", "Cat", "Dee", "Eve", "Fay", "Gem", "Hal", "Ida", "Jo", "Kim", "Liv")


def test_twelve_children_are_booked_and_an_agency_answers_once(
    sign_in: Callable[..., Person], cast: Cast
) -> None:
    for number, name in enumerate(NAMES):
        category = RiskCategory.HIGH if number % 3 else RiskCategory.MEDIUM
        make_case(cast, child=make_child(given_name=name), category=category)
    day = add_working_days(timezone.localdate(), 2)

    manager = sign_in("manager")
    manager.goes_to("/meetings/to-book/")
    manager.clicks("Book a MASE session")
    boxes = ("starts_at_day", day.day), ("starts_at_month", day.month), ("starts_at_year", day.year)
    for name, part in (*boxes, ("starts_at_time", "9:30am")):
        manager.page.locator(f"[name={name}]").fill(str(part))
    manager.clicks("Book the session")
    manager.sees("Enter a place, or a link for an online meeting")
    manager.types("Place", "Room 2")
    manager.clicks("Book the session")

    presses, to_book = 0, manager.page.get_by_role("button", name=re.compile("^Book ?:"))
    while to_book.count():
        to_book.first.click()
        manager.page.wait_for_load_state()
        presses += 1
    assert presses == len(NAMES)
    manager.reads_page(anew=True)
    manager.sees("Every slot is taken or over.")
    expect(manager.page.get_by_role("link", name="Take out")).to_have_count(len(NAMES))
    manager.leave()

    nurse = sign_in("health")
    nurse.goes_to("/notifications/")
    nurse.clicks("You are asked to a MASE session")
    nurse.sees("12 invitations not answered yet.")
    nurse.clicks("We come to all of them")
    nurse.sees("Answered: you come to 12 meetings.")
    expect(nurse.page.get_by_text("Will come", exact=True)).to_have_count(len(NAMES))
    nurse.does_not_see("Take out")

    nurse.follows("Say for all of them that you cannot come, or who comes instead")
    nurse.page.get_by_label("No", exact=True).check()
    nurse.types("Why not?", "I am ill")
    nurse.clicks("Save the answer")
    nurse.sees("Answered: you do not come to 12 meetings.")
    expect(nurse.page.get_by_text("Cannot come", exact=True)).to_have_count(len(NAMES))
