"""What minutes say of actions is what it was when the meeting ended: sent out, objected to and agreed as one text."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.choices import RiskCategory, Section
from cases.models import Case, CaseUserObjectPermission
from cse_portal import acting
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.ui.presenters import display_date
from mase.models import AgreedRecord, MaseMeeting, MinutesAction, PlanAction
from mase.services import actions, minutes, verification
from mase.services.action_readers import change_readers
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, make_child
from tests.factories.minutes import agreed, circulated, made, objected
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
def meeting(visit: PlanAction) -> MaseMeeting:
    assert visit.meeting is not None
    return visit.meeting


def text_of(reader: Any, meeting: MaseMeeting, name: str = "minutes") -> str:
    answer = reader.get(f"/meetings/{meeting.pk}/{name}.pdf")
    assert answer.status_code == 200
    return words_of(answer.content)


def handed_to_social_care(cast: Cast, action: PlanAction) -> None:
    """The nurse says it otherwise, and the chair hands it to another agency."""
    actions.say_measure(action=action, measure="A letter is sent.", by=cast.health)
    actions.reassign(
        action=action, agency=cast.agency("csc"), owner=cast.practitioner, reason="On leave", by=cast.manager
    )


def test_the_agreed_minutes_say_of_an_action_what_was_sent_out(
    cast: Cast, meeting: MaseMeeting, visit: PlanAction
) -> None:
    circulated(cast, meeting)
    sent = text_of(signed_in(cast, "manager"), meeting)
    due = display_date(visit.due_on)
    who = f"{cast.health.full_name}, {cast.agency('health').short_name}"
    assert f"We shall know that it is done by: {MEASURE} {who} {due}" in sent
    handed_to_social_care(cast, visit)
    PlanAction.objects.filter(pk=visit.pk).update(due_on=visit.due_on + dt.timedelta(days=40))
    row = agreed(cast, meeting)
    text = text_of(signed_in(cast, "manager"), meeting)
    assert f"We shall know that it is done by: {MEASURE} {who} {due}" in text
    assert "A letter is sent." not in text
    said = json.loads(AgreedRecord.objects.get(minutes=row).content)["actions"]
    assert [(each["said"]["measure"], each["said"]["owner"]) for each in said] == [
        (MEASURE, cast.health.full_name)
    ]


def test_a_draft_looked_at_late_says_what_the_meeting_agreed(
    cast: Cast, meeting: MaseMeeting, visit: PlanAction
) -> None:
    handed_to_social_care(cast, visit)
    text = text_of(signed_in(cast, "manager"), meeting, "minutes-draft")
    assert MEASURE in text
    assert "A letter is sent." not in text


def test_an_earlier_action_sent_back_after_the_review_stands_as_it_did_at_its_end(
    cast: Cast, case: Case, visit: PlanAction
) -> None:
    actions.complete(action=visit, outcome="Seen at school.", effect="She feels heard.", by=cast.health)
    review = factory.end(cast, factory.running(cast, case))
    circulated(cast, review)
    sent = text_of(signed_in(cast, "manager"), review)
    assert "Reported done: waits for the chair Seen at school." in sent
    verification.send_back(action=visit, reason="She was not alone.", due_on=None, by=cast.manager)
    row = agreed(cast, review)
    text = text_of(signed_in(cast, "manager"), review)
    assert "Reported done: waits for the chair Seen at school." in text
    said = json.loads(AgreedRecord.objects.get(minutes=row).content)["actions"]
    assert {"Reported done: waits for the chair"} == {
        each["said"]["standing"] for each in said if each["earlier"]
    }


def test_an_action_restricted_in_the_week_is_left_out_of_the_next_open_copy(
    cast: Cast, meeting: MaseMeeting, visit: PlanAction
) -> None:
    circulated(cast, meeting)
    objection = objected(meeting, by=cast.practitioner)
    minutes.answer(
        objection=objection, accepted=True, reason="The clinic is not to be named.", by=cast.manager
    )
    change_readers(action=visit, restricted=True, reason="It names the clinic.", by=cast.manager)
    made(minutes.circulate(meeting=meeting, by=cast.manager))
    manager = signed_in(cast, "manager")
    assert VISIT not in text_of(manager, meeting, "minutes-open")
    full = text_of(manager, meeting)
    assert f"{VISIT} Restricted: professionals only" in full
    assert MEASURE in full


def test_postgresql_keeps_it_from_the_meetings_end_on(cast: Cast, meeting: MaseMeeting) -> None:
    for tampering in ("UPDATE mase_minutesaction SET said = '{}'", "DELETE FROM mase_minutesaction"):
        with pytest.raises(DatabaseError, match="never changed|permission denied"), transaction.atomic():
            connection.cursor().execute(tampering)
    assert MinutesAction.objects.get(minutes__meeting=meeting).said["text"] == VISIT


def test_postgresql_shows_it_to_whoever_reads_the_action(
    cast: Cast, meeting: MaseMeeting, visit: PlanAction
) -> None:
    def shown(user: User) -> list[str]:
        who = standing(user)
        assert who is not None
        with context.request(), acting.acting(who.actor):
            return [row.said["text"] for row in MinutesAction.objects.filter(minutes__meeting=meeting)]

    assert shown(cast.practitioner) == shown(cast.health) == [VISIT]
    PlanAction.objects.filter(pk=visit.pk).update(restricted=True, agency=cast.agency("police"), owner=None)
    CaseUserObjectPermission.objects.filter(permission__codename=Section.MINUTES, user=cast.health).delete()
    assert shown(cast.health) == []
    assert shown(cast.outsider) == []
