"""A MASE opens with a child's words, and they are told what changed. An assessment is not lost."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.assessments import services as assessments
from cases.concerns.choices import IndicatorTiming
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.family import heard
from tests.factories.meetings import make_meeting
from tests.factories.requests import in_one_request

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Person]
WORDS = "I want to sleep at Nan’s. Nobody asks me first."


@pytest.fixture
def case(transactional_db: None, cast: Cast) -> Case:
    child = make_child(given_name="Amara", family_name="Testley")
    return make_case(cast, child=child, category=RiskCategory.MEDIUM)


def test_a_three_houses_record_opens_the_mase_and_the_child_is_told_what_changed(
    sign_in: SignIn, case: Case, cast: Cast
) -> None:
    meeting, today = make_meeting(cast, case), timezone.localdate()
    worker = sign_in("practitioner")
    worker.goes_to(f"/cases/{case.reference}/")
    worker.follows("Risk", exact=True)
    worker.follows("Add what they said")
    worker.types("Their own words", WORDS)
    worker.types("Who listened?", "Amina Khan, social worker")
    worker.chooses("Yes", group="Were they alone with that person?")
    worker.chooses("Three Houses")
    worker.chooses("Family and home")
    worker.clicks("Save their words")
    worker.sees("the next MASE opens with them")

    chair = sign_in("manager")
    chair.goes_to(f"/meetings/{meeting.pk}/?stage=child")
    expect(chair.page.locator("#voice").get_by_label("Their own words")).to_have_value(WORDS)

    worker.follows("Record what changed")
    worker.types("What changed because of it?", "She sleeps at her nan’s at weekends.")
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        worker.types(part, str(value))
    worker.clicks("Save what changed")
    worker.sees("What changed is recorded.")
    worker.does_not_see("Not yet")
    worker.follows("Chronology", exact=True)
    worker.sees("They were told on")


def test_an_assessment_survives_the_end_of_a_session(sign_in: SignIn, case: Case, cast: Cast) -> None:
    assess_ten(cast, case)
    heard(cast, case)
    worker = sign_in("practitioner")
    worker.goes_to(f"/cases/{case.reference}/assessments/new/")
    assert worker.page.evaluate("document.documentElement.scrollHeight") <= 3000
    score = worker.page.get_by_label("Score so far")
    expect(score).to_contain_text("27 points")
    worker.page.get_by_text("Signs that are not ticked").click()
    sign = worker.page.locator("li:has([value=SIG07])")
    sign.locator("[value=SIG07]").check()
    sign.get_by_label("More than 6 months ago").check()
    expect(score).to_contain_text("28 points")
    expect(score).to_contain_text("New: Hotels, taxis or takeaways")
    sign.locator("textarea").fill("Two hotels, last winter")
    worker.page.locator("[value=RSK06]").uncheck()
    expect(score).to_contain_text("No longer: Drugs")
    worker.types("Your analysis", "Her nan keeps her safe.")
    expect(worker.page.locator(".app-draft")).to_contain_text("Draft saved")

    worker.page.context.clear_cookies()
    worker.page.get_by_role("button", name="Record the assessment").click()
    worker.sign_in()
    worker.goes_to(f"/cases/{case.reference}/assessments/new/")
    expect(sign.locator("textarea")).to_have_value("Two hotels, last winter")
    expect(sign.get_by_text("In the past: “Two hotels, last winter”")).to_be_visible()
    expect(score).to_contain_text("27 points")
    worker.chooses("Category 3", group="Your professional category")
    worker.chooses("Harm suspected", group="Harm")
    worker.clicks("Record the assessment")
    worker.sees("The assessment has been recorded.")
    worker.sees("No longer")
    worker.sees("Two hotels, last winter")


@in_one_request
def assess_ten(cast: Cast, case: Case) -> None:
    """Ten signs, four of them significant."""
    timed = {f"SIG0{n}": IndicatorTiming.CURRENT for n in range(1, 4)} | {"SIG04": IndicatorTiming.BOTH}
    plain = dict.fromkeys(("RSK01", "RSK02", "RSK06", "VUL05", "VUL08", "VUL12"), IndicatorTiming.TICKED)
    ticked = {
        code: assessments.Answer(timing, "As her teacher told") for code, timing in (timed | plain).items()
    }
    judgement = assessments.Judgement(RiskCategory.HIGH, HarmStatus.H1, "Frightened.", "As she says")
    assessments.record_assessment(
        case=case,
        answers=assessments.Answers(ticked),
        judgement=judgement,
        by=cast.practitioner,
        key=new_key(),
    )
