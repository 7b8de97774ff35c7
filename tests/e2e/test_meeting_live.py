"""One meeting, several screens at once: what others write appears, and what one types is never lost."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.family.models import HealthTopic
from cases.family.services import add_note
from mase.meetings.choices import AttendanceCode
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending, sections
from mase.meetings.services.sections import Came
from tests.cast import Cast
from tests.e2e.chairing import PATIENT
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.meetings import bring, start_meeting, write_all

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "A man waits at the gate in a grey van."


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return start_meeting(cast, make_case(cast))


def notes(person: Person):  # type: ignore[no-untyped-def]
    return person.page.locator("#work").get_by_label("Notes")


def test_what_one_writes_the_others_see_without_loading_the_page(
    sign_in: Callable[..., Person], meeting: Meeting
) -> None:
    manager, police, health = sign_in("manager"), sign_in("police"), sign_in("health")
    for person in (manager, police, health):
        person.goes_to(f"/meetings/{meeting.pk}/?stage=new")
    expect(manager.page.locator(".app-live__here")).to_have_text("2 colleagues on this page", timeout=PATIENT)

    information = health.page.locator("form[id^=part-boxes] textarea").first
    information.fill("Seen on Monday.")  # typed, and not left yet
    part = information.evaluate("field => field.form.id")
    expect(manager.page.locator(f"#{part} .app-part__writer")).to_contain_text("writes here", timeout=PATIENT)
    mine = manager.page.get_by_label("New from West Midlands Police")
    mine.fill("A car was sto")  # in the middle of a word while the nurse saves
    information.blur()
    card = manager.page.get_by_role("article", name="Sandwell Health Commissioning")
    expect(card).to_contain_text("Seen on Monday.", timeout=PATIENT)
    expect(mine).to_have_value("A car was sto")
    expect(mine).to_be_focused()
    for person in (manager, police, health):
        person.reads_page()


def test_every_screen_that_follows_goes_where_the_meeting_goes(
    sign_in: Callable[..., Person], meeting: Meeting
) -> None:
    """By the keyboard alone: the next stage has the focus. The slides for the room go along."""
    chair, nurse, wall = sign_in("manager"), sign_in("health", width=390), sign_in("police")
    chair.goes_to(f"/meetings/{meeting.pk}/#next")
    nurse.goes_to(f"/meetings/{meeting.pk}/")
    wall.goes_to(f"/meetings/{meeting.pk}/room/")
    wall.sees("What we said we would do")
    chair.page.locator("#next").focus()
    for stage, slide in (("The child", "says"), ("What is new", "What is new"), ("Safety", "How safe is")):
        with chair.page.expect_navigation():
            chair.page.keyboard.press("Enter")
        for person in (chair, nurse):
            expect(person.page.locator("#place")).to_contain_text(stage, timeout=PATIENT)
        expect(wall.page.locator("h1")).to_contain_text(slide, timeout=PATIENT)
        expect(chair.page.locator("#next")).to_be_focused()
    for person in (chair, nurse, wall):
        person.reads_page(anew=True)


@pytest.mark.long
def test_what_is_being_typed_as_the_meeting_ends_is_not_lost(
    sign_in: Callable[..., Person], meeting: Meeting, cast: Cast
) -> None:
    """The nurse types without leaving the field, while the chair ends the meeting."""
    health = sign_in("health")
    health.goes_to(f"/meetings/{meeting.pk}/?stage=new")
    information = health.page.get_by_label("New from Sandwell Health Commissioning")
    information.fill("She told me about a car.")
    ending.end(meeting=write_all(cast, Meeting.objects.get(pk=meeting.pk)), by=cast.manager)
    expect(health.page.get_by_text("The meeting has started or ended.")).to_be_visible(timeout=30_000)
    expect(information).to_have_value("She told me about a car.")
    expect(health.page.get_by_text("What you typed is kept for you")).to_be_visible(timeout=PATIENT)
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
    manager.goes_to(f"/meetings/{meeting.pk}/?item=education")
    field = notes(manager)
    field.fill("She is back in lessons, ")
    manager.page.context.set_offline(True)
    field.press_sequentially("and her timetable has moved.")
    field.blur()
    expect(manager.page.locator(".app-live__connection")).to_contain_text("No connection", timeout=PATIENT)
    manager.reads_page()
    let_pass(30_000)
    assert meeting.agenda.get(code="education").notes == ""
    expect(field).to_have_value("She is back in lessons, and her timetable has moved.")
    manager.page.context.set_offline(False)
    let_pass(6_000)
    expect(manager.page.locator("#work .app-part__at")).to_contain_text("Saved", timeout=PATIENT)
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
    sections.record_attendance(meeting=meeting, answers=answers, by=cast.manager)
    manager, police = sign_in("manager"), sign_in("police")
    for person in (manager, police):
        person.goes_to(f"/meetings/{meeting.pk}/?item=people-places")
        person.sees(SECRET)

    manager.clicks("Family is here")
    expect(police.page.get_by_text(SECRET)).to_have_count(0, timeout=PATIENT)
    manager.goes_to(f"/meetings/{meeting.pk}/?item=people-places")
    manager.does_not_see(SECRET)
    manager.clicks("Family is here")
    for person in (manager, police):
        person.goes_to(f"/meetings/{meeting.pk}/?item=people-places")
        person.sees(SECRET)


@pytest.mark.long
def test_what_is_typed_for_professionals_leaves_the_screen_and_is_not_lost(
    sign_in: Callable[..., Person], meeting: Meeting, cast: Cast
) -> None:
    bring(meeting, cast.agency("csc"), cast.manager, apart=SECRET)
    manager, police = sign_in("manager"), sign_in("police")
    manager.goes_to(f"/meetings/{meeting.pk}/?item=people-places")
    police.goes_to(f"/meetings/{meeting.pk}/?stage=new")
    police.sees(SECRET)
    notes(manager).fill("He drives a grey v")  # in the middle of a word
    own = police.page.locator("form[id^=part-boxes] textarea").first
    own.fill("We stopped the ca")  # on the same page as what an agency keeps for professionals

    sections.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    expect(manager.page.locator("#people-places")).to_have_count(0, timeout=PATIENT)
    expect(police.page.get_by_text(SECRET)).to_have_count(0, timeout=PATIENT)
    expect(police.page.locator("[data-apart]")).to_have_count(0)
    for person in (manager, police):
        person.page.wait_for_load_state()
        for words in (SECRET, "grey v"):  # the page may load itself anew in that very moment
            expect(person.page.locator("html", has_text=words)).to_have_count(0)

    sections.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    manager.goes_to(f"/meetings/{meeting.pk}/?item=people-places")
    expect(notes(manager)).to_have_value("He drives a grey v", timeout=PATIENT)
    expect(own).to_have_value("We stopped the ca", timeout=PATIENT)


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
    health.goes_to(f"/meetings/{meeting.pk}/?stage=new")
    expect(health.page.get_by_text(SECRET)).to_have_count(1)
    own = health.page.get_by_label("New from Sandwell Health Commissioning")
    own.fill("Seen on Mon")  # on the same page
    health.page.evaluate("document.body.dataset.notLoadedAgain = 'yes'")

    sections.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    same_page = health.page.locator("body[data-not-loaded-again]")
    expect(same_page.filter(has_not_text=SECRET)).to_have_count(1, timeout=PATIENT)
    expect(own).to_have_value("Seen on Mon")


@pytest.mark.long
def test_the_agenda_is_changed_without_a_script(sign_in: Callable[..., Person], meeting: Meeting) -> None:
    manager = sign_in("manager", scripts=False)
    manager.goes_to(f"/meetings/{meeting.pk}/")
    manager.page.get_by_text("Discuss further").click()
    manager.follows("Change the agenda")
    manager.types("What is to be talked about", "Her new phone")
    manager.clicks("Add to the agenda")
    manager.sees("Her new phone")
    manager.page.locator("tr", has_text="Her new phone").get_by_role("button", name="Up").click()
    manager.follows("Back to the meeting")
    manager.page.get_by_text("Discuss further").click()
    manager.follows("Her new phone")
    expect(notes(manager)).to_be_visible()
