"""Who came to a CMOG: agencies that sit on every one are marked like those who were asked; the minutes say it."""

import pytest

from cse_portal.accounts.models import Membership
from mase.choices import AttendanceCode
from mase.models import CmogInvitation, CmogMeeting
from mase.presenters.cmog import guests
from mase.selectors.cmog import invited
from mase.services import cmog
from mase.services.attendance import Came
from reporting.presenters import attendance as words
from reporting.selectors.attendance import attendance_record
from reporting.selectors.measures import registry
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cmog import end_cmog, make_cmog, start_cmog
from tests.factories.reporting import ENDED, at

pytestmark = pytest.mark.django_db


def agency_of(cast: Cast, person: str) -> str:
    return Membership.objects.get(user=getattr(cast, person)).agency.name


def seats(meeting: CmogMeeting) -> dict[str, CmogInvitation]:
    return {each.agency.name: each for each in invited(meeting) if each.person is None}


def mark(cast: Cast, meeting: CmogMeeting, person: str, came: Came) -> None:
    with acting_for(cast.manager):
        seat = seats(meeting)[agency_of(cast, person)]
        cmog.record_attendance(meeting=meeting, answers={seat.pk: came}, by=cast.manager)


def test_a_seat_for_each_agency_that_sits_on_every_one_is_there_when_it_starts(cast: Cast) -> None:
    meeting = make_cmog(cast, people=[cast.health])
    page = signed_in(cast, "manager").get(f"/cmog/{meeting.pk}/").content.decode()
    both = {agency_of(cast, "manager"), agency_of(cast, "police")}
    assert seats(meeting) == {}
    assert all(name in page for name in both)
    signed_in(cast, "manager").post(f"/cmog/{meeting.pk}/start/", {"another_day": "yes"})
    assert set(seats(meeting)) == both
    assert not any(each.code for each in seats(meeting).values())


def test_where_nobody_works_whose_role_sees_every_cmog_there_is_no_seat(cast: Cast) -> None:
    Membership.objects.filter(user=cast.police).delete()
    assert set(seats(start_cmog(cast))) == {agency_of(cast, "manager")}


def test_a_seat_is_marked_and_the_minutes_say_so(cast: Cast) -> None:
    meeting = start_cmog(cast, people=[cast.health])
    mark(cast, meeting, "police", Came(AttendanceCode.DEPUTY, "Sgt Amir Khan"))
    client = signed_in(cast, "manager")
    form = client.get(f"/cmog/{meeting.pk}/attendance/").content.decode()
    assert "Sgt Amir Khan" in form
    page = client.get(f"/cmog/{meeting.pk}/end/").content.decode()
    missing = page[page.index("Nobody has said whether these came") :]
    assert agency_of(cast, "manager") in missing
    assert cast.health.full_name in missing
    assert agency_of(cast, "police") not in missing
    assert client.post(f"/cmog/{meeting.pk}/end/", {"sure": "on"}).status_code == 302
    said = {each.agency: each.attendance for each in guests(invited(meeting))}
    assert said[agency_of(cast, "police")] == "Deputy attended (Sgt Amir Khan)"
    assert said[agency_of(cast, "manager")] == "Not marked"
    assert client.get(f"/cmog/{meeting.pk}/minutes.pdf").status_code == 200


def test_a_seat_shows_nobody_the_cmog(cast: Cast) -> None:
    meeting = start_cmog(cast)
    CmogInvitation.objects.create(meeting=meeting, agency=cast.agency("health"), invited_by=cast.manager)
    assert signed_in(cast, "health").get(f"/cmog/{meeting.pk}/").status_code == 404
    with acting_for(cast.health):
        assert not CmogMeeting.objects.exists()
        assert not CmogInvitation.objects.exists()


@pytest.mark.parametrize("reader", ["manager", "analyst"])
def test_the_attendance_page_has_cmogs_of_their_own(cast: Cast, reader: str) -> None:
    meeting = start_cmog(cast, people=[cast.health])
    mark(cast, meeting, "police", Came(AttendanceCode.APOLOGIES))
    mark(cast, meeting, "manager", Came(AttendanceCode.ATTENDED))
    end_cmog(cast, meeting)
    CmogMeeting.objects.filter(pk=meeting.pk).update(ended_at=at(ENDED.ends_on), started_at=at(ENDED.ends_on))
    tables = words.page(attendance_record(getattr(cast, reader)), linked=False).cmog
    rows = {row.label: [cell.text for cell in row.cells] for row in tables[1].rows}
    assert tables[1].caption == f"CMOG: {ENDED.label}"
    #                                     invited, came, deputy, then apologies, report, absent, not recorded, share
    assert rows[agency_of(cast, "police")] == ["1", "0", "0", "1", "0", "0", "0", "0%"]
    assert rows[agency_of(cast, "manager")] == ["1", "1", "0", "0", "0", "0", "0", "100%"]
    assert rows[agency_of(cast, "health")] == ["1", "0", "0", "0", "0", "0", "1", "0%"]
    page = signed_in(cast, reader).get("/attendance/").content.decode()
    assert f"CMOG: {ENDED.label}" in page
    _, figures = registry.compute("D3", ENDED)
    assert not any(figure.value for figure in figures)
