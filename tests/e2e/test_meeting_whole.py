"""A whole meeting with its chair and four agencies: three screens at once, a plan for twelve, one set of minutes.

Two agencies share a screen and take turns. Each of the four wrote a report beforehand and speaks at the table.
"""

from collections import Counter
from collections.abc import Callable
from io import BytesIO
from itertools import chain
from pathlib import Path

import pytest
from django.db.models import Q
from playwright.sync_api import Locator, expect
from pypdf import PdfReader

from cases.record.choices import RiskCategory
from mase.meetings.models.meeting import Meeting
from mase.plans.choices import PlanP
from mase.plans.models.plan import PlanAction
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.chairing import PATIENT, Action, part, press
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import bring, make_meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

HEALTH, POLICE = "Sandwell Health Commissioning", "West Midlands Police, Sandwell"
SOCIAL_CARE, EDUCATION = "Sandwell Children's Social Care", "Sandwell Education and Inclusion"
VISITED = "Her aunt was there at both visits, and Amara spoke with us alone."
STOPPED, SEEN_AGAIN = (
    "A silver car was stopped on Monday.",
    "A silver car was stopped on Monday and on Friday.",
)
BOTH = "A silver car was stopped on Monday and on Friday; school saw it too."
ASLEEP, AT_THE_GATE = "She falls asleep in the waiting room.", "A car waits at the gate on Fridays."
VOICE = "I want to walk home without looking round."
WRITERS = {"csc": "practitioner", "police": "police", "health": "health", "education": "outsider"}
# With the twelve that the chair types: one action on each P for each of twelve children.
SUGGESTED = {code: [f"Step {number} of {code} for her." for number in range(1, 10)] for code in WRITERS}
AGREED = (
    Action("Prevent", "Teach the whole year about gifts and favours.", EDUCATION),
    Action("Prevent", "Show her aunt what to look for on a phone.", SOCIAL_CARE),
    Action("Prevent", "Walk to the club with her friends.", EDUCATION),
    Action("Protect", "Take her home from the club on Fridays.", SOCIAL_CARE),
    Action("Protect", "Give the school one number to ring.", POLICE),
    Action("Protect", "See her at the clinic each month.", HEALTH),
    Action("Pursue", "Find out whose silver car it is.", POLICE),
    Action("Pursue", "Visit the arcade with licensing.", POLICE),
    Action("Pursue", "Read the reports of the last year together.", SOCIAL_CARE),
    Action("Prosecute", "Hear her once, with somebody she trusts.", POLICE),
    Action("Prosecute", "Keep the clinic’s notes for a prosecution.", HEALTH),
    Action("Prosecute", "Ask the prosecution’s lawyer early.", POLICE),
)


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """Booked with health, education and the police; social care leads the case. All four reports are in."""
    child = make_child(given_name="Amara", family_name="Testley")
    asked = [cast.agency(code) for code in ("health", "education", "police")]
    booked = make_meeting(
        cast, make_case(cast, child=child, category=RiskCategory.MEDIUM), agencies=asked, parent_invited=True
    )
    for code, writer in WRITERS.items():
        steps = {p.value: "\n".join(SUGGESTED[code][at::4]) for at, p in enumerate(PlanP)}
        bring(booked, cast.agency(code), cast.people[writer], new=f"What {code} has seen.", **steps)
    return booked


