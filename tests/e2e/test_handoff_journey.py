"""Early help in a browser: handed to the COG, accepted, reviewed, stepped up, and waiting for triage again."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.concerns import make_concern

SignIn = Callable[..., Person]


@pytest.mark.long
def test_a_hand_off_is_accepted_reviewed_and_stepped_up(cast: Cast, sign_in: SignIn) -> None:
    concern = make_concern(cast.outsider)
    manager, nurse = sign_in("manager"), sign_in("health", width=390)
    manager.goes_to(f"/triage/{concern.reference}/")
    manager.chooses("One agency acts")
    manager.page.get_by_label("Which agency responds?").select_option("health")
    manager.page.locator("#id_single_asked").fill("Meet her every week.")
    manager.types("Reason", "Early signs.")
    manager.types("Feedback to", "The nurse will ring you.")
    manager.clicks("Record the decision")
    manager.sees("has been decided: one agency to respond")
    manager.follows("Not accepted")
    manager.sees("Robyn Testley")

    nurse.goes_to("/")
    nurse.sees("New to you")
    nurse.follows("Robyn Testley")
    nurse.sees("Meet her every week.")
    accepts(nurse)
    nurse.sees("You have accepted it")
    nurse.clicks("Review")
    nurse.types("What has happened since?", "She comes every week.")
    review_in(nurse, 28)
    nurse.clicks("Save the review")
    nurse.sees("She comes every week.")
    nurse.follows("Step up to the CSE team")
    nurse.types("Why is more needed?", "An older man collects her.")
    nurse.clicks("Send to triage")
    nurse.sees("Stepped up")

    manager.goes_to("/triage/")
    manager.sees("Stepped up by Sandwell Health Commissioning")
    manager.follows("Robyn Testley")
    manager.sees("An older man collects her.")


def accepts(person: Person) -> None:
    """With a plan and a review in two weeks."""
    person.clicks("Accept")
    person.types("What will you do?", "We meet her every Tuesday.")
    review_in(person, 14)
    person.clicks("Accept")


def review_in(person: Person, days: int) -> None:
    """The date of the review."""
    day = timezone.localdate() + dt.timedelta(days=days)
    for part in ("day", "month", "year"):
        person.page.locator(f"[name=review_on_{part}]").fill(str(getattr(day, part)))
