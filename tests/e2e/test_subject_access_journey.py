"""A young person asks to see her record: one prepares it, another reads it, it leaves, and the register knows."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.choices import ConcernOutcome, ConcernStep
from cases.models import Case, Concern, Disclosure, Redaction, SubjectAccessRequest
from cases.selectors.concerns import StepAnswers
from cases.services import concerns, triage
from cases.services.subject_access import JOB
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories import subject_access as made
from tests.factories.concerns import answers, opening, verdict

SignIn = Callable[..., Person]
WORRY = "Robyn says that Rowan Kestrel drives her to the arcade 🎮 by the station."


@pytest.fixture
def case(cast: Cast) -> Case:
    said = answers(worry=WORRY)
    said[ConcernStep.MENTIONS] = StepAnswers(
        mentions=[{"kind": "person", "name": "Rowan Kestrel", "details": "Drives"}]
    )
    concern = concerns.log(answers=said, by=cast.practitioner, key=new_key())
    decided = verdict(ConcernOutcome.OPEN_CASE, opening=opening(cast))
    triage.decide(concern=concern, verdict=decided, by=cast.manager)
    return Case.objects.get(concerns=Concern.objects.get(pk=concern.pk))


def test_a_request_from_asking_to_the_register(sign_in: SignIn, cast: Cast, case: Case) -> None:
    manager, privacy = sign_in("manager"), sign_in("privacy")
    manager.goes_to(f"/cases/{case.reference}/")
    manager.follows("Subject access")
    manager.sees("Nobody has asked to see this record")
    manager.clicks("Record a request")
    manager.clicks("Record the request")
    manager.sees("Select who asks")
    manager.chooses("The child or young person")
    manager.types("Their name", "Robyn Testley")
    today(manager)
    manager.chooses("The child understands what asking means")
    manager.types("How do you know?", "She told her worker what she wants to read and why.")
    manager.clicks("Record the request")
    request = SubjectAccessRequest.objects.get()
    manager.sees(f"Its reference is {request.reference}")
    manager.follows("Record who they are")
    manager.chooses("A worker who knows them well")
    today(manager)
    manager.types("What was seen, or who confirmed it?", "Priya Raman was with her")
    manager.clicks("Record how you know")
    manager.clicks("Assemble the record")
    manager.sees("Before another person reads it:")

    selects_words(manager, request)
    manager.goes_to(f"/subject-access/{request.reference}/names/")
    manager.chooses("Leave it out everywhere")
    manager.clicks("Save the decisions")
    reads_every_item(manager, request)
    manager.clicks("Send to a second reader")
    manager.sees("It is with the second reader.")

    reader = made.second_reader(cast)
    request.refresh_from_db()
    made.agreed(request, reader)
    manager.goes_to(f"/subject-access/{request.reference}/")
    manager.clicks("Disclose")
    manager.clicks("Disclose")
    manager.sees("Tick the box to confirm that this may leave")
    manager.page.get_by_label("This may leave").check()
    manager.clicks("Disclose")
    manager.sees("It has been disclosed.")
    run_job(job_id=Job.objects.get(kind=JOB).pk)
    manager.goes_to(f"/subject-access/{request.reference}/")
    with manager.page.expect_download() as taken:
        manager.page.get_by_role("button", name="Download the bundle").click()
    copy = Disclosure.objects.get().copy
    assert taken.value.suggested_filename == f"your-record-{copy}.pdf"

    privacy.goes_to("/")
    privacy.follows("Disclosures")
    privacy.types("Copy number", copy.lower())
    privacy.clicks("Find the disclosure")
    privacy.sees("Second reader")
    privacy.does_not_see("Robyn")
    privacy.does_not_see("Kestrel")
    practitioner = sign_in("practitioner")
    practitioner.is_refused(f"/subject-access/{request.reference}/")


def selects_words(manager: Person, request: SubjectAccessRequest) -> None:
    """With the mouse: the place is found by letters, also behind one that JavaScript counts twice."""
    passage = made.passage_with(request, "Robyn says")
    manager.goes_to(f"/subject-access/{request.reference}/items/{passage.item_id}/")
    section = manager.page.locator(f"#text-{passage.pk}")
    section.locator("[data-text]").evaluate(
        """(text) => {
          const last = text.lastElementChild.firstChild, start = last.textContent.indexOf("station")
          document.getSelection().setBaseAndExtent(last, start, last, start + 7)
          text.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }))
        }"""
    )
    expect(section.get_by_label("Which words?")).to_have_value("station")
    section.get_by_label("On what ground?").first.select_option(
        label="Police: it could harm finding or stopping crime"
    )
    section.get_by_role("button", name="Leave these words out").click()
    manager.page.wait_for_load_state()
    manager.reads_page()
    row = Redaction.objects.get()
    assert passage.text[row.starts_at : row.ends_at] == "station"


def test_words_are_left_out_and_put_back_without_scripts(sign_in: SignIn, cast: Cast, case: Case) -> None:
    request = made.assembled(case, cast.manager)
    passage = made.passage_with(request, "Robyn says")
    manager = sign_in("manager", scripts=False, width=320)
    manager.goes_to(f"/subject-access/{request.reference}/items/{passage.item_id}/")
    section = manager.page.locator(f"#text-{passage.pk}")
    section.get_by_text("Change", exact=False).first.click()
    section.get_by_label("Which words?").fill("no such words")
    section.get_by_label("On what ground?").first.select_option(label="It is about somebody else")
    section.get_by_role("button", name="Leave these words out").click()
    manager.sees("These words are not in the text.")
    section.get_by_label("Which words?").fill("rowan kestrel")
    section.get_by_role("button", name="Leave these words out").click()
    expect(section.locator("del")).to_have_text("Rowan Kestrel")
    section.get_by_role("button", name="Put back").click()
    expect(section.locator("del")).to_have_count(0)


def today(person: Person) -> None:
    """Fill in the date the page asks for."""
    day = timezone.localdate()
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        person.types(part, str(value))


def reads_every_item(manager: Person, request: SubjectAccessRequest) -> None:
    """From the first to the last, each said to be ready."""
    first = request.items.order_by("order")[0]
    manager.goes_to(f"/subject-access/{request.reference}/items/{first.pk}/")
    for _ in range(request.items.count()):
        manager.clicks("This item is ready")
