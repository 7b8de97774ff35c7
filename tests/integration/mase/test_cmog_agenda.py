"""The agenda of a CMOG in the hands of whoever runs it: what is added, in which order it stands, what comes back."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case
from cases.services import access, exclusions
from cse_portal import acting
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.keys import new_key
from mase.choices import CmogKind, CmogMove
from mase.errors import (
    MeetingNotEditable,
    NotOnRecord,
    OnAgendaAlready,
    WrittenUnder,
)
from mase.models import CmogItem, CmogMeeting
from mase.presenters.cmog import reasons
from mase.selectors.cmog import items_for
from mase.services import cmog, cmog_agenda, cmog_items
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.cmog import add_to, end_cmog, item_of, make_cmog, start_cmog, write
from tests.integration.mase.test_cmog import a_year_ago, named_by_a_report

pytestmark = pytest.mark.django_db
WHY = "Her school rang twice this week."


@pytest.fixture
def quiet(cast: Cast) -> Case:
    """A child whom the records do not bring to the agenda."""
    return a_year_ago(make_case(cast, child=make_child(given_name="Robyn"), category=RiskCategory.LOW))


@pytest.fixture
def manager(cast: Cast) -> Client:
    return signed_in(cast, "manager")


def posted(**given: Any) -> dict[str, Any]:
    return {"form_token": str(new_key()), **given}


def children(cast: Cast, meeting: CmogMeeting) -> list[Case]:
    """Those on the manager's agenda, in its order."""
    with acting_for(cast.manager):
        return [each.case for each in items_for(cast.manager, meeting) if each.kind == CmogKind.CHILD]


def move(cast: Cast, meeting: CmogMeeting, case: Case, to: CmogMove) -> None:
    with acting_for(cast.manager):
        cmog_agenda.move_item(item=item_of(meeting, case=case), to=to, by=cast.manager)


@pytest.mark.parametrize("running", [False, True])
def test_a_child_person_place_and_topic_are_added_with_a_reason(
    cast: Cast, quiet: Case, running: bool
) -> None:
    meeting = (start_cmog if running else make_cmog)(cast)
    person, place = named_by_a_report(cast, quiet)
    added = [
        add_to(cast, meeting, CmogKind.CHILD, f" {quiet.reference.lower()} ", because=WHY),
        add_to(cast, meeting, CmogKind.PERSON, person.reference),
        add_to(cast, meeting, CmogKind.PLACE, place.reference),
        add_to(cast, meeting, CmogKind.TOPIC, "Half-term buses"),
    ]
    assert [each.case or each.person or each.place or each.title for each in added] == [
        quiet, person, place, "Half-term buses",
    ]  # fmt: skip
    item = item_of(meeting, case=quiet)
    assert reasons(item, meeting) == [f"Added by Maya Chandler: {WHY}"]
    event = AuditEvent.objects.filter(action=Action.CMOG_CHANGED, object_id=item.pk).get()
    assert (event.actor, event.detail["what"]) == (cast.manager, "added")
    assert WHY not in str(event.detail)


def test_who_may_not_see_it_cannot_add_it_and_learns_nothing(cast: Cast, quiet: Case) -> None:
    meeting = make_cmog(cast)
    exclusions.exclude(case=quiet, user=cast.manager, reason="Knows the family", by=cast.privacy)
    said = set()
    for reference in (quiet.reference, "CSE-2001-00000"):
        with pytest.raises(NotOnRecord) as refused:
            add_to(cast, meeting, CmogKind.CHILD, reference)
        said.add(refused.value.message)
    assert said == {"There is no child’s case with this reference that you may see. Check the reference."}
    assert not CmogItem.objects.filter(meeting=meeting, case=quiet).exists()


@pytest.mark.parametrize("person", ["police", "health", "practitioner", "board"])
def test_whoever_does_not_run_it_adds_and_moves_nothing(cast: Cast, quiet: Case, person: str) -> None:
    meeting = make_cmog(cast, people=[cast.health])
    item = add_to(cast, meeting, CmogKind.CHILD, quiet.reference)
    user = cast.people[person]
    wanted = cmog_agenda.Wanted(CmogKind.TOPIC, "Mine", "Because")
    with acting_for(user):
        with pytest.raises((NotPermitted, NotVisible)):
            cmog_agenda.add_item(meeting=meeting, key=new_key(), wanted=wanted, by=user)
        with pytest.raises((NotPermitted, NotVisible)):
            cmog_agenda.move_item(item=item, to=CmogMove.UP, by=user)
        with pytest.raises((NotPermitted, NotVisible)):
            cmog_agenda.take_off(item=item, by=user)


def test_the_same_has_one_slot_and_the_same_post_one_item(cast: Cast, quiet: Case) -> None:
    meeting, key = make_cmog(cast), new_key()
    wanted = cmog_agenda.Wanted(CmogKind.TOPIC, "Half-term buses", WHY)
    for _ in range(2):
        cmog_agenda.add_item(meeting=meeting, key=key, wanted=wanted, by=cast.manager)
    assert CmogItem.objects.filter(kind=CmogKind.TOPIC).count() == 1
    add_to(cast, meeting, CmogKind.CHILD, quiet.reference)
    with pytest.raises(OnAgendaAlready):
        add_to(cast, meeting, CmogKind.CHILD, quiet.reference)


