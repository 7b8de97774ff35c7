"""One meeting, several screens at once: what others write appears, and what one types is never lost."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.family.models import HealthTopic
from cases.family.services import add_note
from mase.meetings.choices import AttendanceCode
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import attendance, ending
from mase.meetings.services.attendance import Came
from mase.meetings.services.sections import Edit, save_notes
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.meetings import bring, start_meeting, write_all
from tests.factories.missing import went_missing
from tests.integration.mase.cmog.test_cmog import named_by_a_report

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "A man waits at the gate in a grey van."


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return start_meeting(cast, make_case(cast))


def notes(person: Person, item: str):  # type: ignore[no-untyped-def]
    return person.page.locator(f"#{item}").get_by_label("Notes")


def test_what_one_writes_the_others_see_without_loading_the_page(
    sign_in: Callable[..., Person], meeting: Meeting
) -> None:
    manager, police, health = sign_in("manager"), sign_in("police"), sign_in("health")
    for person in (manager, police, health):
        person.goes_to(f"/meetings/{meeting.pk}/")
    expect(manager.page.locator(".app-live__here")).to_have_text("2 colleagues on this page", timeout=15_000)

    information = health.page.locator("form[id^=part-boxes] textarea").first
    information.fill("Seen on Monday.")  # typed, and not left yet
    part = information.evaluate("field => field.form.id")
    expect(manager.page.locator(f"#{part} .app-part__writer")).to_contain_text("writes here", timeout=15_000)
    information.blur()
    expect(manager.page.locator(f"#{part} textarea").first).to_have_value("Seen on Monday.", timeout=15_000)

    mine = notes(manager, "education")
    mine.fill("She is back in les")  # in the middle of a word while the nurse saves again
    information.fill("Seen on Monday and on Friday.")
    information.blur()
    expect(manager.page.locator(f"#{part} textarea").first).to_have_value(
        "Seen on Monday and on Friday.", timeout=15_000
    )
    expect(mine).to_have_value("She is back in les")
    expect(mine).to_be_focused()

    manager.page.locator("#education").get_by_role("button", name="We are here now").click()
    expect(health.page.locator(".app-live__title")).to_have_text("Education", timeout=15_000)
    for person in (manager, police, health):
        person.reads_page()


@pytest.mark.long
def test_what_reports_say_stays_beside_its_item_as_others_write(
    sign_in: Callable[..., Person], meeting: Meeting, cast: Cast
) -> None:
    """It is not asked for again at every word: the page keeps what it has, and draws the rest anew."""
    named_by_a_report(cast, meeting.case)
    manager = sign_in("manager")
    manager.goes_to(f"/meetings/{meeting.pk}/")
    named = manager.page.locator("#people-places .app-on-record")
    expect(named).to_contain_text("Rowan Kestrel")
    manager.page.evaluate("document.body.dataset.notLoadedAgain = 'yes'")
    went_missing(cast, meeting.case, days=3)
    for code in ("people-places", "missing"):
        item = meeting.agenda.get(code=code)
        save_notes(item=item, notes="He waits there.", edit=Edit(item.version), by=cast.manager)
    expect(notes(manager, "people-places")).to_have_value("He waits there.", timeout=15_000)
    expect(manager.page.locator("#missing .app-on-record")).to_contain_text("1 episode")
    expect(named).to_contain_text("Rowan Kestrel")
    expect(manager.page.locator("body[data-not-loaded-again]")).to_have_count(1)


@pytest.mark.long
def test_what_is_being_typed_as_the_meeting_ends_is_not_lost(
    sign_in: Callable[..., Person], meeting: Meeting, cast: Cast
) -> None:
    """The nurse types without leaving the field, while the chair ends the meeting."""
    health = sign_in("health")
    health.goes_to(f"/meetings/{meeting.pk}/")
    information = health.page.get_by_label("New from Sandwell Health Commissioning")
    information.fill("She told me about a car.")
    ending.end(meeting=write_all(cast, Meeting.objects.get(pk=meeting.pk)), by=cast.manager)
    expect(health.page.get_by_text("The meeting has started or ended.")).to_be_visible(timeout=30_000)
    expect(information).to_have_value("She told me about a car.")
    expect(health.page.get_by_text("What you typed is kept for you")).to_be_visible(timeout=15_000)
    afresh = health.page.context.new_page()
    afresh.goto("/drafts/")
    expect(afresh.get_by_text("She told me about a car.")).to_be_visible()


@pytest.mark.long
def test_a_lost_connection_keeps_the_text_and_sends_it_later(
    sign_in: Callable[..., Person], meeting: Meeting
) -> None:
    """The browser's clock is moved; nobody waits."""
    manager = sign_in("manager")
    manager.page.clock.install()
    cut_off(manager, meeting, manager.page.clock.run_for)


