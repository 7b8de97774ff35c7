"""Anyone who is asked to a meeting sees the case for as long as that meeting and its minutes take, and no longer."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services.access import remove_expired
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Notification
from cse_portal.reference.working_days import local_day
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import decision, ending, sight
from mase.minutes import services as minutes
from mase.minutes.models import MinutesReader
from mase.minutes.services.objecting import OUT
from mase.plans.models.plan import PlanAction
from mase.plans.services import actions, verification
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting
from tests.factories.minutes import agreed, circulated

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)


def at(days: int, hour: int = 8) -> Any:
    """Some days after the first meeting."""
    return time_machine.travel(MORNING + dt.timedelta(days=days, hours=hour - 8), tick=False)


def sees(person: User, case: Case) -> bool:
    return gate.can(person, Permission.CASE_VIEW, Case.objects.get(pk=case.pk))


def opens(person: User, meeting: Meeting) -> bool:
    return gate.can(person, Permission.MEETING_VIEW, Meeting.objects.get(pk=meeting.pk))


def night(day: int) -> None:
    """What the portal does between one day and the next."""
    with at(day, hour=2):
        remove_expired()
    with at(day, hour=6):
        sight.settle()


def still_owes(cast: Cast) -> tuple[Case, PlanAction]:
    """The nurse was asked by name to the initial MASE, and its minutes are agreed while she owes an action of it."""
    with at(0):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        row = factory.running(cast, case, people=[cast.health])
        action = factory.agreed(
            cast, row, owner=cast.health, due_on=local_day(MORNING) + dt.timedelta(days=30)
        )
        ended = factory.end(cast, row)
    with at(1):
        agreed(cast, ended)
    return Case.objects.get(pk=case.pk), PlanAction.objects.get(pk=action.pk)


def done(cast: Cast, action: PlanAction) -> None:
    """She reports on it, and the chair has seen that it is done."""
    row = PlanAction.objects.get(pk=action.pk)
    actions.complete(action=row, outcome="She was seen.", effect="Calmer.", by=cast.health)
    verification.confirm(action=PlanAction.objects.get(pk=action.pk), by=cast.manager)


# ------------------------------------------------------------------------------------------ from meeting to meeting


def test_a_guest_whose_action_is_done_before_the_review_comes_to_it_all_the_same(cast: Cast) -> None:
    case, action = still_owes(cast)
    with at(10):
        review = make_meeting(cast, case, agencies=[], people=[cast.health], days=14)
        assert review.invitations.get(person=cast.health).gave_access
    with at(12):
        done(cast, action)
    night(13)
    with at(14):
        assert opens(cast.health, review)
    with at(24):
        running = ending.start(meeting=Meeting.objects.get(pk=review.pk), by=cast.manager)
        assert opens(cast.health, running)
        ended = factory.end(cast, running)
    with at(26):
        assert circulated(cast, ended).readers.filter(person=cast.health).exists()
        agreed(cast, ended)
        assert not sees(cast.health, case)


def test_sight_in_an_emergency_does_not_stand_in_for_an_invitation(cast: Cast) -> None:
    with at(0):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        grants.give(
            case, to=cast.health, codenames=["view_case"], source=GrantSource.BREAK_GLASS, reason="Missing",
            lawful_basis="6_1_E", by=cast.health, expires_at=timezone.now() + dt.timedelta(hours=4),
        )  # fmt: skip
        meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    with at(3):
        assert opens(cast.health, meeting)


# ------------------------------------------------------------------------------------------ minutes that come late


def held(cast: Cast) -> Meeting:
    """A meeting with a review a week later, to which the nurse was asked by name and the police as an agency."""
    with at(0):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        row = factory.running(cast, case, people=[cast.health], agencies=[cast.agency("police")])
        review = local_day(MORNING) + dt.timedelta(days=7)
        decision.set_review(meeting=factory.end_later(cast, row), review_on=review, by=cast.manager)
        ended = ending.end(meeting=row, by=cast.manager, no_quorum_reason="The others sent reports.")
    return Meeting.objects.get(pk=ended.pk)


def test_minutes_that_come_late_reach_whoever_was_asked(cast: Cast) -> None:
    meeting = held(cast)
    for day in range(1, 29):
        night(day)
    with at(28):
        circulated(cast, meeting)
        told = set(MinutesReader.objects.values_list("person", flat=True))
        assert {cast.health.pk, cast.police.pk} <= told
        assert Notification.objects.filter(user=cast.health, text=OUT).exists()
    for day in range(29, 36):
        night(day)
    with at(35, hour=16):  # the last of five working days
        assert sees(cast.health, meeting.case)
        minutes.object_to(meeting=meeting, text="She was seen on Tuesday.", by=cast.health)
    night(36)
    with at(36):
        assert not sees(cast.health, meeting.case)
        assert not sees(cast.police, meeting.case)


def test_sight_that_ran_out_an_hour_ago_is_there_again_when_they_come(cast: Cast) -> None:
    meeting = held(cast)
    with at(20):
        assert not sees(cast.health, meeting.case)
        circulated(cast, meeting)
        assert sees(cast.health, meeting.case)
