"""A CMOG's minutes until they are first sent out; a CMOG that moves or is not held; where both stand in calendars."""

import pytest
from django.test import Client
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from mase.meetings.choices import MeetingState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import scheduling
from mase.minutes.selectors.circulation import drafts
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


@pytest.fixture(scope="module")
def ended(shared_cast: Cast, case: Case) -> Meeting:
    """A CMOG that the nurse was asked to, at which something was said of Robyn, who is hidden from the nurse."""
    cast, meeting = shared_cast, start_cmog(shared_cast, people=[shared_cast.health])
    write(item_of(meeting, case=case), notes=SAID, by=cast.manager)
    return end_cmog(cast, meeting)


def page(cast: Cast, person: str, address: str) -> str:
    answer = signed_in(cast, person).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def worded(item: AgendaItem, cast: Cast, text: str = WORDED) -> AgendaItem:
    return word(item, text, by=cast.manager)


@pytest.mark.usefixtures("undrawn")
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


def test_a_cmog_that_is_not_held_leaves_no_agenda_and_makes_room_for_another(cast: Cast, case: Case) -> None:
    meeting = make_cmog(cast, months=1, people=[cast.health])
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
    another = make_cmog(cast, months=1)
    assert item_of(another, case=case).meeting == another


def test_it_stands_in_the_calendar_of_who_may_see_it_and_leaves_it_when_it_is_not_held(
    cast: Cast, case: Case
) -> None:
    meeting = make_cmog(cast, months=1, people=[cast.health])
    address = f"/meetings/calendar/?month={timezone.localdate(meeting.scheduled_for):%Y-%m}"
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


@pytest.mark.usefixtures("undrawn")
def test_pages_of_minutes_answer_for_a_cmog_and_to_nobody_who_may_not_see_it(
    cast: Cast, ended: Meeting
) -> None:
    send_out(cast, ended)
    manager, *others = (
        signed_in(cast, person) for person in ("manager", "practitioner", "outsider", "board")
    )
    for rest in ("/", "/people/", "/send-out/", "/add/", "/object/", ".pdf", "-draft.pdf"):
        address = f"/meetings/{ended.pk}/minutes{rest}"
        assert manager.get(address).status_code == (404 if rest == "/people/" else 200), rest
        assert {client.get(address).status_code for client in others} == {404}, rest
