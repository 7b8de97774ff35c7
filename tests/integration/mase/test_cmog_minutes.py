"""A CMOG's minutes until they are first sent out; a CMOG that moves or is not held; where both stand in calendars."""

import datetime as dt

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from cases.choices import RiskCategory
from cases.models import Case
from cases.services import access
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.choices import NoticeKind, kind_of
from cse_portal.jobs.models import Notification
from cse_portal.reference.selectors import clock_rule
from mase.choices import MeetingState, MinutesState
from mase.errors import (
    ChangedMeanwhile,
    MeetingAlreadyStarted,
    MinutesNotSentOut,
    SomeoneElseSaved,
    WordingMissing,
)
from mase.models import CmogItem, CmogMeeting, CmogMinutes, CmogWording
from mase.presenters.cmog_minutes import minutes_document
from mase.selectors.circulation import how_many_drafts
from mase.selectors.cmog_minutes import minutes_copy
from mase.services import cmog, cmog_minutes
from mase.services.sections import Edit
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.cmog import agree, end_cmog, item_of, make_cmog, send_out, start_cmog, write
from tests.integration.mase.test_calendars import sent_to

pytestmark = pytest.mark.django_db
SAID = "She is a worry to us all."
WORDED = "Two agencies are worried for her."


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, child=make_child(given_name="Robyn"), category=RiskCategory.HIGH)


@pytest.fixture
def ended(cast: Cast, case: Case) -> CmogMeeting:
    """A CMOG that the nurse was asked to, at which something was said of Robyn, who is hidden from the nurse."""
    meeting = start_cmog(cast, people=[cast.health])
    write(item_of(meeting, case=case), notes=SAID, by=cast.manager)
    return end_cmog(cast, meeting)


def page(cast: Cast, person: str, address: str) -> str:
    answer = signed_in(cast, person).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def worded(item: CmogItem, cast: Cast, text: str = WORDED) -> CmogWording | None:
    return cmog_minutes.save_wording(item=item, text=text, edit=Edit(0), by=cast.manager)


def test_the_end_makes_a_draft_with_five_working_days_to_send_it_out(cast: Cast, ended: CmogMeeting) -> None:
    minutes = CmogMinutes.objects.get(meeting=ended)
    assert minutes.state == MinutesState.DRAFT
    assert minutes.due_on == clock_rule("MINUTES_OUT").due(ended.ended_at)


def test_a_draft_is_read_by_who_runs_the_cmog_and_by_nobody_else(
    cast: Cast, case: Case, ended: CmogMeeting
) -> None:
    worded(item_of(ended, case=case), cast)
    assert WORDED in page(cast, "manager", f"/cmog/{ended.pk}/minutes/")
    assert signed_in(cast, "manager").get(f"/cmog/{ended.pk}/minutes.pdf").status_code == 200
    share(cast, case)
    for person in ("police", "health"):
        told = page(cast, person, f"/cmog/{ended.pk}/minutes/")
        assert "The chair is preparing the minutes" in told
        assert WORDED not in told
        assert SAID not in told
        assert signed_in(cast, person).get(f"/cmog/{ended.pk}/minutes.pdf").status_code == 404


def share(cast: Cast, case: Case) -> None:
    """The police see the child too."""
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )  # fmt: skip


def test_what_was_noted_stays_and_the_minutes_mark_the_chairs_words(
    cast: Cast, case: Case, ended: CmogMeeting
) -> None:
    item = item_of(ended, case=case)
    worded(item, cast)
    share(cast, case)
    send_out(cast, ended)
    assert CmogItem.objects.get(pk=item.pk).notes == SAID
    read = page(cast, "police", f"/cmog/{ended.pk}/minutes/")
    assert WORDED in read
    assert "Worded by the chair" in read
    assert SAID not in read
    other = page(cast, "health", f"/cmog/{ended.pk}/minutes/")
    assert WORDED not in other
    assert "Robyn" not in other


def test_sent_out_everybody_is_told_without_a_word_about_a_child_and_it_is_on_record(
    cast: Cast, ended: CmogMeeting
) -> None:
    send_out(cast, ended)
    told = Notification.objects.filter(text="The minutes of a CMOG are out.")
    assert {cast.police.pk, cast.health.pk} <= set(told.values_list("user", flat=True))
    assert not told.filter(user__in=[cast.manager, cast.outsider, cast.board]).exists()
    assert {kind_of(each.url) for each in told} == {NoticeKind.MINUTES}
    event = AuditEvent.objects.get(action=Action.CMOG_MINUTES_CIRCULATED)
    assert event.actor == cast.manager
    assert (event.detail["meeting"], event.detail["version"]) == (str(ended.pk), 1)


