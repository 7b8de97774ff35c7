"""A practitioner's day with a case: find it, read it, write down who the child is, record an assessment."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child

pytestmark = pytest.mark.long

SignIn = Callable[..., Person]


@pytest.fixture
def case(transactional_db: None, cast: Cast) -> Case:
    made = make_case(
        cast, child=make_child(given_name="Amara", family_name="Testley"), category=RiskCategory.LOW
    )
    Case.objects.filter(pk=made.pk).update(next_review_on=timezone.localdate() - dt.timedelta(days=3))
    return made


def test_a_practitioner_opens_their_cases_and_writes_down_who_the_child_is(
    sign_in: SignIn, case: Case
) -> None:
    practitioner = sign_in("practitioner")
    practitioner.sees("3 days overdue")
    practitioner.follows("Children", exact=True)
    practitioner.types("Search", "amara")
    practitioner.clicks("Apply filters")
    practitioner.sees("1 child")
    practitioner.follows("Amara Testley")
    practitioner.sees("3 days overdue")
    practitioner.opens_more()
    practitioner.follows("Edit details")
    practitioner.types("School, college or training", "Fictional Academy")
    practitioner.types("NHS number", "123")
    practitioner.types("Other name", "Mara")
    practitioner.clicks("Save details")
    practitioner.sees("Check the NHS number")
    practitioner.types("NHS number", "999 000 0018")
    practitioner.clicks("Save details")
    practitioner.sees("The child's details have been saved.")
    practitioner.sees("Fictional Academy")
    practitioner.sees("Mara")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_assessment_is_recorded_by_one_and_confirmed_by_another(
    sign_in: SignIn, case: Case, scripts: bool
) -> None:
    practitioner = sign_in("practitioner", scripts=scripts)
    practitioner.page.goto(f"/cases/{case.reference}/assessments/")
    press(practitioner, "Record an assessment", checked=scripts)
    practitioner.page.get_by_text("Signs that are not ticked").click()
    practitioner.page.get_by_label("Missing or away, again and again").check()
    practitioner.page.locator("#id_when_SIG01_0").check()
    practitioner.page.locator("#id_evidence_SIG01").fill("Missing on Tuesday and Friday nights")
    practitioner.chooses("The child has said")
    if not scripts:
        press(practitioner, "Save and add up", checked=False)
    practitioner.sees("5 points")
    practitioner.sees("at least category 2")
    practitioner.chooses("Category 3", group="Your professional category")
    practitioner.types("why?", "She named an adult who waits at the gate")
    practitioner.chooses("Harm suspected")
    practitioner.types("Your analysis", "She is frightened, and her sister keeps her safe")
    press(practitioner, "Record the assessment", checked=scripts)
    practitioner.sees("The assessment has been recorded.")
    practitioner.sees("Not confirmed yet")

    manager = sign_in("manager")
    manager.sees("category to confirm")
    manager.goes_to(f"/cases/{case.reference}/assessments/{case.assessments.get().pk}/")
    manager.clicks("Confirm a category")
    manager.chooses("Category 3")
    manager.chooses("Harm suspected")
    manager.types("Why?", "Agreed with the police today")
    manager.clicks("Confirm the category")
    manager.sees("The category has been confirmed.")
    manager.follows("Risk", exact=True)
    manager.sees("How the category developed")


def test_the_pages_are_readable_on_a_phone(sign_in: SignIn, case: Case) -> None:
    practitioner = sign_in("practitioner", width=320)
    for path in ("", "edit/", "lead/", "assessments/", "assessments/new/", "voice/", "voice/new/"):
        practitioner.goes_to(f"/cases/{case.reference}/{path}")
        width = practitioner.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, path
    practitioner.goes_to("/cases/")
    assert practitioner.page.evaluate("document.documentElement.scrollWidth") <= 320


def press(person: Person, name: str, *, checked: bool) -> None:
    """Press a button; without scripts no machine can check the page it leads to."""
    person.page.get_by_role("button", name=name).click()
    person.page.wait_for_load_state()
    if checked:
        person.reads_page()
