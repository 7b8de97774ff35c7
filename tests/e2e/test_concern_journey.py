"""A practitioner logs a concern; the manager adds it to a case. The main journey opens one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from cases.concerns.models import Concern
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import make_concern

SignIn = Callable[..., Person]


@pytest.mark.long
def test_the_journey_works_without_scripts_on_a_phone(cast: Cast, sign_in: SignIn) -> None:
    person = sign_in("outsider", scripts=False, width=320)
    reference = logs_a_concern(person)
    assert not Concern.objects.get(reference=reference).is_draft


@pytest.mark.long
def test_a_concern_is_left_and_taken_up_again(cast: Cast, sign_in: SignIn) -> None:
    person = sign_in("practitioner")
    begins(person)
    person.clicks("Save and continue")
    person.types("First names", "Rowan")
    date_part(person, "day").fill("31")
    date_part(person, "month").fill("2")
    person.clicks("Save and leave")
    person.sees("is kept as a draft")
    person.goes_to("/")
    person.sees("My concerns")
    person.follows("Name not known")
    assert person.page.get_by_label("First names").input_value() == "Rowan"
    assert date_part(person, "day").input_value() == "31"


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False])
def test_triage_adds_a_concern_to_the_case_it_belongs_to(cast: Cast, sign_in: SignIn, scripts: bool) -> None:
    case = make_case(cast, child=make_child(given_name="Robyn", family_name="Testley"))
    concern = make_concern(cast.practitioner, given_name="Robin", family_name="Testly")
    manager = sign_in("manager", scripts=scripts)
    manager.goes_to(f"/triage/{concern.reference}/")
    manager.types("Reason", "The same child.")
    manager.clicks("Add to this case")
    manager.types("Feedback to", "Thank you, this is now part of her record.")
    manager.clicks("Record the decision")
    manager.sees("has been decided: add to an existing case")
    assert case.concerns.get() == concern


def begins(person: Person) -> None:
    """The first page, written."""
    person.goes_to("/concerns/new/")
    person.chooses("No", group="Is the child or young person in danger")
    person.types("What are you worried about?", "Ash has two new phones and will not say from whom.")


def logs_a_concern(person: Person) -> str:
    """From the first page to the reference: four pages, six answers, and what else is known."""
    begins(person)
    person.types("What has the child said?", "He just buys me stuff.")
    person.clicks("Save and continue")
    person.sees("2 of 6 answers")
    person.types("First names", "Ash")
    person.types("Last name", "Testley")
    for part, value in (("day", "2"), ("month", "5"), ("year", "2011")):
        date_part(person, part).fill(value)
    person.page.get_by_text("Add more").click()
    person.types("NHS number", "999 000 0019")
    person.clicks("Save and continue")
    person.sees("Check the NHS number")
    person.types("NHS number", "999 000 0018")
    person.clicks("Save and continue")
    person.chooses("Money, clothes or phone, unexplained")
    person.chooses("Earlier", group="Money, clothes")
    person.page.locator("#id_evidence_SIG04").fill("Two phones on 3 March.")
    person.chooses("Drugs")
    person.clicks("Save and continue")
    person.page.get_by_label("What is it?").first.select_option("vehicle")
    person.types("Name, number or address", "Silver hatchback")
    person.clicks("Add another person or place")
    person.page.get_by_label("What is it?").nth(1).select_option("person")
    person.page.get_by_label("Name, number or address").nth(1).fill("An adult known as Kez")
    person.chooses("Told what is shared", group="Has the child or young person been told?")
    person.chooses("Not told yet", group="Has a parent or carer been told?")
    person.clicks("Save and continue")
    person.sees("6 of 6 answers")
    person.sees("An adult known as Kez")
    person.sees("Now and more than 6 months ago")
    person.clicks("Send to the CSE team")
    person.sees("Concern sent")
    return person.page.locator(".govuk-panel__body strong").inner_text()


def date_part(person: Person, part: str) -> Locator:
    """One box of the date of birth."""
    return person.page.locator(f"[name=date_of_birth_{part}]")
