"""The meeting page while several people have it open: who is told what, and tables that two fill in at once."""

import hashlib
import uuid
from typing import Any

import pytest
from django.contrib.messages import SUCCESS
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.drafts.models import Draft
from cse_portal.errors import NotPermitted
from cse_portal.keys import new_key
from cse_portal.sign_in import sessions
from cse_portal.sign_in.sessions import MessagesForReaders
from cse_portal.ui.forms import RowsForm
from cse_portal.ui.presenters import display_date
from mase.meetings.choices import AttendanceCode, Stage
from mase.meetings.forms.meeting import section_form
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.presence import part_id, seen_place
from mase.meetings.selectors.record import record_for
from mase.meetings.services import ending, sections
from mase.meetings.services.sections import Came
from mase.minutes.presenters.minutes import danger as in_minutes
from mase.plans.models.safety_map import DangerStatement
from mase.plans.services.safety_map import Danger, add_danger, explain, score
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import everyone_attends, start_meeting, write_all

pytestmark = pytest.mark.django_db
THERE, AWAY = AttendanceCode.ATTENDED, AttendanceCode.ABSENT


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> Meeting:
    return start_meeting(shared_cast, make_case(shared_cast))


@pytest.fixture(autouse=True)
def nobody_is_here_yet(meeting: Meeting) -> None:
    """Another test's colleagues have left the page."""
    cache.delete(seen_place(meeting.pk))


def asks(client: Client, meeting: Meeting, at: str = "") -> dict[str, object]:
    response = client.get(reverse("mase:live", args=[meeting.pk]), {"at": at})
    assert response.status_code == 200
    answer: dict[str, object] = response.json()
    return answer


def forget_when_it_was_seen(client: Client) -> None:
    """In the cache; the session itself is set back by the test. Other processes' keys stay."""
    cache.delete(f"seen:{hashlib.sha256(str(client.session.session_key).encode()).hexdigest()}")


def seat(meeting: Meeting, person: User) -> uuid.UUID:
    return meeting.invitations.get(person=person).pk


def come(meeting: Meeting, cast: Cast, **who: AttendanceCode) -> None:
    """Mark people by their role in the cast."""
    answers = {seat(meeting, cast.people[name]): Came(code) for name, code in who.items()}
    sections.record_attendance(meeting=meeting, answers=answers, by=cast.manager)


# ------------------------------------------------------------------------------------------ who is here
def test_colleagues_see_who_is_on_the_page_and_where_they_write(cast: Cast, meeting: Meeting) -> None:
    part = part_id("voice", meeting.voice.pk)
    assert asks(signed_in(cast, "practitioner"), meeting, part)["here"] == []
    told = asks(signed_in(cast, "manager"), meeting)
    lead = f"{cast.practitioner.full_name} ({cast.agency('csc').short_name})"
    assert told["writing"] == [{"who": lead, "part": part}]
    assert told["others"] == "1 colleague on this page"
    assert asks(signed_in(cast, "practitioner"), meeting)["others"] == "1 colleague on this page"


