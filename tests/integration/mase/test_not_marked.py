"""Nobody ends a meeting past who is not marked: each is asked about, and whoever came says whether they agree."""

from html import unescape

import pytest

from cases.choices import RiskCategory
from cases.models import Case
from mase.choices import AttendanceCode, Audience
from mase.errors import AgenciesSilent, SeatsNotMarked
from mase.models import Attendance, Invitation, MaseMeeting
from mase.presenters.minutes import document
from mase.selectors.minutes import draft_record
from mase.selectors.seats import name_of
from mase.services import ending
from mase.services.attendance import Came
from mase.services.chairing import pass_chair
from mase.services.decision import AgencyWord, Word
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import end_meeting, make_meeting, second_manager, start_meeting, write_all


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, category=RiskCategory.HIGH)


@pytest.fixture
def meeting(cast: Cast, case: Case) -> MaseMeeting:
    """Everything is written; nobody has marked whether the police came, and nothing is recorded of them."""
    row = write_all(cast, start_meeting(cast, case))
    Attendance.objects.filter(invitation=police_seat(cast, row)).delete()
    row.assents.filter(agency=cast.agency("police")).delete()
    return MaseMeeting.objects.get(pk=row.pk)


def police_seat(cast: Cast, meeting: MaseMeeting) -> Invitation:
    return meeting.invitations.select_related("agency", "person").get(agency=cast.agency("police"))


def attendance_in_minutes(meeting: MaseMeeting) -> dict[str, str]:
    found = document(draft_record(meeting, Audience.FULL))
    return {each.agency: each.attendance for each in found.people}


def test_the_meeting_does_not_end_past_them(cast: Cast, meeting: MaseMeeting) -> None:
    name = name_of(police_seat(cast, meeting))
    with pytest.raises(SeatsNotMarked, match=name):
        ending.end(meeting=meeting, by=cast.manager, no_quorum_reason="They sent a report.")
    assert MaseMeeting.objects.get(pk=meeting.pk).is_running


def test_whoever_came_is_asked_what_they_say(cast: Cast, meeting: MaseMeeting) -> None:
    seat, police = police_seat(cast, meeting), cast.agency("police")
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/end/"
    page = unescape(client.get(url).content.decode())
    assert "Some who were asked are not marked" in page
    assert f"{name_of(seat)}: did they come?" in page
    refused = unescape(client.post(url, {"no_quorum_reason": "They sent a report."}).content.decode())
    assert f"Say whether {name_of(seat)} came, or that it is not known" in refused
    came = {f"came_{seat.pk.hex}": "Y"}
    asked = unescape(client.post(url, came).content.decode())
    assert f"Say whether {police.name} agrees" in asked
    assert "Why could the meeting go ahead without them?" not in asked, "they were there, so it was quorate"
    with pytest.raises(AgenciesSilent):
        ending.end(meeting=meeting, by=cast.manager, came={seat.pk: Came(AttendanceCode.ATTENDED)})
    against = {f"word_{police.pk.hex}": "dissents", f"why_{police.pk.hex}": "The car was seen on Monday."}
    assert client.post(url, {**came, **against}).status_code == 302
    ended = MaseMeeting.objects.get(pk=meeting.pk)
    assert [each.agency for each in ended.dissents.all()] == [police]
    assert attendance_in_minutes(ended)[police.short_name].startswith("Attended")


def test_of_whom_nobody_knows_it_says_so_and_nothing_is_made_up(cast: Cast, meeting: MaseMeeting) -> None:
    seat, client = police_seat(cast, meeting), signed_in(cast, "manager")
    answers = {f"came_{seat.pk.hex}": "?", "no_quorum_reason": "They sent a report."}
    assert client.post(f"/meetings/{meeting.pk}/end/", answers).status_code == 302
    ended = MaseMeeting.objects.get(pk=meeting.pk)
    assert attendance_in_minutes(ended)[cast.agency("police").short_name] == "Not recorded"


def test_what_was_marked_meanwhile_stays(cast: Cast, meeting: MaseMeeting) -> None:
    seat = police_seat(cast, meeting)
    Attendance.objects.create(invitation=seat, code=AttendanceCode.APOLOGIES, recorded_by=cast.manager)
    ending.end(
        meeting=meeting, by=cast.manager, no_quorum_reason="They sent a report.",
        came={seat.pk: Came(AttendanceCode.ATTENDED)},
        words={cast.agency("police").pk: Word(AgencyWord.AGREES)},
    )  # fmt: skip
    assert Attendance.objects.get(invitation=seat).code == AttendanceCode.APOLOGIES


def test_whoever_takes_the_chair_midway_is_marked_as_there(cast: Cast, case: Case) -> None:
    meeting, second = start_meeting(cast, case), second_manager(cast)
    pass_chair(meeting=meeting, to=second, reason="The first is ill.", by=second)
    assert Attendance.objects.get(invitation__person=second).code == AttendanceCode.ATTENDED
    before = end_meeting(cast, make_case(cast))
    booked = make_meeting(cast, before.case)
    pass_chair(meeting=booked, to=second, reason="The first is ill.", by=second)
    assert not Attendance.objects.filter(invitation__meeting=booked).exists(), "not before it is held"
