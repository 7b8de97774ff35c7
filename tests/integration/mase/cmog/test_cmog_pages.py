"""A CMOG from its booking to its end: its pages, who came, what is broken off, and what is told when it is late."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.accounts.models import Membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference.working_days import LONDON, add_months, next_working_day
from mase.cmog.presenters.cmog import guests
from mase.cmog.selectors.cmog import days_to_offer, invited
from mase.meetings.choices import AttendanceCode, MeetingKind, MeetingState
from mase.meetings.errors import MONTH_TAKEN
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.services.sections import Came, record_attendance
from mase.plans.models.plan import PlanAction
from mase.tasks import notify_about_clocks
from reporting.board.presenters import attendance as words
from reporting.board.selectors.attendance import attendance_record
from reporting.measures.selectors import registry
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, share_with
from tests.factories.cmog import end_cmog, item_of, make_cmog, send_out, start_cmog, write
from tests.factories.meetings import membership, second_manager
from tests.factories.reporting import ENDED, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, category=RiskCategory.HIGH)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return signed_in(cast, "manager")


def posted(**given: Any) -> dict[str, Any]:
    return {"form_token": str(new_key()), **given}


def on(day: dt.date, name: str) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_cmog_from_its_booking_to_its_minutes(cast: Cast, case: Case, manager: Client) -> None:
    day = next_working_day(timezone.localdate() + dt.timedelta(days=9))
    booking = posted(
        **on(day, "scheduled_for"), scheduled_for_time="10am", place="Civic Centre", chair=str(cast.manager.pk),
    )  # fmt: skip
    shown = manager.post("/cmog/new/", booking)
    assert f"{day:%A}" in shown.content.decode()
    assert not Meeting.objects.exists()
    booking |= {**on(day, "day_0"), **on(add_months(day, 1), "day_1")}
    for _ in range(2):
        assert manager.post("/cmog/new/", booking).status_code == 302
    following, meeting = Meeting.objects.all()
    assert (following.compiled_at, timezone.localdate(meeting.scheduled_for)) == (None, day)
    address = f"/cmog/{meeting.pk}/"
    asked = posted(people=[str(membership(cast.health).pk)])
    assert manager.post(f"/meetings/{meeting.pk}/invite/", asked)["Location"] == address
    assert Notification.objects.filter(user=cast.health, url=address).count() == 1
    assert "Category 3" in page_of(manager, address)

    assert manager.post(f"/meetings/{meeting.pk}/start/", {"another_day": "yes"}).status_code == 302
    item = item_of(meeting, case=case)
    slot = f"/cmog/items/{item.pk}/"
    manager.post(f"{slot}said/", posted(notes="Seen by two agencies.", decision="One plan.", version="1"))
    due = timezone.localdate() + dt.timedelta(days=14)
    action = posted(
        p="PROTECT", text="Write one plan.", measure_of_success="She knows it.", agency=str(cast.agency("csc").pk),
        owner=str(membership(cast.practitioner).pk), **on(due, "due_on"),
    )  # fmt: skip
    for _ in range(2):
        assert manager.post(f"{slot}action/", action).status_code == 302
    assert PlanAction.objects.get().item == item
    page = page_of(manager, item.get_absolute_url())
    for said in ("Seen by two agencies.", "One plan.", "Write one plan.", "Priya Raman"):
        assert said in page

    invitation = meeting.invitations.get(person=cast.health)
    manager.post(f"{address}attendance/", posted(**{f"code_{invitation.pk.hex}": "Y"}))
    assert manager.post(f"{address}end/", posted()).status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.ENDED
    page = page_of(manager, address)
    assert "Agreed" in page
    assert "Hannah Okafor" in page
    assert manager.get(f"/meetings/{meeting.pk}/minutes.pdf")["Content-Type"] == "application/pdf"
    owner = signed_in(cast, "practitioner")
    assert "CMOG, " in page_of(owner, f"/actions/{PlanAction.objects.get().pk}/")


@time_machine.travel(dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC))
def test_a_year_is_offered_on_the_same_weekday_less_holidays_and_months_that_have_one(cast: Cast) -> None:
    make_cmog(cast, months=2)  # February 2027
    offered = days_to_offer(MeetingKind.CMOG, dt.datetime(2026, 12, 28, 10, tzinfo=dt.UTC))
    assert [f"{each:%d %b}" for each in offered[:5]] == ["29 Dec", "25 Jan", "22 Mar", "26 Apr", "24 May"]
    assert len(offered) == 11


def test_a_cmog_moves_to_another_day_and_chair_and_its_members_hear(cast: Cast, manager: Client) -> None:
    meeting, other = make_cmog(cast), second_manager(cast)
    make_cmog(cast, months=1)
    page = f"/meetings/{meeting.pk}/change/"
    move = posted(
        **on(timezone.localdate() + dt.timedelta(days=32), "scheduled_for"), scheduled_for_time="2pm", place="Room 1",
        reason="Snow", version=str(meeting.version),
    )  # fmt: skip
    assert MONTH_TAKEN in manager.post(page, move).content.decode()
    move |= on(timezone.localtime(meeting.scheduled_for).date(), "scheduled_for")
    assert manager.post(page, move)["Location"] == f"/cmog/{meeting.pk}/"
    assert Notification.objects.filter(user=cast.police, text__contains="has changed").count() == 1
    given = posted(chair=str(other.pk), reason="She is away.")
    assert manager.post(f"/meetings/{meeting.pk}/chair/", given)["Location"] == f"/cmog/{meeting.pk}/"
    meeting.refresh_from_db()
    assert (meeting.place, meeting.chair) == ("Room 1", other)
    assert not meeting.invitations.exists()


def test_the_nurse_finds_it_on_her_home_page_and_the_outsider_does_not(cast: Cast, case: Case) -> None:
    meeting = make_cmog(cast, people=[cast.health])
    Meeting.objects.filter(pk=meeting.pk).update(scheduled_for=timezone.now() + dt.timedelta(minutes=1))
    assert f"/cmog/{meeting.pk}/" in page_of(signed_in(cast, "health"), "/")
    assert f"/cmog/{meeting.pk}/" not in page_of(signed_in(cast, "outsider"), "/")
    assert signed_in(cast, "health").get("/cmog/").status_code == 403


def test_who_is_invited_reads_and_does_not_write(cast: Cast, case: Case) -> None:
    share_with(case, cast.health, by=cast.practitioner)
    meeting = start_cmog(cast, people=[cast.health])
    nurse, item = signed_in(cast, "health"), item_of(meeting, case=case)
    page = page_of(nurse, item.get_absolute_url())
    assert "<textarea" not in page
    assert nurse.post(f"/cmog/items/{item.pk}/said/", posted(notes="Mine", version="1")).status_code == 403


def test_a_stale_save_shows_both_texts(cast: Cast, case: Case, manager: Client) -> None:
    share_with(case, cast.agency("police"), by=cast.practitioner)
    item = item_of(start_cmog(cast), case=case)
    write(item, notes="The officer's words.", by=cast.police)
    answer = manager.post(f"/cmog/items/{item.pk}/said/", posted(notes="My words.", version="1"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The officer&#x27;s words." in page
    assert "My words." in page


def agency_of(cast: Cast, person: str) -> str:
    return Membership.objects.get(user=getattr(cast, person)).agency.name


def seats(meeting: Meeting) -> dict[str, Invitation]:
    return {each.agency.name: each for each in invited(meeting) if each.person is None}


def mark(cast: Cast, meeting: Meeting, person: str, came: Came) -> None:
    with acting_for(cast.manager):
        seat = seats(meeting)[agency_of(cast, person)]
        record_attendance(meeting=meeting, answers={seat.pk: came}, by=cast.manager)


def test_a_seat_for_each_agency_that_sits_on_every_one_is_there_when_it_starts(cast: Cast) -> None:
    meeting = make_cmog(cast, people=[cast.health])
    page = signed_in(cast, "manager").get(f"/cmog/{meeting.pk}/").content.decode()
    both = {agency_of(cast, "manager"), agency_of(cast, "police")}
    assert seats(meeting) == {}
    assert all(name in page for name in both)
    signed_in(cast, "manager").post(f"/meetings/{meeting.pk}/start/", {"another_day": "yes"})
    assert set(seats(meeting)) == both
    assert not any(each.came_as for each in seats(meeting).values())


@pytest.mark.usefixtures("undrawn")
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
    assert client.post(f"/cmog/{meeting.pk}/end/", {}).status_code == 302
    said = {each["agency"]: each["attendance"] for each in guests(invited(meeting))}
    assert said[agency_of(cast, "police")] == "Deputy attended (Sgt Amir Khan)"
    assert said[agency_of(cast, "manager")] == "Not marked"
    assert client.get(f"/meetings/{meeting.pk}/minutes.pdf").status_code == 200


def test_a_seat_shows_nobody_the_cmog(cast: Cast) -> None:
    meeting = start_cmog(cast)
    Invitation.objects.create(meeting=meeting, agency=cast.agency("health"), invited_by=cast.manager)
    assert signed_in(cast, "health").get(f"/cmog/{meeting.pk}/").status_code == 404
    with acting_for(cast.health):
        assert not Meeting.objects.exists()
        assert not Invitation.objects.exists()


def test_the_attendance_page_has_cmogs_of_their_own(cast: Cast) -> None:
    meeting = start_cmog(cast, people=[cast.health])
    mark(cast, meeting, "police", Came(AttendanceCode.APOLOGIES))
    mark(cast, meeting, "manager", Came(AttendanceCode.ATTENDED))
    end_cmog(cast, meeting)
    Meeting.objects.filter(pk=meeting.pk).update(ended_at=at(ENDED.ends_on), started_at=at(ENDED.ends_on))
    tables = words.page(attendance_record(cast.analyst), linked=False).cmog
    rows = {row.label: [cell.text for cell in row.cells] for row in tables[1].rows}
    assert tables[1].caption == f"CMOG: {ENDED.label}"
    #                                     invited, came, deputy, then apologies, report, absent, not recorded, share
    assert rows[agency_of(cast, "police")] == ["1", "0", "0", "1", "0", "0", "0", "0%"]
    assert rows[agency_of(cast, "manager")] == ["1", "1", "0", "0", "0", "0", "0", "100%"]
    assert rows[agency_of(cast, "health")] == ["1", "0", "0", "0", "0", "0", "1", "0%"]
    for reader in ("manager", "analyst"):
        assert f"CMOG: {ENDED.label}" in signed_in(cast, reader).get("/attendance/").content.decode()
    _, figures = registry.compute("D3", ENDED)
    assert not any(figure.value for figure in figures)


SECOND = dt.datetime(2026, 11, 2, 9, 0, tzinfo=LONDON)  # it is booked for the 15th
FIRE = "The fire alarm went off."


# A Monday; the days are counted from it.
MONDAY = dt.datetime(2026, 11, 2, 9, 0, tzinfo=LONDON)


def after(days: int) -> time_machine.travel:
    return time_machine.travel(MONDAY + dt.timedelta(days=days), tick=False)


def told(cast: Cast) -> list[str]:
    rows = Notification.objects.filter(user=cast.manager)
    return [
        each.text
        for each in rows.order_by("created_at")
        if each.text.startswith(("No CMOG", "Due soon", "Late", "Still running"))
    ]


def test_a_month_without_a_cmog_is_told_from_the_15th_of_the_month_before(cast: Cast) -> None:
    with after(0):
        make_cmog(cast)
    with after(11):  # the 13th of November
        assert notify_about_clocks() == 0
    with after(13):
        assert (notify_about_clocks(), notify_about_clocks()) == (1, 0)
    assert told(cast) == ["No CMOG is booked for December."]
    assert Notification.objects.get(user=cast.manager, text=told(cast)[0]).url == "/cmog/"
    with after(30):  # the 2nd of December
        assert (notify_about_clocks(), notify_about_clocks()) == (1, 0)
        make_cmog(cast)
    assert told(cast)[1] == "No CMOG is booked for December, and it is December. CMOG meets every month."
    with after(40):
        assert notify_about_clocks() == 0


def test_minutes_of_a_cmog_are_told_soon_and_late_and_not_once_they_are_out(cast: Cast) -> None:
    with after(0):
        held = end_cmog(cast, start_cmog(cast))  # to be sent out in five working days
    with after(1):
        assert notify_about_clocks() == 0
    with after(4):
        assert (notify_about_clocks(), notify_about_clocks()) == (1, 0)
    with after(8):
        assert (notify_about_clocks(), notify_about_clocks()) == (1, 0)
    assert told(cast) == [
        "Due soon: 1 set of minutes to send out.",
        "Late: 1 set of minutes to send out. Do it now.",
    ]
    notes = Notification.objects.filter(user=cast.manager, text__contains="set of minutes")
    assert {each.url for each in notes} == {f"/meetings/{held.pk}/minutes/"}
    assert AuditEvent.objects.filter(action=Action.CLOCK_TOLD, object_id=held.pk).count() == 2
    with after(9):
        send_out(cast, held)
        assert notify_about_clocks() == 0


def test_a_cmog_that_was_started_and_never_ended_is_told_of_each_morning(cast: Cast) -> None:
    words = "Still running: 1 meeting that was started before today. End it."
    with after(0):
        second = second_manager(cast)
        running = start_cmog(cast)
        assert notify_about_clocks() == 0
    with after(1):
        assert (notify_about_clocks(), notify_about_clocks()) == (1, 0)
    with after(2):
        assert (notify_about_clocks(), notify_about_clocks()) == (1, 0)
    assert told(cast)[-2:] == [words, words]
    others = Notification.objects.filter(user=second, text=words)
    assert [each.url for each in others] == [f"/cmog/{running.pk}/"] * 2, "anyone who may chair may end it"
    with after(3):
        end_cmog(cast, running)
        assert notify_about_clocks() == 0
