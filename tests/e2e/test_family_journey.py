"""Family, school and letters in a browser: the picture shows them, and the mother gets a letter in her language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.letters.choices import LetterKind, Reader
from cases.letters.models import Letter
from cases.letters.services import write_wording
from cases.record.choices import RiskCategory
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, share_with
from tests.factories.meetings import make_meeting

SignIn = Callable[..., Person]


@pytest.mark.long
def test_a_mother_is_added_seen_in_the_picture_and_written_to_in_her_language(
    cast: Cast, sign_in: SignIn
) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    make_meeting(cast, case)
    write_wording(
        kind=LetterKind.INVITATION, reader=Reader.PARENT, language="Polish", heading="Zaproszenie na spotkanie",
        body="Szanowna Pani {name},\n\nSpotykamy się: {meeting}.", by=cast.manager,
    )  # fmt: skip
    lead = sign_in("practitioner", width=1280)
    lead.goes_to(f"/cases/{case.reference}/family/")
    lead.sees("Nobody is recorded yet")
    lead.clicks("Add a person")
    lead.page.locator("#id_name").fill("Dana Testley")
    lead.page.get_by_label("Who are they to the child or young person?").select_option("MOTHER")
    lead.chooses("The child or young person trusts them")
    lead.chooses("Yes", group="Is it safe to contact them?")
    lead.types("First language", "Polish")
    lead.clicks("Save")
    lead.sees("Dana Testley is added")
    lead.clicks("Add a person")
    lead.types("Name", "Rowan Testley")
    lead.page.get_by_label("Who are they to the child or young person?").select_option("SIBLING")
    lead.chooses("Yes", group="Is it safe to contact them?")
    lead.clicks("Save")
    picture = lead.page.locator(".app-network__wide svg")
    for name in ("Dana Testley", "Rowan Testley"):
        expect(picture.get_by_text(name, exact=True)).to_be_visible()
    lead.follows("school", exact=True)
    lead.page.get_by_label("Schooling").select_option("PART")
    lead.types("Name of the school", "Testley Academy")
    for part, said in (("day", "3"), ("month", "9"), ("year", "2024")):
        lead.page.locator(f"[name=began_on_{part}]").fill(said)
    lead.types("Attendance", "71")
    lead.clicks("Save")
    lead.sees("Attendance 71%")

    lead.goes_to(f"/cases/{case.reference}/letters/")
    lead.clicks("Write a letter")
    lead.chooses("Invitation to a meeting")
    lead.chooses("Dana Testley (Polish)")
    lead.clicks("Write the draft")
    lead.sees("Szanowna Pani Dana Testley")
    lead.clicks("Save, and record that it was sent")
    lead.chooses("Read aloud by an interpreter")
    lead.clicks("Record as sent")
    lead.sees("The letter is recorded as sent.")
    assert Letter.objects.get().language == "Polish"


@pytest.mark.long
def test_a_phone_of_the_childs_own_is_found_and_identity_is_kept_apart(cast: Cast, sign_in: SignIn) -> None:
    case = make_case(cast)
    share_with(case, cast.agency("police"), by=cast.practitioner)
    lead = sign_in("practitioner", width=390)
    lead.goes_to(f"/cases/{case.reference}/family/")
    lead.follows("Add a phone or account")
    lead.chooses("Phone", group="What is it?")
    lead.types("Number or name", "+44 7700 900655")
    lead.page.get_by_label("How do you know?").select_option("TOLD_BY_CHILD")
    lead.clicks("Save")
    expect(lead.page.get_by_role("link", name="07700 900655", exact=True)).to_be_visible()
    assert lead.page.evaluate("document.documentElement.scrollWidth") == 390
    lead.goes_to(f"/cases/{case.reference}/health/")
    lead.follows("Change gender identity and sexual orientation")
    lead.chooses("Non-binary")
    lead.chooses("Prefers not to say", group="Sexual orientation")
    lead.chooses("The child or young person told me")
    lead.clicks("Save")
    lead.sees("Non-binary")

    police = sign_in("police", width=1280)
    police.page.get_by_role("searchbox").first.fill("07700900655")
    police.page.keyboard.press("Enter")
    police.sees(case.child.name)
    police.goes_to(f"/cases/{case.reference}/tonight/")
    expect(police.page.get_by_role("link", name="07700 900655")).to_have_attribute("href", "tel:07700900655")
    police.goes_to(f"/cases/{case.reference}/")
    police.sees("Health and identity detail is kept apart")
    assert lead.script_errors == police.script_errors == []
