"""What stands unsent on a meeting's page outlives other buttons and links, a wall gone dark, a lost connection."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from cases.services import exclusions
from mase.choices import AttendanceCode
from mase.models import MaseMeeting, PlanAction, TextSetAside
from mase.services import attendance
from mase.services.attendance import Came
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.chairing import PATIENT, Action, opens, part, press
from tests.e2e.person import Person
from tests.e2e.test_browser_storage import kept
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db(transaction=True)
DONE, FEARED, NOTED = (
    "Meet her at the gate every day.",
    "She is driven away after school.",
    "Back in lessons.",
)


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    return start_meeting(cast, make_case(cast), people=[cast.health])


def action_box(person: Person) -> Locator:
    return part(person, "action").get_by_label("What will be done")


def types_an_action(person: Person) -> None:
    """Half of one: it could not be added yet."""
    opens(person, "Add an action")
    part(person, "action").get_by_label("Pursue", exact=True).check()
    action_box(person).fill(DONE)


def half_an_action_stands_there(person: Person) -> None:
    """Open, and as it was left; said to be not saved."""
    expect(action_box(person)).to_be_visible(timeout=PATIENT)
    expect(action_box(person)).to_have_value(DONE)
    expect(part(person, "action").get_by_label("Pursue", exact=True)).to_be_checked()
    expect(person.page.locator("#plan").get_by_text("Not saved yet")).to_be_visible()


def notes(person: Person, item: str) -> Locator:
    return person.page.locator(f"#{item}").get_by_label("Notes")


@pytest.mark.parametrize("scripts", [True, False])
def test_another_button_loads_the_page_and_what_was_typed_stands_there_again(
    sign_in: Callable[..., Person], meeting: MaseMeeting, scripts: bool
) -> None:
    chair = sign_in("manager", scripts=scripts)
    chair.goes_to(f"/meetings/{meeting.pk}/")
    types_an_action(chair)
    opens(chair, "Add a danger statement and its safety goal")
    part(chair, "new-danger").get_by_label("Danger statement").fill(FEARED)
    notes(chair, "education").fill(NOTED)
    for button in (
        "We are here now",
        "A child or parent is in the room",
        "Child or parent has left the room",
    ):
        press(chair, chair.page.get_by_role("button", name=button).first)
    half_an_action_stands_there(chair)
    expect(part(chair, "new-danger").get_by_label("Danger statement")).to_have_value(FEARED)
    expect(notes(chair, "education")).to_have_value(NOTED)
    saved = MaseMeeting.objects.get(pk=meeting.pk).agenda.get(code="education").notes
    assert saved == (NOTED if scripts else ""), "a script saves what is left; else it waits in its box"
    chair.reads_page()
    stores = kept(chair) if scripts else {"local": {}}
    assert [each for each in (DONE, FEARED, NOTED) if each in str(stores)] == []
    assert stores["local"] == {}
    form = part(chair, "action")
    press(chair, form.get_by_role("button", name="Add action"))
    chair.sees("There is a problem")
    chairing.adds(chair, Action("Protect", DONE, "Sandwell Health Commissioning"))
    assert PlanAction.objects.get().text == DONE
    assert not TextSetAside.objects.filter(part="action").exists()


def test_links_and_the_next_item_keep_what_is_typed(
    sign_in: Callable[..., Person], meeting: MaseMeeting
) -> None:
    chair = sign_in("manager")
    chair.goes_to(f"/meetings/{meeting.pk}/")
    types_an_action(chair)
    with chair.page.expect_navigation():
        chair.page.get_by_role("link", name="Change who chairs").or_(
            chair.page.get_by_role("button", name="Change who chairs")
        ).first.click()
    chair.goes_to(f"/meetings/{meeting.pk}/")
    half_an_action_stands_there(chair)
    press(chair, chair.page.get_by_role("button", name="Show one item at a time"))
    press(chair, chair.page.locator("#agenda").get_by_role("button", name="Plan on"))
    half_an_action_stands_there(chair)
    action_box(chair).fill("Ring the school.")
    press(chair, chair.page.get_by_role("button", name="Next:"))
    chair.reads_page()
    press(chair, chair.page.get_by_role("button", name="Before:"))
    expect(action_box(chair)).to_have_value("Ring the school.")
    press(chair, chair.page.get_by_role("button", name="End the meeting"))
    chair.goes_to(f"/meetings/{meeting.pk}/?item=plan")
    expect(action_box(chair)).to_have_value("Ring the school.")


def test_signing_out_keeps_it_for_its_writer_and_nobody_else(
    sign_in: Callable[..., Person], meeting: MaseMeeting
) -> None:
    chair = sign_in("manager")
    chair.goes_to(f"/meetings/{meeting.pk}/")
    types_an_action(chair)
    press(chair, chair.page.get_by_role("button", name="Sign out").first)
    assert DONE not in str(kept(chair))
    again, nurse = sign_in("manager"), sign_in("health")
    again.goes_to(f"/meetings/{meeting.pk}/")
    half_an_action_stands_there(again)
    nurse.goes_to(f"/meetings/{meeting.pk}/")
    nurse.does_not_see(DONE)


def test_a_wall_gone_dark_keeps_what_could_not_be_saved(
    sign_in: Callable[..., Person], meeting: MaseMeeting, cast: Cast
) -> None:
    seats = meeting.invitations.filter(person__in=(cast.manager, cast.health))
    there = dict.fromkeys(seats.values_list("pk", flat=True), Came(AttendanceCode.ATTENDED))
    attendance.record_attendance(meeting=meeting, answers=there, by=cast.manager)
    wall = sign_in("manager")
    wall.goes_to(f"/meetings/{meeting.pk}/")
    press(wall, wall.page.get_by_role("button", name="Show to the room"))
    types_an_action(wall)
    voice = part(wall, "voice")
    voice.get_by_label("Yes").first.check()
    voice.get_by_label("Who heard them").fill("The nurse at school")  # not what they said, so it is refused
    opens(wall, "Add a danger statement and its safety goal")
    part(wall, "new-danger").get_by_label("Danger statement").fill(FEARED)
    exclusions.exclude(case=meeting.case, user=cast.health, reason="Knows her", by=cast.privacy)
    dark = wall.page.get_by_role("heading", name="This is not shown to this room")
    expect(dark).to_be_visible(timeout=PATIENT)
    expect(wall.page.get_by_text("Then this screen says what to do.")).to_be_visible(timeout=PATIENT)
    for words in (DONE, FEARED, "The nurse at school"):
        wall.does_not_see(words)
    assert set(TextSetAside.objects.values_list("part", flat=True)) == {"action", "voice", "new-danger"}
    assert not PlanAction.objects.exists()
    press(wall, wall.page.get_by_role("button", name="Not shown to the room any more"))
    half_an_action_stands_there(wall)
    expect(part(wall, "new-danger").get_by_label("Danger statement")).to_have_value(FEARED)
    expect(part(wall, "voice").get_by_label("Who heard them")).to_have_value("The nurse at school")
    wall.reads_page()


def test_a_wall_gone_dark_for_a_chair_who_lost_the_case_gives_the_words_back_when_asked(
    sign_in: Callable[..., Person], meeting: MaseMeeting, cast: Cast
) -> None:
    """What the portal refuses is not on the wall, and not lost: it is folded away on a page of its own."""
    wall = sign_in("manager")
    wall.goes_to(f"/meetings/{meeting.pk}/")
    press(wall, wall.page.get_by_role("button", name="Show to the room"))
    types_an_action(wall)
    exclusions.exclude(case=meeting.case, user=cast.manager, reason="Knows her", by=cast.privacy)
    back = wall.page.get_by_role("button", name="Give me back what I typed")
    expect(back).to_be_visible(timeout=PATIENT)
    wall.does_not_see("Agenda")
    assert meeting.case.reference not in wall.page.content()
    press(wall, back)
    expect(wall.page.get_by_role("heading", name="Page not found")).to_be_visible()
    box = wall.page.get_by_label("Text", exact=True).last
    expect(box).not_to_be_visible()
    wall.page.get_by_text("What you typed (open it").click()
    expect(box).to_have_value(DONE)
    wall.reads_page()


def test_a_button_pressed_without_a_connection_leaves_everything_where_it_is(
    sign_in: Callable[..., Person], meeting: MaseMeeting
) -> None:
    """Before the page has noticed, and after."""
    chair = sign_in("manager")
    chair.goes_to(f"/meetings/{meeting.pk}/")
    types_an_action(chair)
    chair.page.context.set_offline(True)
    here = chair.page.get_by_role("button", name="We are here now").first
    for _ in range(2):
        here.click()
        expect(chair.page.locator(".app-live__connection")).to_contain_text("No connection", timeout=PATIENT)
    expect(action_box(chair)).to_have_value(DONE)
    chair.page.context.set_offline(False)
    expect(chair.page.locator(".app-live__connection")).to_be_empty(timeout=PATIENT)
    press(chair, chair.page.get_by_role("button", name="We are here now").first)
    half_an_action_stands_there(chair)


def test_an_action_sent_as_the_connection_goes_is_sent_when_it_is_back(
    sign_in: Callable[..., Person], meeting: MaseMeeting
) -> None:
    chair = sign_in("manager")
    chair.goes_to(f"/meetings/{meeting.pk}/")
    opens(chair, "Add a line to the map")
    form = part(chair, "map")
    form.get_by_label("Where on the map").select_option(index=1)
    form.get_by_label("In plain words").fill(FEARED)
    types_an_action(chair)
    chair.page.context.set_offline(True)
    form.get_by_role("button", name="Add to the map").click()
    expect(form.get_by_text("This is sent as soon as it is back")).to_be_visible(timeout=PATIENT)
    with chair.page.expect_navigation(timeout=PATIENT):
        chair.page.context.set_offline(False)
    chair.sees("Saved.")
    assert meeting.map_entries.get().text == FEARED
    half_an_action_stands_there(chair)


def test_the_enter_key_without_a_script_starts_nothing_and_loses_nothing(
    sign_in: Callable[..., Person], meeting: MaseMeeting
) -> None:
    chair = sign_in("manager", scripts=False)
    chair.goes_to(f"/meetings/{meeting.pk}/")
    chair.sees("Buttons keep what you have typed on this page.")
    box = part(chair, "attendance").get_by_label("Who came, if somebody else").first
    box.fill("Priya Raman")
    with chair.page.expect_navigation():
        box.press("Enter")
    chair.sees("What you typed is kept on this page for you.")
    expect(box).to_have_value("Priya Raman")
    assert not MaseMeeting.objects.get(pk=meeting.pk).family_in_room


def test_a_refused_page_gives_the_words_back_to_copy(
    sign_in: Callable[..., Person], meeting: MaseMeeting, cast: Cast
) -> None:
    chair = sign_in("manager", scripts=False)
    chair.goes_to(f"/meetings/{meeting.pk}/")
    types_an_action(chair)
    notes(chair, "education").fill(NOTED)
    exclusions.exclude(case=meeting.case, user=cast.manager, reason="Knows her", by=cast.privacy)
    press(chair, chair.page.get_by_role("button", name="We are here now").first)
    chair.sees("Page not found")
    expect(chair.page.get_by_label("Notes", exact=True)).to_have_value(NOTED)
    expect(chair.page.get_by_label("Text", exact=True)).to_have_value(DONE)
    chair.does_not_see(meeting.case.reference)
