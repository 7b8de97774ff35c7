"""A CMOG from its compiled agenda to its agreed minutes: the chair runs it, and the nurse who is asked sees less."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from pypdf import PdfReader

from cases.chronology.models import ChronologyEntry
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.plans.models.plan import PlanAction
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.chairing import press
from tests.e2e.person import Person
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.cmog import start_cmog

pytestmark = pytest.mark.django_db(transaction=True)
SAID, DECIDED = "Two agencies saw the same silver car.", "One plan for Amara, written by Friday."
WORDED = "Two agencies saw the same silver car, on two evenings."
WAITS = "Her worker is away until next month."
ACTION = "Find her a place at the evening club."
TOPIC, BECAUSE = "Half-term buses", "Two schools asked for it."


@pytest.fixture
def amara(cast: Cast) -> Case:
    """In category 3, and known to the nurse; another child in category 3 is not."""
    child = make_child(given_name="Amara", family_name="Testley")
    case = make_case(cast, child=child, category=RiskCategory.HIGH)
    access.share(
        case=case, to=cast.health, reason="Her nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    make_case(cast, child=make_child(given_name="Bryony", family_name="Kestrel"), category=RiskCategory.HIGH)
    return case


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.long)])
def test_a_cmog_from_its_agenda_to_its_minutes(
    sign_in: Callable[..., Person], amara: Case, width: int
) -> None:
    """On one screen of a desk; on a phone one part at a time."""
    chair, nurse = sign_in("manager", width=width), sign_in("health", width=width)
    meeting = is_held(chair, nurse, amara)
    mine = minutes_of(chair, meeting)
    sees_less(nurse, meeting)
    hers = minutes_of(nurse, meeting)
    for words in (WORDED, DECIDED, ACTION):
        assert words in mine
        assert words in hers
    for words in ("Kestrel", WAITS):
        assert words in mine
        assert words not in hers
    assert "Hannah Okafor" in hers


def is_held(chair: Person, nurse: Person, amara: Case) -> Meeting:
    """From its booking until its minutes are out."""
    meeting = books(chair)
    turns_to(chair, "Items")
    chair.sees("Bryony Kestrel")
    fits_the_screen(chair)
    sees_less(nurse, meeting)

    press(chair, chair.page.get_by_role("button", name="Start the meeting"))
    press(chair, chair.page.get_by_role("button", name="Start the meeting today"))
    writes_what_is_said(chair)
    puts_off(chair)
    moves_on(chair)
    ends(chair)
    action = PlanAction.objects.get()
    assert (action.text, action.issued_at is not None) == (ACTION, True)
    assert ChronologyEntry.objects.filter(case=amara, text__contains=DECIDED).exists()

    nurse.goes_to(f"/meetings/{meeting.pk}/minutes/")
    nurse.sees("The chair is preparing the minutes")
    words_and_sends_out(chair, meeting)
    return meeting


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False])
def test_the_chair_adds_to_the_agenda(
    sign_in: Callable[..., Person], amara: Case, cast: Cast, scripts: bool
) -> None:
    """With the keyboard alone, and without a script; a person whom she may not see is no answer of the portal's."""
    meeting = start_cmog(cast, people=[cast.health])
    make_case(cast, child=make_child(given_name="Clover", family_name="Ash"), category=RiskCategory.HIGH)
    chair = sign_in("manager", scripts=scripts)
    adds(chair, meeting, cast)
    nurse = sign_in("health", scripts=scripts)
    nurse.goes_to(f"/cmog/{meeting.pk}/")
    nurse.follows(TOPIC)
    nurse.sees(BECAUSE)
    nurse.does_not_see("Clover")
    nurse.does_not_see("Add to the agenda")


def adds(chair: Person, meeting: Meeting, cast: Cast) -> None:
    """What is wrong is said beside the box, and what was typed stays; a case by its reference, then a topic."""
    clover = Case.objects.get(child__given_name="Clover")
    chair.goes_to(f"/cmog/{meeting.pk}/")
    opens_menu(chair)
    chair.follows("Add to the agenda")
    chair.chooses("Child or young person")
    chair.types("Its reference, or the topic", "CSE-2001-00000")
    chair.types("Why is it on the agenda?", BECAUSE)
    chair.clicks("Add to the agenda")
    chair.sees("There is no child’s case with this reference that you may see.")
    assert chair.page.get_by_label("Why is it on the agenda?").input_value() == BECAUSE
    chair.page.get_by_label("Its reference, or the topic").fill(clover.reference)
    chair.clicks("Add to the agenda")
    chair.sees("Added to the agenda: Clover Ash.")
    opens_menu(chair)
    chair.follows("Add to the agenda")
    chair.chooses("Topic")
    chair.types("Its reference, or the topic", TOPIC)
    chair.types("Why is it on the agenda?", BECAUSE)
    chair.clicks("Add to the agenda")
    chair.sees(f"Added to the agenda: {TOPIC}.")


