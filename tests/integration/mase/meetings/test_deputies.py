"""What an answer to an invitation hands on, and that anyone who moves to another agency leaves their seat behind."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.models import EmergencyKind
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import access, emergency
from cases.sharing.services.access import restrict
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted
from cse_portal.people.services import revoke_leavers_access
from mase.meetings.choices import AnswerKind
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import answers, scheduling
from mase.meetings.services.answers import Answer
from reporting.home.selectors.today import my_meetings
from tests.access.test_attacks import move, yesterday
from tests.cast import Cast
from tests.factories import actions
from tests.factories.cases import make_case, share_with
from tests.factories.meetings import colleague, details, make_meeting, membership
from tests.factories.subject_access import officer
from tests.integration.mase.meetings.test_answers import NO, YES, asked, sees, signed_in

pytestmark = pytest.mark.django_db


def grants_of(case: Case, user: User) -> Any:
    return grants.holders_rows(case, User).filter(user=user)


@pytest.fixture
def duty_officer(cast: Cast) -> User:
    """Of the police, who may open a case in an emergency."""
    return officer(cast)


@pytest.fixture(scope="module")
def nurses(shared_cast: Cast) -> Meeting:
    """The nurse alone was asked to it."""
    return make_meeting(shared_cast, make_case(shared_cast), agencies=[], people=[shared_cast.health])


def name_deputy(meeting: Meeting, deputy: User | None, *, by: User, **which: Any) -> None:
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
    share_with(case, cast.health, by=cast.practitioner)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    grants.withdraw(case, frm=cast.health, source=GrantSource.SHARE, reason="x", by=cast.manager)
    assert sees(cast.health, case)
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    assert not sees(second_nurse, case)


def test_a_deputy_gets_no_part_that_whoever_sends_them_lost(
    cast: Cast, nurses: Meeting, second_nurse: User
) -> None:
    meeting, case = nurses, nurses.case
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
    cast: Cast, nurses: Meeting, second_nurse: User, given: Answer
) -> None:
    meeting, case = nurses, nurses.case
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


def test_cannot_come_lets_nobody_in_and_the_way_back_stays(
    cast: Cast, nurses: Meeting, second_nurse: User
) -> None:
    meeting, case = nurses, nurses.case
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    answers.answer(invitation=asked(meeting, person=cast.health), given=NO, by=second_nurse)
    assert (sees(cast.health, case), sees(second_nurse, case)) == (False, True)
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=second_nurse)
    assert (sees(cast.health, case), sees(second_nurse, case)) == (True, False)


def test_sight_that_was_stopped_at_the_deputy_does_not_come_back_to_whoever_was_asked(
    cast: Cast, nurses: Meeting, second_nurse: User
) -> None:
    meeting, case = nurses, nurses.case
    name_deputy(meeting, second_nurse, by=cast.health, person=cast.health)
    stop(case, second_nurse, cast)
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.practitioner)
    assert not sees(cast.health, case)


@pytest.mark.parametrize("back", [True, False])
def test_what_was_stopped_neither_comes_back_from_such_a_deputy_nor_goes_on(
    cast: Cast, nurses: Meeting, second_nurse: User, back: bool
) -> None:
    """Ngozi's sight is her own: it is not the nurse's again by an answer, nor a third nurse's."""
    third = colleague(cast.agency("health"), "Rhys Kestrel")
    meeting, case = nurses, nurses.case
    stop(case, cast.health, cast)
    share_with(case, second_nurse, by=cast.practitioner)
    name_deputy(meeting, second_nurse, by=cast.practitioner, person=cast.health)
    if back:
        answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=second_nurse)
    else:
        name_deputy(meeting, third, by=second_nurse, person=cast.health)
    assert [sees(each, case) for each in (cast.health, second_nurse, third)] == [False, True, False]


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """The police have it, so that anyone who moves there sees it with them; health has nothing of its own."""
    made = make_case(shared_cast)
    share_with(made, shared_cast.agency("police"), by=shared_cast.manager)
    return made


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast, case: Case) -> Meeting:
    """Hannah was asked by name."""
    return make_meeting(shared_cast, case, agencies=[], people=[shared_cast.health])


def moved_to_police(user: User, case: Case, cast: Cast) -> User:
    yesterday(case)
    move(user, cast, "police")
    revoke_leavers_access()
    return User.objects.get(pk=user.pk)


def holds(user: User, case: Case) -> bool:
    return grants.holders_rows(case, User).filter(user=user).exists()


def test_a_mover_does_not_open_the_case_to_her_former_agency(
    cast: Cast, case: Case, meeting: Meeting, second_nurse: User
) -> None:
    hannah = moved_to_police(cast.health, case, cast)
    assert sees(hannah, case), "with the police"
    seat = asked(meeting, person=hannah)
    address = f"/meetings/{meeting.pk}/answers/{seat.pk}/"
    typed = {"kind": "deputy", "deputy": str(membership(second_nurse).pk), "deputy_name": ""}
    client = signed_in(hannah)
    assert client.get(address).status_code == 403
    assert client.post(address, typed).status_code == 403
    assert address not in client.get(f"/meetings/{meeting.pk}/").content.decode()
    with pytest.raises(NotPermitted):
        answers.answer(
            invitation=seat, given=Answer(AnswerKind.DEPUTY, deputy=second_nurse), by=User.objects.get(pk=hannah.pk)
        )  # fmt: skip
    assert not holds(second_nurse, case)


@pytest.mark.parametrize("let_go", [True, False])
def test_a_deputy_who_moved_passes_nothing_on_or_back(
    cast: Cast, case: Case, meeting: Meeting, second_nurse: User, let_go: bool
) -> None:
    """Also in the hours before the morning takes her grant away."""
    answers.answer(
        invitation=asked(meeting, person=cast.health), given=Answer(AnswerKind.DEPUTY, deputy=second_nurse),
        by=cast.health,
    )  # fmt: skip
    yesterday(case)
    ngozi = move(second_nurse, cast, "police")
    if let_go:
        revoke_leavers_access()
    assert not answers.is_own(asked(meeting, person=cast.health), ngozi)
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.practitioner)
    assert not holds(cast.health, case)


def test_a_mover_speaks_for_nobody_at_the_meeting(
    cast: Cast, case: Case, meeting: Meeting, second_nurse: User
) -> None:
    """The police were not asked: what she says there is not theirs, and no longer health's."""
    speaking = (
        (Permission.MEETING_CONTRIBUTE, meeting),
        (Permission.MEETING_TAKE_PART, meeting),
        (Permission.DISAGREEMENT_RAISE, case),
    )
    assert all(gate.can(cast.health, permission, about) for permission, about in speaking)
    assert meeting in my_meetings(cast.health)
    hannah = moved_to_police(cast.health, case, cast)
    assert not any(gate.can(hannah, permission, about) for permission, about in speaking)
    assert meeting not in my_meetings(hannah)


def test_another_day_renews_nothing_for_a_mover(cast: Cast, nurses: Meeting) -> None:
    """A grant that is given again counts from then on: in the agency where she works by then."""
    meeting, case = nurses, nurses.case
    yesterday(case)
    hannah = move(cast.health, cast, "police")
    assert not sees(hannah, case), "what she was given was for health"
    scheduling.change(
        meeting=meeting, details=details(5), reason="Room taken", version=meeting.version, by=cast.manager
    )
    assert not sees(User.objects.get(pk=hannah.pk), case)
