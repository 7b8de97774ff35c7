"""Intelligence from a practitioner to the police and back, in a browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.record.models.case import Case
from cases.sharing.services import access
from intelligence.subjects.models import Handling
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import LAWFUL_BASIS, make_case, show_intelligence
from tests.factories.intelligence import SANITISED, SECRET, make_report
from tests.factories.meetings import start_meeting

FACT = "Rowan Kestrel collects a child from the Acorn Arcade in a silver van."
PUBLIC = "Rowan KESTREL uses a silver van near the Acorn Arcade."


def test_a_practitioner_tells_the_police_and_hears_back(cast: Cast, sign_in: Callable[..., Person]) -> None:
    case = make_case(cast)
    access.share(
        case=case, to=cast.agency("police"), reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        may_change=True, by=cast.practitioner,
    )  # fmt: skip
    priya = sign_in("practitioner")
    reference = she_writes_and_sends(priya)
    owen = sign_in("police")
    report = he_receives_and_grades(owen, reference)
    he_links_and_answers(owen, case, reference, report)
    she_reads_what_came_of_it(priya, reference)
    she_reads_the_report_on_the_case(priya, case, report)
    nobody_else_reads_the_submission(sign_in("manager"), case, reference, report)
    edwin = sign_in("outsider")
    edwin.is_refused(f"/intelligence/{reference}/")
    edwin.is_refused(f"/intelligence/reports/{report}/")


def she_writes_and_sends(priya: Person) -> str:
    """The guided form, left once and taken up again."""
    priya.follows("Intelligence", exact=True)
    priya.clicks("Tell the police something")
    priya.clicks("Start now")
    priya.clicks("Save and continue")
    priya.sees("Enter the date you learned this")
    priya.chooses("Child sexual exploitation")
    priya.chooses("Routine")
    for part, value in (("Day", "2"), ("Month", "3"), ("Year", "2026")):
        priya.types(part, value)
    priya.types("What do you know?", FACT)
    priya.clicks("Add another line")
    priya.sees("Say when line 1 happened")
    priya.page.locator("#id_lines-1-text").fill("He was seen with R.K. on Friday.")
    priya.sees("Line 2 has initials (R.K.)")
    priya.page.locator("#id_lines-0-happened").fill("On Fridays")
    expect(priya.page.get_by_text("Say when line 1 happened")).to_have_count(0)
    priya.reads_page()
    priya.clicks("Save and leave")
    priya.sees("Your draft has been saved")
    priya.follows("FIB-")
    priya.sees("These pages still need an answer")
    priya.sees("Line 2 has initials (R.K.)")
    priya.follows("People", exact=True)
    priya.types("First name", "Rowan")
    priya.types("Last name", "Kestrel")
    priya.sees("Person 1 has no date of birth")
    priya.page.get_by_label("What part do they play?").select_option(label="Person suspected")
    priya.clicks("Save and continue")
    priya.types("Registration", "ZZ99 ZZZ")
    priya.clicks("Save and continue")
    priya.chooses("Told by someone else")
    priya.chooses("Yes", group="Did the person who told you see or hear it themselves?")
    priya.types("Who told you?", SECRET)
    priya.types("If the police act on this, who could come to harm?", "Only the neighbour knows")
    priya.clicks("Save and continue")
    priya.chooses("Yes", group="May a meeting about the child discuss it?")
    priya.chooses("No", group="May the police call you about it?")
    priya.clicks("Save and continue")
    priya.sees("Person 1 has no date of birth")
    priya.clicks("Send to the police")
    priya.sees("What happens next")
    found = re.search(r"FIB-\d{4}-\d{5}", priya.page.content())
    assert found is not None
    return found.group()


def he_receives_and_grades(owen: Person, reference: str) -> str:
    """From the home page to a graded, sanitised report."""
    owen.sees("Intelligence inbox")
    owen.follows(reference)
    owen.sees(SECRET)
    owen.clicks("Receive it")
    owen.clicks("Grade it")
    for line in (1, 2):
        owen.page.locator(f"#id_line-{line}-assessment").select_option("B")
        owen.page.locator(f"#id_line-{line}-handling").select_option("P")
    owen.page.locator("#id_line-1-sanitised").fill(PUBLIC)
    owen.clicks("Record the grades")
    owen.sees("has been graded")
    found = re.search(r"IR-\d{4}-\d{5}", owen.page.content())
    assert found is not None
    return found.group()


def he_links_and_answers(owen: Person, case: Case, reference: str, report: str) -> None:
    """To the child he may see, to a person of concern; then he answers."""
    owen.goes_to(f"/intelligence/reports/{report}/")
    owen.follows("a child’s case")
    owen.types("Case reference", "CSE-2026-00000")
    owen.clicks("Link the case")
    owen.sees("No case has this reference.")
    page = owen.page.locator("main")
    page.get_by_label("Search").first.fill(case.child.given_name)
    page.get_by_role("button", name="Search").click()
    owen.clicks(f"Link to {case.child.name}")
    owen.sees("has been linked to a child")
    owen.follows("a person of concern")
    owen.types("First name", "Rowan")
    owen.types("Last name", "Kestrel")
    owen.page.get_by_label("UserContext").select_option(label="Alleged")
    owen.clicks("Add and link")
    owen.sees("has been linked to a person of concern")
    owen.goes_to(f"/intelligence/{reference}/")
    owen.clicks("Answer the author")
    owen.chooses("F2: Linked with other information")
    owen.page.get_by_label("What the unit did").select_option(label="Being developed")
    owen.clicks("Send the feedback")
    owen.sees("The author has been answered.")


def she_reads_what_came_of_it(priya: Person, reference: str) -> None:
    """On her home page, then on her submission."""
    priya.goes_to("/")
    priya.sees("News of your intelligence")
    priya.follows(reference)
    priya.sees("F2: Linked with other information")
    priya.goes_to("/")
    priya.does_not_see("News of your intelligence")


def she_reads_the_report_on_the_case(priya: Person, case: Case, report: str) -> None:
    """The tab of the case shows the police's words, not hers."""
    priya.goes_to(f"/cases/{case.reference}/intelligence/")
    priya.sees(PUBLIC)
    priya.follows(report)
    priya.sees(PUBLIC)
    priya.does_not_see(SECRET)
    priya.does_not_see(FACT)


def nobody_else_reads_the_submission(maya: Person, case: Case, reference: str, report: str) -> None:
    """Who holds the intelligence of the case reads the report, and finds no submission."""
    maya.is_refused(f"/intelligence/{reference}/")
    maya.goes_to(f"/intelligence/reports/{report}/")
    maya.does_not_see(reference)
    maya.does_not_see(SECRET)
    maya.goes_to(f"/cases/{case.reference}/intelligence/")
    maya.does_not_see(FACT)


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
    nurse.goes_to(f"/meetings/{meeting.pk}/")
    nurse.does_not_see(SANITISED)
    show_intelligence(cast, case, cast.agency("health"))
    for person in (nurse, maya):
        person.goes_to(f"/meetings/{meeting.pk}/")
        person.sees("Graded intelligence for this meeting")
        person.sees(SANITISED)
        person.sees(report.reference)
        person.does_not_see(SECRET)
    assert nurse.page.evaluate("document.documentElement.scrollWidth") <= 320
    maya.clicks("Family is here")
    maya.sees("What is for professionals is hidden from every screen")
    for person in (nurse, maya):
        person.goes_to(f"/meetings/{meeting.pk}/")
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
