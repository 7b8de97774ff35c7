"""Numbers and words given from one's own screen while the chair decides: they arrive, and nothing typed is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from mase.meetings.models.meeting import Meeting
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.chairing import PATIENT, Action, part
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.meetings import everyone_attends, start_meeting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "scripts",
    [pytest.param(True, id="with scripts", marks=pytest.mark.long), pytest.param(False, id="without")],
)
def test_a_nurse_gives_her_number_and_disagrees_while_the_chair_decides(
    sign_in: Callable[..., Person], cast: Cast, scripts: bool
) -> None:
    meeting = start_meeting(cast, make_case(cast, category=RiskCategory.HIGH))
    everyone_attends(meeting, cast.manager)
    chair, nurse = sign_in("manager", scripts=scripts), sign_in("health", scripts=scripts, width=390)
    chairing.writes_a_danger(chair, meeting, "Adults collect her.", "Home by ten for six weeks.")
    chairing.looks_at(chair, meeting, "stage=safety")
    chair.page.get_by_label("Whose number").select_option("Police")
    chairing.sends(chair, chair.page.locator("#number-8"))
    nurse.goes_to(f"/meetings/{meeting.pk}/?stage=safety")
    expect(nurse.page.locator("#scale")).to_contain_text("Then you see the others’")
    chairing.gives(nurse, meeting, 3)
    expect(nurse.page.locator("#scale")).to_contain_text("From 3 to 8")
    why = part(nurse, "why").locator("textarea")
    why.fill("She keeps every appointment.")
    if scripts:
        why.blur()
        box = chair.page.get_by_label("Health says 3. Why?")
        expect(box).to_have_value("She keeps every appointment.", timeout=PATIENT)
    else:
        chairing.press(nurse, part(nurse, "why").get_by_role("button", name="Save the reason"))
    chair.reads_page()
    nurse.reads_page()

    chairing.decides(chair, meeting, 3, "Harm suspected", "The same car came back.")
    chairing.adds(chair, Action("Pursue", "Serve the notice.", "Police"))
    chairing.chooses_the_next_slot(chair)
    chairing.looks_at(nurse, meeting, "stage=decide")
    nurse.page.get_by_text("Disagrees", exact=True).click()
    nurse.page.get_by_label("Why it does not agree").fill("She is stronger. Stay at 2.")
    chairing.sends(nurse, nurse.page.get_by_role("button", name="Disagrees, because of this"))
    if not scripts:
        chair.page.reload()
    expect(chair.page.locator("#agreed")).to_contain_text("She is stronger. Stay at 2.", timeout=PATIENT)
    part(chair, "word").get_by_label("Word of").select_option("All others here")
    chairing.sends(chair, part(chair, "word").get_by_role("button", name="Agrees", exact=True))
    expect(chair.page.locator("#agreed")).to_contain_text("Who agrees, 4 of 4 heard")
    chair.reads_page()
    nurse.reads_page()
    row = Meeting.objects.get(pk=meeting.pk)
    assert (
        row.actions.get().restricted,
        row.views.filter(word="disagrees").count(),
        row.review_on is None,
    ) == (True, 1, False)
