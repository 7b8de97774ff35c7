"""An item of a CMOG that waits until the next: put off before it starts, taken back, there again by itself."""

import pytest
from django.test import Client

from cases.choices import RiskCategory
from cases.models import Case
from cse_portal import acting
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.keys import new_key
from mase.errors import MeetingNotEditable
from mase.models import CmogItem
from mase.services import cmog, cmog_items
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.cmog import end_cmog, item_of, make_cmog, start_cmog
from tests.integration.mase.test_cmog import a_year_ago, reasons

pytestmark = pytest.mark.django_db
WHY = "Her worker is away until March."


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, category=RiskCategory.HIGH)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return signed_in(cast, "manager")


def put_off(cast: Cast, item: CmogItem) -> CmogItem:
    return cmog_items.defer(item=item, reason=WHY, by=cast.manager)


def test_what_is_put_off_before_the_start_comes_to_the_next_by_itself(cast: Cast, case: Case) -> None:
    """Also where the records would not bring it any more, to this agenda or to the next."""
    last = make_cmog(cast, months=-1)
    item = put_off(cast, item_of(last, case=case))
    event = AuditEvent.objects.filter(action=Action.CMOG_DEFERRED).get()
    assert (event.actor, event.object_id, event.case_id) == (cast.manager, item.pk, case.pk)
    Case.objects.filter(pk=case.pk).update(category=RiskCategory.LOW)
    a_year_ago(case)
    cmog.compile_agenda(meeting=last, by=cast.manager)
    cmog.start(meeting=last, by=cast.manager)
    assert item_of(last, case=case).deferred_reason == WHY
    end_cmog(cast, last)
    meeting = make_cmog(cast)
    assert item_of(meeting, case=case).carried_from == item
    assert reasons(meeting, case=case) == [f"Put off on {last.scheduled_for:%-d %B %Y}"]


@pytest.mark.parametrize("running", [False, True])
def test_it_is_taken_back_before_the_start_and_while_it_runs(cast: Cast, case: Case, running: bool) -> None:
    meeting = make_cmog(cast)
    put_off(cast, item_of(meeting, case=case))
    if running:
        cmog.start(meeting=meeting, by=cast.manager)
    item = cmog_items.take_up(item=item_of(meeting, case=case), by=cast.manager)
    assert (item.deferred_at, item.deferred_by, item.deferred_reason) == (None, None, "")


def test_after_the_end_nothing_is_put_off_or_taken_back(cast: Cast, case: Case) -> None:
    meeting = start_cmog(cast)
    item = put_off(cast, item_of(meeting, case=case))
    end_cmog(cast, meeting)
    with pytest.raises(MeetingNotEditable):
        cmog_items.take_up(item=item, by=cast.manager)
    with pytest.raises(MeetingNotEditable):
        put_off(cast, item)


@pytest.mark.parametrize("person", ["police", "health", "practitioner", "board", "outsider"])
def test_who_may_not_write_or_see_it_puts_nothing_off(cast: Cast, case: Case, person: str) -> None:
    """The police sit on it, but do not see this child's case."""
    item = item_of(make_cmog(cast, people=[cast.health]), case=case)
    user = cast.people[person]
    with acting_for(user), pytest.raises((NotPermitted, NotVisible)):
        cmog_items.defer(item=item, reason="Not today", by=user)
    assert signed_in(cast, person).post(f"/cmog/items/{item.pk}/defer/", {"reason": "No"}).status_code in (
        403,
        404,
    )
    with acting.for_the_system():
        assert CmogItem.objects.get(pk=item.pk).deferred_at is None


def test_the_pages_offer_it_keep_what_is_typed_and_say_it(cast: Cast, case: Case, manager: Client) -> None:
    meeting = make_cmog(cast)
    slot = f"/cmog/items/{item_of(meeting, case=case).pk}/"
    page = manager.get(slot).content.decode()
    assert "Put it off to the next CMOG" in page
    assert "Agree an action" not in page
    assert f'href="{slot}defer/"' in manager.get(f"/cmog/{meeting.pk}/agenda/").content.decode()
    assert (
        "Say why it waits" in manager.post(f"{slot}defer/", {"form_token": str(new_key())}).content.decode()
    )
    page = manager.post(f"{slot}defer/", {"reason": WHY}, follow=True).content.decode()
    assert "will be on the next agenda by itself" in page
    assert WHY in manager.get(f"/cmog/{meeting.pk}/agenda/").content.decode()
    page = manager.get(slot).content.decode()
    assert f"Put off to the next CMOG by Maya Chandler: {WHY}" in page
    assert "Do not put it off" in page
    manager.post(f"{slot}take-up/")
    assert WHY not in manager.get(slot).content.decode()
