"""The agenda in minutes: nothing is called empty which was recorded."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case
from mase.choices import Audience
from mase.models import MaseMeeting
from mase.presenters.minutes import MinutesDocument, document
from mase.selectors.minutes import draft_record
from mase.services import decision, ending, safety_map
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import end_meeting, every_point_met, start_meeting
from tests.integration.mase.test_minutes_actions import files, text_of

__all__ = ["files"]


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, child=make_child(given_name="Amara"), category=RiskCategory.HIGH)


def drafted(meeting: MaseMeeting, audience: Audience = Audience.FULL) -> MinutesDocument:
    return document(draft_record(meeting, audience))


def says_under(meeting: MaseMeeting, code: str) -> str | None:
    """What the minutes say there besides the notes; None where the item is not printed."""
    found = [each for each in drafted(meeting).sections if each.code == code]
    return found[0].says if found else None


def test_where_attendance_was_recorded_introductions_are_not_called_empty(cast: Cast, case: Case) -> None:
    meeting = end_meeting(cast, case)
    assert says_under(meeting, "introductions") == "Who was there stands above."
    assert "Introductions" not in drafted(meeting).unrecorded
    assert "Missing episodes (" in drafted(meeting).unrecorded


def test_numbers_and_the_checklist_are_not_called_empty_where_they_stand_elsewhere(
    cast: Cast, case: Case
) -> None:
    end_meeting(cast, case)
    case.refresh_from_db()
    review = start_meeting(cast, case)
    danger = review.dangers.get()
    seat = review.invitations.filter(agency__isnull=False)[0]
    safety_map.score(
        danger=danger, scores={seat.pk: safety_map.Score(4, "She answers.", "She rings.")}, by=cast.manager
    )
    decided = factory.end_later(cast, review, category=RiskCategory.MEDIUM)
    decision.check_step_down(meeting=decided, answers=every_point_met(), by=cast.manager)
    ending.end(meeting=review, by=cast.manager)
    found = drafted(review)
    titles = {each.code: f"{each.title} ({each.number})" for each in found.sections}
    assert says_under(review, "scale-change") == f"The numbers stand under {titles['safety-map']}."
    assert says_under(review, "step-down") == (
        f"The answers to the checklist stand under {titles['category']}."
    )
    assert "scale" not in found.unrecorded
    assert "Step down" not in found.unrecorded


def test_without_numbers_or_a_checklist_a_review_says_that_nothing_was_recorded(
    cast: Cast, case: Case
) -> None:
    factory.end(cast, factory.running(cast, case), category=RiskCategory.HIGH)
    case.refresh_from_db()
    review = factory.end(cast, factory.running(cast, case), category=RiskCategory.HIGH)
    assert "Change in scale since last time (" in drafted(review).unrecorded
    assert "Step down or closure (" in drafted(review).unrecorded


def test_the_steps_towards_18_are_printed_as_the_meeting_had_them(cast: Cast) -> None:
    born = timezone.localdate() - dt.timedelta(days=round(17.6 * 365.25))
    meeting = end_meeting(cast, make_case(cast, child=make_child(date_of_birth=born)))
    steps = meeting.agenda.get(code="turning-18").guidance
    assert says_under(meeting, "turning-18") == steps
    assert "Turning 18" not in drafted(meeting).unrecorded
    assert steps.splitlines()[1] in text_of(signed_in(cast, "manager"), meeting, "minutes-draft")