@pytest.mark.long
def test_a_chair_and_four_agencies_hold_a_meeting(sign_in: Callable[..., Person], meeting: Meeting) -> None:
    chair, worker, police = screens = sign_in("manager"), sign_in("practitioner"), sign_in("police")
    for person in screens:
        person.page.goto(f"/meetings/{meeting.pk}/")
    chair.sees("This meeting has not started")
    press(chair, chair.page.get_by_role("button", name="Start the meeting"))
    press(chair, chair.page.get_by_role("button", name="Start the meeting today"))

    # each writes its own part, and reads the others'
    writes(worker, SOCIAL_CARE, VISITED)
    writes(police, POLICE, STOPPED)
    chairing.marks_all_as_there(*screens)
    for reader, agency, text in ((chair, SOCIAL_CARE, VISITED), (chair, POLICE, STOPPED)):
        expect(field(reader, agency)).to_have_value(text, timeout=PATIENT)
    expect(police.page.get_by_text(VISITED)).to_be_visible(timeout=PATIENT)
    expect(worker.page.get_by_text(STOPPED)).to_be_visible(timeout=PATIENT)
    chairing.writes_the_voice(worker, VOICE)
    two_write_the_same_part(chair, police)
    expect(part(chair, "voice").get_by_label("Their own words")).to_have_value(VOICE, timeout=PATIENT)

    # the other two take over the screens
    health, school = hands_over(worker, "health"), hands_over(police, "outsider")
    for person, agency, text in ((health, HEALTH, ASLEEP), (school, EDUCATION, AT_THE_GATE)):
        person.page.goto(f"/meetings/{meeting.pk}/")
        writes(person, agency, text)
        expect(field(chair, agency)).to_have_value(text, timeout=PATIENT)
    chairing.writes_a_danger(
        chair, "All fear that she is driven away.", "For six weeks she goes home with her aunt."
    )
    chairing.decides(
        chair, "Category 3", "Evidence that exploitation has happened", "Two agencies saw the same car."
    )
    chairing.hears_that_all_agree(chair)
    for text in chain(*SUGGESTED.values()):
        takes(chair, text)
    for action in AGREED:
        chairing.adds(chair, action)
    chairing.save(chair, part(chair, "review"), "Save review date")
    expect(chair.page.locator("#agreed")).to_contain_text("48 actions", timeout=PATIENT)
    mine = PlanAction.objects.filter(meeting=meeting).filter(Q(restricted=False) | Q(agency__code="health"))
    expect(health.page.locator("#agreed")).to_contain_text(f"{mine.count()} actions", timeout=PATIENT)
    for person in (chair, health, school):
        person.reads_page()

    chairing.ends(chair)
    for person in (health, school):
        expect(person.page.get_by_text("This meeting ended on")).to_be_visible(timeout=PATIENT)
    agreed = PlanAction.objects.filter(meeting=meeting, issued_at__isnull=False)
    assert Counter(agreed.values_list("p", flat=True)) == dict.fromkeys(PlanP, 12)
    meeting.case.refresh_from_db()
    assert meeting.case.category == RiskCategory.HIGH

    chairing.sends_the_minutes_out(chair, meeting)
    text = minutes_of(hands_over(school, "police"), meeting)
    said = (VISITED, BOTH, ASLEEP, AT_THE_GATE, VOICE)
    for words in (*said, *(each.text for each in AGREED), *SUGGESTED["education"]):
        assert words in text


def hands_over(person: Person, key: str) -> Person:
    """Somebody else signs in where this person sat, and has nothing of theirs."""
    person.opens_menu()
    press(person, person.page.get_by_role("button", name="Sign out"))
    person.key = key
    person.sign_in()
    return person


def field(person: Person, agency: str) -> Locator:
    """What this agency knows, where it may be written."""
    return person.page.get_by_label(f"New from {agency}")


def writes(person: Person, agency: str, text: str) -> None:
    """Type one's agency's part as soon as the meeting has begun, and leave it."""
    mine = field(person, agency)
    mine.fill(text, timeout=PATIENT)
    with person.page.expect_response("**/parts/boxes/**", timeout=PATIENT):
        mine.blur()
    chairing.is_saved(person, part(person, "boxes").filter(has=mine))


def two_write_the_same_part(chair: Person, police: Person) -> None:
    """The police save while the chair types there: both texts stand, and the chair is asked."""
    hers = field(chair, POLICE)
    hers.fill("School saw the car too.")
    writes(police, POLICE, SEEN_AGAIN)
    form = part(chair, "boxes").filter(has=hers)
    hers.blur()
    expect(form.locator(".app-part__problem")).to_contain_text(
        f"Owen Pritchard put “{SEEN_AGAIN}”", timeout=PATIENT
    )
    expect(hers).to_have_value("School saw the car too.")
    hers.fill(BOTH)
    hers.blur()
    expect(form.locator(".app-part__at")).to_contain_text("Saved", timeout=PATIENT)
    expect(field(police, POLICE)).to_have_value(BOTH, timeout=PATIENT)


def takes(chair: Person, text: str) -> None:
    """An action that an agency suggested, as it stands."""
    form = chair.page.locator(".app-suggestion").filter(has=chair.page.get_by_role("button", name=text))
    press(chair, form.get_by_role("button"))


def minutes_of(person: Person, meeting: Meeting) -> str:
    """The text of this person's own copy."""
    person.goes_to(f"/meetings/{meeting.pk}/minutes/")
    with person.page.expect_download() as taken:
        person.page.get_by_role("button", name="Download").first.click()
    pages = PdfReader(BytesIO(Path(taken.value.path()).read_bytes())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)