def cut_off(manager: Person, meeting: Meeting, let_pass: Callable[[int], None]) -> None:
    """In the middle of typing, for thirty seconds."""
    manager.goes_to(f"/meetings/{meeting.pk}/")
    field = notes(manager, "education")
    field.fill("She is back in lessons, ")
    manager.page.context.set_offline(True)
    field.press_sequentially("and her timetable has moved.")
    field.blur()
    expect(manager.page.locator(".app-live__connection")).to_contain_text("No connection", timeout=15_000)
    manager.reads_page()
    let_pass(30_000)
    assert meeting.agenda.get(code="education").notes == ""
    expect(field).to_have_value("She is back in lessons, and her timetable has moved.")
    manager.page.context.set_offline(False)
    let_pass(6_000)
    expect(manager.page.locator("#education .app-part__at")).to_contain_text("Saved", timeout=15_000)
    expect(manager.page.locator(".app-live__connection")).to_be_empty()
    text = "She is back in lessons, and her timetable has moved."
    assert meeting.agenda.get(code="education").notes == text


@pytest.mark.long
def test_a_parent_comes_in_and_what_is_restricted_leaves_every_screen(
    sign_in: Callable[..., Person], meeting: Meeting, cast: Cast
) -> None:
    item = meeting.agenda.get(code="people-places")
    item.notes = SECRET
    item.save(update_fields=["notes"])
    answers = {each.pk: Came(AttendanceCode.ATTENDED) for each in meeting.invitations.exclude(person=None)}
    attendance.record_attendance(meeting=meeting, answers=answers, by=cast.manager)
    manager, police = sign_in("manager"), sign_in("police")
    manager.goes_to(f"/meetings/{meeting.pk}/")
    police.goes_to(f"/meetings/{meeting.pk}/")
    manager.sees(SECRET)
    police.sees(SECRET)

    manager.clicks("Family is here")
    manager.does_not_see(SECRET)
    expect(police.page.get_by_text(SECRET)).to_have_count(0, timeout=15_000)
    manager.clicks("The family has left")
    manager.sees(SECRET)
    expect(police.page.get_by_text(SECRET).first).to_be_visible(timeout=15_000)

    manager.clicks("Show on the big screen")
    manager.sees("This is the big screen")
    manager.does_not_see(SECRET)


@pytest.mark.long
def test_what_is_typed_for_professionals_leaves_the_screen_and_is_not_lost(
    sign_in: Callable[..., Person], meeting: Meeting, cast: Cast
) -> None:
    bring(meeting, cast.agency("csc"), cast.manager, apart=SECRET)
    manager, police = sign_in("manager"), sign_in("police")
    for person in (manager, police):
        person.goes_to(f"/meetings/{meeting.pk}/")
        person.sees(SECRET)
    item = notes(manager, "people-places")
    item.fill("He drives a grey v")  # in the middle of a word
    own = police.page.locator("form[id^=part-boxes] textarea").first
    own.fill("We stopped the ca")  # in the same item as what an agency keeps for professionals

    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    expect(manager.page.locator("#people-places")).to_have_count(0, timeout=15_000)
    expect(police.page.get_by_text(SECRET)).to_have_count(0, timeout=15_000)
    expect(police.page.locator("[data-apart]")).to_have_count(0)
    for person in (manager, police):
        assert SECRET not in person.page.content()
        assert "grey v" not in person.page.content()

    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    expect(notes(manager, "people-places")).to_have_value("He drives a grey v", timeout=15_000)
    expect(own).to_have_value("We stopped the ca", timeout=15_000)


