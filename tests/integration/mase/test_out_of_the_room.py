"""Who left before the part that is not for them, and who is back: they attended, and sit before no screen meanwhile."""

import re

import pytest
from django.urls import reverse

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.keys import new_key
from mase.choices import AttendanceCode, Audience
from mase.errors import NotMarkedAsThere
from mase.models import Attendance, Invitation, MaseMeeting
from mase.presenters.minutes import document
from mase.selectors.minutes import draft_record
from mase.selectors.record import record_for
from mase.selectors.room import room_of
from mase.services import attendance, room
from mase.services.attendance import Came
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db
THERE, AWAY = AttendanceCode.ATTENDED, AttendanceCode.ABSENT


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    """The chair and somebody of health are there."""
    row = start_meeting(cast, make_case(cast))
    for seat in (row.invitations.get(person=cast.manager), nurse(cast, row)):
        mark(cast, row, seat, THERE)
    return row


def nurse(cast: Cast, meeting: MaseMeeting) -> Invitation:
    return meeting.invitations.get(agency=cast.agency("health"))


def mark(cast: Cast, meeting: MaseMeeting, seat: Invitation, code: AttendanceCode) -> None:
    attendance.record_attendance(meeting=meeting, answers={seat.pk: Came(code)}, by=cast.manager)


def says(cast: Cast, meeting: MaseMeeting, seat: Invitation, present: str) -> str:
    """The chair presses the button, without a script."""
    url = reverse("mase:seat", args=[meeting.pk, seat.pk])
    return signed_in(cast, "manager").post(url, {"present": present}, follow=True).content.decode()


def test_whoever_stepped_out_attended_and_is_not_in_the_room(cast: Cast, meeting: MaseMeeting) -> None:
    seat = nurse(cast, meeting)
    missing = record_for(cast.manager, meeting).missing_quorum
    assert not room_of(meeting).shows_restricted
    page = says(cast, meeting, seat, "no")
    assert re.search(r"Left the room at \d", page)
    assert "Is back" in page
    now = room_of(meeting)
    assert seat.pk not in now.seats
    assert now.shows_restricted, "who is left may read it"
    record = record_for(cast.manager, meeting)
    assert record.missing_quorum == missing
    assert seat in record.present
    assert Attendance.objects.get(invitation=seat).code == THERE
    event = AuditEvent.objects.filter(action=Action.MEETING_CHANGED).latest("id")
    assert event.detail == {"out_of_room": {str(seat.pk): True}}

    page = says(cast, meeting, seat, "yes")
    assert re.search(r"Out of the room from \d", page)
    assert seat.pk in room_of(meeting).seats
    assert not room_of(meeting).shows_restricted


def test_said_twice_it_stands_once(cast: Cast, meeting: MaseMeeting) -> None:
    for present, times in (("no", 1), ("no", 1), ("yes", 2), ("yes", 2), ("no", 3)):
        says(cast, meeting, nurse(cast, meeting), present)
        assert len(Attendance.objects.get(invitation=nurse(cast, meeting)).out_and_back) == times


def test_what_was_shown_without_them_is_over_when_they_are_back(cast: Cast, meeting: MaseMeeting) -> None:
    police = meeting.invitations.get(agency=cast.agency("police"))
    mark(cast, meeting, police, THERE)
    says(cast, meeting, nurse(cast, meeting), "no")
    room.reveal(meeting=meeting, reason="To plan", by=cast.manager)
    says(cast, meeting, police, "no")
    says(cast, meeting, police, "yes")
    assert room_of(meeting).reveal is not None, "it was shown to the officer"
    says(cast, meeting, nurse(cast, meeting), "yes")
    assert not meeting.reveals.filter(ended_at__isnull=True).exists()


def test_whoever_is_marked_anew_is_in_the_room(cast: Cast, meeting: MaseMeeting) -> None:
    seat = nurse(cast, meeting)
    says(cast, meeting, seat, "no")
    mark(cast, meeting, seat, AWAY)
    assert seat.pk not in room_of(meeting).seats
    mark(cast, meeting, seat, THERE)
    assert seat.pk in room_of(meeting).seats


def test_only_the_chair_says_it_and_only_of_a_professional_who_came(cast: Cast, meeting: MaseMeeting) -> None:
    def out(seat: object, person: str = "manager") -> None:
        attendance.set_out_of_room(meeting=meeting, seat=seat, out=True, by=cast.people[person])  # type: ignore[arg-type]

    with pytest.raises(NotPermitted):
        out(nurse(cast, meeting).pk, "police")
    with pytest.raises(NotVisible):
        out(new_key())
    with pytest.raises(NotVisible):
        out(meeting.invitations.get(role="PAR").pk)
    with pytest.raises(NotMarkedAsThere):
        out(meeting.invitations.get(agency=cast.agency("police")).pk)
    police = meeting.invitations.get(agency=cast.agency("police"))
    assert NotMarkedAsThere.message in says(cast, meeting, police, "no")
    page = signed_in(cast, "health").get(reverse("mase:meeting", args=[meeting.pk])).content.decode()
    assert "Has left the room" not in page


def test_the_minutes_say_who_left_and_when_and_whether_they_were_back(
    cast: Cast, meeting: MaseMeeting
) -> None:
    seat = nurse(cast, meeting)
    says(cast, meeting, seat, "no")
    says(cast, meeting, seat, "yes")
    says(cast, meeting, meeting.invitations.get(person=cast.manager), "no")
    parent = meeting.invitations.get(role="PAR")
    mark(cast, meeting, parent, THERE)
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    factory.end(cast, meeting)
    for audience in Audience:
        drawn = document(draft_record(MaseMeeting.objects.get(pk=meeting.pk), audience))
        told = {each.agency: each.attendance for each in drawn.people}
        assert re.fullmatch(r"Attended, out of the room from .+ to .+", told["Health"])
        assert re.fullmatch(r"Attended, left the room at .+", told["CSE team"])
        assert re.fullmatch(r"Attended, left the room at .+", told["Family"])
    page = signed_in(cast, "health").get(reverse("mase:meeting", args=[meeting.pk])).content.decode()
    assert "Attended, out of the room from" in page
