"""The chair of a meeting passes to somebody else: before it is held, and midway."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.accounts.models import User
from cse_portal.accounts.services import end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.ui.presenters import display_time
from mase.meetings.choices import AnswerKind, Audience
from mase.meetings.errors import NO_CHAIR, MeetingNotEditable, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import answers, ending
from mase.meetings.services.answers import Answer
from mase.meetings.services.sections import pass_chair
from mase.minutes.presenters.minutes import document
from mase.minutes.selectors.minutes import draft_record
from mase.plans.services import actions
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import (
    end_meeting,
    make_meeting,
    membership,
    read_meeting,
    second_manager,
    start_meeting,
    write_all,
)
from tests.factories.minutes import circulated, objected

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, category=RiskCategory.MEDIUM)


@pytest.fixture(scope="module")
def second(shared_cast: Cast) -> User:
    return second_manager(shared_cast)


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(user=person).values_list("text", flat=True))


@pytest.mark.parametrize("running", [False, True])
def test_another_manager_takes_the_chair(cast: Cast, case: Case, second: User, running: bool) -> None:
    meeting = (start_meeting if running else make_meeting)(cast, case)
    Notification.objects.all().delete()
    pass_chair(meeting=meeting, to=second, reason="The first is ill.", by=second)
    meeting.refresh_from_db()
    assert meeting.chair == second
    assert list(meeting.invitations.filter(role="CHAIR").values_list("person", flat=True)) == [second.pk]
    assert meeting.invitations.filter(person=cast.manager).exists(), "the first stays invited"
    assert told(cast.manager) == ["Somebody else chairs a meeting in your place."]
    entry = case.chronology.get(text__startswith="Noor Haddad chairs the meeting in place of")
    assert "ill" not in entry.text, "why is of the meeting's record"
    if not running:
        page = read_meeting(signed_in(cast, "practitioner"), meeting, "item=about")
        assert "Noor Haddad in place of Maya Chandler, because: The first is ill." in page
    event = next(each for each in AuditEvent.objects.filter(action=Action.MEETING_CHANGED) if each.reason)
    assert event.reason == "The first is ill."
    assert event.detail["running"] is running
    with pytest.raises(MeetingRefused, match=NO_CHAIR):
        pass_chair(meeting=meeting, to=second, reason="Twice.", by=second)
    pass_chair(meeting=meeting, to=cast.manager, reason="Well again.", by=second)
    assert list(meeting.invitations.filter(role="CHAIR").values_list("person", flat=True)) == [
        cast.manager.pk
    ]


def test_a_chair_who_loses_access_midway_is_replaced_and_nothing_is_lost(cast: Cast, second: User) -> None:
    meeting = write_all(cast, start_meeting(cast, make_case(cast, category=RiskCategory.HIGH)))
    client = signed_in(cast, "manager")
    exclusions.exclude(case=meeting.case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    assert client.get(f"/meetings/{meeting.pk}/").status_code == 404
    assert client.post(f"/meetings/{meeting.pk}/end/", {}).status_code == 404
    with acting_for(second):
        meeting = pass_chair(meeting=meeting, to=second, reason="The first may not see it.", by=second)
        ended = ending.end(meeting=meeting, by=second)
    assert (ended.ended_by, ended.decision.rationale) == (second, "Two agencies saw the same car.")
    assert ended.voice.words == "I want him to stop coming to school."


def test_only_who_may_chair_gives_it_and_takes_it(cast: Cast, case: Case, second: User) -> None:
    meeting = make_meeting(cast, case)
    for person in (cast.practitioner, cast.health):
        with pytest.raises(NotPermitted):
            pass_chair(meeting=meeting, to=second, reason="x", by=person)
    with pytest.raises(MeetingRefused, match=NO_CHAIR):
        pass_chair(meeting=meeting, to=cast.practitioner, reason="x", by=cast.manager)
    exclusions.exclude(case=case, user=second, reason="Knows the family", by=cast.privacy)
    with pytest.raises(MeetingRefused, match=NO_CHAIR):
        pass_chair(meeting=meeting, to=second, reason="x", by=cast.manager)
    ended = end_meeting(cast, make_case(cast, category=RiskCategory.HIGH))
    with pytest.raises(MeetingNotEditable):
        pass_chair(meeting=ended, to=second, reason="x", by=cast.manager)


def test_the_minutes_say_who_chaired_from_when_and_why(cast: Cast, case: Case, second: User) -> None:
    meeting = make_meeting(cast, case, days=1)
    pass_chair(meeting=meeting, to=second, reason="Before it began.", by=second)
    pass_chair(meeting=meeting, to=cast.manager, reason="Back again.", by=second)
    with time_machine.travel(meeting.scheduled_for.replace(hour=12)) as clock:
        running = ending.start(meeting=meeting, by=cast.manager)
        clock.shift(dt.timedelta(minutes=20))
        write_all(cast, running, category=RiskCategory.MEDIUM)
        at = display_time(timezone.now())
        pass_chair(meeting=running, to=second, reason="She was called to court.", by=cast.manager)
        ended = ending.end(meeting=Meeting.objects.get(pk=running.pk), by=second)
    said = dict(document(draft_record(ended, Audience.PROFESSIONALS))["facts"])["Chair"]
    assert said == f"Maya Chandler; from {at} Noor Haddad, because: She was called to court."


def leaves(cast: Cast) -> None:
    """The first chair works there no more, and nothing else has happened yet."""
    end_membership(membership=membership(cast.manager), on=timezone.localdate())
    Notification.objects.all().delete()


def test_what_becomes_of_a_meeting_is_told_to_whoever_chairs_now(
    cast: Cast, case: Case, second: User
) -> None:
    running = factory.running(cast, case, people=[cast.health])
    action = factory.agreed(cast, running)
    ended = factory.end(cast, running)
    circulated(cast, ended)
    ahead = make_meeting(cast, Case.objects.get(pk=case.pk), agencies=[], people=[cast.health])
    seat = ahead.invitations.select_related("meeting__case").get(person=cast.health)
    leaves(cast)
    objected(ended, by=cast.health)
    answers.answer(invitation=seat, given=Answer(AnswerKind.DECLINE, reason="CLINIC"), by=cast.health)
    action.refresh_from_db()
    actions.not_done(action=action, reason="She moved.", by=cast.health)
    assert told(cast.manager) == []
    assert set(told(second)) == {
        "There is an objection to minutes, which waits for an answer.",
        "Somebody who is asked to a meeting you chair cannot come.",
        "An action of a plan will not be done.",
    }
