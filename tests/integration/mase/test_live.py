"""The meeting page while several people have it open: who is told what, and what a shared screen shows."""

import datetime as dt
import hashlib
import uuid

import pytest
from django.contrib.messages import SUCCESS
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted
from cse_portal.keys import new_key
from cse_portal.sign_in import sessions
from cse_portal.sign_in.messages import MessagesForReaders
from mase.choices import AttendanceCode
from mase.models import AgendaItem, MaseMeeting
from mase.selectors.presence import part_id
from mase.services import agenda, attendance, ending
from mase.services.attendance import Came
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting, start_meeting, write_all

pytestmark = pytest.mark.django_db
THERE, AWAY = AttendanceCode.ATTENDED, AttendanceCode.ABSENT


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> MaseMeeting:
    return start_meeting(shared_cast, make_case(shared_cast))


def asks(client: Client, meeting: MaseMeeting, at: str = "") -> dict[str, object]:
    response = client.get(reverse("mase:live", args=[meeting.pk]), {"at": at})
    assert response.status_code == 200
    answer: dict[str, object] = response.json()
    return answer


def forget_when_it_was_seen(client: Client) -> None:
    """In the cache; the session itself is set back by the test. Other processes' keys stay."""
    cache.delete(f"seen:{hashlib.sha256(str(client.session.session_key).encode()).hexdigest()}")


def seat(meeting: MaseMeeting, person: User) -> uuid.UUID:
    return meeting.invitations.get(person=person).pk


def come(meeting: MaseMeeting, cast: Cast, **who: AttendanceCode) -> None:
    """Mark people by their role in the cast."""
    answers = {seat(meeting, cast.people[name]): Came(code) for name, code in who.items()}
    attendance.record_attendance(meeting=meeting, answers=answers, by=cast.manager)


# ------------------------------------------------------------------------------------------ who is here


def test_colleagues_see_who_is_on_the_page_and_where_they_write(cast: Cast, meeting: MaseMeeting) -> None:
    part = part_id("voice", meeting.voice.pk)
    assert asks(signed_in(cast, "practitioner"), meeting, part)["here"] == []
    told = asks(signed_in(cast, "manager"), meeting)
    lead = f"{cast.practitioner.full_name} ({cast.agency('csc').short_name})"
    assert told["writing"] == [{"who": lead, "part": part}]
    assert told["others"] == "1 colleague on this page"
    assert asks(signed_in(cast, "practitioner"), meeting)["others"] == "1 colleague on this page"


def test_somebody_who_writes_for_professionals_only_is_not_placed_for_others(
    cast: Cast, meeting: MaseMeeting
) -> None:
    item = meeting.agenda.filter(restricted=True).first()
    assert item is not None
    for part in (part_id("notes", item.pk), part_id("restricted", new_key())):
        asks(signed_in(cast, "manager"), meeting, part)
        assert not gate.can(cast.health, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
        assert asks(signed_in(cast, "health"), meeting)["writing"] == []
        assert asks(signed_in(cast, "police"), meeting)["writing"] != []
        attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
        assert asks(signed_in(cast, "police"), meeting)["writing"] == []
        attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)


