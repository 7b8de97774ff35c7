"""A child is referred to a service, waits, begins and ends; an agency records a hotel visit, and the ward shows it."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.support import make_service

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Person]


@pytest.fixture
def case(transactional_db: None, cast: Cast) -> Case:
    make_service(cast)
    child = make_child(given_name="Amara", family_name="Testley", ward="E05001260")
    return make_case(cast, child=child, category=RiskCategory.MEDIUM)


def test_a_child_is_referred_and_what_no_service_meets_is_seen(sign_in: SignIn, case: Case) -> None:
    worker, today = sign_in("practitioner"), timezone.localdate()
    worker.goes_to(f"/cases/{case.reference}/support/")
    worker.clicks("Refer to a service")
    worker.page.get_by_label("What does the child need?").select_option("A trusted adult to talk to")
    worker.page.get_by_label("Which service is asked?").select_option(index=2)
    worker.clicks("Save the referral")
    worker.sees("Lantern is asked.")
    worker.follows("Record what became of it")
    worker.chooses("Accepted")
    for name in ("answered_on", "first_on"):
        for part, value in (("day", today.day), ("month", today.month), ("year", today.year)):
            worker.page.locator(f"[name={name}_{part}]").fill(str(value))
    worker.chooses("Took part", group="How did it go?")
    worker.types("What did the child say about it?", "She listens.")
    worker.clicks("Save")
    worker.sees("after 0 days")
    worker.clicks("Refer to a service")
    worker.page.get_by_label("What does the child need?").select_option("A safe place to live")
    worker.page.get_by_label("Which service is asked?").select_option("none")
    worker.clicks("Save the referral")
    worker.sees("No service for this need")

    manager = sign_in("manager")
    manager.goes_to("/support/")
    manager.sees("Needs, met and unmet")
    manager.sees("A safe place to live")


def test_a_hotel_is_visited_and_its_ward_shows_it(sign_in: SignIn, case: Case) -> None:
    officer = sign_in("police")
    officer.goes_to("/prevention/new/")
    officer.chooses("Visit", group="What was it?")
    officer.chooses("Hotel or guest house")
    officer.types("Name of the place or group", "The Saltwell Hotel")
    officer.page.get_by_label("In which ward?").select_option("Abbey")
    officer.clicks("Save")
    officer.sees("The Saltwell Hotel")
    manager = sign_in("manager")
    manager.goes_to("/prevention/wards/")
    manager.page.get_by_role("link", name="Abbey: 1").last.click()
    manager.sees("The Saltwell Hotel")
