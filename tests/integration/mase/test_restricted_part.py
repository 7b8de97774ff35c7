"""The restricted part of a meeting: what belongs to it, who reads it, and what is left where somebody may not."""

from typing import Any

import pytest
from django.urls import reverse

from mase.choices import AttendanceCode, Audience
from mase.models import Invitation, MaseMeeting
from mase.presenters.minutes import document
from mase.selectors.minutes import draft_record
from mase.selectors.presence import part_id
from mase.selectors.record import record_for
from mase.selectors.room import reads_restricted, room_of
from mase.services import attendance, room, sections
from mase.services.attendance import Came
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db
THERE, AWAY, DEPUTY = AttendanceCode.ATTENDED, AttendanceCode.ABSENT, AttendanceCode.DEPUTY


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    return start_meeting(cast, make_case(cast))


def page_of(cast: Cast, person: str, meeting: MaseMeeting) -> str:
    return signed_in(cast, person).get(reverse("mase:meeting", args=[meeting.pk])).content.decode()


def again(meeting: MaseMeeting) -> MaseMeeting:
    return MaseMeeting.objects.select_related("case").get(pk=meeting.pk)


# ------------------------------------------------------------------------------------------ other children


def test_what_is_said_of_other_children_is_not_shown_with_the_family_there_nor_in_their_minutes(
    cast: Cast, meeting: MaseMeeting
) -> None:
    item, said = meeting.agenda.get(code="siblings"), "Beth Otherchild is collected by the same car."
    sections.save_notes(item=item, notes=said, edit=sections.Edit(item.version), by=cast.manager)
    assert said in page_of(cast, "manager", meeting)
    assert said not in page_of(cast, "health", meeting)
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    assert "Siblings" not in page_of(cast, "manager", meeting)
    factory.end(cast, meeting)
    for audience, there in ((Audience.OPEN, False), (Audience.FULL, True)):
        drawn = document(draft_record(meeting, audience))
        assert any(said in each.notes for each in drawn.sections) is there


# ------------------------------------------------------------------------------------------ the family comes in


def seat_of_parent(meeting: MaseMeeting) -> Invitation:
    return meeting.invitations.get(role="PAR")


def mark(cast: Cast, meeting: MaseMeeting, seat: Invitation, code: AttendanceCode) -> MaseMeeting:
    attendance.record_attendance(meeting=meeting, answers={seat.pk: Came(code)}, by=cast.manager)
    return again(meeting)


@pytest.mark.parametrize("code", [THERE, DEPUTY])
def test_a_parent_who_is_marked_as_there_is_in_the_room(
    cast: Cast, meeting: MaseMeeting, code: AttendanceCode
) -> None:
    assert reads_restricted(cast.police, meeting)
    now = mark(cast, meeting, seat_of_parent(meeting), code)
    assert now.family_in_room
    assert not reads_restricted(cast.police, now)
    assert not any(item.restricted for item in record_for(cast.manager, now).agenda)


def test_family_who_have_left_are_not_called_back_by_marking_others(cast: Cast, meeting: MaseMeeting) -> None:
    parent = seat_of_parent(meeting)
    mark(cast, meeting, parent, THERE)
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    both = {each.pk: Came(THERE) for each in (parent, meeting.invitations.get(person=cast.manager))}
    attendance.record_attendance(meeting=meeting, answers=both, by=cast.manager)
    now = again(meeting)
    assert not now.family_in_room
    assert reads_restricted(cast.police, now)
    assert room_of(now).shows_restricted, "whoever has left does not sit before the screen"
    mark(cast, meeting, parent, AWAY)
    assert mark(cast, meeting, parent, THERE).family_in_room, "marked as there once more"


def test_what_was_shown_to_the_room_is_over_when_the_mother_is_marked(
    cast: Cast, meeting: MaseMeeting
) -> None:
    chair = meeting.invitations.get(person=cast.manager)
    health = meeting.invitations.get(agency=cast.agency("health"))
    for each in (chair, health):
        mark(cast, meeting, each, THERE)
    room.reveal(meeting=meeting, reason="The school is part of it", by=cast.manager)
    mark(cast, meeting, seat_of_parent(meeting), THERE)
    assert not meeting.reveals.filter(ended_at__isnull=True).exists()
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    assert not room_of(again(meeting)).shows_restricted, "to show it again the chair says why again"


@pytest.mark.parametrize("live", [False, True])
def test_the_page_says_that_marking_the_family_hides_the_restricted_part(
    cast: Cast, meeting: MaseMeeting, live: bool
) -> None:
    part = part_id("attendance", meeting.pk)
    field = f"{part}-code_{seat_of_parent(meeting).pk.hex}"
    url = reverse("mase:section", args=[meeting.pk, "attendance", meeting.pk])
    client, sent = signed_in(cast, "manager"), {field: THERE.value}
    headers: dict[str, Any] = {"HX-Request": "true"} if live else {}
    answer = client.post(url, sent, headers=headers, follow=True).content.decode()
    assert "A child or parent is marked as there" in answer
    assert "Child or parent has left the room" in answer
    assert "People and places of concern" not in answer
    assert "marked as there, so" not in client.post(url, sent, headers=headers, follow=True).content.decode()
