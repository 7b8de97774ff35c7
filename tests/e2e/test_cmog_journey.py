"""A CMOG from its compiled agenda to its minutes: the chair runs it, and the nurse who is asked sees less."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from pypdf import PdfReader

from cases.choices import RiskCategory
from cases.models import Case, ChronologyEntry
from cases.services import access
from mase.models import CmogMeeting, PlanAction
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.chairing import press
from tests.e2e.person import Person
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child

pytestmark = pytest.mark.django_db(transaction=True)
SAID, DECIDED = "Two agencies saw the same silver car.", "One plan for Amara, written by Friday."
WORDED = "Two agencies saw the same silver car, on two evenings."
WAITS = "Her worker is away until next month."
ACTION = "Find her a place at the evening club."


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


def test_a_cmog_from_its_agenda_to_its_minutes(
    sign_in: Callable[..., Person], amara: Case, cast: Cast
) -> None:
    chair, nurse = sign_in("manager"), sign_in("health")
    meeting = books(chair)
    chair.sees("Bryony Kestrel")
    chair.sees("Category 3")
    sees_less(nurse, meeting)

    press(chair, chair.page.get_by_role("button", name="Start the CMOG"))
    writes_what_is_said(chair)
    puts_off(chair)
    ends(chair)
    action = PlanAction.objects.get()
    assert (action.text, action.issued_at is not None) == (ACTION, True)
    assert ChronologyEntry.objects.filter(case=amara, text__contains=DECIDED).exists()

    nurse.goes_to(f"/cmog/{meeting.pk}/minutes/")
    nurse.sees("The chair is preparing the minutes")
    words_and_sends_out(chair, meeting)
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


def books(chair: Person) -> CmogMeeting:
    """For the week after next; the portal compiles the agenda."""
    chair.goes_to("/cmog/")
    chair.clicks("Book a CMOG")
    form = chair.page.locator("form[method=post]").last
    chairing.date(form, timezone.localdate() + dt.timedelta(days=9))
    chair.types("Time", "10am")
    chair.types("Place", "Room 2, Civic Centre")
    form.get_by_label("Chair").select_option("Maya Chandler")
    chair.chooses("Health: Hannah Okafor")
    press(chair, form.get_by_role("button").last)
    chair.reads_page()
    return CmogMeeting.objects.get()


def sees_less(nurse: Person, meeting: CmogMeeting) -> None:
    """The one child she knows; of the other not even that there is one."""
    nurse.goes_to(f"/cmog/{meeting.pk}/")
    nurse.sees("Amara Testley")
    nurse.does_not_see("Bryony")
    nurse.does_not_see("Kestrel")
    nurse.does_not_see("End the CMOG")


def writes_what_is_said(chair: Person) -> None:
    """Under a child: what is said and decided, and an action with an owner and a day."""
    chair.follows("Amara Testley")
    chair.types("What was said", SAID)
    chair.types("What is decided", DECIDED)
    press(chair, chair.page.get_by_role("button", name="Save", exact=True))
    chair.follows("Agree an action")
    form = chair.page.locator("form[method=post]").last
    form.get_by_label("Protect", exact=True).check()
    form.get_by_label("What will be done").fill(ACTION)
    form.get_by_label("How we shall know that it is done").fill("She says that it has happened.")
    form.get_by_label("Agency").select_option("Sandwell Children's Social Care")
    chairing.date(form, timezone.localdate() + dt.timedelta(days=20))
    press(chair, form.get_by_role("button").last)
    chair.sees(ACTION)
    chair.sees(DECIDED)
    chair.reads_page()
    press(chair, chair.page.locator(".govuk-back-link"))


def puts_off(chair: Person) -> None:
    """The other child waits until next month, with a reason."""
    chair.follows("Bryony Kestrel")
    chair.follows("Put it off to the next CMOG")
    chair.types("Why does it wait until next month?", WAITS)
    press(chair, chair.page.locator("form[method=post]").last.get_by_role("button").last)
    chair.sees("It is put off, and will be on the next agenda by itself.")


def ends(chair: Person) -> None:
    """Who came, then the end; not before the chair has said that the record is right."""
    chair.follows("Record who came")
    chair.page.get_by_label("Hannah Okafor").select_option("Attended")
    press(chair, chair.page.locator("form[method=post]").last.get_by_role("button").last)
    chair.clicks("End the CMOG")
    press(chair, chair.page.get_by_role("button", name="End the CMOG"))
    chair.sees("Tick the box to say that the record is as it should be")
    chair.chooses("The record is as it should be")
    press(chair, chair.page.get_by_role("button", name="End the CMOG"))
    chair.reads_page()


def words_and_sends_out(chair: Person, meeting: CmogMeeting) -> None:
    """What was said is worded otherwise, and the minutes go out, once."""
    chair.goes_to(f"/cmog/{meeting.pk}/minutes/")
    chair.reads_page()
    press(chair, chair.page.get_by_role("link", name="Change the wording of Amara Testley"))
    form = chair.page.locator("form[method=post]").last
    form.get_by_role("textbox").fill(WORDED)
    press(chair, form.get_by_role("button").first)
    chair.sees("The wording is saved.")
    press(chair, chair.page.get_by_role("button", name="Send them out"))
    press(chair, chair.page.get_by_role("button", name="Send the minutes out"))
    chair.sees("The minutes are out.")
    chair.reads_page()


def minutes_of(person: Person, meeting: CmogMeeting) -> str:
    """The text of this person's own copy."""
    person.goes_to(f"/cmog/{meeting.pk}/minutes/")
    with person.page.expect_download() as taken:
        person.page.get_by_role("link", name="Take your copy of the minutes (PDF)").click()
    pages = PdfReader(BytesIO(Path(taken.value.path()).read_bytes())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)
