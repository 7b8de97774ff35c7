"""An old tablet from booking to agreed minutes: every step of a meeting without a script."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from mase.meetings.choices import MinutesState
from mase.meetings.models.meeting import Meeting
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.chairing import Action, part, press
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.minutes import agreed_by_themselves

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
HEALTH = "Sandwell Health Commissioning"
REPORTED, TOLD = "She came to the clinic twice.", "She came to the clinic twice, and spoke with us alone."
VOICE = "I want to go home by bus."
ACTION = Action("Protect", "Meet her at the gate every day.", "Health")


def test_a_meeting_from_booking_to_agreed_minutes(sign_in: Callable[..., Person], cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    chair, nurse = sign_in("manager", scripts=False), sign_in("health", scripts=False)
    meeting = books(chair, case.reference)
    asks_the_police_too(chair, meeting)
    answers_and_reports(nurse, meeting)

    chairing.starts(chair, meeting)
    for stage in ("The child", "What is new"):
        chairing.goes_on(chair, to=stage)
    nurse.goes_to(f"/meetings/{meeting.pk}/")
    nurse.page.get_by_text("Write for Health").click()
    nurse.types(f"New from {HEALTH}", TOLD)
    chairing.save(nurse, part(nurse, "boxes"), "Save for Health")
    runs(chair, nurse, meeting)
    chairing.ends(chair)
    nurse.goes_to(f"/meetings/{meeting.pk}/")
    nurse.sees("This meeting ended on")
    nurse.goes_to(f"/meetings/{meeting.pk}/?stage=new")
    nurse.sees(TOLD)

    chairing.sends_the_minutes_out(chair, meeting)
    nurse.goes_to(f"/meetings/{meeting.pk}/minutes/")
    nurse.sees("Take your copy of the minutes")
    agrees(chair, meeting)
    nurse.goes_to(f"/meetings/{meeting.pk}/minutes/")
    nurse.sees("nothing has been changed since")


def books(chair: Person, reference: str) -> Meeting:
    """In two days, with health; what is missing is said beside it, and nothing typed is lost."""
    chair.goes_to(f"/cases/{reference}/meetings/")
    press(chair, chair.page.get_by_role("button", name="Schedule a meeting"))
    chair.types("Place", "Room 2, Civic Centre")
    chairing.opens(chair, "Purpose:")
    chair.types("Purpose", "Agree a plan that keeps her safe.")
    chairing.opens(chair, "Agencies to invite:")
    chair.chooses(HEALTH)
    for ticked in ("West Midlands Police, Sandwell", "Sandwell Education and Inclusion"):
        chair.page.get_by_label(ticked).uncheck()
    press(chair, chair.page.get_by_role("button", name="Book the meeting"))
    chair.sees("There is a problem")
    chairing.date(chair.page.locator("form[method=post]").last, timezone.localdate() + dt.timedelta(days=2))
    chair.types("Time", "2:15pm")
    press(chair, chair.page.get_by_role("button", name="Book the meeting"))
    chair.sees("The meeting is booked for")
    return Meeting.objects.get()


def asks_the_police_too(chair: Person, meeting: Meeting) -> None:
    """Without them there is no quorum, and the page says so."""
    press(chair, chair.page.get_by_role("link", name="Invite someone else"))
    chair.sees("Without them the meeting has no quorum")
    chair.page.get_by_label("Agency").first.select_option("West Midlands Police, Sandwell")
    press(chair, chair.page.get_by_role("button", name="Invite", exact=True))
    assert meeting.invitations.filter(agency__code="police").exists()


def answers_and_reports(nurse: Person, meeting: Meeting) -> None:
    """She will come, and her agency's report is in."""
    nurse.goes_to(f"/meetings/{meeting.pk}/")
    nurse.clicks("Answer the invitation")
    nurse.chooses("Yes", group="Will you come?")
    press(nurse, nurse.page.get_by_role("button", name="Save the answer"))
    nurse.sees("The answer is saved.")
    nurse.follows("Write your agency’s report")
    nurse.types("What worries you?", REPORTED)
    press(nurse, nurse.page.get_by_role("button", name="Send to the meeting"))
    nurse.sees("Sent. Everybody who sees the meeting can read it now.")


def runs(chair: Person, nurse: Person, meeting: Meeting) -> None:
    """Everything that a meeting has to leave behind."""
    chairing.marks_all_as_there(chair, meeting)
    chairing.writes_the_voice(chair, meeting, VOICE)
    chairing.writes_a_danger(
        chair, meeting, "All fear that she is driven away.", "For six weeks she goes home by bus."
    )
    chairing.gives(nurse, meeting, 4)
    chairing.decides(chair, meeting, 3, "Harm suspected", "Two agencies saw the same car.")
    chairing.adds(chair, ACTION)
    chairing.chooses_the_next_slot(chair)
    expect(chair.page.locator("#agreed")).to_contain_text(ACTION.text)


def agrees(chair: Person, meeting: Meeting) -> None:
    """Nobody objects: they are agreed by themselves, and fixed for good."""
    row = agreed_by_themselves(meeting)
    assert row.state == MinutesState.AGREED
    chair.goes_to(f"/meetings/{meeting.pk}/minutes/")
    chair.sees("They cannot be changed.")
    chair.sees(row.sha256)
