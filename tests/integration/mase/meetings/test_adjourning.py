"""A meeting that was broken off, or whose case closes: nothing that was written is lost."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cases.casework.services import Check, close_case, reopen_case
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_datetime
from mase.clocks.models import ClockStep
from mase.clocks.selectors.clocks import clocks_of
from mase.clocks.selectors.clocks_due import steps_due
from mase.meetings.choices import AnswerKind, Audience, MeetingKind, MeetingState
from mase.meetings.errors import STILL_RUNS, WHY_LATE, MeetingNotEditable, MeetingNotStarted, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import to_book
from mase.meetings.selectors.reports import awaiting_reports
from mase.meetings.services import answers, decision, ending
from mase.meetings.services.answers import Answer
from mase.meetings.services.ending import adjourn
from mase.meetings.services.scheduling import HAD_BEGUN
from mase.minutes.presenters.minutes import document
from mase.minutes.selectors.minutes import draft_record
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import (
    end_meeting,
    every_point_met,
    everyone_attends,
    make_meeting,
    read_meeting,
    start_meeting,
    write_all,
)

pytestmark = pytest.mark.django_db
FIRE = "The fire alarm went off."


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, category=RiskCategory.MEDIUM)


@pytest.fixture(scope="module")
def booked(shared_cast: Cast, case: Case) -> Meeting:
    return make_meeting(shared_cast, case)


@pytest.fixture(scope="module")
def running(shared_cast: Cast) -> Meeting:
    return start_meeting(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM))


@pytest.fixture(scope="module")
def ended(shared_cast: Cast) -> Meeting:
    return end_meeting(shared_cast, make_case(shared_cast, category=RiskCategory.HIGH))


def again(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


def facts(meeting: Meeting) -> dict[str, str]:
    return dict(document(draft_record(again(meeting), Audience.PROFESSIONALS))["facts"])


def page_of(meeting: Meeting) -> str:
    return f"/meetings/{meeting.pk}/not-held/"


def moment(day: dt.datetime) -> dict[str, Any]:
    local = timezone.localtime(day)
    parts = {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
    return {f"day_{name}": value for name, value in parts.items()}


def test_starting_on_another_day_than_booked_is_asked_first(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case, days=9)
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/start/"
    asked = client.post(url)
    assert asked.status_code == 200
    assert "Start it today?" in asked.content.decode()
    assert again(meeting).state == MeetingState.SCHEDULED
    assert client.post(url, {"another_day": "yes"}).status_code == 302
    assert again(meeting).is_running


def test_one_started_by_mistake_is_booked_as_before(cast: Cast, case: Case, booked: Meeting) -> None:
    meeting, day = booked, booked.scheduled_for
    seat = meeting.invitations.get(agency=cast.agency("health"))
    answers.answer(invitation=seat, given=Answer(AnswerKind.ACCEPT), by=cast.health)
    ending.start(meeting=meeting, by=cast.manager)
    everyone_attends(meeting, cast.manager)
    client = signed_in(cast, "manager")
    assert "Cancel or stop this meeting" in read_meeting(client, meeting, "item=about")
    assert client.post(page_of(meeting), {"reason": "The wrong day", "when": "same"}).status_code == 302
    held = again(meeting)
    assert (held.state, held.started_at, held.scheduled_for) == (MeetingState.SCHEDULED, None, day)
    assert not meeting.invitations.exclude(came_as="").exists(), "nobody was at it"
    assert held.invitations.get(pk=seat.pk).answer, "the answer was given for this time"
    running = {each.step: each for each in clocks_of(held)}
    assert running[ClockStep.HELD].done_on is None, "D1 and the clock take no false day"
    event = AuditEvent.objects.get(action=Action.MEETING_BROKEN_OFF)
    assert (event.actor_id, event.reason) == (cast.manager.pk, "The wrong day")
    entry = case.chronology.get(text__contains="was not held after all, or was broken off. It is booked for")
    assert "The wrong day" not in entry.text, "why is of the meeting's record"
    assert "because: The wrong day" in read_meeting(client, meeting, "item=about")
    assert ending.start(meeting=held, by=cast.manager).is_running


def test_one_that_was_broken_off_goes_on_another_day_with_what_was_written(
    cast: Cast, booked: Meeting
) -> None:
    meeting = booked
    seat = meeting.invitations.get(agency=cast.agency("health"))
    answers.answer(invitation=seat, given=Answer(AnswerKind.ACCEPT), by=cast.health)
    ending.start(meeting=meeting, by=cast.manager)
    write_all(cast, meeting, category=RiskCategory.MEDIUM)
    Notification.objects.all().delete()
    thursday = meeting.scheduled_for + dt.timedelta(days=1)
    given = {"reason": FIRE, "when": "another", **moment(thursday)}
    assert signed_in(cast, "manager").post(page_of(meeting), given).status_code == 302
    held = again(meeting)
    assert held.decision.rationale == "Two agencies saw the same car."
    assert (held.dangers.count(), held.actions.count()) == (1, 1)
    assert not held.invitations.get(pk=seat.pk).answer, "everybody is asked again, as when it is moved"
    told = Notification.objects.get(user=cast.health).text
    assert told.startswith("A meeting you are invited to was not held after all, or was broken off. It is on")
    assert told.endswith("Say whether you can come.")
    with time_machine.travel(thursday):
        ending.start(meeting=held, by=cast.manager)
        everyone_attends(held, cast.manager)
        ended = ending.end(meeting=held, by=cast.manager)
    assert ended.dangers.count() == 1
    before = facts(ended)["Begun before"]
    assert f"because: {FIRE}" in before
    assert "There: " in before
    assert "Maya Chandler (CSE team), chair" in before


def test_without_a_day_it_is_cancelled_and_waits_to_be_booked(cast: Cast, running: Meeting) -> None:
    meeting = running
    client = signed_in(cast, "manager")
    assert client.post(page_of(meeting), {"reason": FIRE, "when": "none"}).status_code == 302
    held = again(meeting)
    assert (held.state, held.cancelled_reason, held.started_at) == (MeetingState.CANCELLED, HAD_BEGUN, None)
    assert f"because: {FIRE}" in read_meeting(client, meeting, "item=about")
    assert meeting.case in to_book(cast.manager)


def test_a_later_day_than_it_is_due_needs_its_reason(cast: Cast, running: Meeting) -> None:
    meeting = running
    late = timezone.now() + dt.timedelta(days=60)
    client = signed_in(cast, "manager")
    given = {"reason": FIRE, "when": "another", **moment(late)}
    assert "Say why it is late" in client.post(page_of(meeting), given).content.decode()
    with pytest.raises(MeetingRefused, match=WHY_LATE):
        adjourn(meeting=meeting, reason=FIRE, to=late, by=cast.manager)
    assert again(meeting).is_running, "all of it or nothing"
    assert client.post(page_of(meeting), {**given, "late_reason": "AGENCY_UNAVAILABLE"}).status_code == 302
    assert again(meeting).late_reason == "AGENCY_UNAVAILABLE"


def test_it_is_asked_with_its_reason_and_of_nobody_but_who_chairs(cast: Cast, running: Meeting) -> None:
    meeting = running
    client = signed_in(cast, "manager")
    asked = client.get(page_of(meeting)).content.decode()
    assert "What was written stays" in asked
    assert "Say why it was not held" in client.post(page_of(meeting), {"when": "same"}).content.decode()
    for person in ("practitioner", "health"):
        assert signed_in(cast, person).post(page_of(meeting), {"reason": "x"}).status_code in (403, 404)
    with pytest.raises(NotPermitted):
        adjourn(meeting=meeting, reason="x", to=meeting.scheduled_for, by=cast.practitioner)
    assert again(meeting).is_running


def test_what_has_ended_or_has_not_begun_is_not_taken_back(
    cast: Cast, booked: Meeting, ended: Meeting
) -> None:
    with pytest.raises(MeetingNotStarted):
        adjourn(meeting=booked, reason="x", to=booked.scheduled_for, by=cast.manager)
    with pytest.raises(MeetingNotEditable):
        adjourn(meeting=ended, reason="x", to=None, by=cast.manager)
    refused = signed_in(cast, "manager").post(page_of(ended), {"reason": "x", "when": "none"})
    assert "This meeting is over" in refused.content.decode()
    assert again(ended).state == MeetingState.ENDED


def close(cast: Cast, case: Case) -> Case:
    checklist = [Check(entry.code, done=True) for entry in reference.codes("step-down")]
    fresh = Case.objects.get(pk=case.pk)
    return close_case(case=fresh, code="C5", reason="The family moved", checklist=checklist, by=cast.manager)


def test_the_review_booked_for_it_is_cancelled_and_everybody_asked_is_told(
    cast: Cast, ended: Meeting
) -> None:
    case = Case.objects.get(pk=ended.case_id)
    review = make_meeting(cast, case, people=[cast.outsider])
    close(cast, case)
    row = Meeting.objects.get(pk=review.pk)
    assert (row.state, row.cancelled_reason) == (MeetingState.CANCELLED, "The case was closed")
    assert row.cancelled_by == cast.manager
    words = f"The meeting on {display_datetime(review.scheduled_for)} is cancelled."
    told = set(Notification.objects.filter(text=words).values_list("user", flat=True))
    assert {cast.outsider.pk, cast.practitioner.pk, cast.police.pk} <= told
    assert not gate.can(cast.outsider, Permission.CASE_VIEW, case)
    assert review not in awaiting_reports(timezone.now())
    assert [each for each in steps_due() if each.meeting == review] == []
    case.refresh_from_db()
    reopen_case(case=case, reason="Contact has begun again", lawful_basis="6_1_E", by=cast.manager)
    assert make_meeting(cast, Case.objects.get(pk=case.pk)).kind == MeetingKind.INITIAL


def test_while_a_meeting_runs_the_page_says_to_end_it_first(cast: Cast, running: Meeting) -> None:
    case = running.case
    with pytest.raises(MeetingRefused, match=STILL_RUNS):
        close(cast, case)
    answers = {f"check_{entry.code}": "yes" for entry in reference.codes("step-down")}
    sent = {"code": "C5", "reason": "The family moved", "confirmed": "on", **answers}
    page = signed_in(cast, "manager").post(f"/cases/{case.reference}/close/", sent).content.decode()
    assert "End the meeting first." in page
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    assert Meeting.objects.get(pk=running.pk).state == MeetingState.IN_PROGRESS


def test_the_checklist_begins_with_what_the_meeting_answered(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = write_all(cast, start_meeting(cast, case), category=RiskCategory.MEDIUM)
    points = every_point_met(meeting) | {"VOICE": decision.Point(False, "She is away until Monday.")}
    decision.check_step_down(meeting=meeting, answers=points, by=cast.manager)
    ending.end(meeting=Meeting.objects.get(pk=meeting.pk), by=cast.manager)
    form = signed_in(cast, "manager").get(f"/cases/{case.reference}/close/").context["form"]
    assert form["check_GOALS"].value() == "yes"
    assert (form["check_VOICE"].value(), form["why_VOICE"].value()) == ("no", "She is away until Monday.")
