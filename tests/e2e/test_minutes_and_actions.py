"""After the meeting: minutes objected to, sent again, agreed and corrected; an action declined and given on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from mase.meetings.models.meeting import Meeting
from mase.plans.models.plan import PlanAction
from tests.cast import Cast
from tests.e2e.person import Person
from tests.e2e.test_meeting_states import is_read_on_a_phone
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.minutes import agreed_by_themselves, circulated

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
OBJECTION = "She came on Tuesday."


@pytest.fixture
def action(transactional_db: None, cast: Cast) -> PlanAction:
    """The nurse's, of a meeting that ended today."""
    return factory.issued(cast, make_case(cast, category=RiskCategory.MEDIUM), accepted=False)


def test_minutes_are_objected_to_answered_sent_again_agreed_and_corrected(
    sign_in: Callable[..., Person], cast: Cast, action: PlanAction
) -> None:
    meeting = action.meeting
    assert meeting is not None
    circulated(cast, meeting)
    nurse, chair, page = sign_in("health"), sign_in("manager"), f"/meetings/{meeting.pk}/minutes/"

    # when the nurse objects
    nurse.goes_to(page)
    nurse.sees("Agreed by themselves on")
    nurse.follows("Object to the minutes")
    nurse.page.get_by_label("Which part is it about?").select_option(index=1)
    nurse.types("What should the minutes say?", OBJECTION)
    nurse.clicks("Send the objection")
    nurse.sees("Not answered yet.")

    # and the chair accepts it, reads what the family gets, and sends them out again
    chair.goes_to(page)
    chair.sees("1 objection waits for an answer.")
    chair.follows("Answer the objection")
    chair.chooses("Yes, and the minutes are worded otherwise")
    chair.types("Your answer", "The diary says so.")
    chair.clicks("Save the answer")
    chair.clicks("Send them out again")
    chair.sees("The letters in plain words")
    chair.sees("We call the danger “medium” (category 2).")
    chair.clicks("Send the minutes out again")

    # then they are agreed by themselves, and corrected after that
    agreed_by_themselves(Meeting.objects.get(pk=meeting.pk))
    chair.goes_to(page)
    chair.sees("as nobody objected any more")
    is_read_on_a_phone(chair, page)
    chair.goes_to(page)
    chair.follows("Add a correction")
    chair.chooses("No", group="Is it about the part for professionals only?")
    chair.types("What is corrected?", "The clinic is in Tipton.")
    chair.clicks("Add it to the minutes")
    chair.sees("The clinic is in Tipton.")
    chair.follows("Letters to the child and family")
    chair.sees("What we agreed")


def test_an_action_is_declined_and_given_to_somebody_else(
    sign_in: Callable[..., Person], cast: Cast, action: PlanAction
) -> None:
    nurse, chair, worker = sign_in("health"), sign_in("manager"), sign_in("practitioner")
    page = f"/actions/{action.pk}/"

    # when the nurse declines it
    nurse.goes_to(page)
    nurse.sees("To accept or decline by")
    expect(nurse.page.get_by_text("History (")).to_be_in_viewport()
    nurse.follows("Decline it, and say why")
    nurse.chooses("No, we decline it")
    nurse.clicks("Send the answer")
    nurse.sees("Say why your agency cannot do it")
    nurse.types("Why can your agency not do it?", "No nurse until May.")
    nurse.clicks("Send the answer")
    nurse.sees("Declined. The chair has been told.")

    # and the chair gives it to the social worker
    chair.goes_to("/actions/?whose=all&show=without-owner")
    chair.follows("See the young person at school")
    chair.sees("No nurse until May.")
    chair.clicks("Give it to somebody else")
    worker_of = str(factory.membership(cast.practitioner).pk)
    chair.page.get_by_label("Who takes this action on?").select_option(worker_of)
    chair.types("Why does it change hands?", "Health has no nurse.")
    chair.clicks("Hand it on")

    # then it is the worker's to accept
    worker.goes_to("/actions/")
    worker.follows("See the young person at school")
    worker.clicks("Accept this action")
    worker.sees("Your agency does it.")
    worker.sees("Record the outcome")
