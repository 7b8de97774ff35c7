"""Meetings in people's own calendars: sent, moved and taken out, without a word about the child."""

import datetime as dt
from email.message import Message

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from cases.models import Case
from cases.services.access import stop_sharing
from cse_portal.jobs.services import deliver_outbox
from mase.models import CalendarEntry, MaseMeeting
from mase.services import calendars, scheduling
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import details, make_meeting
from tests.unit.ui.test_icalendar import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, child=make_child(given_name="Amara", family_name="Quillfeather"))


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
    with django_capture_on_commit_callbacks(execute=True):
        meeting = scheduling.change(
            meeting=meeting, details=details(days=4), reason="Court", version=1, by=cast.manager
        )
    with django_capture_on_commit_callbacks(execute=True):
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


def test_a_mail_that_could_not_go_waits_and_goes_once(cast: Cast, case: Case) -> None:
    make_meeting(
        cast, case, agencies=[], people=[cast.health]
    )  # nothing is committed here, so nothing has gone
    assert sent_to(cast.health.email) == []
    deliver_outbox()
    deliver_outbox()
    assert len(sent_to(cast.health.email)) == 1
    assert CalendarEntry.objects.filter(meeting=MaseMeeting.objects.get(), person=cast.health).exists()
    assert timezone.now() > CalendarEntry.objects.get(person=cast.health).first_sent_at