def test_the_number_changes_with_what_is_written(
    cast: Cast, meeting: MaseMeeting, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = asks(signed_in(cast, "practitioner"), meeting)["changes"]
    assert asks(signed_in(cast, "practitioner"), meeting)["changes"] == before
    with django_capture_on_commit_callbacks(execute=True):
        come(meeting, cast, manager=THERE)
    assert asks(signed_in(cast, "practitioner"), meeting)["changes"] != before


def test_what_a_page_fetches_by_itself_takes_no_message_from_its_reader() -> None:
    session: dict[str, object] = {}

    def shown(headers: dict[str, str], *, said: str = "") -> list[str]:
        request = RequestFactory().get("/", headers=headers)
        request.session = session  # type: ignore[assignment]
        messages = MessagesForReaders(request)
        if said:
            messages.add(SUCCESS, said)
        else:
            said = ",".join(str(each) for each in messages)
        messages.update(HttpResponse())
        return said.split(",") if said else []

    shown({}, said="Saved.")
    assert shown({sessions.BY_ITSELF: "1"}) == []
    assert shown({}) == ["Saved."]
    assert shown({}) == []


def test_asking_by_itself_does_not_count_as_being_there(cast: Cast, meeting: MaseMeeting) -> None:
    client = signed_in(cast, "manager")
    asks(client, meeting)
    session = client.session
    before = session[sessions.SEEN_AT] = session[sessions.SEEN_AT] - 2 * sessions.NOTED_EVERY_SECONDS
    session.save()
    forget_when_it_was_seen(client)
    client.get(reverse("mase:live", args=[meeting.pk]), headers={sessions.BY_ITSELF: "1"})
    assert client.session[sessions.SEEN_AT] == before
    asks(client, meeting)
    assert client.session[sessions.SEEN_AT] > before


# ------------------------------------------------------------------------------------------ the agenda


def test_the_chair_turns_to_an_item_and_its_time_is_kept(cast: Cast, meeting: MaseMeeting) -> None:
    first, second = meeting.agenda.filter(restricted=False)[:2]
    agenda.go_to(item=first, by=cast.manager)
    AgendaItem.objects.filter(pk=first.pk).update(opened_at=timezone.now() - dt.timedelta(seconds=90))
    told = asks(signed_in(cast, "health"), meeting)
    assert told["item"] == first.code
    assert 90 <= int(str(told["seconds"])) < 100
    agenda.go_to(item=second, by=cast.manager)
    first.refresh_from_db()
    assert first.opened_at is None
    assert 90 <= first.seconds_spent < 100
    with pytest.raises(NotPermitted):
        agenda.go_to(item=first, by=cast.health)


def test_where_the_meeting_is_in_its_restricted_part_is_told_only_to_those_who_have_it(
    cast: Cast, meeting: MaseMeeting
) -> None:
    item = meeting.agenda.filter(restricted=True).first()
    assert item is not None
    agenda.go_to(item=item, by=cast.manager)
    assert asks(signed_in(cast, "police"), meeting)["item"] == item.code
    assert asks(signed_in(cast, "health"), meeting)["item"] == ""


def test_items_are_added_moved_and_put_off_to_the_next_meeting(cast: Cast) -> None:
    case = make_case(cast)
    meeting = start_meeting(cast, case)
    added = agenda.add_item(
        meeting=meeting, key=new_key(), title="Her new phone", restricted=False, by=cast.manager
    )
    agenda.move_item(item=added, up=True, by=cast.manager)
    titles = list(meeting.agenda.values_list("title", flat=True))
    assert titles[-2] == "Her new phone"
    agenda.put_item_off(item=added, reason="The school was not there", by=cast.manager)
    missing = meeting.agenda.get(code="education")
    agenda.put_item_off(item=missing, reason="No report yet", by=cast.manager)
    write_all(cast, meeting)
    ending.end(meeting=meeting, by=cast.manager)
    review = make_meeting(cast, case)
    again = review.agenda.get(title="Her new phone")
    assert again.put_off_before == "The school was not there"
    assert review.agenda.get(code="education").put_off_before == "No report yet"
    assert review.agenda.exclude(put_off_before="").count() == 2


def test_the_agenda_page_does_all_of_it_without_a_script(cast: Cast, meeting: MaseMeeting) -> None:
    client, url = signed_in(cast, "manager"), reverse("mase:agenda", args=[meeting.pk])
    assert "Add an item" in client.get(url).content.decode()
    answer = client.post(url, {"title": ""}, follow=True).content.decode()
    assert "Say what is to be talked about" in answer
    answer = client.post(url, {"title": "Her new phone"}, follow=True).content.decode()
    assert "Added to the agenda." in answer
    item = meeting.agenda.get(title="Her new phone")
    off = reverse("mase:agenda-put-off", args=[meeting.pk, item.pk])
    assert "Say why it waits" in client.post(off, {"reason": ""}).content.decode()
    assert "Put off: No time" in client.post(off, {"reason": "No time"}, follow=True).content.decode()
    one = reverse("mase:agenda-item", args=[meeting.pk, item.pk])
    assert "Put off: No time" not in client.post(one, {"do": "today"}, follow=True).content.decode()
    before = item.order
    client.post(one, {"do": "up"})
    item.refresh_from_db()
    assert item.order == before - 1
    assert client.post(one, {"do": "here"})["Location"].endswith(f"#{item.code}")


# ------------------------------------------------------------------------------------------ the shared screen


# ------------------------------------------------------------------------------------------ one item at a time


def test_a_meeting_is_looked_at_one_item_at_a_time(cast: Cast, meeting: MaseMeeting) -> None:
    client, url = signed_in(cast, "manager"), reverse("mase:meeting", args=[meeting.pk])
    assert client.get(url).content.decode().count('<section class="app-item') == meeting.agenda.count()
    client.post(reverse("mase:one-item", args=[meeting.pk]), {"one": "yes"})
    page = client.get(url).content.decode()
    assert page.count('<section class="app-item') == 1
    assert 'id="introductions-title"' in page
    education = meeting.agenda.get(code="education")
    agenda.go_to(item=education, by=cast.manager)
    assert 'id="education-title"' in client.get(url).content.decode(), "where the meeting is"
    page = client.get(url, {"item": "category"}).content.decode()
    assert 'id="category-title"' in page
    assert "Next: 8." in page
    wrong = client.post(f"{url}parts/decision/{meeting.pk}/", {})
    assert 'id="category-title"' in wrong.content.decode(), "an error stands beside its field"
    assert "Choose a category" in wrong.content.decode()
    client.post(reverse("mase:one-item", args=[meeting.pk]), {"one": "no"})
    assert client.get(url).content.decode().count('<section class="app-item') > 5
