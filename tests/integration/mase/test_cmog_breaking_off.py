"""A CMOG that was started by mistake, or was broken off, is booked again: what was written on its items stays."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cse_portal import acting
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.reference.working_days import LONDON
from mase.choices import AttendanceCode, CmogKind, MeetingState
from mase.errors import CmogThisMonth, MeetingNotEditable, MeetingNotStarted
from mase.models import CmogItem, CmogMeeting, PlanAction
from mase.services import cmog, cmog_items
from mase.services.attendance import Came
from mase.services.carrying import carry_at_cmog
from mase.services.cmog_breaking_off import break_off
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.cmog import agree, end_cmog, item_of, make_cmog, start_cmog, write

pytestmark = pytest.mark.django_db
SECOND = dt.datetime(2026, 11, 2, 9, 0, tzinfo=LONDON)  # it is booked for the 15th
FIRE = "The fire alarm went off."


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
def test_one_that_was_broken_off_goes_on_another_day_with_what_was_written(cast: Cast) -> None:
    case = make_case(cast, category=3)
    meeting = start_cmog(cast, people=[cast.health])
    item = item_of(meeting, kind=CmogKind.CHILD, case=case)
    write(item, notes="She was seen twice.", by=cast.manager)
    came = Came(AttendanceCode.ATTENDED)
    seats = {each.pk: came for each in meeting.invitations.all()}
    cmog.record_attendance(meeting=meeting, answers=seats, by=cast.manager)
    Notification.objects.all().delete()
    client, url = signed_in(cast, "manager"), f"/cmog/{meeting.pk}/not-held/"
    assert url in client.get(f"/cmog/{meeting.pk}/").content.decode()
    given = {"day_day": "19", "day_month": "11", "day_year": "2026", "day_time": "10am"}
    assert "Say why it was not held" in client.post(url, given).content.decode()
    assert client.post(url, {**given, "reason": FIRE}).status_code == 302
    booked = again(meeting)
    assert (booked.state, booked.started_at) == (MeetingState.SCHEDULED, None)
    assert timezone.localdate(booked.scheduled_for) == dt.date(2026, 11, 19)
    assert not booked.invitations.exclude(code="").exists(), "who is there is marked on its day"
    assert AuditEvent.objects.get(action=Action.CMOG_BROKEN_OFF).reason == FIRE
    assert "19 November 2026" in Notification.objects.get(user=cast.health).text
    started = cmog.start(meeting=booked, by=cast.manager)
    assert item_of(started, kind=CmogKind.CHILD, case=case).notes == "She was seen twice."
    assert end_cmog(cast, started).state == MeetingState.ENDED


@time_machine.travel(SECOND)
def test_one_started_by_mistake_keeps_its_day(cast: Cast) -> None:
    meeting = start_cmog(cast, people=[cast.health])
    Notification.objects.all().delete()
    kept = break_off(meeting=meeting, reason="The wrong day", to=meeting.scheduled_for, by=cast.manager)
    assert (kept.state, kept.scheduled_for) == (MeetingState.SCHEDULED, meeting.scheduled_for)
    assert Notification.objects.get(user=cast.health).text.startswith("A CMOG was not held after all.")


@time_machine.travel(SECOND)
def test_nobody_but_who_runs_it_and_not_once_it_has_ended(cast: Cast) -> None:
    meeting = make_cmog(cast)
    to = meeting.scheduled_for
    with pytest.raises(MeetingNotStarted):
        break_off(meeting=meeting, reason="x", to=to, by=cast.manager)
    running = cmog.start(meeting=meeting, by=cast.manager)
    with pytest.raises(NotPermitted):
        break_off(meeting=running, reason="x", to=to, by=cast.police)
    make_cmog(cast, months=1)
    with pytest.raises(CmogThisMonth):
        break_off(meeting=running, reason="x", to=to + dt.timedelta(days=30), by=cast.manager)
    assert again(meeting).is_running
    with pytest.raises(MeetingNotEditable):
        break_off(meeting=end_cmog(cast, running), reason="x", to=to, by=cast.manager)


@time_machine.travel(SECOND)
def test_one_that_is_cancelled_after_it_was_broken_off_keeps_what_it_says(cast: Cast) -> None:
    case, quiet = make_case(cast, category=3), make_case(cast, category=3)
    meeting = start_cmog(cast)
    item = item_of(meeting, kind=CmogKind.CHILD, case=case)
    theme = item_of(meeting, kind=CmogKind.THEME, code="themes")
    write(item, notes="She was seen twice.", by=cast.manager)
    action = agree(cast, theme, text="Ask for lamps at the underpass.")
    booked = break_off(meeting=meeting, reason=FIRE, to=meeting.scheduled_for, by=cast.manager)
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
    parts = client.get(f"/api/v1/cmog/{booked.pk}/").json()["agenda"]
    assert {slot["id"] for part in parts for slot in part["slots"]} == {str(item.pk), str(theme.pk)}
    theirs = signed_in(cast, "police").get(here).content.decode()
    assert case.reference not in theirs, "they see the CMOG and not this child"
    another = start_cmog(cast)
    item = item_of(another, kind=CmogKind.CHILD, case=case)
    page = client.get(f"/cmog/items/{item.pk}/").content.decode()
    assert "15 November 2026 (cancelled)" in page
    assert "She was seen twice." in page
    assert end_cmog(cast, another).state == MeetingState.ENDED
    assert PlanAction.objects.get(pk=action.pk).issued_at is None


@time_machine.travel(SECOND)
def test_what_had_come_to_it_comes_to_the_next_as_if_it_had_not_been_booked(cast: Cast) -> None:
    """Put off by the last CMOG, or given a new day at this one."""
    case = make_case(cast, category=3)
    last = start_cmog(cast, months=-1)
    waits = cmog_items.defer(item=item_of(last, case=case), reason="No time.", by=cast.manager)
    action = agree(cast, item_of(last, kind=CmogKind.THEME, code="themes"))
    end_cmog(cast, last)
    meeting = start_cmog(cast)
    write(item_of(meeting, kind=CmogKind.CHILD, case=case), notes="She was seen twice.", by=cast.manager)
    day = timezone.localdate() + dt.timedelta(days=40)
    carry_at_cmog(
        action=action, item=item_of(meeting, kind=CmogKind.THEME, code="themes"), due_on=day, by=cast.manager
    )
    booked = break_off(meeting=meeting, reason=FIRE, to=meeting.scheduled_for, by=cast.manager)
    cmog.cancel(meeting=booked, reason="Nobody can come.", by=cast.manager)
    another = start_cmog(cast)
    assert item_of(another, kind=CmogKind.CHILD, case=case).carried_from == waits
    theme = item_of(another, kind=CmogKind.THEME, code="themes")
    new = carry_at_cmog(action=action, item=theme, due_on=day, by=cast.manager)
    end_cmog(cast, another)
    assert PlanAction.objects.get(pk=new.pk).issued_at is not None