def test_after_the_end_nothing_is_added_moved_or_taken_off(cast: Cast, quiet: Case) -> None:
    meeting = start_cmog(cast)
    item = add_to(cast, meeting, CmogKind.CHILD, quiet.reference)
    end_cmog(cast, meeting)
    with pytest.raises(MeetingNotEditable):
        add_to(cast, meeting, CmogKind.TOPIC, "Too late")
    with pytest.raises(MeetingNotEditable):
        cmog_agenda.move_item(item=item, to=CmogMove.UP, by=cast.manager)
    with pytest.raises(MeetingNotEditable):
        cmog_agenda.take_off(item=item, by=cast.manager)


def test_compiling_again_keeps_what_was_added_and_the_order(cast: Cast, quiet: Case) -> None:
    first, second = (make_case(cast, category=RiskCategory.HIGH) for _ in range(2))
    meeting = make_cmog(cast)
    topic = add_to(cast, meeting, CmogKind.TOPIC, "Half-term buses")
    add_to(cast, meeting, CmogKind.CHILD, quiet.reference)
    move(cast, meeting, quiet, CmogMove.FIRST)
    before = children(cast, meeting)
    assert before[0] == quiet
    assert set(before) == {first, second, quiet}
    third = make_case(cast, category=RiskCategory.HIGH)
    for step in (cmog.compile_agenda, cmog.start, cmog.compile_agenda):
        step(meeting=meeting, by=cast.manager)
        assert children(cast, meeting) == [*before, third]
        assert CmogItem.objects.get(pk=topic.pk).title == "Half-term buses"


def test_what_the_records_say_of_an_added_child_comes_and_goes_beside_the_words(
    cast: Cast, quiet: Case
) -> None:
    meeting = make_cmog(cast)
    add_to(cast, meeting, CmogKind.CHILD, quiet.reference, because=WHY)
    for category, said in ((3, ["Category 3"]), (1, [])):
        Case.objects.filter(pk=quiet.pk).update(category=category)
        cmog.compile_agenda(meeting=meeting, by=cast.manager)
        assert reasons(item_of(meeting, case=quiet), meeting) == [f"Added by Maya Chandler: {WHY}", *said]


def test_moving_up_down_and_to_the_top(cast: Cast) -> None:
    cases = [make_case(cast, category=RiskCategory.HIGH) for _ in range(3)]
    meeting = make_cmog(cast)
    one, two, three = children(cast, meeting)
    assert {one, two, three} == set(cases)
    for case, to, then in (
        (two, CmogMove.UP, [two, one, three]),
        (two, CmogMove.UP, [two, one, three]),
        (two, CmogMove.DOWN, [one, two, three]),
        (three, CmogMove.FIRST, [three, one, two]),
        (two, CmogMove.DOWN, [three, one, two]),
    ):
        move(cast, meeting, case, to)
        assert children(cast, meeting) == then
    with acting.for_the_system():
        orders = list(CmogItem.objects.filter(meeting=meeting).values_list("order", flat=True))
    assert len(set(orders)) == len(orders)
    assert AuditEvent.objects.filter(action=Action.CMOG_CHANGED, detail__what="moved").count() == 3


def test_an_item_moves_past_one_that_the_chair_may_not_see(cast: Cast) -> None:
    """At one press, as if it were not there; and that one keeps its place."""
    for _ in range(3):
        make_case(cast, category=RiskCategory.HIGH)
    meeting = make_cmog(cast)
    one, hidden, three = children(cast, meeting)
    exclusions.exclude(case=hidden, user=cast.manager, reason="Knows the family", by=cast.privacy)
    place = item_of(meeting, case=hidden).order
    move(cast, meeting, three, CmogMove.UP)
    assert children(cast, meeting) == [three, one]
    assert item_of(meeting, case=hidden).order == place
    add_to(cast, meeting, CmogKind.TOPIC, "Half-term buses")
    with acting.for_the_system():
        orders = list(CmogItem.objects.filter(meeting=meeting).values_list("order", flat=True))
    assert len(set(orders)) == len(orders)


def test_moving_does_not_stand_in_the_way_of_who_writes(cast: Cast) -> None:
    cases = [make_case(cast, category=RiskCategory.HIGH) for _ in range(2)]
    meeting = start_cmog(cast)
    item = item_of(meeting, case=cases[0])
    move(cast, meeting, children(cast, meeting)[1], CmogMove.UP)
    write(item, notes="Seen with an older group.", by=cast.manager)
    assert CmogItem.objects.get(pk=item.pk).notes == "Seen with an older group."


