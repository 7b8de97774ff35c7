"""A CMOG on another day than it was booked for."""

import datetime as dt

import pytest
import time_machine

from cse_portal.reference.working_days import LONDON
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Meeting
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cmog import make_cmog

pytestmark = pytest.mark.django_db
SECOND = dt.datetime(2026, 11, 2, 9, 0, tzinfo=LONDON)  # it is booked for the 15th


def again(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


@time_machine.travel(SECOND)
def test_starting_on_another_day_than_booked_is_asked_first(cast: Cast) -> None:
    meeting = make_cmog(cast)
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/start/"
    asked = client.post(url).content.decode()
    assert "Start the meeting today" in asked
    assert "15 November 2026" in asked
    assert again(meeting).state == MeetingState.SCHEDULED
    assert client.post(url, {"another_day": "yes"}).status_code == 302
    assert again(meeting).is_running
