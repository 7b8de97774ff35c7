"""The calendar of meetings, and the entries in people's own calendars, without a word about the child."""

import datetime as dt
from email.message import Message

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from cases.record.models.case import Case
from cases.sharing.services.access import stop_sharing
from cse_portal.jobs.services import deliver_outbox
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.lists import FIRST, LAST, calendar_page, month_of
from mase.meetings.selectors.meetings import meetings_between
from mase.meetings.services import calendars, scheduling
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import details, make_meeting
from tests.unit.ui.test_icalendar import read

pytestmark = pytest.mark.django_db
CHRISTMAS = "/meetings/calendar/?month=2026-12"


def page(cast: Cast, key: str, address: str) -> str:
    """The calendar as this person reads it."""
    client = Client()
    client.force_login(getattr(cast, key))
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture(scope="module")
def booked(shared_cast: Cast) -> Meeting:
    """About Amara Testley; everybody who is asked to it has their entry already."""
    case = make_case(shared_cast, child=make_child(given_name="Amara", family_name="Testley"))
    meeting = make_meeting(shared_cast, case)
    deliver_outbox()
    return meeting


def on(meeting: Meeting, when: str) -> Meeting:
    """The meeting at this time; to write it there, nothing but the time is changed."""
    meeting.scheduled_for = timezone.make_aware(dt.datetime.fromisoformat(when))
    meeting.save()
    return meeting


def test_a_meeting_stands_on_its_day_with_what_a_list_says_of_it(cast: Cast, booked: Meeting) -> None:
    meeting = on(booked, "2026-12-10 14:15")
    shown = calendar_page(month_of("2026-12"), [meeting])
    (day,) = [day for week in shown["weeks"] for day in week if day["meetings"]]
    assert day["on"] == dt.date(2026, 12, 10)
    text = page(cast, "manager", CHRISTMAS)
    for words in ("2:15pm", "Amara Testley", "Initial MASE", f"/meetings/{meeting.pk}/"):
        assert words in text, words


def test_only_what_one_may_see(cast: Cast, booked: Meeting) -> None:
    on(booked, "2026-12-10 14:00")
    for key in ("outsider", "duty"):
        text = page(cast, key, CHRISTMAS)
        assert booked.case.reference not in text
        assert "Testley" not in text
        assert "0 meetings of the cases you may see" in text


def test_a_cancelled_meeting_is_left_out(cast: Cast, booked: Meeting) -> None:
    meeting = on(booked, "2026-12-10 14:00")
    meeting.state, meeting.cancelled_at = MeetingState.CANCELLED, timezone.now()
    meeting.cancelled_by, meeting.cancelled_reason = cast.manager, "Snow"
    meeting.save()
    assert "0 meetings of the cases you may see" in page(cast, "manager", CHRISTMAS)


def test_this_week_holds_as_many_as_the_tile_counts(cast: Cast, booked: Meeting) -> None:
    monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
    for days, number in ((-1, 0), (0, 1), (6, 1), (7, 0)):
        on(booked, f"{monday + dt.timedelta(days=days)} 10:00")
        listed = meetings_between(cast.manager, monday, monday + dt.timedelta(days=6))
        assert listed.count() == number, days


def test_an_odd_address_shows_this_month(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.manager)
    for month in ("", "2026-13", "0001-01", "🙂", "\x00"):
        answer = client.get("/meetings/calendar/", {"month": month})
        assert answer.status_code == 200
        assert answer.context["calendar"]["month"] == timezone.localdate().replace(day=1)


@pytest.mark.parametrize("month", [FIRST, LAST, dt.date(2026, 12, 1), dt.date(2024, 2, 1)])
def test_weeks_are_whole_and_one_walks_from_each_month_to_the_next(month: dt.date) -> None:
    shown = calendar_page(month_of(f"{month:%Y-%m}"), [])
    assert all(len(week) == 7 and week[0]["on"].weekday() == 0 for week in shown["weeks"])
    within = [day["on"] for week in shown["weeks"] for day in week if day["within"]]
    assert within[0] == month
    assert (shown["following"] == within[-1] + dt.timedelta(days=1)) == (month != LAST)
    assert (shown["previous"] is None) == (month == FIRST)


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, child=make_child(given_name="Amara", family_name="Quillfeather"))


def sent_to(address: str) -> list[dict[str, str]]:
    """The calendar files this person was sent, oldest first."""
    found = []
    for message in mail.outbox:
        if message.to == [address] and message.attachments:
            part = message.message().get_payload()[1]  # type: ignore[index]
            assert isinstance(part, Message)
            assert part.get_content_type() == "text/calendar"
            assert "method" in dict(part.get_params() or [])
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found.append(read(content.decode()))
    return found


def test_an_invitation_a_move_and_the_end_reach_the_same_entry(
    cast: Cast, case: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    later = timezone.now() + dt.timedelta(minutes=1)
    with time_machine.travel(later), django_capture_on_commit_callbacks(execute=True):
        meeting = scheduling.change(
            meeting=meeting, details=details(days=4), reason="Court", version=1, by=cast.manager
        )
    later += dt.timedelta(minutes=1)
    with time_machine.travel(later), django_capture_on_commit_callbacks(execute=True):
        scheduling.cancel(meeting=meeting, reason="The child is in hospital", by=cast.manager)
    first, moved, ended = sent_to(cast.health.email)
    assert [each["METHOD"] for each in (first, moved, ended)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert first["UID"] == moved["UID"] == ended["UID"]
    assert int(first["SEQUENCE"]) < int(moved["SEQUENCE"]) < int(ended["SEQUENCE"])
    assert moved["DTSTART"] == meeting.scheduled_for.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    assert sent_to(cast.manager.email)[0]["UID"] != first["UID"]
    assert sent_to(cast.outsider.email) == []


def test_nothing_of_the_child_or_the_meeting_is_in_it(
    cast: Cast, case: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        meeting = make_meeting(cast, case, place="The Willows refuge")
    assert sent_to(cast.health.email)
    secrets = ("Amara", "Quillfeather", case.reference, "Willows", "plan that keeps", str(meeting.pk), "MASE")
    for message in mail.outbox:
        whole = message.message().as_string()
        assert not any(word in whole for word in secrets)
        assert all(sent_to(address)[0]["SUMMARY"] == calendars.SUMMARY for address in [cast.health.email])


def test_the_meeting_is_downloaded_by_whoever_sees_it(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case, agencies=[cast.agency("health")], place="The Willows refuge")
    client, url = Client(), f"/meetings/{meeting.pk}/meeting.ics"
    client.force_login(cast.health)
    answer = client.get(url)
    assert answer["Content-Type"].startswith("text/calendar; method=REQUEST")
    assert answer["Cache-Control"] == "private, no-store"
    found = read(answer.content.decode())
    assert found["ATTENDEE"] == f"mailto:{cast.health.email}"
    assert "Willows" not in answer.content.decode()
    client.force_login(cast.outsider)
    assert client.get(url).status_code == 404


def test_who_no_longer_sees_the_meeting_is_not_sent_its_new_time(
    cast: Cast, case: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    stop_sharing(case=case, frm=cast.health, reason="Asked in error", by=cast.practitioner)
    with django_capture_on_commit_callbacks(execute=True):
        scheduling.change(
            meeting=meeting, details=details(days=4), reason="Court", version=1, by=cast.manager
        )
    assert len(sent_to(cast.health.email)) == 1
    assert len(sent_to(cast.manager.email)) == 2
