"""A duty nurse has a child in front of her at night, reads the Tonight sheet and adds a note; the lead sees it."""

from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.family import make_member
from tests.factories.missing import planned, went_missing

SignIn = Callable[..., Person]


@pytest.mark.long
def test_a_nurse_at_night_and_the_lead_in_the_morning(cast: Cast, sign_in: SignIn) -> None:
    case = make_case(cast)
    make_member(cast, case, phone="07700 900214")
    planned(cast, case)
    went_missing(cast, case, hours=None)
    name = case.child.given_name
    nurse = sign_in("duty", width=390)
    nurse.goes_to("/emergency/")
    nurse.page.locator("input[name=way][value=reference]").check()
    nurse.page.locator("input[name=reference]").fill(case.reference)
    nurse.page.locator("input[name=kind][value=health]").check()
    nurse.page.locator("[name=reason]").fill("Brought in alone, and cold")
    nurse.page.locator("input[name=understood]").check()
    nurse.clicks("Open the case for four hours")
    nurse.sees("Emergency access, 3 h 59 min left")
    nurse.sees("Missing for 1 hour")
    rows = nurse.page.locator(".app-tonight__calls a")
    assert [rows.nth(each).get_attribute("href") for each in (0, 2)] == ["tel:999", "tel:07700900142"]
    assert min(box["height"] for each in rows.all() if (box := each.bounding_box())) >= 58
    assert not nurse.page.get_by_role("navigation", name="Work").is_visible()
    assert nurse.page.evaluate("document.documentElement.scrollWidth") == 390
    nurse.types("What happened?", "She is warm, and asleep in a side room.")
    nurse.page.get_by_role("navigation", name="Quick actions").get_by_role("button").click()
    nurse.sees("It has called nobody")

    lead = sign_in("practitioner")
    lead.goes_to("/notifications/")
    lead.sees(f"says that the child of case {case.reference} is with them")
    lead.goes_to("/")
    lead.clicks("Tonight sheet")
    lead.sees(f"Must not collect {name}")
    assert "Emergency access" not in lead.page.content()
    lead.goes_to(f"/cases/{case.reference}/chronology/")
    lead.sees("asleep in a side room")
    assert nurse.script_errors == lead.script_errors == []
    lead.page.goto(f"/cases/{case.reference}/tonight/")
    lead.page.emulate_media(media="print")
    assert len(PdfReader(BytesIO(lead.page.pdf(format="A4"))).pages) == 1
