"""Answering invitations, deputies, whom the invite page suggests, and meetings to which nobody is invited."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from cases.history.models import PeriodKind
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services.access import restrict
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import deliver_outbox
from mase.meetings.choices import AnswerKind
from mase.meetings.errors import ALREADY_STARTED, SAME_AGENCY, MeetingRefused
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.answers import suggested
from mase.meetings.services import answers, scheduling
from mase.meetings.services.answers import Answer
from tests.cast import Cast
from tests.factories.cases import make_case, share_with
from tests.factories.family import make_period
from tests.factories.meetings import details, make_meeting, membership, start_meeting
from tests.integration.mase.meetings.test_calendar import sent_to

pytestmark = pytest.mark.django_db
YES, NO = Answer(AnswerKind.ACCEPT), Answer(AnswerKind.DECLINE, "In court that day")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sees(user: User, case: Case) -> bool:
    return gate.can(user, Permission.CASE_VIEW, case)


def asked(meeting: Meeting, **which: Any) -> Invitation:
    return Invitation.objects.select_related("meeting__case", "deputy").get(meeting=meeting, **which)


def answered(meeting: Meeting, invitation: Invitation) -> str:
    return meeting.invitations.get(pk=invitation.pk).answer or "nothing"


@pytest.fixture(scope="module")
def nurses(shared_cast: Cast) -> Meeting:
    """The nurse alone was asked to it."""
    return make_meeting(shared_cast, make_case(shared_cast), agencies=[], people=[shared_cast.health])


def test_a_person_answers_for_themselves_and_an_agency_through_its_people(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast), agencies=[cast.agency("police")], people=[cast.health])
    nurse, police = asked(meeting, person=cast.health), asked(meeting, agency=cast.agency("police"))
    answers.answer(invitation=nurse, given=YES, by=cast.health)
    answers.answer(invitation=police, given=NO, by=cast.police)
    assert (answered(meeting, nurse), answered(meeting, police)) == ("accept", "decline")
    with pytest.raises(NotPermitted):
        answers.answer(invitation=police, given=YES, by=cast.health)
    with pytest.raises(NotVisible):
        answers.answer(invitation=police, given=YES, by=cast.outsider)
    chairs = Notification.objects.filter(user=cast.manager, url=f"/meetings/{meeting.pk}/")
    assert [each.text for each in chairs] == ["Somebody who is asked to a meeting you chair cannot come."]


def test_another_time_asks_everybody_again_and_another_room_does_not(cast: Cast, nurses: Meeting) -> None:
    meeting = nurses
    nurse = asked(meeting, person=cast.health)
    answers.answer(invitation=nurse, given=YES, by=cast.health)
    same = details(scheduled_for=meeting.scheduled_for, place="Room 9")
    meeting = scheduling.change(meeting=meeting, details=same, reason="Room", version=1, by=cast.manager)
    assert answered(meeting, nurse) == "accept"
    moved = details(days=4)
    scheduling.change(meeting=meeting, details=moved, reason="Court", version=2, by=cast.manager)
    assert answered(meeting, nurse) == "nothing"
    newest = Notification.objects.filter(user=cast.health).order_by("-created_at")[0]
    assert newest.text.endswith("Say whether you can come.")


def test_a_deputy_sees_the_case_instead(cast: Cast, nurses: Meeting, second_nurse: User) -> None:
    meeting, case = nurses, nurses.case
    nurse = asked(meeting, person=cast.health)
    given = Answer(AnswerKind.DEPUTY, deputy=second_nurse)
    answers.answer(invitation=nurse, given=given, by=cast.health)
    assert sees(second_nurse, case)
    assert not sees(cast.health, case)
    assert gate.can(second_nurse, Permission.MEETING_CONTRIBUTE, meeting)
    # The meeting moves, and the deputy's sight with it.
    scheduling.change(meeting=meeting, details=details(days=4), reason="x", version=1, by=cast.manager)
    assert sees(second_nurse, case)
    assert not sees(cast.health, case)
    # The nurse can come after all, says the chair.
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.manager)
    assert sees(cast.health, case)
    assert not sees(second_nurse, case)


def test_a_deputy_is_told_and_the_meeting_goes_from_one_calendar_to_another(
    cast: Cast, nurses: Meeting, second_nurse: User
) -> None:
    meeting = nurses
    page = f"/meetings/{meeting.pk}/"
    deliver_outbox()
    given = Answer(AnswerKind.DEPUTY, deputy=second_nurse)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1)):
        answers.answer(invitation=asked(meeting, person=cast.health), given=given, by=cast.health)
        deliver_outbox()
    told = Notification.objects.get(user=second_nurse, url=page)
    assert told.text.startswith("You come to the meeting on ")
    assert told.case_id == meeting.case_id
    assert [each["METHOD"] for each in sent_to(second_nurse.email)] == ["REQUEST"]
    first, gone = sent_to(cast.health.email)
    assert (first["METHOD"], gone["METHOD"]) == ("REQUEST", "CANCEL")
    assert first["UID"] == gone["UID"]
    # The nurse can come after all, says the chair: it is in her calendar again, and in the deputy's no longer.
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.manager)
        deliver_outbox()
    again = sent_to(cast.health.email)[-1]
    assert again["METHOD"] == "REQUEST"
    assert int(first["SEQUENCE"]) < int(gone["SEQUENCE"]) < int(again["SEQUENCE"])
    assert sent_to(second_nurse.email)[-1]["METHOD"] == "CANCEL"
    newest = Notification.objects.filter(user=cast.health, url=page).order_by("-created_at")[0]
    assert newest.text.endswith("yourself after all.")
    # What is cancelled later is not taken out of a calendar a second time.
    before = len(sent_to(second_nurse.email))
    scheduling.cancel(meeting=Meeting.objects.get(pk=meeting.pk), reason="In hospital", by=cast.manager)
    deliver_outbox()
    assert len(sent_to(second_nurse.email)) == before
    assert sent_to(cast.health.email)[-1]["METHOD"] == "CANCEL"


def test_a_deputy_who_does_not_see_the_meeting_hears_nothing_of_it(cast: Cast, second_nurse: User) -> None:
    deliver_outbox()
    mail.outbox.clear()
    case = make_case(cast)
    case = restrict(case=case, reason_code="FAMILY_MEMBER", people=[], lawful_basis="6_1_E", by=cast.manager)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    given = Answer(AnswerKind.DEPUTY, deputy=second_nurse)
    answers.answer(invitation=asked(meeting, person=cast.health), given=given, by=cast.health)
    deliver_outbox()
    assert (sees(second_nurse, case), sees(cast.health, case)) == (False, True)
    assert not Notification.objects.filter(user=second_nurse).exists()
    assert sent_to(second_nurse.email) == []
    assert [each["METHOD"] for each in sent_to(cast.health.email)] == ["REQUEST"]


def test_a_deputy_comes_from_the_same_agency_and_none_for_the_family(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast), agencies=[], people=[cast.health], child_invited=True)
    nurse, child = asked(meeting, person=cast.health), asked(meeting, role="CHILD")
    other = Answer(AnswerKind.DEPUTY, deputy=cast.outsider)
    someone = Answer(AnswerKind.DEPUTY, deputy_name="An aunt")
    with pytest.raises(MeetingRefused, match=SAME_AGENCY):
        answers.answer(invitation=nurse, given=other, by=cast.health)
    with pytest.raises(MeetingRefused, match=SAME_AGENCY):
        answers.answer(invitation=child, given=someone, by=cast.practitioner)
    answers.answer(invitation=child, given=YES, by=cast.practitioner)
    assert answered(meeting, child) == "accept"


def test_nobody_answers_once_the_meeting_has_begun(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast), agencies=[], people=[cast.health])
    with pytest.raises(MeetingRefused, match=ALREADY_STARTED):
        answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.health)


def test_the_invite_page_suggests_who_holds_the_case_and_says_who_is_missing(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    for holder in (cast.agency("police"), cast.agency("housing"), cast.outsider):
        share_with(case, holder, by=cast.practitioner)
    offered = suggested(case)
    make_period(
        cast, case, PeriodKind.SCHOOL, code="ENROLLED", name="Testley", school=cast.agency("education")
    )
    assert cast.agency("education") in suggested(case).expected_agencies
    assert cast.agency("police") in offered.expected_agencies
    assert cast.agency("housing") in offered.agencies
    assert cast.agency("housing") not in offered.expected_agencies
    assert membership(cast.outsider) in offered.expected_people
    meeting = make_meeting(cast, case, agencies=[cast.agency("police")])
    again = suggested(case, meeting)
    assert cast.agency("police") not in again.agencies
    assert again.missing == ["health"]
    page = signed_in(cast.manager).get(f"/meetings/{meeting.pk}/invite/").content.decode()
    assert "Nobody is invited yet from health" in page
    outsider = str(membership(cast.outsider).pk)
    given = {"suggested_people": [outsider], "agency": str(cast.agency("health").pk)}
    signed_in(cast.manager).post(f"/meetings/{meeting.pk}/invite/", given)
    assert asked(meeting, person=cast.outsider)
    assert suggested(case, meeting).missing == []


def test_the_page_asks_who_has_not_answered_and_the_chair_sees_it(
    cast: Cast, nurses: Meeting, second_nurse: User
) -> None:
    meeting = nurses
    nurse = asked(meeting, person=cast.health)
    page, answer = f"/meetings/{meeting.pk}/", f"/meetings/{meeting.pk}/answers/{nurse.pk}/"
    client = signed_in(cast.health)
    assert "Answer the invitation" in client.get(page).content.decode()
    assert client.post(answer, {"kind": "decline"}).status_code == 200
    client.post(answer, {"kind": "decline", "reason": "In court that day"})
    assert "Answer the invitation" not in client.get(page).content.decode()
    shown = signed_in(cast.manager).get(page).content.decode()
    assert "Cannot come" in shown
    assert "In court that day" in shown
    went = client.post(answer, {"kind": "deputy", "deputy": str(membership(second_nurse).pk)})
    assert went.url == "/meetings/"
    assert client.get(page).status_code == 404
    assert signed_in(second_nurse).get(page).status_code == 200
    other = make_meeting(cast, make_case(cast), agencies=[], people=[cast.health])
    elsewhere = f"/meetings/{other.pk}/answers/{nurse.pk}/"
    assert signed_in(cast.manager).get(elsewhere).status_code == 404