def test_somebody_who_writes_for_professionals_only_is_not_placed_for_others(
    cast: Cast, meeting: Meeting
) -> None:
    item = meeting.agenda.filter(restricted=True).first()
    assert item is not None
    for part in (part_id("notes", item.pk), part_id("apart", new_key())):
        asks(signed_in(cast, "manager"), meeting, part)
        assert not gate.can(cast.health, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
        assert asks(signed_in(cast, "health"), meeting)["writing"] == []
        assert asks(signed_in(cast, "police"), meeting)["writing"] != []
        sections.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
        assert asks(signed_in(cast, "police"), meeting)["writing"] == []
        sections.set_family_in_room(meeting=meeting, present=False, by=cast.manager)


def test_the_number_changes_with_what_is_written(
    cast: Cast, meeting: Meeting, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
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


def test_asking_by_itself_does_not_count_as_being_there(cast: Cast, meeting: Meeting) -> None:
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


def test_the_chair_moves_the_meeting_and_every_page_that_follows_it(cast: Cast, meeting: Meeting) -> None:
    manager, nurse = signed_in(cast, "manager"), signed_in(cast, "health")
    for stage in (Stage.NEW, Stage.SAFETY):
        moved = manager.post(f"/meetings/{meeting.pk}/stage/", {"stage": stage})
        assert moved["Location"] == f"/meetings/{meeting.pk}/#next"
        assert asks(nurse, meeting)["stage"] == stage
        assert f'data-stage="{stage}"' in nurse.get(f"/meetings/{meeting.pk}/").content.decode()
    chosen = nurse.get(f"/meetings/{meeting.pk}/?stage=child").content.decode()
    assert 'data-stage=""' in chosen, "who looks elsewhere is not taken along"
    assert nurse.post(f"/meetings/{meeting.pk}/stage/", {"stage": "decide"}).status_code == 403
    assert manager.post(f"/meetings/{meeting.pk}/stage/", {"stage": "lunch"}).status_code == 404
    with pytest.raises(NotPermitted):
        sections.move_to(meeting=meeting, stage=Stage.DECIDE, by=cast.health)


def test_items_are_added_and_moved(cast: Cast, meeting: Meeting) -> None:
    added = sections.add_item(
        meeting=meeting, key=new_key(), title="Her new phone", restricted=False, by=cast.manager
    )
    sections.move_item(item=added, up=True, by=cast.manager)
    assert list(meeting.agenda.values_list("title", flat=True))[-2] == "Her new phone"


def test_the_agenda_page_does_all_of_it_without_a_script(cast: Cast, meeting: Meeting) -> None:
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


@pytest.fixture(scope="module")
def tabled(shared_cast: Cast) -> Meeting:
    """Everybody is there, and one danger waits for its numbers."""
    cast = shared_cast
    running = start_meeting(cast, make_case(cast))
    everyone_attends(running, cast.manager)
    add_danger(
        meeting=running,
        key=new_key(),
        danger=Danger("She may be driven away.", "Home by ten."),
        by=cast.manager,
    )
    return Meeting.objects.get(pk=running.pk)


def shown(cast: Cast, tabled: Meeting, kind: str, key: Any) -> dict[str, str]:
    """What a page that is drawn now would post without a change."""
    form = section_form(record_for(cast.manager, Meeting.objects.get(pk=tabled.pk)), (kind, key))
    assert isinstance(form, RowsForm)
    return {form.add_prefix(name): str(form[name].value() or "") for name in form.fields}


def posted(client: Client, tabled: Meeting, kind: str, key: Any, typed: dict[str, str]) -> str:
    page = client.post(f"/meetings/{tabled.pk}/parts/{kind}/{key}/", typed, headers={"HX-Request": "true"})
    assert page.status_code == 200
    return page.content.decode()


def seats(tabled: Meeting, danger: DangerStatement) -> tuple[Any, Any]:
    """The health's seat and the police's."""
    first, second = (tabled.invitations.get(agency__code=code, person=None) for code in ("health", "police"))
    return first, second


def test_the_same_reason_written_twice_is_told_once_and_then_its_writers(cast: Cast, tabled: Meeting) -> None:
    danger = tabled.dangers.get()
    health, _ = seats(tabled, danger)
    score(danger=danger, seat=health, value=2, by=cast.manager)
    given = danger.scores.get()
    mine, client = shown(cast, tabled, "why", given.pk), signed_in(cast, "health")
    explain(score=given, reason="They rang", by=cast.manager)
    prefix = part_id("why", given.pk)
    mine |= {f"{prefix}-reason": "She sleeps"}
    assert "Somebody else put “They rang” here" in posted(client, tabled, "why", given.pk, mine)
    assert danger.scores.get().reason == "They rang"
    # The page has been told what stands there now, and saving again is a decision.
    mine[f"{prefix}-was"] = shown(cast, tabled, "why", given.pk)[f"{prefix}-was"]
    assert "Saved" in posted(client, tabled, "why", given.pk, mine)
    assert danger.scores.get().reason == "She sleeps"


def test_attendance_marks_only_what_was_changed_on_this_page(cast: Cast, tabled: Meeting) -> None:
    health, police = seats(tabled, tabled.dangers.get())
    prefix = part_id("attendance", tabled.pk)
    mine = shown(cast, tabled, "attendance", tabled.pk)
    absent = sections.Came(AttendanceCode.APOLOGIES)
    sections.record_attendance(meeting=tabled, answers={police.pk: absent}, by=cast.manager)
    mine |= {f"{prefix}-who_{health.pk.hex}": "Ola Hart"}
    assert "Saved" in posted(signed_in(cast, "manager"), tabled, "attendance", tabled.pk, mine)
    marked = {each.pk: each for each in tabled.invitations.all()}
    assert marked[health.pk].who_came == "Ola Hart"
    assert marked[police.pk].came_as == AttendanceCode.APOLOGIES


def test_at_the_fourth_review_the_numbers_of_every_meeting_are_drawn(cast: Cast, tabled: Meeting) -> None:
    """Health comes to the first two alone, the police to all: neither line loses a number, nor does the minutes'."""
    given = [(2, 7), (3, 6), (None, 5), (None, 4)]
    for number, (of_health, of_police) in enumerate(given):
        danger = tabled.dangers.get(text="She may be driven away.")
        health, police = seats(tabled, danger)
        score(danger=danger, seat=police, value=of_police, by=cast.manager)
        score(danger=danger, seat=health, value=of_health, by=cast.manager)
        if number < 3:
            ending.end(meeting=write_all(cast, tabled), by=cast.manager)
            tabled = start_meeting(cast, tabled.case)
    with CaptureQueriesContext(connection) as asked:
        record = record_for(cast.manager, tabled)
    assert sum('FROM "mase_dangerstatement"' in each["sql"] for each in asked) == 1, (
        "all of them in one question"
    )
    [drawn] = [each for each in record.dangers if each.text == "She may be driven away."]
    chart, day = in_minutes(drawn)["chart"], display_date(timezone.localdate())
    assert chart is not None
    assert chart.headers == ["Who", "Now", day, day, day]
    assert [list(row[1:]) for row in chart.rows] == [["4", "5", "6", "7"], ["–", "–", "3", "2"]]
    assert chart.svg.count('r="3"') == 4 + 1, "two before that of each, and the key"


def test_what_is_typed_as_the_meeting_ends_is_kept_for_its_author_alone(cast: Cast, tabled: Meeting) -> None:
    part = cast.agency("health")
    prefix = part_id("boxes", part.pk)
    ending.end(meeting=write_all(cast, tabled), by=cast.manager)
    client = signed_in(cast, "health")
    typed = {f"{prefix}-new": "She told the nurse."}
    typed["draft"] = f"meeting:{tabled.pk}:{prefix}"
    url = f"/meetings/{tabled.pk}/parts/boxes/{part.pk}/"
    page = client.post(url, typed, follow=True)
    assert "kept for you under Your drafts" in page.content.decode()
    assert "She told the nurse." in client.get("/drafts/").content.decode()
    assert "She told the nurse." not in signed_in(cast, "manager").get("/drafts/").content.decode()
    by_itself = client.post(url, typed, headers={"HX-Request": "true"})
    assert "kept for you" in by_itself.content.decode()
    assert Draft.objects.get().user == cast.health
