"""One child's way through the whole portal: from a worry written down to an action that changed something.

The practitioner logs a concern; the manager opens a case, books, chairs and ends its meeting; the nurse contributes,
reads the minutes and does what was asked of her. Anyone who has no part in it finds nothing of it.
"""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, expect
from pypdf import PdfReader

from cases.record.models.case import Case
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from mase.meetings.models.meeting import Meeting
from mase.plans.models.plan import PlanAction
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.person import Person
from tests.e2e.test_concern_journey import logs_a_concern

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Person]
NURSE = "Hannah Okafor"
HEALTH = "Sandwell Health Commissioning"
FACT = "She came to the clinic on Monday and asked who would fetch her."
ACTION = "Ring her every Friday before school ends."


def test_from_a_concern_to_an_action_that_was_done(cast: Cast, sign_in: SignIn) -> None:
    end_membership(membership=Membership.objects.get(user=cast.leaver), on=timezone.localdate())
    practitioner, manager = sign_in("practitioner"), sign_in("manager")
    concern = logs_a_concern(practitioner)
    case = opens_a_case(manager, concern)
    reads_the_feedback(practitioner, concern, case)

    meeting = books_a_meeting(manager, case)
    nurse = sign_in("health")
    contributes(nurse, meeting)
    chairs(manager, meeting)
    ends(manager, meeting)

    action = PlanAction.objects.get()
    downloads_the_minutes(nurse, meeting, case)
    does_the_action(nurse)
    manager.goes_to(f"/actions/{action.pk}/")
    manager.sees("She rang back herself the second time.")

    addresses = [
        f"/concerns/{concern}/", f"/triage/{concern}/", f"/cases/{case.reference}/", f"/actions/{action.pk}/",
        f"/meetings/{meeting.pk}/", f"/meetings/{meeting.pk}/minutes/", f"/meetings/{meeting.pk}/minutes.pdf",
    ]  # fmt: skip
    for name in ("outsider", "administrator", "leaver", "board"):
        find_nothing(signed_in(cast, name), addresses)


def opens_a_case(manager: Person, concern: str) -> Case:
    """Triage, with feedback for the author."""
    manager.goes_to("/triage/")
    manager.follows("Ash Testley")
    manager.chooses("Open a case")
    manager.page.get_by_role("radio", name="Priya Raman").check()
    manager.chooses("3 High", group="Category")
    manager.page.get_by_label("Harm", exact=True).select_option("H1")
    share = manager.page.get_by_role("group", name="Share with")
    share.get_by_label("Education").uncheck()
    manager.types("Reason", "Two agencies have seen signs of grooming.")
    manager.types("Feedback to", "A case is open, and a meeting follows.")
    manager.clicks("Record the decision")
    manager.sees("has been decided: open a case")
    return Case.objects.get(concerns__reference=concern)


def reads_the_feedback(practitioner: Person, concern: str, case: Case) -> None:
    """On the home page, then on the concern; and the case is there."""
    practitioner.goes_to("/")
    practitioner.sees("New feedback")
    practitioner.goes_to(f"/concerns/{concern}/")
    practitioner.sees("A case is open, and a meeting follows.")
    practitioner.goes_to(f"/cases/{case.reference}/")
    practitioner.sees("Ash Testley")


def books_a_meeting(manager: Person, case: Case) -> Meeting:
    """In two days, with health and the police; education, which is ticked, does not know the child."""
    manager.goes_to(f"/cases/{case.reference}/meetings/")
    manager.clicks("Schedule a meeting")
    date(manager.page.locator("form[method=post]").last, timezone.localdate() + dt.timedelta(days=2))
    manager.types("Time", "2:15pm")
    manager.types("Place", "Room 2, Civic Centre")
    chairing.opens(manager, "Purpose:")
    manager.types("Purpose", "Agree a plan that keeps Ash safe.")
    manager.sees("Is the child or young person invited: Yes")
    manager.sees("Is a parent or carer invited: Yes")
    chairing.opens(manager, "Agencies to invite:")
    manager.chooses(HEALTH)
    manager.chooses("West Midlands Police, Sandwell")
    manager.page.get_by_label("Sandwell Education and Inclusion").uncheck()
    manager.clicks("Book the meeting")
    manager.sees("The meeting is booked for")
    return Meeting.objects.get()


