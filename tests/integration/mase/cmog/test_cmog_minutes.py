"""A CMOG's minutes until they are first sent out; a CMOG that moves or is not held; where both stand in calendars."""

import pytest
from django.test import Client
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.choices import NoticeKind, kind_of
from cse_portal.jobs.models import Notification
from cse_portal.reference.selectors import clock_rule
from mase.meetings.choices import MeetingState, MinutesState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import scheduling
from mase.minutes import services as cmog_minutes
from mase.minutes.errors import MinutesNotSentOut, WordingMissing
from mase.minutes.models import Minutes, MinutesWording
from mase.minutes.selectors.circulation import drafts
from mase.minutes.services.objecting import OUT
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.cmog import end_cmog, item_of, make_cmog, send_out, start_cmog, word, write

pytestmark = pytest.mark.django_db
SAID = "She is a worry to us all."
WORDED = "Two agencies are worried for her."


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, child=make_child(given_name="Robyn"), category=RiskCategory.HIGH)


@pytest.fixture
def ended(cast: Cast, case: Case) -> Meeting:
    """A CMOG that the nurse was asked to, at which something was said of Robyn, who is hidden from the nurse."""
    meeting = start_cmog(cast, people=[cast.health])
    write(item_of(meeting, case=case), notes=SAID, by=cast.manager)
    return end_cmog(cast, meeting)


def page(cast: Cast, person: str, address: str) -> str:
    answer = signed_in(cast, person).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def worded(item: AgendaItem, cast: Cast, text: str = WORDED) -> MinutesWording | None:
    return word(item, text, by=cast.manager)


def test_the_end_makes_a_draft_with_five_working_days_to_send_it_out(cast: Cast, ended: Meeting) -> None:
    minutes = Minutes.objects.get(meeting=ended)
    assert minutes.state == MinutesState.DRAFT
    assert minutes.due_on == clock_rule("MINUTES_OUT").due(ended.ended_at)


def test_a_draft_is_read_by_who_runs_the_cmog_and_by_nobody_else(
    cast: Cast, case: Case, ended: Meeting
) -> None:
    worded(item_of(ended, case=case), cast)
    assert WORDED in page(cast, "manager", f"/meetings/{ended.pk}/minutes/")
    assert signed_in(cast, "manager").get(f"/meetings/{ended.pk}/minutes.pdf").status_code == 200
    share(cast, case)
    for person in ("police", "health"):
        told = page(cast, person, f"/meetings/{ended.pk}/minutes/")
        assert "The chair is preparing the minutes" in told
        assert WORDED not in told
        assert SAID not in told
        assert signed_in(cast, person).get(f"/meetings/{ended.pk}/minutes.pdf").status_code == 404


def share(cast: Cast, case: Case) -> None:
    """The police see the child too."""
    share_with(case, cast.agency("police"), by=cast.practitioner)


def test_what_was_noted_stays_and_the_minutes_mark_the_chairs_words(
    cast: Cast, case: Case, ended: Meeting
) -> None:
    item = item_of(ended, case=case)
    worded(item, cast)
    share(cast, case)
    send_out(cast, ended)
    assert AgendaItem.objects.get(pk=item.pk).notes == SAID
    read = page(cast, "police", f"/meetings/{ended.pk}/minutes/")
    assert WORDED in read
    assert "Worded by the chair" in read
    assert SAID not in read
    other = page(cast, "health", f"/meetings/{ended.pk}/minutes/")
    assert WORDED not in other
    assert "Robyn" not in other


def test_sent_out_everybody_is_told_without_a_word_about_a_child_and_it_is_on_record(
    cast: Cast, ended: Meeting
) -> None:
    send_out(cast, ended)
    told = Notification.objects.filter(text=OUT)
    assert {cast.police.pk, cast.health.pk} <= set(told.values_list("user", flat=True))
    assert not told.filter(user__in=[cast.manager, cast.outsider, cast.board]).exists()
    assert {kind_of(each.url) for each in told} == {NoticeKind.MINUTES}
    event = AuditEvent.objects.get(action=Action.MINUTES_CIRCULATED)
    assert event.actor == cast.manager
    assert (event.detail["meeting"], event.detail["version"]) == (str(ended.pk), 1)


def test_what_was_noted_is_not_left_out_and_before_the_end_there_are_no_minutes(
    cast: Cast, case: Case, ended: Meeting
) -> None:
    with pytest.raises(WordingMissing):
        worded(item_of(ended, case=case), cast, "  ")
    running = start_cmog(cast, months=1)
    with pytest.raises(MinutesNotSentOut):
        cmog_minutes.circulate(meeting=running, by=cast.manager)
    assert "There are no minutes yet" in page(cast, "manager", f"/meetings/{running.pk}/minutes/")


def test_a_cmog_that_is_not_held_leaves_no_agenda_and_makes_room_for_another(cast: Cast, case: Case) -> None:
    meeting = make_cmog(cast, people=[cast.health])
    item = item_of(meeting, case=case)
    answer = signed_in(cast, "manager").post(
        f"/meetings/{meeting.pk}/cancel/", {"reason": "The building is closed."}
    )
    assert answer.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.cancelled_by) == (MeetingState.CANCELLED, cast.manager)
    assert not AgendaItem.objects.filter(pk=item.pk).exists()
    for person in ("police", "health"):
        told = Notification.objects.filter(user=cast.people[person], text__endswith="is cancelled.")
        assert told.count() == 1
        assert "The building is closed." in page(cast, person, f"/cmog/{meeting.pk}/")
    event = AuditEvent.objects.get(action=Action.MEETING_CANCELLED)
    assert (event.actor, event.reason) == (cast.manager, "The building is closed.")
    another = make_cmog(cast)
    assert item_of(another, case=case).meeting == another


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
    scheduling.cancel(meeting=meeting, reason="Snow", by=cast.manager)
    assert link not in page(cast, "manager", address)


def calendar_of(cast: Cast, person: str, address: str) -> str:
    client = Client()
    client.force_login(cast.people[person])
    whole = client.get(address).content.decode()
    return whole[whole.index("<main") :]


def test_the_draft_waits_on_the_list_of_who_sends_it_out_and_on_no_others(cast: Cast, ended: Meeting) -> None:
    address, listed = f"/meetings/{ended.pk}/minutes/", "/meetings/minutes/"
    assert address in page(cast, "manager", listed)
    assert "1 draft" in page(cast, "manager", listed)
    assert address not in page(cast, "practitioner", listed)
    assert drafts(cast.manager).count() == 1
    assert drafts(cast.practitioner).count() == 0
    send_out(cast, ended)
    assert address not in page(cast, "manager", listed)


@pytest.mark.parametrize(
    "rest",
    ["", "people/", "send-out/", "agree/", "add/", "readers/", "object/", ".pdf", "-open.pdf", "-draft.pdf"],
)
def test_pages_of_minutes_answer_for_a_cmog_and_to_nobody_who_may_not_see_it(
    cast: Cast, ended: Meeting, rest: str
) -> None:
    send_out(cast, ended)
    address = f"/meetings/{ended.pk}/minutes{rest if rest.startswith(('.', '-')) else '/' + rest}"
    expected = 404 if rest == "people/" else 200
    assert signed_in(cast, "manager").get(address).status_code == expected
    for person in ("practitioner", "outsider", "board"):
        assert signed_in(cast, person).get(address).status_code == 404
