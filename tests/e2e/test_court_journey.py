"""A girl wants to face the court: measures, bail she is told of, a verdict, and Turning 18 carries her plan."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.court import ago, court, make_investigation

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Person]


@pytest.fixture
def case(transactional_db: None, cast: Cast) -> Case:
    child = make_child(given_name="Amara", family_name="Testley", date_of_birth=ago(17 * 365 + 100))
    made = make_case(cast, child=child, category=RiskCategory.MEDIUM)
    court(
        cast, made, "event", investigation=make_investigation(cast, made), kind="charge", happens_on=ago(50)
    )
    share_with(made, cast.agency("health"), by=cast.practitioner)
    return made


def types_day(person: Person, question: str, day: dt.date) -> None:
    boxes = person.page.get_by_role("group", name=question)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        boxes.get_by_label(part).fill(str(value))


def asks(person: Person, measure: str) -> None:
    person.page.get_by_role("row", name=measure).get_by_role("link").click()
    person.reads_page()


def test_a_girl_faces_the_court_and_her_plan_goes_on_after_18(
    sign_in: SignIn, case: Case, cast: Cast
) -> None:
    today = timezone.localdate()
    worker = sign_in("practitioner")
    worker.goes_to(f"/cases/{case.reference}/")
    worker.follows("Court", exact=True)
    worker.follows("Write the plan")
    worker.types("Who keeps in touch?", "DC Lowe")
    worker.types("How often?", "Every week")
    types_day(worker, "Next contact on", today + dt.timedelta(days=7))
    worker.chooses("In the courtroom, facing the court")
    worker.types("In their words", "I want him to see me.")
    worker.types("Adviser on sexual violence (ISVA)", "Ros Hale")
    worker.clicks("Save")
    worker.sees("I want him to see me.")

    asks(worker, "Screens")
    types_day(worker, "When was it offered?", today)
    worker.chooses("Does not want it")
    worker.clicks("Save")
    asks(worker, "Intermediary")
    types_day(worker, "When was it offered?", today)
    worker.chooses("Wants it")
    worker.clicks("Save")
    expect(worker.page.get_by_role("row", name="Screens")).to_contain_text("Does not want it")

    worker.follows("Add an event")
    worker.chooses("Verdict")
    types_day(worker, "On which day?", ago(60))
    worker.types("Conditions or outcome", "Guilty")
    worker.clicks("Save")
    worker.sees("follows the charge, which is on")
    types_day(worker, "On which day?", ago(1))
    types_day(worker, "When was the child told?", today)
    worker.types("Who told the child?", "Amina Khan")
    worker.clicks("Save")
    expect(worker.page.get_by_role("row", name="Verdict")).to_contain_text("Amina Khan")

    worker.goes_to(f"/cases/{case.reference}/turning-18/")
    worker.sees("Hand on the court plan")
    worker.sees("Goes on after 18: special measures (intermediary), ISVA Ros Hale, CICA until")

    nurse = sign_in("health")
    nurse.goes_to(f"/cases/{case.reference}/")
    expect(nurse.page.get_by_role("link", name="Court", exact=True)).to_have_count(0)
