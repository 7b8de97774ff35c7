"""Intelligence from a practitioner to the police and back, in a browser."""

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.missing.models import InterviewStep
from cases.missing.services import episodes as missing
from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal.keys import new_key
from intelligence.desk.models import IntelligenceReport
from intelligence.desk.services import work
from intelligence.subjects.models import Handling, SubjectKind
from intelligence.subjects.services import add_subject
from intelligence.submissions.models import IntelligenceSubmission
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import LAWFUL_BASIS, make_case, show_intelligence
from tests.factories.documents import picture as picture_of
from tests.factories.intelligence import SANITISED, SECRET, make_report, second_officer
from tests.factories.meetings import start_meeting
from tests.factories.missing import went_missing

FACT = "Rowan Kestrel collects a child from the Acorn Arcade in a silver van."


def test_an_interview_becomes_intelligence_that_is_graded_checked_linked_and_answered(
    cast: Cast, sign_in: Callable[..., Person]
) -> None:
    """Issue 29, journey 1: three answers of the author, two pages of the police, and the source stays theirs."""
    case = make_case(cast)
    access.share(
        case=case, to=cast.agency("police"), reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        may_change=True, by=cast.practitioner,
    )  # fmt: skip
    episode = went_missing(cast, case, days=2, hours=9)
    step = missing.Step(
        InterviewStep.HELD, timezone.now() - dt.timedelta(hours=1), cast.agency("health"), "Sam Aldous", True,
        text="I felt sick.", where_they_went="A flat on Canal Row", with_whom="Kez", transport="Grey Audi, BX19",
        gifts="A pink charger in the glove box",
    )  # fmt: skip
    missing.interview(episode=episode, step=step, by=cast.practitioner)
    kez = {"name": "Kez"}
    add_subject(kind=SubjectKind.PERSON, fields=kez, by=cast.police, key=new_key())
    reference = she_drafts_and_sends(sign_in("practitioner"), case)
    owen = sign_in("police")
    pages = set[str]()
    owen.page.on("framenavigated", lambda frame: pages.add(urlsplit(frame.url).path))
    he_receives_grades_and_links(owen, case, reference)
    with acting_for(second_officer(cast)):
        work.agree(submission=IntelligenceSubmission.objects.get(), by=second_officer(cast))
    owen.goes_to(f"/intelligence/inbox/{reference}/review/")
    owen.sees("Una Sayle agrees")
    owen.clicks("Issue and answer the author")
    owen.sees("has been issued, and its author has been answered.")
    report = IntelligenceReport.objects.get().reference
    desk = f"/intelligence/inbox/{reference}/"
    assert pages == {desk, f"{desk}review/"}, "two pages of the police, after the inbox on Today"
    priya = sign_in("practitioner")
    priya.sees("News of your intelligence")
    priya.follows(reference)
    priya.sees("F2: Linked with other information")
    priya.sees("This fits what we know")
    the_lead_reads_what_may_be_read(sign_in("manager"), case, reference, report)
    edwin = sign_in("outsider")
    edwin.is_refused(
        f"/intelligence/{reference}/",
        f"/intelligence/inbox/{reference}/",
        f"/intelligence/reports/{report}/",
    )


def she_drafts_and_sends(priya: Person, case: Case) -> str:
    """One press drafts it from the interview; three answers are required, and a picture may go with it."""
    priya.goes_to(f"/cases/{case.reference}/missing/")
    priya.clicks("Start the draft")
    priya.sees("We have filled in what we can.")
    left = priya.page.locator(".govuk-inset-text").first.get_by_role("link")
    assert left.all_inner_texts() == ["How it is known", "Who may know"]
    priya.follows("How it is known")
    harm = "Only she knows of the pink charger in the glove box"
    priya.types("If the police act on this, who could come to harm?", harm)
    priya.clicks("Save and continue")
    priya.chooses("Yes", group="May a meeting about the child discuss it?")
    priya.chooses("No", group="May the police call you about it?")
    priya.clicks("Save and continue")
    priya.follows("Pictures and documents, if any")
    she_adds_a_picture(priya)
    priya.clicks("Send to the police")
    priya.sees("What happens next")
    found = re.search(r"FIB-\d{4}-\d{5}", priya.page.content())
    assert found is not None
    return found.group()


def she_adds_a_picture(priya: Person) -> None:
    """Not before she has said that it is no indecent image; what she typed stays."""
    priya.sees("Never send an indecent image of a child")
    picture = {"name": "her phone.png", "mimeType": "image/png", "buffer": picture_of("PNG")}
    priya.page.get_by_label("File", exact=True).set_input_files(picture)
    priya.types("What is it?", "Photograph of the car")
    priya.clicks("Add the file")
    priya.sees("Confirm that the file holds no indecent image of a child")
    expect(priya.page.get_by_label("What is it?")).to_have_value("Photograph of the car")
    priya.reads_page()
    priya.page.get_by_label("I have looked: this file holds no indecent image of a child").check()
    priya.page.get_by_label("File", exact=True).set_input_files(picture)
    priya.clicks("Add the file")
    priya.sees("“Photograph of the car” has been added.")
    priya.follows("Go on to check and send")


