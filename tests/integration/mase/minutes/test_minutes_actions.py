"""What minutes say of actions and of the agenda is what it was when the meeting ended."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.ui.presenters import display_date
from mase.meetings.choices import Audience
from mase.meetings.models.meeting import Meeting
from mase.minutes import services as minutes
from mase.minutes.models import MinutesAction
from mase.minutes.presenters.minutes import composed, document
from mase.minutes.selectors.minutes import draft_record
from mase.plans.models.plan import PlanAction
from mase.plans.services import actions, verification
from mase.plans.services.readers import change_readers
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import end_meeting
from tests.factories.minutes import agreed, circulated, objected
from tests.papers import words_of

pytestmark = pytest.mark.usefixtures("undrawn")
VISIT = "See the young person at school and talk about sexual health."
MEASURE = "She says that it has happened."


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, child=make_child(given_name="Amara"), category=RiskCategory.MEDIUM)


@pytest.fixture(scope="module")
def visit(shared_cast: Cast, case: Case) -> PlanAction:
    """The nurse's action of a meeting that has ended."""
    return factory.issued(shared_cast, case)


@pytest.fixture(scope="module")
def meeting(visit: PlanAction) -> Meeting:
    assert visit.meeting is not None
    return visit.meeting


def text_of(reader: Any, meeting: Meeting, name: str = "minutes") -> str:
    answer = reader.get(f"/meetings/{meeting.pk}/{name}.pdf")
    assert answer.status_code == 200
    return words_of(answer.content)


def handed_to_social_care(cast: Cast, action: PlanAction) -> None:
    """The nurse says it otherwise, and the chair hands it to another agency."""
    actions.answer(action=action, accepted=True, words="A letter is sent.", by=cast.health)
    actions.reassign(
        action=action, agency=cast.agency("csc"), owner=cast.practitioner, reason="On leave", by=cast.manager
    )


def test_the_agreed_minutes_say_of_an_action_what_was_sent_out(
    cast: Cast, meeting: Meeting, visit: PlanAction
) -> None:
    circulated(cast, meeting)
    sent = text_of(signed_in(cast, "manager"), meeting)
    due = display_date(visit.due_on)
    who = f"{cast.agency('health').short_name} {cast.health.full_name}"
    for said in (f"We shall know that it is done by: {MEASURE}", who, due):
        assert said in sent
    handed_to_social_care(cast, visit)
    PlanAction.objects.filter(pk=visit.pk).update(due_on=visit.due_on + dt.timedelta(days=40))
    agreed(cast, meeting)
    text = text_of(signed_in(cast, "manager"), meeting)
    for said in (f"We shall know that it is done by: {MEASURE}", who, due):
        assert said in text
    assert "A letter is sent." not in text


def test_an_earlier_action_sent_back_after_the_review_stands_as_it_did_at_its_end(
    cast: Cast, case: Case, visit: PlanAction
) -> None:
    actions.complete(action=visit, outcome="Seen at school.", effect="She feels heard.", by=cast.health)
    review = factory.end(cast, factory.running(cast, case))
    circulated(cast, review)
    sent = text_of(signed_in(cast, "manager"), review)
    stands = "Seen at school. For the child: She feels heard."
    for words in (stands, "Reported done: waits for the chair"):
        assert words in sent
    verification.send_back(action=visit, reason="She was not alone.", due_on=None, by=cast.manager)
    agreed(cast, review)
    text = text_of(signed_in(cast, "manager"), review)
    assert "Reported done: waits for the chair" in text


def test_an_action_restricted_in_the_week_is_left_out_of_the_next_open_copy(
    cast: Cast, meeting: Meeting, visit: PlanAction
) -> None:
    circulated(cast, meeting)
    objection = objected(meeting, by=cast.practitioner)
    minutes.answer(
        objection=objection, accepted=True, reason="The clinic is not to be named.", by=cast.manager
    )
    change_readers(action=visit, restricted=True, reason="It names the clinic.", by=cast.manager)
    minutes.circulate(compose=composed, meeting=meeting, by=cast.manager)
    manager = signed_in(cast, "manager")
    assert VISIT not in text_of(signed_in(cast, "health"), meeting)
    full = text_of(manager, meeting)
    assert f"{VISIT} Restricted: professionals only" in full
    assert MEASURE in full


def test_postgresql_keeps_it_from_the_meetings_end_on(cast: Cast, meeting: Meeting) -> None:
    for tampering in ("UPDATE mase_minutesaction SET said = '{}'", "DELETE FROM mase_minutesaction"):
        with pytest.raises(DatabaseError, match="never changed|permission denied"), transaction.atomic():
            connection.cursor().execute(tampering)
    assert MinutesAction.objects.get(minutes__meeting=meeting).said["text"] == VISIT


@pytest.fixture(scope="module")
def serious(shared_cast: Cast) -> Case:
    return make_case(shared_cast, child=make_child(given_name="Amara"), category=RiskCategory.HIGH)


def drafted(meeting: Meeting, audience: Audience = Audience.FULL) -> dict[str, Any]:
    return document(draft_record(meeting, audience))


def test_the_steps_towards_18_are_printed_as_the_meeting_had_them(cast: Cast) -> None:
    born = timezone.localdate() - dt.timedelta(days=round(17.6 * 365.25))
    meeting = end_meeting(cast, make_case(cast, child=make_child(date_of_birth=born)))
    steps = meeting.agenda.get(code="turning-18").guidance
    assert steps.splitlines()[1] in text_of(signed_in(cast, "manager"), meeting, "minutes-draft")
