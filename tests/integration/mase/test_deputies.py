"""What an answer to an invitation hands on: the sight that it gave and nobody stopped, and never more than that."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cases.choices import EmergencyKind
from cases.models import Case
from cases.selectors.emergency import Sought
from cases.services import access, emergency
from cases.services.access import restrict
from cse_portal.access import gate, grants
from cse_portal.access.choices import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import add_person, end_membership
from cse_portal.jobs.models import Notification
from mase.choices import AnswerKind
from mase.models import MaseMeeting
from mase.services import answers
from mase.services.answers import Answer
from tests.cast import Cast
from tests.factories import actions
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.meetings import make_meeting, membership
from tests.factories.subject_access import officer
from tests.integration.mase.test_answers import NO, YES, asked, second_nurse, sees, signed_in

__all__ = ["second_nurse"]
pytestmark = pytest.mark.django_db


def grants_of(case: Case, user: User) -> Any:
    return grants.holders_rows(case, User).filter(user=user)


@pytest.fixture
def duty_officer(cast: Cast) -> User:
    """Of the police, who may open a case in an emergency."""
    return officer(cast)


def name_deputy(meeting: MaseMeeting, deputy: User | None, *, by: User, **which: Any) -> None:
    given = Answer(AnswerKind.DEPUTY, deputy=deputy, deputy_name="" if deputy else "A locum")
    answers.answer(invitation=asked(meeting, **which), given=given, by=by)


def stop(case: Case, frm: Any, cast: Cast) -> None:
    access.stop_sharing(case=case, frm=frm, reason="A constable is the suspect's brother", by=cast.manager)


def test_an_emergency_becomes_no_deputys_sight(cast: Cast, duty_officer: User) -> None:
    case, police = make_case(cast), cast.agency("police")
    meeting = make_meeting(cast, case, agencies=[police])
    stop(case, police, cast)
    emergency.break_glass(
        sought=Sought(reference=case.reference), kind=EmergencyKind.DANGER, reason="She rang from a car.",
        by=duty_officer,
    )  # fmt: skip
    duty_officer = User.objects.get(pk=duty_officer.pk)
    address = f"/meetings/{meeting.pk}/answers/{asked(meeting, agency=police).pk}/"
    for deputy in (duty_officer, cast.police):
        typed = {"kind": "deputy", "deputy": str(membership(deputy).pk), "deputy_name": ""}
        assert signed_in(duty_officer).post(address, typed).status_code == 302, "kept, and it gives nothing"
    assert not grants_of(case, duty_officer).exclude(source=GrantSource.BREAK_GLASS).exists()
    assert not grants_of(case, cast.police).exists()
    assert asked(meeting, agency=police).deputy is None
    with time_machine.travel(timezone.now() + dt.timedelta(hours=5)):
        assert not sees(User.objects.get(pk=duty_officer.pk), case)


def test_what_was_stopped_is_handed_to_nobody_whoever_answers(cast: Cast, second_nurse: User) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[cast.agency("police")], people=[cast.health])
    stop(case, cast.agency("police"), cast)
    stop(case, cast.health, cast)
    name_deputy(meeting, cast.police, by=cast.practitioner, agency=cast.agency("police"))
    name_deputy(meeting, second_nurse, by=cast.practitioner, person=cast.health)
    assert not sees(cast.police, case)
    assert not sees(second_nurse, case)
    assert not gate.can(cast.police, Permission.MEETING_CONTRIBUTE, meeting)


def test_a_guest_of_another_meeting_hands_on_nothing_of_this_one(cast: Cast, second_nurse: User) -> None:
    """The nurse was asked while she saw the case anyway; since that ended the last meeting alone lets her see it."""
    case = make_case(cast)
    actions.end(cast, actions.running(cast, case, people=[cast.health]))
    access.share(case=case, to=cast.health, reason="x", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    grants.withdraw(case, frm=cast.health, source=GrantSource.SHARE, reason="x", by=cast.manager)
    assert sees(cast.health, case)
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    assert not sees(second_nurse, case)


def test_a_deputy_gets_no_part_that_whoever_sends_them_lost(cast: Cast, second_nurse: User) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    parts = set(grants_of(case, cast.health).values_list("permission__codename", flat=True))
    assert parts == {"view_case", "view_health_detail"}
    grants.withdraw(case, frm=cast.health, codenames=["view_health_detail"], reason="x", by=cast.manager)
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    theirs = set(grants_of(case, second_nurse).values_list("permission__codename", flat=True))
    assert theirs == parts - {"view_health_detail"}
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.manager)
    assert set(grants_of(case, cast.health).values_list("permission__codename", flat=True)) == theirs


@pytest.mark.parametrize("given", [YES, NO, Answer(AnswerKind.DEPUTY, deputy_name="A locum")])
def test_no_answer_opens_a_case_that_was_restricted_since(
    cast: Cast, second_nurse: User, given: Answer
) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    restrict(
        case=case, reason_code="FAMILY_MEMBER", people=[cast.practitioner], lawful_basis="6_1_E", by=cast.manager
    )  # fmt: skip
    answers.answer(invitation=asked(meeting, person=cast.health), given=given, by=cast.practitioner)
    case = Case.objects.get(pk=case.pk)
    assert not sees(cast.health, case)
    assert not sees(second_nurse, case)
    assert not grants_of(case, cast.health).exists()
    # Nor once it is restricted no longer: what that took from the deputy is not the nurse's again by an answer.
    access.lift_restriction(case=case, reason="He has moved away", by=cast.manager)
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.practitioner)
    assert not grants_of(case, cast.health).exists()


def test_whom_a_restriction_names_keeps_what_they_have_whatever_is_answered(
    cast: Cast, second_nurse: User
) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    case = restrict(
        case=case, reason_code="FAMILY_MEMBER", people=[cast.practitioner, second_nurse], lawful_basis="6_1_E",
        by=cast.manager,
    )  # fmt: skip
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.practitioner)
    assert sees(second_nurse, case)
    assert not sees(cast.health, case)


def test_cannot_come_lets_nobody_in_and_the_way_back_stays(cast: Cast, second_nurse: User) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    answers.answer(invitation=asked(meeting, person=cast.health), given=NO, by=second_nurse)
    assert (sees(cast.health, case), sees(second_nurse, case)) == (False, True)
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=second_nurse)
    assert (sees(cast.health, case), sees(second_nurse, case)) == (True, False)


def test_sight_that_was_stopped_at_the_deputy_does_not_come_back_to_whoever_was_asked(
    cast: Cast, second_nurse: User
) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    stop(case, second_nurse, cast)
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.practitioner)
    assert not sees(cast.health, case)


def test_who_works_elsewhere_by_now_does_not_get_their_sight_back(cast: Cast, second_nurse: User) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    today = timezone.localdate()
    end_membership(membership=membership(cast.health), on=today)
    Membership.objects.create(
        user=cast.health, agency=cast.agency("education"), role=Role.PRACTITIONER, starts_on=today
    )
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.practitioner)
    assert not grants_of(case, cast.health).exists()


def test_a_deputys_own_sight_is_enough_for_whoever_was_asked_to_come_after_all(
    cast: Cast, second_nurse: User
) -> None:
    case = make_case(cast)
    access.share(case=case, to=second_nurse, reason="x", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    assert (sees(cast.health, case), sees(second_nurse, case)) == (False, True)
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.practitioner)
    assert (sees(cast.health, case), sees(second_nurse, case)) == (True, True)


def test_the_same_answer_again_seats_a_deputy_once_the_case_is_restricted_no_longer(
    cast: Cast, second_nurse: User
) -> None:
    """Priya wrote it down while it gave nothing, and presses it again when it does."""
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    people = [cast.practitioner, cast.health]
    case = restrict(
        case=case, reason_code="FAMILY_MEMBER", people=people, lawful_basis="6_1_E", by=cast.manager
    )
    address = f"/meetings/{meeting.pk}/answers/{asked(meeting, person=cast.health).pk}/"
    typed = {"kind": "deputy", "deputy": str(membership(second_nurse).pk), "deputy_name": ""}
    assert signed_in(cast.practitioner).post(address, typed).status_code == 302
    seat = asked(meeting, person=cast.health)
    assert (seat.deputy, sees(second_nurse, case), words_to(second_nurse, meeting)) == (None, False, [])
    case = access.lift_restriction(case=case, reason="He has moved away", by=cast.manager)
    for _ in range(2):
        assert signed_in(cast.practitioner).post(address, typed).status_code == 302
        assert asked(meeting, person=cast.health).deputy == second_nurse
        assert (sees(cast.health, case), sees(second_nurse, case)) == (False, True)
        assert len(words_to(second_nurse, meeting)) == 1
    assert seat.answers.count() == 2, "the same again was none"


def test_who_has_the_case_by_name_comes_instead_where_the_invitation_gives_nothing_any_more(
    cast: Cast, second_nurse: User
) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    stop(case, cast.health, cast)
    access.share(case=case, to=second_nurse, reason="x", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    name_deputy(meeting, second_nurse, by=cast.practitioner, person=cast.health)
    assert asked(meeting, person=cast.health).deputy == second_nurse
    assert len(words_to(second_nurse, meeting)) == 1
    assert (sees(cast.health, case), sees(second_nurse, case)) == (False, True)
    assert not grants_of(case, second_nurse).filter(source=GrantSource.MEETING).exists(), "the place alone"


@pytest.mark.parametrize("back", [True, False])
def test_what_was_stopped_neither_comes_back_from_such_a_deputy_nor_goes_on(
    cast: Cast, second_nurse: User, back: bool
) -> None:
    """Ngozi's sight is her own: it is not the nurse's again by an answer, nor a third nurse's."""
    third = add_person(
        email="third.nurse@example.org", full_name="Rhys Kestrel", agency=cast.agency("health"),
        role=Role.PRACTITIONER, job_title="School nurse", starts_on=timezone.localdate(),
    )  # fmt: skip
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    stop(case, cast.health, cast)
    access.share(case=case, to=second_nurse, reason="x", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    name_deputy(meeting, second_nurse, by=cast.practitioner, person=cast.health)
    if back:
        answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=second_nurse)
    else:
        name_deputy(meeting, third, by=second_nurse, person=cast.health)
    assert [sees(each, case) for each in (cast.health, second_nurse, third)] == [False, True, False]


def words_to(user: User, meeting: MaseMeeting) -> list[str]:
    """That they come in somebody's place."""
    rows = Notification.objects.filter(user=user, url=f"/meetings/{meeting.pk}/", text__contains="s place")
    return list(rows.values_list("text", flat=True))
