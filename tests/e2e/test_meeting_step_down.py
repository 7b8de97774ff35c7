"""A review that lets the category fall, and one that may not: the page says why, and nothing typed is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from mase.meetings.choices import MeetingKind
from mase.meetings.models.meeting import Meeting
from mase.plans.models.plan import Decision
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.chairing import PATIENT, part, press
from tests.e2e.person import Person
from tests.factories.cases import assessed_as_a_network, assessed_as_quiet, make_case
from tests.factories.meetings import end_meeting, start_meeting, write_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
WHY = "Nothing new was seen for three months."
UNMET = "It goes on with its action, and the review comes back to it."
DENIED = 3  # of the points: no number, no parent's view, and an action that is not finished
POLICE = 2  # confirm these themselves


@pytest.fixture
def reviews(cast: Cast) -> list[Meeting]:
    """Two children in category 3 who were met about before; all is written, and the category is kept so far."""
    cases = [make_case(cast, category=RiskCategory.HIGH) for _ in range(2)]
    for case in cases:
        end_meeting(cast, case)
        assessed_as_quiet(cast, case)
    held = [write_all(cast, start_meeting(cast, Case.objects.get(pk=case.pk))) for case in cases]
    assert {each.kind for each in held} == {MeetingKind.REVIEW}
    return held


def test_one_category_falls_and_another_may_not(
    sign_in: Callable[..., Person], reviews: list[Meeting], cast: Cast
) -> None:
    falls, stays = reviews
    chair = sign_in("manager")
    chairing.decides(chair, falls, 2, "Harm suspected", WHY)
    expect(chair.page.locator("#agreed")).to_contain_text("Who agrees, 0 of 4 heard", timeout=PATIENT)
    chair.sees("each agency is asked again.")
    cannot_end_yet(chair)
    chairing.hears_that_all_agree(chair)
    answers_the_checklist(chair)
    chair.reads_page()
    chairing.ends(chair)
    falls.case.refresh_from_db()
    assert falls.case.category == RiskCategory.MEDIUM
    assert set(falls.step_down_points.filter(met=False).values_list("why", flat=True)) == {UNMET}
    assert falls.step_down_points.filter(met=False).count() == DENIED + POLICE
    assert falls.views.filter(word="agrees").count() == 4

    chairing.looks_at(chair, stays, "stage=decide")
    assessed_as_a_network(cast, stays.case)  # while the page stands open
    is_refused(chair, stays)
    chair.reads_page()
    chairing.ends(chair)
    stays.case.refresh_from_db()
    assert stays.case.category == RiskCategory.HIGH


def cannot_end_yet(chair: Person) -> None:
    """The checklist comes first; what was decided stays on the page."""
    press(chair, chair.page.get_by_role("button", name="Close child"))
    chair.sees("Before it can end")
    press(chair, chair.page.get_by_role("link", name="The step-down checklist: 13 points not answered."))
    expect(part(chair, "decision").get_by_label("Why")).to_have_value(WHY)


def answers_the_checklist(chair: Person) -> None:
    """Every point; what the record denies or the police confirm can only be not met, with a reason."""
    chairing.opens(chair, "Step-down: ")
    form = part(chair, "step-down")
    points = form.locator("select")
    expect(points).to_have_count(13)
    expect(form.get_by_text("The record speaks against it.")).to_have_count(DENIED)
    expect(form.get_by_text("Police confirms it.")).to_have_count(POLICE)
    for point in points.all():
        may_be_met = point.locator("option[value=yes]").count()
        point.select_option("yes" if may_be_met else "no")
        if not may_be_met:
            why = form.locator(f"[name='{(point.get_attribute('name') or '').replace('-met_', '-why_')}']")
            why.fill(UNMET)
    chairing.save(chair, form, "Save the checklist")
    chair.page.reload()


def is_refused(chair: Person, meeting: Meeting) -> None:
    """The newest assessment allows no less: the chair reads why, the words typed stay, the decision is as it was."""
    form = part(chair, "decision")
    form.locator("input[type=radio][value='2']").check()
    expect(form.locator(".app-part__problem")).to_contain_text(
        re.compile(r"A lower category cannot be decided now\..*Less can be decided only after a newer"),
        timeout=PATIENT,
    )
    form.get_by_label("Why").fill(WHY)
    expect(form.get_by_label("Why")).to_have_value(WHY)
    assert Decision.objects.get(meeting=meeting).category == RiskCategory.HIGH
    form.locator("input[type=radio][value='3']").check()
    form.get_by_label("Why").blur()
    chairing.is_saved(chair, form)
    assert Decision.objects.get(meeting=meeting).rationale == WHY
