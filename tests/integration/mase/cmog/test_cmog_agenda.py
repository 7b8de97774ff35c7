"""The agenda of a CMOG in the hands of anyone who runs it: added, put off, and there again by itself."""

from typing import Any

import pytest
from django.test import Client

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal import acting
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from mase.cmog.presenters.cmog import reasons
from mase.cmog.selectors.cmog import items_for
from mase.cmog.services import agenda as cmog_agenda
from mase.cmog.services import cmog
from mase.cmog.services import items as cmog_items
from mase.cmog.services.agenda import WRITTEN_UNDER
from mase.meetings.choices import ItemKind
from mase.meetings.errors import MeetingNotEditable, MeetingRefused
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.cmog import add_to, end_cmog, item_of, make_cmog, start_cmog, write
from tests.integration.mase.cmog.test_cmog import a_year_ago, named_by_a_report

pytestmark = pytest.mark.django_db
WHY = "Her school rang twice this week."


@pytest.fixture(scope="module")
def quiet(shared_cast: Cast) -> Case:
    """A child whom the records do not bring to the agenda."""
    return a_year_ago(make_case(shared_cast, child=make_child(given_name="Robyn"), category=RiskCategory.LOW))


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """A child of category 3, whom each agenda has."""
    return make_case(shared_cast, category=RiskCategory.HIGH)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return signed_in(cast, "manager")


def posted(**given: Any) -> dict[str, Any]:
    return {"form_token": str(new_key()), **given}


def children(cast: Cast, meeting: Meeting) -> list[Case]:
    """Those on the manager's agenda, in its order."""
    with acting_for(cast.manager):
        return [each.case for each in items_for(cast.manager, meeting) if each.kind == ItemKind.CHILD]


def test_a_child_person_place_and_topic_are_added_with_a_reason(cast: Cast, quiet: Case) -> None:
    """Also while it runs."""
    meeting = start_cmog(cast)
    person, place = named_by_a_report(cast, quiet)
    added = [
        add_to(cast, meeting, ItemKind.CHILD, f" {quiet.reference.lower()} ", because=WHY),
        add_to(cast, meeting, ItemKind.PERSON, person.reference),
        add_to(cast, meeting, ItemKind.PLACE, place.reference),
        add_to(cast, meeting, ItemKind.TOPIC, "Half-term buses"),
    ]
    assert [each.case or each.subject or each.title for each in added] == [
        quiet, person, place, "Half-term buses",
    ]  # fmt: skip
    item = item_of(meeting, case=quiet)
    assert reasons(item, meeting) == [f"Added by Maya Chandler: {WHY}"]
    event = AuditEvent.objects.filter(action=Action.MEETING_CHANGED, object_id=item.pk).get()
    assert (event.actor, event.detail["what"]) == (cast.manager, "added")
    assert WHY not in str(event.detail)


def test_who_may_not_see_it_cannot_add_it_and_learns_nothing(cast: Cast, quiet: Case) -> None:
    meeting = make_cmog(cast)
    exclusions.exclude(case=quiet, user=cast.manager, reason="Knows the family", by=cast.privacy)
    said = set()
    for reference in (quiet.reference, "CSE-2001-00000"):
        with pytest.raises(MeetingRefused) as refused:
            add_to(cast, meeting, ItemKind.CHILD, reference)
        said.add(refused.value.message)
    assert said == {"There is no child’s case with this reference that you may see. Check the reference."}
    assert not AgendaItem.objects.filter(meeting=meeting, case=quiet).exists()


def test_after_the_end_nothing_is_added_or_taken_off(cast: Cast, quiet: Case) -> None:
    meeting = start_cmog(cast)
    item = add_to(cast, meeting, ItemKind.CHILD, quiet.reference)
    end_cmog(cast, meeting)
    with pytest.raises(MeetingNotEditable):
        add_to(cast, meeting, ItemKind.TOPIC, "Too late")
    with pytest.raises(MeetingNotEditable):
        cmog_agenda.remove_item(item=item, by=cast.manager)


def test_what_was_added_by_mistake_is_taken_off_but_nothing_that_is_written(
    cast: Cast, quiet: Case, case: Case
) -> None:
    meeting = start_cmog(cast)
    cmog_agenda.remove_item(item=add_to(cast, meeting, ItemKind.TOPIC, "A mistake"), by=cast.manager)
    assert not AgendaItem.objects.filter(meeting=meeting, kind=ItemKind.TOPIC).exists()
    item = add_to(cast, meeting, ItemKind.CHILD, quiet.reference)
    write(item, notes="Talked over.", by=cast.manager)
    with pytest.raises(MeetingRefused, match=WRITTEN_UNDER):
        cmog_agenda.remove_item(item=item, by=cast.manager)
    with pytest.raises(MeetingRefused, match=WRITTEN_UNDER):
        cmog_agenda.remove_item(item=item_of(meeting, case=case), by=cast.manager)


@pytest.mark.usefixtures("case")
def test_the_pages_add_and_take_off(cast: Cast, quiet: Case, manager: Client) -> None:
    meeting = make_cmog(cast)
    address = f"/cmog/{meeting.pk}/agenda/"
    answer = manager.post(
        f"{address}add/", posted(kind="children", named=quiet.reference, because=WHY), follow=True
    )
    page = answer.content.decode()
    assert "Added to the agenda: Robyn" in page
    assert f"Added by Maya Chandler: {WHY}" in page
    item = item_of(meeting, case=quiet)
    assert children(cast, meeting)[-1] == quiet, "after what is more urgent"
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    assert children(cast, meeting)[-1] == quiet
    taken = manager.post(f"/cmog/items/{item.pk}/remove/", follow=True)
    assert "Taken off the agenda: Robyn" in taken.content.decode()
    assert not AgendaItem.objects.filter(pk=item.pk).exists()


