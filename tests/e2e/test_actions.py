"""The nurse's action, from the home page to its outcome, and the minutes she reads; nobody else finds them."""

from collections.abc import Callable

import pytest

from cases.record.choices import RiskCategory
from mase.plans.models.plan import PlanAction
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories import actions as factory
from tests.factories.cases import make_case, make_child

pytestmark = pytest.mark.long


@pytest.fixture
def action(transactional_db: None, cast: Cast) -> PlanAction:
    """Given a meeting that gave the nurse an action, now four days overdue."""
    child = make_child(given_name="Amara", family_name="Testley")
    return factory.issued(cast, make_case(cast, child=child, category=RiskCategory.MEDIUM), overdue_by=4)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_nurse_completes_her_action(
    sign_in: Callable[..., Person], action: PlanAction, scripts: bool
) -> None:
    nurse = sign_in("health", scripts=scripts)

    # when she follows her action from the home page
    nurse.sees("My actions")
    nurse.sees("4 days overdue")
    nurse.follows("See the young person at school")
    nurse.page.get_by_text("History (").click()
    nurse.sees("Agreed and given out")

    # and says first how it is going
    nurse.follows("Report progress")
    nurse.types("What has happened so far?", "Rang the school twice. They call back on Monday.")
    nurse.clicks("Save the report")
    nurse.sees("Your report is saved.")
    nurse.page.get_by_text("History (").click()
    nurse.sees("Rang the school twice.")

    # and then forgets half of the outcome
    nurse.clicks("Record the outcome")
    nurse.chooses("Yes, it was done")
    nurse.types("What came of it?", "Seen twice at school. She knows where the clinic is.")
    nurse.clicks("Save the final report")
    nurse.sees("There is a problem")
    nurse.sees("Enter the day it was done")

    # then the rest of it
    nurse.types("Day", str(action.due_on.day))
    nurse.types("Month", str(action.due_on.month))
    nurse.types("Year", str(action.due_on.year))
    nurse.types("What did it change for the child or young person?", "She says she feels less alone.")
    nurse.chooses("This is the final report")
    nurse.clicks("Save the final report")

    # then the action is done, in time, and on nobody's list any more
    nurse.sees("The final report on this action is saved.")
    nurse.sees("She says she feels less alone.")
    nurse.goes_to("/actions/")
    nurse.sees("0 actions still to do for you")
    nurse.page.get_by_label("Finished", exact=True).check()
    nurse.clicks("Apply filters")
    nurse.sees("1 finished action for you")


def test_the_chair_sees_what_is_overdue_on_a_phone(
    sign_in: Callable[..., Person], action: PlanAction
) -> None:
    chair = sign_in("manager", width=320)
    chair.goes_to("/actions/?whose=all&show=overdue")
    chair.sees("1 overdue action that you may see")
    chair.follows("See the young person at school")
    width = chair.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320
