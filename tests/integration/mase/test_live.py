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
from hypothesis import strategies as st

from cases.choices import Section
from cases.models import CaseGroupObjectPermission, CaseUserObjectPermission
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted
from cse_portal.keys import new_key
from cse_portal.sign_in import sessions
from cse_portal.sign_in.messages import MessagesForReaders
from mase.choices import AttendanceCode
from mase.errors import MeetingNotStarted
from mase.models import MaseMeeting
from mase.selectors.presence import part_id
from mase.services import agenda, attendance
from mase.services.attendance import Came
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting, start_meeting

pytestmark = pytest.mark.django_db
THERE, AWAY = AttendanceCode.ATTENDED, AttendanceCode.ABSENT


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    return start_meeting(cast, make_case(cast))


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


def test_what_is_no_part_is_not_passed_on(cast: Cast, meeting: MaseMeeting) -> None:
    asks(signed_in(cast, "manager"), meeting, "<b>notes-000000000000")
    assert asks(signed_in(cast, "practitioner"), meeting)["writing"] == []


@pytest.mark.django_db(transaction=True)
def test_the_number_changes_with_what_is_written(cast: Cast, meeting: MaseMeeting) -> None:
    before = asks(signed_in(cast, "practitioner"), meeting)["changes"]
    assert asks(signed_in(cast, "practitioner"), meeting)["changes"] == before
    come(meeting, cast, manager=THERE)
    assert asks(signed_in(cast, "practitioner"), meeting)["changes"] != before


def test_a_page_that_asks_by_itself_keeps_no_session_alive(cast: Cast, meeting: MaseMeeting) -> None:
    client, now = signed_in(cast, "manager"), timezone.now()
    url = reverse("mase:live", args=[meeting.pk])
    asks(client, meeting)
    session = client.session
    session[sessions.SEEN_AT] = (now - dt.timedelta(seconds=sessions.IDLE_SECONDS + 5)).timestamp()
    session.save()
    forget_when_it_was_seen(client)
    assert client.get(url, headers={sessions.BY_ITSELF: "1"}).status_code == 302


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


def test_the_chair_turns_to_an_item(cast: Cast, meeting: MaseMeeting) -> None:
    first, second = meeting.agenda.filter(restricted=False)[:2]
    for item in (first, second):
        agenda.go_to(item=item, by=cast.manager)
        assert asks(signed_in(cast, "health"), meeting)["item"] == item.code
    with pytest.raises(NotPermitted):
        agenda.go_to(item=first, by=cast.health)


def test_a_chair_without_the_restricted_part_takes_the_meeting_on_from_there(
    cast: Cast, meeting: MaseMeeting
) -> None:
    """Another chair had turned to it: this one sees no item that the meeting is at, and it goes on all the same."""
    apart = agenda.add_item(
        meeting=meeting, title="Her brother", restricted=True, key=new_key(), by=cast.manager
    )
    agenda.go_to(item=apart, by=cast.manager)
    for table in (CaseUserObjectPermission, CaseGroupObjectPermission):
        table.objects.filter(permission__codename=Section.MINUTES).delete()
    first = meeting.agenda.filter(restricted=False).first()
    assert first is not None
    agenda.go_to(item=first, by=cast.manager)
    meeting.refresh_from_db()
    assert meeting.item_now == first.code


def test_where_the_meeting_is_in_its_restricted_part_is_told_only_to_those_who_have_it(
    cast: Cast, meeting: MaseMeeting
) -> None:
    item = meeting.agenda.filter(restricted=True).first()
    assert item is not None
    agenda.go_to(item=item, by=cast.manager)
    assert asks(signed_in(cast, "police"), meeting)["item"] == item.code
    assert asks(signed_in(cast, "health"), meeting)["item"] == ""


def test_items_are_added_and_moved(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    added = agenda.add_item(
        meeting=meeting, key=new_key(), title="Her new phone", restricted=False, by=cast.manager
    )
    agenda.move_item(item=added, up=True, by=cast.manager)
    assert list(meeting.agenda.values_list("title", flat=True))[-2] == "Her new phone"


def test_the_agenda_page_does_all_of_it_without_a_script(cast: Cast, meeting: MaseMeeting) -> None:
    client, url = signed_in(cast, "manager"), reverse("mase:agenda", args=[meeting.pk])
    assert "Add an item" in client.get(url).content.decode()
    answer = client.post(url, {"title": ""}, follow=True).content.decode()
    assert "Say what is to be talked about" in answer
    answer = client.post(url, {"title": "Her new phone"}, follow=True).content.decode()
    assert "Added to the agenda." in answer
    item = meeting.agenda.get(title="Her new phone")
    one = reverse("mase:agenda-item", args=[meeting.pk, item.pk])
    before = item.order
    client.post(one, {"do": "up"})
    item.refresh_from_db()
    assert item.order == before - 1
    assert client.post(one, {"do": "here"})["Location"].endswith(f"#{item.code}")


def test_a_meeting_that_is_not_running_turns_to_nothing(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    with pytest.raises(MeetingNotStarted):
        agenda.go_to(item=meeting.agenda.all()[0], by=cast.manager)


# ------------------------------------------------------------------------------------------ the shared screen


SEATS = ("manager", "practitioner", "police", "health")
MOVES = st.lists(
    st.tuples(st.sampled_from(("in", "out", "deputy", "family", "exclude", "lift")), st.sampled_from(SEATS)),
    min_size=1, max_size=20,
)  # fmt: skip


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


def test_one_item_at_a_time_shows_no_item_that_may_not_be_read(cast: Cast, meeting: MaseMeeting) -> None:
    client, url = signed_in(cast, "health"), reverse("mase:meeting", args=[meeting.pk])
    client.post(reverse("mase:one-item", args=[meeting.pk]), {"one": "yes"})
    page = client.get(url, {"item": "people-places"}).content.decode()
    assert "people-places" not in page
    assert 'id="introductions-title"' in page
