"""Whoever moves to another agency leaves their seat behind: they answer for it, and give and speak by it, no longer."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.models import Case
from cases.services import access
from cse_portal.access import gate, grants
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted
from cse_portal.people.services import let_go_of_leavers
from mase.choices import AnswerKind
from mase.models import MaseMeeting
from mase.selectors.meetings import my_meetings
from mase.services import answers, invitations, scheduling
from mase.services.answers import Answer
from tests.access.test_addresses import signed_in
from tests.access.test_attacks import move, yesterday
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.meetings import details, make_meeting, membership
from tests.integration.mase.test_answers import YES, asked, second_nurse, sees

__all__ = ["second_nurse"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """The police have it, so that whoever moves there sees it with them; health has nothing of its own."""
    made = make_case(cast)
    access.share(
        case=made, to=cast.agency("police"), reason="Joint", lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    return made


@pytest.fixture
def meeting(cast: Cast, case: Case) -> MaseMeeting:
    """Hannah was asked by name."""
    return make_meeting(cast, case, agencies=[], people=[cast.health])


def moved_to_police(user: User, case: Case, cast: Cast) -> User:
    yesterday(case)
    move(user, cast, "police")
    let_go_of_leavers()
    return User.objects.get(pk=user.pk)


def holds(user: User, case: Case) -> bool:
    return grants.holders_rows(case, User).filter(user=user).exists()


def test_a_mover_does_not_open_the_case_to_her_former_agency(
    cast: Cast, case: Case, meeting: MaseMeeting, second_nurse: User
) -> None:
    hannah = moved_to_police(cast.health, case, cast)
    assert sees(hannah, case), "with the police"
    seat = asked(meeting, person=hannah)
    address = f"/meetings/{meeting.pk}/answers/{seat.pk}/"
    typed = {"kind": "deputy", "deputy": str(membership(second_nurse).pk), "deputy_name": ""}
    client = signed_in(Cast({**cast.people, "health": hannah}, cast.agencies), "health")
    assert client.get(address).status_code == 403
    assert client.post(address, typed).status_code == 403
    assert address not in client.get(f"/meetings/{meeting.pk}/").content.decode()
    with pytest.raises(NotPermitted):
        answers.answer(
            invitation=seat, given=Answer(AnswerKind.DEPUTY, deputy=second_nurse), by=User.objects.get(pk=hannah.pk)
        )  # fmt: skip
    assert not holds(second_nurse, case)


def test_nor_does_anybody_who_writes_an_answer_down(
    cast: Cast, case: Case, meeting: MaseMeeting, second_nurse: User
) -> None:
    """What Hannah holds of the case by now is the police's."""
    moved_to_police(cast.health, case, cast)
    seat = asked(meeting, person=cast.health)
    page = signed_in(cast, "practitioner").get(f"/meetings/{meeting.pk}/answers/{seat.pk}/").content.decode()
    assert "opens the case to nobody any more" in page
    answers.answer(
        invitation=seat, given=Answer(AnswerKind.DEPUTY, deputy=second_nurse), by=cast.practitioner
    )
    assert not holds(second_nurse, case)


@pytest.mark.parametrize("let_go", [True, False])
def test_a_deputy_who_moved_passes_nothing_on_or_back(
    cast: Cast, case: Case, meeting: MaseMeeting, second_nurse: User, let_go: bool
) -> None:
    """Also in the hours before the morning takes her grant away."""
    answers.answer(
        invitation=asked(meeting, person=cast.health), given=Answer(AnswerKind.DEPUTY, deputy=second_nurse),
        by=cast.health,
    )  # fmt: skip
    yesterday(case)
    ngozi = move(second_nurse, cast, "police")
    if let_go:
        let_go_of_leavers()
    assert not answers.is_own(asked(meeting, person=cast.health), ngozi)
    answers.answer(invitation=asked(meeting, person=cast.health), given=YES, by=cast.practitioner)
    assert not holds(cast.health, case)


def test_a_mover_speaks_for_nobody_at_the_meeting(
    cast: Cast, case: Case, meeting: MaseMeeting, second_nurse: User
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


def test_another_day_renews_nothing_for_a_mover(cast: Cast) -> None:
    """A grant that is given again counts from then on: in the agency where she works by then."""
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    yesterday(case)
    hannah = move(cast.health, cast, "police")
    assert not sees(hannah, case), "what she was given was for health"
    scheduling.change(
        meeting=meeting, details=details(5), reason="Room taken", version=meeting.version, by=cast.manager
    )
    assert not sees(User.objects.get(pk=hannah.pk), case)


def test_whoever_stays_is_given_as_long_as_the_new_day_needs(cast: Cast) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    before = grants.holders_rows(case, User).filter(user=cast.health).earliest("expires_at").expires_at
    until = timezone.localdate() + dt.timedelta(days=60)
    invitations.renew_access(meeting, until=until, by=cast.manager)
    after = grants.holders_rows(case, User).filter(user=cast.health).earliest("expires_at").expires_at
    assert after > before
