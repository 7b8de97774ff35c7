"""A girl wants to face the court: measures, bail she is told of, a verdict, and Turning 18 carries her plan."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from intelligence.subjects.models import Subject
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.court import ago, court, make_investigation
from tests.integration.mase.cmog.test_cmog import named_by_a_report

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Person]


@pytest.fixture
def case(transactional_db: None, cast: Cast) -> Case:
    child = make_child(given_name="Amara", family_name="Testley", date_of_birth=ago(17 * 365 + 100))
    made = make_case(cast, child=child, category=RiskCategory.MEDIUM)
    court(
        cast, made, "event", investigation=make_investigation(cast, made), kind="CHARGE", happens_on=ago(50)
    )
    share_with(made, cast.agency("health"), by=cast.practitioner)
    named_by_a_report(cast, made)
    return made


def types_day(person: Person, question: str, day: dt.date) -> None:
    boxes = person.page.get_by_role("group", name=question)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        boxes.get_by_label(part).fill(str(value))


def asks(person: Person, measure: str) -> None:
    person.page.get_by_role("link", name=measure).click()
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
    types_day(worker, "When was it offered?", ago(9))
    worker.chooses("Wants it")
    worker.clicks("Save")
    expect(worker.page.get_by_role("row", name="Intermediary")).to_contain_text("Not yet")
    asks(worker, "Intermediary")
    types_day(worker, "When was it applied for?", ago(8))
    worker.chooses("Granted")
    types_day(worker, "When did the court answer?", ago(2))
    worker.clicks("Save")
    worker.sees("ask the court for a day of the ground rules hearing")
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

    worker.follows("Record an outcome")
    worker.chooses("Found guilty")
    types_day(worker, "On which day?", ago(1))
    worker.types("Sentence or terms", "He wrote to Amara.")
    worker.clicks("Save")
    worker.sees("Take out “Amara”")
    worker.types("Sentence or terms", "Sentence on another day.")
    worker.clicks("Save")
    worker.sees("Sentence on another day.")
    worker.follows("Add an event")
    worker.chooses("Hearing")
    types_day(worker, "On which day?", today + dt.timedelta(days=20))
    worker.types("Which court?", "Wolverhampton Crown Court")
    worker.clicks("Save")

    worker.goes_to(f"/cases/{case.reference}/turning-18/")
    worker.sees("Hand on the court plan")
    hearing = f"{today + dt.timedelta(days=20):%-d %B %Y}"
    worker.sees(f"To hand on: special measures (intermediary); hearing on {hearing}; DC Lowe keeps in touch")
    worker.sees("in the courtroom, facing the court; ISVA Ros Hale; CICA until")
    officer = sign_in("police")
    officer.goes_to("/notifications/")
    officer.sees("Review the standing")
    officer.goes_to(f"/intelligence/subjects/{Subject.objects.get(name='Rowan Kestrel').reference}/")
    outcome = officer.page.get_by_role("region", name="In court")
    expect(outcome).to_contain_text("Found guilty")
    expect(outcome).not_to_contain_text("Amara")

    nurse = sign_in("health")
    nurse.goes_to(f"/cases/{case.reference}/")
    expect(nurse.page.get_by_role("link", name="Court", exact=True)).to_have_count(0)