@pytest.mark.long
def test_what_is_on_one_s_own_screen_alone_leaves_it_while_one_types_when_a_parent_comes_in(
    sign_in: Callable[..., Person], meeting: Meeting, cast: Cast
) -> None:
    """The nurse reads no restricted part, so what she may see does not become less: that somebody came in is enough."""
    add_note(
        case=meeting.case, topic=HealthTopic.GENERAL, happened_on=timezone.localdate(), text="Seen at the clinic.",
        for_others=SECRET, by=cast.health,
    )  # fmt: skip
    health = sign_in("health")
    health.goes_to(f"/meetings/{meeting.pk}/")
    expect(health.page.get_by_text(SECRET)).to_have_count(2)  # with the agencies, and on record under Health
    panels = health.page.locator(".app-on-record")
    expect(panels.first).to_be_visible()
    own = health.page.get_by_label("New from Sandwell Health Commissioning")
    own.fill("Seen on Mon")  # in the same item
    health.page.evaluate("document.body.dataset.notLoadedAgain = 'yes'")

    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    same_page = health.page.locator("body[data-not-loaded-again]")
    expect(same_page.filter(has_not_text=SECRET)).to_have_count(1, timeout=15_000)
    expect(panels).to_have_count(0, timeout=15_000)
    expect(own).to_have_value("Seen on Mon")
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    expect(panels.first).to_be_visible(timeout=15_000)


@pytest.mark.long
def test_the_agenda_is_changed_without_a_script(sign_in: Callable[..., Person], meeting: Meeting) -> None:
    manager = sign_in("manager", scripts=False)
    manager.goes_to(f"/meetings/{meeting.pk}/")
    manager.follows("Change the agenda")
    manager.types("What is to be talked about", "Her new phone")
    manager.clicks("Add to the agenda")
    manager.sees("Her new phone")
    row = manager.page.locator("tr", has_text="Her new phone")
    row.get_by_text("Put off").click()
    manager.types("Why is it put off?", "Her aunt is not here")
    manager.clicks("Put it off to the next meeting")
    manager.sees("Put off: Her aunt is not here")
    row.get_by_role("button", name="Back to today").click()
    row.get_by_role("button", name="Up").click()
    manager.follows("Back to the meeting")
    item = manager.page.locator("section", has=manager.page.get_by_role("heading", name="Her new phone"))
    item.get_by_role("button", name="We are here now").click()
    expect(manager.page).to_have_url(re.compile("#added-"))


NOTE_THE_WHOLE_SCREEN = """() => {
    document.documentElement.requestFullscreen = async () => { document.body.dataset.wholeScreen = "asked" }
}"""


@pytest.mark.long
def test_the_keys_do_what_the_page_says_and_stay_off_where_they_were_turned_off(
    sign_in: Callable[..., Person], meeting: Meeting
) -> None:
    chair = sign_in("manager")
    chair.goes_to(f"/meetings/{meeting.pk}/")
    page, asked = chair.page, chair.page.locator("body[data-whole-screen=asked]")
    for words in ("n next item", "p item before", "a write an action", "f full screen"):
        expect(page.locator("#keys")).to_contain_text(words)
    page.evaluate(NOTE_THE_WHOLE_SCREEN)
    expect(asked).to_have_count(0)
    page.keyboard.press("f")
    expect(asked).to_have_count(1)

    for key, at in (("n", 1), ("n", 2), ("n", 3), ("p", 2)):
        page.keyboard.press(key)
        top = page.locator(".app-item").nth(at).evaluate("item => item.getBoundingClientRect().top")
        assert 0 <= top <= 120, f"{key} does not lead to item {at + 1}"

    page.keyboard.press("a")
    box = page.locator("#plan details[open] form[id^=part-action] :focus")
    expect(box).to_have_count(1)
    page.evaluate("() => { delete document.body.dataset.wholeScreen }")
    page.keyboard.press("f")  # while a box is being filled in
    expect(asked).to_have_count(0)

    chair.goes_to(f"/meetings/{meeting.pk}/")
    page.get_by_role("button", name="Show one item at a time").click()
    shown = page.locator(".app-item")
    expect(shown).to_have_count(1)
    here = shown.get_attribute("id") or ""
    page.keyboard.press("n")
    expect(shown).not_to_have_id(here)
    page.keyboard.press("p")
    expect(shown).to_have_id(here)

    page.locator("#keys summary").click()
    page.get_by_label("Use these keys").uncheck()
    chair.goes_to(f"/meetings/{meeting.pk}/")
    expect(page.locator("#live-keys")).not_to_be_checked()
    page.locator("h1").first.click()
    page.evaluate(NOTE_THE_WHOLE_SCREEN)
    page.keyboard.press("f")
    page.keyboard.press("n")
    expect(asked).to_have_count(0)
    expect(shown).to_have_id(here)