MISSING: tuple[tuple[dict[str, str], str], ...] = (
    ({"named": "Buses", "because": WHY}, "Say what it is about"),
    ({"kind": "children", "because": WHY}, "Enter the reference, or the topic"),
    ({"kind": "topics", "named": "Half-term buses"}, "Say why it is on the agenda"),
    (
        {"kind": "places", "named": "LOC-2001-00000", "because": WHY},
        "There is no place or thing of concern with this reference that you may see. Check the reference.",
    ),
    ({"kind": "topics", "named": "x" * 151, "because": WHY}, "150 characters"),
)


def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(cast: Cast, manager: Client) -> None:
    meeting = make_cmog(cast)
    before = meeting.agenda.count()
    for given, said in MISSING:
        page = manager.post(f"/cmog/{meeting.pk}/agenda/add/", posted(**given)).content.decode()
        assert "There is a problem" in page
        assert page.count(said) >= 2, "in the summary, and beside the field"
        for typed in given.values():
            assert typed in page
    assert meeting.agenda.count() == before


AWAY = "Her worker is away until March."


def put_off(cast: Cast, item: AgendaItem) -> AgendaItem:
    return cmog_items.put_off(item=item, reason=AWAY, by=cast.manager)


def test_what_is_put_off_before_the_start_comes_to_the_next_by_itself(cast: Cast, case: Case) -> None:
    """Also where the records would not bring it any more, to this agenda or to the next."""
    last = make_cmog(cast, months=-1)
    item = put_off(cast, item_of(last, case=case))
    event = AuditEvent.objects.get(action=Action.MEETING_CHANGED, object_id=item.pk)
    assert (event.actor, event.object_id, event.case_id) == (cast.manager, item.pk, case.pk)
    Case.objects.filter(pk=case.pk).update(category=RiskCategory.LOW)
    a_year_ago(case)
    cmog.compile_agenda(meeting=last, by=cast.manager)
    ending.start(meeting=last, by=cast.manager)
    assert item_of(last, case=case).deferred_reason == AWAY
    end_cmog(cast, last)
    meeting = make_cmog(cast)
    assert item_of(meeting, case=case).carried_from == item
    assert reasons(item_of(meeting, case=case), meeting) == [f"Put off on {last.scheduled_for:%-d %B %Y}"]


def test_it_is_taken_back_before_the_start_and_while_it_runs_and_not_after_the_end(
    cast: Cast, case: Case
) -> None:
    meeting = make_cmog(cast)
    for step in (ending.start, None):
        put_off(cast, item_of(meeting, case=case))
        if step:
            step(meeting=meeting, by=cast.manager)
        item = cmog_items.put_off(item=item_of(meeting, case=case), reason="", by=cast.manager)
        assert (item.deferred_at, item.deferred_by, item.deferred_reason) == (None, None, "")
    item = put_off(cast, item)
    end_cmog(cast, meeting)
    with pytest.raises(MeetingNotEditable):
        cmog_items.put_off(item=item, reason="", by=cast.manager)
    with pytest.raises(MeetingNotEditable):
        put_off(cast, item)


def test_who_may_not_write_or_see_it_puts_nothing_off(cast: Cast, case: Case) -> None:
    """The police sit on it, but do not see this child's case."""
    item = item_of(make_cmog(cast, people=[cast.health]), case=case)
    for person in ("police", "health", "practitioner", "board", "outsider"):
        answer = signed_in(cast, person).post(f"/cmog/items/{item.pk}/defer/", {"reason": "No"})
        assert answer.status_code in (403, 404), person
    with acting.for_the_system():
        assert AgendaItem.objects.get(pk=item.pk).deferred_at is None


def test_the_pages_offer_it_keep_what_is_typed_and_say_it(cast: Cast, case: Case, manager: Client) -> None:
    meeting = make_cmog(cast)
    item = item_of(meeting, case=case)
    slot, shown = f"/cmog/items/{item.pk}/", item.get_absolute_url()
    page = manager.get(shown).content.decode()
    assert "Put it off to the next meeting" in page
    assert "Add an action" not in page
    assert f'href="{slot}defer/"' in manager.get(f"/cmog/{meeting.pk}/agenda/").content.decode()
    assert (
        "Say why it waits" in manager.post(f"{slot}defer/", {"form_token": str(new_key())}).content.decode()
    )
    page = manager.post(f"{slot}defer/", {"reason": AWAY}, follow=True).content.decode()
    assert "will be on the next agenda by itself" in page
    assert AWAY in manager.get(f"/cmog/{meeting.pk}/agenda/").content.decode()
    page = manager.get(shown).content.decode()
    assert f"Put off to the next meeting</strong> by Maya Chandler: {AWAY}" in page
    assert "Do not put it off" in page
    manager.post(f"{slot}take-up/")
    assert AWAY not in manager.get(shown).content.decode()


def test_what_one_cmog_carries_on_is_not_carried_by_another_that_is_booked(cast: Cast, case: Case) -> None:
    last = make_cmog(cast, months=-1)
    put_off(cast, item_of(last, case=case))
    ending.start(meeting=last, by=cast.manager)
    end_cmog(cast, last)
    following, later = make_cmog(cast), make_cmog(cast, months=1)
    assert item_of(following, case=case).carried_from == item_of(last, case=case)
    assert item_of(later, case=case).carried_from is None
    cmog.compile_agenda(meeting=following, by=cast.manager)
    assert item_of(following, case=case).carried_from == item_of(last, case=case)
