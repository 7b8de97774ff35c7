"""A CMOG on another day than it was booked for, and one that is cancelled."""

import datetime as dt

import pytest
import time_machine

from cse_portal import acting
from cse_portal.reference.working_days import LONDON
from mase.choices import CmogKind, MeetingState
from mase.models import CmogItem, CmogMeeting, PlanAction
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.cmog import agree, end_cmog, item_of, make_cmog, start_cmog, write

pytestmark = pytest.mark.django_db
SECOND = dt.datetime(2026, 11, 2, 9, 0, tzinfo=LONDON)  # it is booked for the 15th


def again(meeting: CmogMeeting) -> CmogMeeting:
    return CmogMeeting.objects.get(pk=meeting.pk)


@time_machine.travel(SECOND)
def test_starting_on_another_day_than_booked_is_asked_first(cast: Cast) -> None:
    meeting = make_cmog(cast)
    client, url = signed_in(cast, "manager"), f"/cmog/{meeting.pk}/start/"
    asked = client.post(url).content.decode()
    assert "Start it today?" in asked
    assert "15 November 2026" in asked
    assert again(meeting).state == MeetingState.SCHEDULED
    assert client.post(url, {"another_day": "yes"}).status_code == 302
    assert again(meeting).is_running


@time_machine.travel(SECOND)
def test_one_that_is_cancelled_keeps_what_it_says(cast: Cast) -> None:
    case, quiet = make_case(cast, category=3), make_case(cast, category=3)
    meeting = booked = make_cmog(cast)
    item = item_of(meeting, kind=CmogKind.CHILD, case=case)
    theme = item_of(meeting, kind=CmogKind.THEME, code="themes")
    write(item, notes="She was seen twice.", by=cast.manager)
    action = agree(cast, theme, text="Ask for lamps at the underpass.")
    client, here = signed_in(cast, "manager"), f"/cmog/{booked.pk}/"
    assert "stays to be read" in client.get(f"{here}cancel/").content.decode()
    assert client.post(f"{here}cancel/", {"reason": "Nobody can come."}).status_code == 302
    with acting.for_the_system():
        assert set(CmogItem.objects.filter(meeting=booked)) == {item, theme}
    page = client.get(here).content.decode()
    assert "Nobody can come." in page
    assert f'href="/cmog/items/{item.pk}/"' in page
    assert quiet.reference not in page
    assert "She was seen twice." in client.get(f"/cmog/items/{item.pk}/").content.decode()
    page = client.get(f"/cmog/items/{theme.pk}/").content.decode()
    assert action.text in page
    assert "its actions were not given out" in page
    assert client.get(f"{here}agenda/").status_code == 200
    theirs = signed_in(cast, "police").get(here).content.decode()
    assert case.reference not in theirs, "they see the CMOG and not this child"
    another = start_cmog(cast)
    item = item_of(another, kind=CmogKind.CHILD, case=case)
    page = client.get(f"/cmog/items/{item.pk}/").content.decode()
    assert "15 November 2026 (cancelled)" in page
    assert "She was seen twice." in page
    assert end_cmog(cast, another).state == MeetingState.ENDED
    assert PlanAction.objects.get(pk=action.pk).issued_at is None