def he_receives_grades_and_links(owen: Person, case: Case, reference: str) -> None:
    """At the desk: the check catches the phrase, the nickname is found, and the child is no subject."""
    owen.sees("Intelligence inbox")
    owen.follows(reference)
    owen.clicks("Receive it")
    owen.does_not_see(case.child.family_name)
    owen.sees("nickname “Kez”")
    page = owen.page
    expect(page.get_by_role("link", name="Photograph of the car")).to_be_visible()
    page.evaluate("window.stays = true")
    lines = page.locator(".app-desk__lines tbody tr")
    for number in range(lines.count()):
        row = lines.nth(number)
        row.get_by_label("sanitised").fill("Kez drives a grey Audi, with a pink charger in the glove box.")
        row.get_by_label("Information of").select_option("A")
        row.get_by_label("Handling of").select_option("P")
    expect(lines.first).to_contain_text("Untested, known directly to the source, may be shared")
    page.get_by_label("Outcome").select_option(label="Being developed")
    page.get_by_label("Answer to the author").select_option("F2")
    expect(page.get_by_label("In your own words")).to_have_value(re.compile("This fits what we know"))
    owen.sees("could show who told us")
    expect(page.locator("mark").first).to_have_text("pink charger in the glove box")
    owen.reads_page()
    for _ in range(lines.count()):
        takes = page.get_by_role("button", name="Take it out")
        number = takes.count()
        takes.first.click()
        expect(takes).to_have_count(number - 1)
    owen.sees("Check of names, places, times and phrases: nothing found.")
    owen.clicks("Link Kez")
    owen.sees("Linked")
    assert page.evaluate("window.stays"), "all of it was answered in place"
    page.get_by_text("Find somebody or something else").click()
    page.get_by_label("Find a", exact=True).select_option(label="Child")
    page.get_by_label("Name, registration or reference").fill(case.reference)
    owen.clicks("Find", exact=True)
    owen.clicks(f"Link {case.child.name}")
    owen.clicks("Review")
    owen.sees("What each reader will see")
    owen.sees("Maya Chandler" if case.lead_professional_id is None else case.lead_professional.full_name)
    owen.reads_page()
    owen.chooses("Yes", group="May a meeting discuss the P report?")
    owen.clicks("Ask a second officer")
    owen.sees("Waiting for a second officer.")


def the_lead_reads_what_may_be_read(maya: Person, case: Case, reference: str, report: str) -> None:
    """The police's words on the case's tab; nothing that leads back to the submission or the source."""
    maya.is_refused(f"/intelligence/{reference}/")
    maya.goes_to(f"/cases/{case.reference}/intelligence/")
    maya.sees("Kez drives a grey Audi")
    maya.follows(report)
    maya.sees("Kez")
    maya.does_not_see(reference)
    maya.does_not_see("pink charger")


@pytest.mark.long
def test_a_report_with_conditions_shows_nowhere_until_a_reader_is_named(
    cast: Cast, sign_in: Callable[..., Person]
) -> None:
    case = make_case(cast)
    access.share(
        case=case, to=cast.agency("police"), reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        may_change=True, by=cast.practitioner,
    )  # fmt: skip
    report = make_report(cast, handling=Handling.C, case=case)
    maya = sign_in("manager", width=320)
    maya.goes_to(f"/cases/{case.reference}/intelligence/")
    maya.does_not_see(report.reference)
    maya.is_refused(f"/intelligence/reports/{report.reference}/")
    owen = sign_in("police")
    owen.goes_to(f"/intelligence/reports/{report.reference}/readers/")
    owen.page.get_by_label("Person").select_option(label="Maya Chandler")
    owen.types("Why do they need to read it?", "Chairs the meeting")
    owen.clicks("Name the reader")
    maya.goes_to(f"/intelligence/reports/{report.reference}/")
    maya.sees("You may read this because you were named.")


@pytest.mark.long
def test_a_meeting_reads_the_graded_report_until_the_family_comes_in(
    cast: Cast, sign_in: Callable[..., Person]
) -> None:
    case = make_case(cast)
    access.share(
        case=case, to=cast.agency("police"), reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        may_change=True, by=cast.practitioner,
    )  # fmt: skip
    report = make_report(cast, case=case)
    meeting = start_meeting(cast, case)
    nurse, maya = sign_in("health", width=320), sign_in("manager")
    nurse.goes_to(f"/cases/{case.reference}/intelligence/")
    nurse.sees("Intelligence is kept apart. If you need it for your work, ask Priya Raman")
    nurse.does_not_see(report.reference)
    nurse.goes_to(f"/meetings/{meeting.pk}/?stage=new")
    nurse.does_not_see(SANITISED)
    show_intelligence(cast, case, cast.agency("health"))
    for person in (nurse, maya):
        person.goes_to(f"/meetings/{meeting.pk}/?stage=new")
        person.sees("Graded intelligence")
        person.sees(SANITISED)
        person.sees(report.reference)
        person.does_not_see(SECRET)
    assert nurse.page.evaluate("document.documentElement.scrollWidth") <= 320
    maya.clicks("Family is here")
    maya.sees("What is for professionals is hidden from every screen")
    for person in (nurse, maya):
        person.goes_to(f"/meetings/{meeting.pk}/?stage=new")
        person.does_not_see(SANITISED)


@pytest.mark.long
def test_the_form_works_without_scripts(cast: Cast, sign_in: Callable[..., Person]) -> None:
    page = sign_in("practitioner", scripts=False).page
    page.goto("/intelligence/new/")
    page.get_by_role("button", name="Start now").click()
    page.locator("#id_lines-0-text").fill(FACT)
    page.get_by_role("button", name="Add another line").click()
    page.locator("#id_lines-1-text").fill("A second fact")
    page.get_by_role("button", name="Remove line 1").click()
    expect(page.locator("#id_lines-0-text")).to_have_value("A second fact")
    page.get_by_role("button", name="Save and leave").click()
    page.get_by_role("link", name="FIB-").click()
    page.get_by_role("link", name="What you learned", exact=True).first.click()
    expect(page.locator("#id_lines-0-text")).to_have_value("A second fact")