def books(chair: Person) -> Meeting:
    """A year from the week after next; the portal compiles the agenda of the first, to which the nurse is asked."""
    chair.goes_to("/cmog/")
    chair.clicks("Book a year of CMOGs")
    form = chair.page.locator("form[method=post]").last
    chairing.date(form, timezone.localdate() + dt.timedelta(days=9))
    chair.types("Time", "10am")
    chair.types("Place", "Room 2, Civic Centre")
    form.get_by_label("Chair").select_option("Maya Chandler")
    press(chair, form.get_by_role("button", name="Show the days"))
    chair.reads_page()
    press(chair, form.get_by_role("button", name="Book these days"))
    assert Meeting.objects.count() == 12
    meeting = Meeting.objects.earliest("scheduled_for")
    chair.goes_to(f"/meetings/{meeting.pk}/invite/")
    chair.chooses("Hannah Okafor, Named nurse (Health)")
    press(chair, chair.page.get_by_role("button", name="Invite", exact=True))
    return meeting


def turns_to(person: Person, part: str) -> None:
    """On a phone, by the tabs; on a desk all parts are there."""
    tab = person.page.locator(".app-cmog__tabs a", has_text=part)
    if tab.is_visible():
        tab.click()


def fits_the_screen(person: Person) -> None:
    """A desk scrolls inside its parts alone; no part of a phone is long or wider than the screen."""
    size = person.page.viewport_size or {"width": 0}
    tall, wide = person.page.evaluate(
        "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
    )
    assert wide <= size["width"]
    assert tall <= (900 if size["width"] > 1000 else 1500)


def sees_less(nurse: Person, meeting: Meeting) -> None:
    """The one child she knows; of the other not even that there is one."""
    nurse.goes_to(f"/cmog/{meeting.pk}/")
    turns_to(nurse, "Items")
    nurse.sees("Amara Testley")
    nurse.does_not_see("Bryony")
    nurse.does_not_see("Kestrel")
    nurse.does_not_see("End the meeting")


def writes_what_is_said(chair: Person) -> None:
    """Under a child: what is said and decided, and an action with an owner and a day."""
    turns_to(chair, "Items")
    chair.follows("Amara Testley")
    fits_the_screen(chair)
    turns_to(chair, "Decide")
    chair.types("What was said", SAID)
    chair.types("What is decided", DECIDED)
    press(chair, chair.page.get_by_role("button", name="Save", exact=True))
    turns_to(chair, "Decide")
    chair.follows("Add an action")
    form = chair.page.locator("form[method=post]").last
    form.get_by_label("Protect", exact=True).check()
    form.get_by_label("What will be done").fill(ACTION)
    form.get_by_label("How we shall know that it is done").fill("She says that it has happened.")
    form.get_by_label("Agency").select_option("Sandwell Children's Social Care")
    chairing.date(form, timezone.localdate() + dt.timedelta(days=20))
    press(chair, form.get_by_role("button").last)
    turns_to(chair, "Decide")
    chair.sees(ACTION)
    assert chair.page.get_by_label("What is decided").input_value() == DECIDED
    chair.reads_page()
    turns_to(chair, "Map")
    chair.sees("1 to 5: withheld in reports")


def puts_off(chair: Person) -> None:
    """The other child waits until next month, with a reason."""
    turns_to(chair, "Items")
    chair.follows("Bryony Kestrel")
    turns_to(chair, "Decide")
    chair.follows("Put it off to the next meeting")
    chair.types("Why does it wait for the next meeting?", WAITS)
    press(chair, chair.page.locator("form[method=post]").last.get_by_role("button").last)
    chair.sees("It is put off, and will be on the next agenda by itself.")


def moves_on(chair: Person) -> None:
    """Enter saves the theme it is at, without a word, and moves to the next one."""
    at = chair.page.locator("#subject").inner_text()
    with chair.page.expect_navigation():
        chair.page.keyboard.press("Enter")
    assert chair.page.locator("#subject").inner_text() != at
    assert AgendaItem.objects.get(code="themes").is_written
    chair.sees("1 item to go.")


def opens_menu(chair: Person) -> None:
    """What else who runs it can do."""
    chair.page.locator(".app-cmog__menu summary").click()


def ends(chair: Person) -> None:
    """Who came, then the end."""
    opens_menu(chair)
    chair.follows("Record who came")
    chair.page.get_by_label("Hannah Okafor").select_option("Attended")
    press(chair, chair.page.locator("form[method=post]").last.get_by_role("button").last)
    chair.follows("End the meeting")
    chair.sees("2 not discussed.")
    press(chair, chair.page.get_by_role("button", name="End the CMOG"))
    chair.reads_page()


def words_and_sends_out(chair: Person, meeting: Meeting) -> None:
    """What was said is worded otherwise, and the minutes go out."""
    chair.goes_to(f"/meetings/{meeting.pk}/minutes/")
    words_it(chair, WORDED)
    press(chair, chair.page.get_by_role("button", name="Send them out"))
    press(chair, chair.page.get_by_role("button", name="Send the minutes out"))
    chair.sees("The minutes are out.")
    chair.reads_page()


def words_it(chair: Person, text: str) -> None:
    """What the minutes say of the child."""
    press(chair, chair.page.get_by_role("link", name="Change the wording of Amara Testley"))
    form = chair.page.locator("form[method=post]").last
    form.get_by_role("textbox").fill(text)
    press(chair, form.get_by_role("button").first)
    chair.sees("The wording is saved.")


def minutes_of(person: Person, meeting: Meeting) -> str:
    """The text of this person's own copy."""
    person.goes_to(f"/meetings/{meeting.pk}/minutes/")
    with person.page.expect_download() as taken:
        person.page.get_by_role("button", name="Take your copy of the minutes (PDF)").click()
    pages = PdfReader(BytesIO(Path(taken.value.path()).read_bytes())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)