def contributes(nurse: Person, meeting: Meeting) -> None:
    """The nurse, who sees the case from the day she was invited, writes before the meeting starts."""
    nurse.goes_to("/meetings/")
    nurse.sees("Ash Testley")
    nurse.goes_to(f"/meetings/{meeting.pk}/")
    nurse.clicks("Answer the invitation")
    nurse.chooses("Yes", group="Will you come?")
    nurse.clicks("Save the answer")
    nurse.sees("The answer is saved.")
    nurse.follows("Write your agency’s report")
    nurse.types("What is new?", FACT)
    nurse.clicks("Send to the meeting")
    nurse.sees("Sent. Everybody who sees the meeting can read it now.")


def chairs(manager: Person, meeting: Meeting) -> None:
    """Everything a meeting has to leave behind."""
    chairing.looks_at(manager, meeting, "stage=new")
    manager.sees(FACT)
    chairing.starts(manager, meeting)
    chairing.marks_all_as_there(manager, meeting)
    chairing.writes_the_voice(manager, meeting, "I want to go home without looking round.")
    chairing.writes_a_danger(
        manager, meeting, "We fear that adults at the arcade hurt Ash.", "For six weeks Ash goes home by bus."
    )
    chairing.decides(
        manager, meeting, 3, "Evidence that exploitation has happened", "Two agencies saw the same car."
    )
    chairing.adds(manager, chairing.Action("Protect", ACTION, "Health"))
    chairing.chooses_the_next_slot(manager)
    manager.reads_page()


def ends(manager: Person, meeting: Meeting) -> None:
    """The meeting ends once, and its minutes are sent out."""
    chairing.ends(manager)
    manager.does_not_see("Save notes")
    manager.goes_to(f"/meetings/{meeting.pk}/minutes/")
    manager.clicks("Send them out")
    manager.sees("five working days to object")
    manager.clicks("Send the minutes out")
    manager.sees("Version 1 is out")


def downloads_the_minutes(nurse: Person, meeting: Meeting, case: Case) -> None:
    """What was said is in them."""
    nurse.goes_to(f"/meetings/{meeting.pk}/minutes/")
    with nurse.page.expect_download() as taken:
        nurse.page.get_by_role("button", name="Take your copy of the minutes").click()
    assert taken.value.suggested_filename == f"minutes-{case.reference}.pdf"
    pages = PdfReader(BytesIO(Path(taken.value.path()).read_bytes())).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    for words in (FACT, ACTION, "I want to go home without looking round."):
        assert words in text


def does_the_action(nurse: Person) -> None:
    """Accepted for her agency, then done: to the final report."""
    nurse.goes_to("/actions/?whose=agency")
    nurse.follows(ACTION)
    nurse.clicks("Accept this action")
    nurse.sees("Your agency does it.")
    nurse.clicks("Record the outcome")
    nurse.chooses("Yes, it was done")
    date(nurse.page.locator("form[method=post]").last, timezone.localdate())
    nurse.types("What came of it?", "Rang twice. She rang back herself the second time.")
    nurse.types("What did it change for the child or young person?", "She says she feels less alone.")
    nurse.chooses("This is the final report")
    nurse.clicks("Save the final report")
    nurse.sees("The final report on this action is saved.")


def find_nothing(client: Client, addresses: list[str]) -> None:
    """None of it is there for this person, in no list and under no address."""
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in (403, 404), address
        assert "Ash" not in answer.content.decode()
    for address in (
        "/",
        "/concerns/",
        "/cases/?q=Ash",
        "/meetings/",
        "/actions/?whose=all",
        "/notifications/",
    ):
        page = client.get(address, follow=True).content.decode()
        for words in ("Testley", ACTION):
            assert words not in page


def date(form: Locator, day: dt.date) -> None:
    """Fill in the first date the form asks for."""
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        form.get_by_label(part, exact=True).first.fill(str(value))


def save(part: Locator, button: str) -> None:
    """Press a part's button and wait until it says when it was saved."""
    part.get_by_role("button", name=button).click()
    expect(part.locator(".app-part__at")).to_be_visible()


def option(select: Locator, words: str) -> str | None:
    """The value of the first option with these words."""
    return select.locator("option", has_text=words).first.get_attribute("value")