def test_what_was_added_and_put_off_comes_back_with_its_words(cast: Cast, quiet: Case) -> None:
    last = start_cmog(cast, months=-1)
    for kind, named in ((CmogKind.CHILD, quiet.reference), (CmogKind.TOPIC, "Half-term buses")):
        item = add_to(cast, last, kind, named, because=WHY)
        cmog_items.defer(item=item, reason="No time was left.", by=cast.manager)
    end_cmog(cast, last)
    meeting = make_cmog(cast)
    for about in ({"case": quiet}, {"title": "Half-term buses"}):
        again = item_of(meeting, **about)
        assert reasons(again, meeting) == [
            f"Added by Maya Chandler: {WHY}", f"Put off on {timezone.localtime(last.scheduled_for):%-d %B %Y}",
        ]  # fmt: skip
        assert again.carried_from == item_of(last, **about)


def test_what_was_added_by_mistake_is_taken_off_but_nothing_that_is_written(cast: Cast, quiet: Case) -> None:
    compiled = make_case(cast, category=RiskCategory.HIGH)
    meeting = start_cmog(cast)
    cmog_agenda.take_off(item=add_to(cast, meeting, CmogKind.TOPIC, "A mistake"), by=cast.manager)
    assert not CmogItem.objects.filter(meeting=meeting, kind=CmogKind.TOPIC).exists()
    item = add_to(cast, meeting, CmogKind.CHILD, quiet.reference)
    write(item, notes="Talked over.", by=cast.manager)
    with pytest.raises(WrittenUnder):
        cmog_agenda.take_off(item=item, by=cast.manager)
    with pytest.raises(WrittenUnder):
        cmog_agenda.take_off(item=item_of(meeting, case=compiled), by=cast.manager)


def test_the_pages_add_move_and_take_off(cast: Cast, quiet: Case, manager: Client) -> None:
    make_case(cast, category=RiskCategory.HIGH)
    meeting = make_cmog(cast)
    address = f"/cmog/{meeting.pk}/agenda/"
    answer = manager.post(
        f"{address}add/", posted(kind="children", child=quiet.reference, because=WHY), follow=True
    )
    page = answer.content.decode()
    assert "Added to the agenda: Robyn" in page
    assert f"Added by Maya Chandler: {WHY}" in page
    item = item_of(meeting, case=quiet)
    order = manager.get(address).content.decode()
    assert 'value="up"' in order
    moved = manager.post(f"/cmog/items/{item.pk}/place/", {"do": "up"})
    assert moved["Location"] == f"{address}#item-{item.pk}"
    assert children(cast, meeting)[0] == quiet
    taken = manager.post(f"/cmog/items/{item.pk}/place/", {"do": "take-off"}, follow=True)
    assert "Taken off the agenda: Robyn" in taken.content.decode()
    assert not CmogItem.objects.filter(pk=item.pk).exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"because": WHY}, "Say what it is about"),
        ({"kind": "children", "because": WHY}, "Enter the reference of the case"),
        ({"kind": "people", "because": WHY}, "Enter the reference of the person"),
        ({"kind": "topics", "because": WHY}, "Say what is to be talked about"),
        ({"kind": "topics", "topic": "Half-term buses"}, "Say why it is on the agenda"),
        (
            {"kind": "places", "place": "LOC-2001-00000", "because": WHY},
            "There is no place of concern with this reference that you may see. Check the reference.",
        ),
        ({"kind": "topics", "topic": "x" * 151, "because": WHY}, "150 characters"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(
    cast: Cast, manager: Client, given: dict[str, str], said: str
) -> None:
    meeting = make_cmog(cast)
    page = manager.post(f"/cmog/{meeting.pk}/agenda/add/", posted(**given)).content.decode()
    assert "There is a problem" in page
    assert page.count(said) >= 2  # in the summary, and beside the field
    for typed in given.values():
        assert typed in page
    assert not CmogItem.objects.filter(meeting=meeting).exclude(kind=CmogKind.THEME).exists()


def test_too_late_is_said_and_what_was_typed_stays(cast: Cast, manager: Client) -> None:
    meeting = end_cmog(cast, start_cmog(cast))
    answer = manager.post(
        f"/cmog/{meeting.pk}/agenda/add/", posted(kind="topics", topic="Half-term buses", because=WHY)
    )
    assert answer.status_code == 409
    for words in ("its record cannot be changed", "Half-term buses", WHY):
        assert words in answer.content.decode()


def test_an_item_of_another_person_shut_out_is_not_there_to_move(cast: Cast, quiet: Case) -> None:
    meeting = make_cmog(cast)
    item = add_to(cast, meeting, CmogKind.CHILD, quiet.reference)
    exclusions.exclude(case=quiet, user=cast.manager, reason="Knows the family", by=cast.privacy)
    answer = signed_in(cast, "manager").post(f"/cmog/items/{item.pk}/place/", {"do": "up"})
    assert answer.status_code == 404


def test_shared_sight_is_not_given_by_the_agenda(cast: Cast, quiet: Case) -> None:
    """Only the case itself opens the item: for the nurse it comes with her grant and goes with it."""
    meeting = make_cmog(cast, people=[cast.health])
    add_to(cast, meeting, CmogKind.CHILD, quiet.reference)
    with acting_for(cast.health):
        assert not any(each.case_id for each in items_for(cast.health, meeting))
    access.share(
        case=quiet, to=cast.health, reason="Her nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    with acting_for(cast.health):
        assert quiet in [each.case for each in items_for(cast.health, meeting)]
