"""Booking, changing and cancelling a meeting, and whom it lets see the child's case."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.choices import RiskCategory
from cases.errors import NeedsNamedPeople
from cases.models import Case
from cases.services.access import restrict
from cse_portal.access import gate
from cse_portal.access.grants import holders_rows
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.accounts.services import end_membership
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from mase.choices import MeetingKind, MeetingState
from mase.errors import LateReasonMissing, MeetingAlreadyBooked, MeetingAlreadyStarted, SomeoneElseSaved
from mase.models import Invitation, MaseMeeting
from mase.services import ending, invitations, scheduling
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import details, end_meeting, make_meeting, membership

pytestmark = pytest.mark.django_db


def sees(user: User, case: Case) -> bool:
    return gate.can(user, Permission.CASE_VIEW, case)


def test_an_invited_agency_sees_the_case_until_the_minutes_are_settled(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    assert not sees(cast.health, case)
    meeting = make_meeting(cast, case, agencies=[cast.agency("health")])
    assert sees(cast.health, case)
    assert not sees(cast.police, case)
    grant = holders_rows(case, Agency).get(source_id=meeting.pk, permission__codename="view_case")
    assert grant.expires_at.date() > meeting.scheduled_for.date()
    assert Invitation.objects.get(meeting=meeting, agency=cast.agency("health")).gave_access


def test_access_by_invitation_ends_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(cast)
    make_meeting(cast, case, agencies=[cast.agency("health")])
    later = timezone.now() + dt.timedelta(days=60)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert not sees(cast.health, case)
    assert sees(cast.practitioner, case)


def test_a_named_person_alone_is_let_in(cast: Cast) -> None:
    case = make_case(cast)
    make_meeting(cast, case, agencies=[], people=[cast.outsider])
    assert sees(cast.outsider, case)
    assert not sees(cast.health, case)


def test_who_sees_the_case_anyway_gets_no_grant(cast: Cast) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[], people=[])
    assert not meeting.invitations.filter(gave_access=True).exists()
    assert {each.person for each in meeting.invitations.filter(agency__isnull=False)} == {
        cast.manager, cast.practitioner,
    }  # fmt: skip


def test_where_the_lead_professional_has_left_their_agency_is_asked(cast: Cast) -> None:
    """It leads the case, and the page that books offers every agency but this one."""
    case, restricted, led = (make_case(cast) for _ in range(3))
    restrict(case=restricted, reason_code="FAMILY_MEMBER", people=[], lawful_basis="6_1_E", by=cast.manager)
    assert Invitation.objects.filter(meeting=make_meeting(cast, led), agency=case.lead_agency).get().person
    end_membership(membership=membership(cast.practitioner), on=timezone.localdate())
    meeting = make_meeting(cast, Case.objects.get(pk=case.pk))
    asked = meeting.invitations.get(agency=case.lead_agency)
    assert asked.person is None
    assert meeting.information.filter(agency=case.lead_agency).exists()
    named = make_meeting(cast, Case.objects.get(pk=restricted.pk), agencies=[], people=[cast.health])
    assert not named.invitations.filter(person=None, agency__isnull=False).exists(), (
        "a restricted case is opened to named people only"
    )


def test_a_restricted_case_is_opened_to_named_people_only(cast: Cast) -> None:
    case = make_case(cast)
    case = restrict(case=case, reason_code="FAMILY_MEMBER", people=[], lawful_basis="6_1_E", by=cast.manager)
    with pytest.raises(NeedsNamedPeople):
        make_meeting(cast, case, agencies=[cast.agency("health")])
    make_meeting(cast, case, agencies=[], people=[cast.health])
    assert sees(cast.health, case)


def test_one_meeting_ahead_and_posting_twice_books_once(cast: Cast) -> None:
    case, key = make_case(cast), new_key()
    booked = [
        scheduling.schedule(
            key=key, case=case, details=details(), chair=cast.manager, agencies=[], people=[], by=cast.manager
        )
        for _ in range(2)
    ]
    assert booked[0] == booked[1]
    with pytest.raises(MeetingAlreadyBooked):
        make_meeting(cast, case)
    assert MaseMeeting.objects.count() == 1


def test_a_late_meeting_says_why(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    with pytest.raises(LateReasonMissing):
        make_meeting(cast, case, days=30)
    assert make_meeting(cast, case, days=30, late_reason="CAPACITY").late_reason == "CAPACITY"
    other = make_case(cast)
    assert make_meeting(cast, other, days=1, late_reason="CAPACITY").late_reason == ""


def test_the_first_is_initial_and_the_next_a_review(cast: Cast) -> None:
    case = make_case(cast)
    assert end_meeting(cast, case).kind == MeetingKind.INITIAL
    case.refresh_from_db()
    assert make_meeting(cast, case).kind == MeetingKind.REVIEW


def test_only_those_who_work_on_the_case_book(cast: Cast) -> None:
    case = make_case(cast)
    with pytest.raises(NotVisible):
        make_meeting(cast, case, by=cast.outsider)
    make_meeting(cast, case, by=cast.practitioner, agencies=[cast.agency("health")])
    with pytest.raises(NotPermitted):
        scheduling.cancel(meeting=case.meetings.get(), reason="No", by=cast.health)


def test_changing_tells_everyone_and_lengthens_access(cast: Cast) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, days=2, agencies=[cast.agency("health")])
    before = Notification.objects.filter(user=cast.health).count()
    new = details(days=5, place="Room 9")
    changed = scheduling.change(meeting=meeting, details=new, reason="Room taken", version=1, by=cast.manager)
    assert changed.place == "Room 9"
    assert Notification.objects.filter(user=cast.health).count() == before + 1
    with pytest.raises(SomeoneElseSaved):
        scheduling.change(meeting=meeting, details=details(), reason="Again", version=1, by=cast.manager)


def test_cancelling_takes_back_what_the_invitation_gave(cast: Cast) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[cast.agency("health")])
    scheduling.cancel(meeting=meeting, reason="The child is in hospital", by=cast.manager)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED
    assert not sees(cast.health, case)
    assert sees(cast.practitioner, case)
    make_meeting(cast, case)


def test_a_meeting_that_has_started_is_not_cancelled(cast: Cast) -> None:
    meeting = ending.start(meeting=make_meeting(cast, make_case(cast)), by=cast.manager)
    with pytest.raises(MeetingAlreadyStarted):
        scheduling.cancel(meeting=meeting, reason="Too late", by=cast.manager)


def test_somebody_else_is_invited_later(cast: Cast) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[])
    for _ in range(2):
        invitations.invite(meeting=meeting, agencies=[], people=[membership(cast.outsider)], by=cast.manager)
    assert meeting.invitations.filter(person=cast.outsider).count() == 1
    assert meeting.information.filter(agency=cast.agency("education")).exists()