def test_once_sent_out_what_was_recorded_and_what_was_sent_stay(
    cast: Cast, case: Case, ended: CmogMeeting
) -> None:
    worded(item_of(ended, case=case), cast)
    send_out(cast, ended)
    make_cmog(cast, months=1)
    with pytest.raises(ChangedMeanwhile):
        cmog_minutes.circulate(meeting=ended, by=cast.manager)
    for statement in (
        "UPDATE mase_cmogsentwords SET words = 'Otherwise'",
        "DELETE FROM mase_cmogsentwords",
        "UPDATE mase_cmogminutesversion SET objections_until = objections_until - 5",
    ):
        with (
            pytest.raises((ProgrammingError, InternalError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_minutes_say_how_anybody_will_know_that_an_action_is_done(cast: Cast, case: Case) -> None:
    meeting = start_cmog(cast)
    agree(cast, item_of(meeting, case=case), measure="She goes on two Fridays.")
    agree(cast, item_of(meeting, case=case), text="Ring her aunt.")
    ended = end_cmog(cast, meeting)
    for send in (False, True):  # the draft, and the words that were kept when it was sent
        if send:
            send_out(cast, ended)
        with acting_for(cast.manager):
            document = minutes_document(minutes_copy(cast.manager, ended.pk), reader=cast.manager)
        lines = [line for part in document.parts for slot in part.slots for line in slot.actions]
        known = [line.partition("). ")[2] for line in lines]
        assert known == [
            "Medium priority. We shall know that it is done by: She goes on two Fridays.",
            "Medium priority. It does not say how we shall know that it is done.",
        ]


@pytest.mark.parametrize("person", ["police", "practitioner", "health", "board", "administrator"])
def test_the_manager_alone_words_and_sends_out(
    cast: Cast, case: Case, ended: CmogMeeting, person: str
) -> None:
    user = cast.people[person]
    with acting_for(user), pytest.raises((NotPermitted, NotVisible)):
        cmog_minutes.circulate(meeting=ended, by=user)
    with acting_for(user), pytest.raises((NotPermitted, NotVisible)):
        cmog_minutes.save_wording(item=item_of(ended, case=case), text=WORDED, edit=Edit(0), by=user)
    assert not CmogWording.objects.exists()


def test_two_who_word_an_item_at_once_lose_nothing(cast: Cast, case: Case, ended: CmogMeeting) -> None:
    item = item_of(ended, case=case)
    client = signed_in(cast, "manager")
    address = f"/cmog/items/{item.pk}/wording/"
    assert client.post(address, {"text": WORDED, "version": "0"}).status_code == 302
    CmogWording.objects.update(saved_by=cast.police)
    with pytest.raises(SomeoneElseSaved):
        worded(item, cast, "Mine.")
    stale = client.post(address, {"text": "Mine.", "version": "0"})
    assert stale.status_code == 409
    assert WORDED in stale.content.decode()
    assert "Mine." in stale.content.decode()
    assert client.post(address, {"text": "Mine.", "version": "0", "overwrite": "1"}).status_code == 302
    assert CmogWording.objects.get().text == "Mine."


def test_what_was_noted_is_not_left_out_and_before_the_end_there_are_no_minutes(
    cast: Cast, case: Case, ended: CmogMeeting
) -> None:
    with pytest.raises(WordingMissing):
        worded(item_of(ended, case=case), cast, "  ")
    running = start_cmog(cast, months=1)
    with pytest.raises(MinutesNotSentOut):
        cmog_minutes.circulate(meeting=running, by=cast.manager)
    assert signed_in(cast, "manager").get(f"/cmog/{running.pk}/minutes/").status_code == 404


def test_a_cmog_that_is_not_held_leaves_no_agenda_and_makes_room_for_another(cast: Cast, case: Case) -> None:
    meeting = make_cmog(cast, people=[cast.health])
    item = item_of(meeting, case=case)
    answer = signed_in(cast, "manager").post(
        f"/cmog/{meeting.pk}/cancel/", {"reason": "The building is closed."}
    )
    assert answer.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.cancelled_by) == (MeetingState.CANCELLED, cast.manager)
    assert not CmogItem.objects.filter(pk=item.pk).exists()
    for person in ("police", "health"):
        told = Notification.objects.filter(user=cast.people[person], text__endswith="is cancelled.")
        assert told.count() == 1
        assert "The building is closed." in page(cast, person, f"/cmog/{meeting.pk}/")
    event = AuditEvent.objects.get(action=Action.CMOG_CANCELLED)
    assert (event.actor, event.reason) == (cast.manager, "The building is closed.")
    another = make_cmog(cast)
    assert item_of(another, case=case).meeting == another


def test_what_waited_for_a_cmog_that_is_not_held_comes_to_the_next(cast: Cast, case: Case) -> None:
    from_last = start_cmog(cast, months=-1)
    item = item_of(from_last, case=case)
    CmogItem.objects.filter(pk=item.pk).update(
        deferred_at=timezone.now(), deferred_by=cast.manager, deferred_reason="No time."
    )
    end_cmog(cast, from_last)
    cmog.cancel(meeting=make_cmog(cast), reason="Snow", by=cast.manager)
    assert item_of(make_cmog(cast, months=1), case=case).carried_from == item


def test_no_cancelling_or_moving_without_a_reason_or_once_it_runs(cast: Cast, case: Case) -> None:
    meeting = make_cmog(cast)
    client = signed_in(cast, "manager")
    assert "Say why it is cancelled" in client.post(f"/cmog/{meeting.pk}/cancel/", {}).content.decode()
    assert "Say why it changes" in client.post(f"/cmog/{meeting.pk}/change/", {}).content.decode()
    cmog.start(meeting=meeting, by=cast.manager)
    with pytest.raises(MeetingAlreadyStarted):
        cmog.cancel(meeting=meeting, reason="Too late", by=cast.manager)


def test_a_booking_a_move_and_the_end_reach_the_same_calendars(
    cast: Cast, case: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        meeting = make_cmog(cast, people=[cast.health])
    later = cmog.CmogDetails(meeting.scheduled_for + dt.timedelta(days=2), "Room 4", cast.manager)
    with django_capture_on_commit_callbacks(execute=True):
        meeting = cmog.move(meeting=meeting, details=later, reason="A clash", by=cast.manager)
    with django_capture_on_commit_callbacks(execute=True):
        cmog.cancel(meeting=meeting, reason="Snow", by=cast.manager)
    for person in (cast.health, cast.police, cast.manager):
        first, moved, over = sent_to(person.email)
        assert [each["METHOD"] for each in (first, moved, over)] == ["REQUEST", "REQUEST", "CANCEL"]
        assert first["UID"] == moved["UID"] == over["UID"]
        assert int(first["SEQUENCE"]) < int(moved["SEQUENCE"]) < int(over["SEQUENCE"])
        assert moved["DTSTART"] == later.scheduled_for.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    assert sent_to(cast.outsider.email) == []


def test_it_stands_in_the_calendar_of_who_may_see_it_and_leaves_it_when_it_is_not_held(
    cast: Cast, case: Case
) -> None:
    meeting = make_cmog(cast, people=[cast.health])
    address = f"/meetings/calendar/?show=month&day={timezone.localdate(meeting.scheduled_for).isoformat()}"
    link = f'href="/cmog/{meeting.pk}/"'
    for person in ("manager", "police", "health"):
        shown = page(cast, person, address)
        assert link in shown
        assert "and 1 CMOG" in shown
    for person in ("practitioner", "outsider"):
        assert "CMOG" not in calendar_of(cast, person, address)
    event = AuditEvent.objects.filter(action=Action.MEETINGS_LISTED, actor=cast.health).latest("at")
    assert event.detail["shown"] == [str(meeting.pk)]
    cmog.cancel(meeting=meeting, reason="Snow", by=cast.manager)
    assert link not in page(cast, "manager", address)


def calendar_of(cast: Cast, person: str, address: str) -> str:
    client = Client()
    client.force_login(cast.people[person])
    whole = client.get(address).content.decode()
    return whole[whole.index("<main") :]


def test_the_draft_waits_on_the_list_of_who_sends_it_out_and_on_no_others(
    cast: Cast, ended: CmogMeeting
) -> None:
    address, listed = f"/cmog/{ended.pk}/minutes/", "/meetings/minutes/"
    assert address in page(cast, "manager", listed)
    assert "1 draft" in page(cast, "manager", listed)
    assert address not in page(cast, "practitioner", listed)
    assert how_many_drafts(cast.manager) == 1
    assert how_many_drafts(cast.practitioner) == 0
    send_out(cast, ended)
    assert address not in page(cast, "manager", listed)
