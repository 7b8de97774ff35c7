"""A meeting from booking to its end, in three browsers."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.choices import RiskCategory
from mase.models import MaseMeeting
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.person import Person
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"


def test_the_manager_books_runs_and_ends_a_meeting(sign_in: Callable[..., Person], cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    manager = sign_in("manager")
    meeting = _book(manager, case.reference)

    health = sign_in("health")
    health.goes_to(f"/meetings/{meeting.pk}/")
    health.does_not_see("End the meeting")
    health.follows("Open your agency’s report")
    health.types("What does your agency know?", "Seen at the clinic on Monday, with bruises on her arm.")
    health.page.get_by_label("What does your agency know?").blur()
    expect(health.page.locator(".app-part__at")).to_be_visible()
    health.clicks("Send to the meeting")
    health.sees("The report is sent.")
    sign_in("outsider").is_refused(f"/meetings/{meeting.pk}/")

    manager.goes_to(f"/meetings/{meeting.pk}/")
    manager.sees("Seen at the clinic on Monday")
    manager.clicks("Start the meeting")
    manager.clicks("Start the meeting today")
    _run(manager)
    _picture(manager, "meeting-running")

    manager.clicks("End the meeting", role="button")
    manager.sees("What takes effect")
    _picture(manager, "meeting-end")
    chairing.says_that_the_rest_agree(manager)
    manager.clicks("End the meeting")
    manager.sees("The meeting has ended")
    manager.does_not_see("Save notes")
    _picture(manager, "meeting-ended")
    health.goes_to(f"/meetings/{meeting.pk}/")
    health.sees("This meeting ended on")
    health.does_not_see("Save information")


def _book(manager: Person, reference: str) -> MaseMeeting:
    manager.goes_to(f"/cases/{reference}/meetings/")
    _picture(manager, "meetings-case")
    manager.clicks("Schedule a meeting")
    day = timezone.localdate() + dt.timedelta(days=2)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year), ("Time", "2:15pm")):
        manager.types(part, str(value))
    manager.types("Place", "Room 2, Civic Centre")
    manager.types("Purpose", "Agree a plan that keeps her safe.")
    manager.chooses("No", group="Is the child or young person invited?")
    manager.page.locator("[name=child_not_invited]").select_option("CHOSE_NOT_TO")
    manager.chooses("Yes", group="Is a parent or carer invited?")
    manager.chooses("Sandwell Health Commissioning")
    manager.chooses("West Midlands Police, Sandwell")
    _picture(manager, "meeting-schedule")
    manager.clicks("Book the meeting")
    manager.sees("The meeting is booked for")
    _picture(manager, "meeting-booked")
    return MaseMeeting.objects.get()


def _run(manager: Person) -> None:
    page = manager.page
    for name in (
        "Maya Chandler",
        "Sandwell Health Commissioning",
        "West Midlands Police, Sandwell",
        "Priya Raman",
    ):
        page.locator("#introductions").get_by_label(name).select_option("Attended")
        expect(page.locator("#introductions .app-part__at")).to_be_visible()
    manager.sees("Police, social care and health are here")
    _voice(manager)
    page.get_by_text("Add a danger statement and its safety goal").click()
    new = page.locator("form[id^=part-new-danger]")
    new.get_by_label("Danger statement").fill("Everyone fears that she is driven away from school again.")
    new.get_by_label("Safety goal").fill("For six weeks she goes home by bus.")
    new.get_by_role("button", name="Add danger and goal").click()
    scale = page.locator("form[id^=part-scale]")
    chairing.places(scale, "Maya Chandler", 3, exact=False)
    chairing.places(scale, "Sandwell Health Commissioning", 6, exact=False)
    scale.get_by_role("button", name="Save the scale").click()
    expect(page.locator("#safety-map form[id^=part-scale] .app-part__at")).to_be_visible()
    decision = page.locator("form[id^=part-decision]")
    decision.get_by_label("Category 3").check()
    decision.get_by_label("Evidence that exploitation has happened").check()
    decision.get_by_label("Why").fill("Two agencies saw the same car.")
    decision.get_by_role("button", name="Save decision").click()
    expect(decision.locator(".app-part__at")).to_be_visible()
    _action(manager)
    review = page.locator("form[id^=part-review]")
    review.get_by_role("button", name="Save review date").click()
    manager.sees("Saved.")
    manager.reads_page()


def _voice(manager: Person) -> None:
    voice = manager.page.locator("form[id^=part-voice]")
    voice.get_by_label("Yes").first.check()
    voice.get_by_label("Their own words").fill("I want him to stop coming to school.")
    voice.get_by_label("Who heard them").fill("Priya Raman")
    today = timezone.localdate()
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        voice.get_by_label(part).first.fill(str(value))
    chairing.hears_how(voice)
    voice.get_by_role("button", name="Save the child's voice").click()
    expect(voice.locator(".app-part__at")).to_be_visible()


def _action(manager: Person) -> None:
    page = manager.page
    page.get_by_text("Add an action").click()
    form = page.locator("form[id^=part-action]")
    form.get_by_label("Protect", exact=True).check()
    form.get_by_label("What will be done").fill("Meet her at the gate every day.")
    form.get_by_label("How we shall know that it is done").fill("She says that it has happened.")
    form.get_by_label("Agency").select_option("West Midlands Police, Sandwell")
    day = timezone.localdate() + dt.timedelta(days=7)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        form.get_by_label(part).fill(str(value))
    form.get_by_role("button", name="Add action").click()
    manager.sees("Meet her at the gate every day.")


def _picture(person: Person, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width in (1280, 375):
        person.page.set_viewport_size({"width": width, "height": 900})
        person.page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
    person.page.set_viewport_size({"width": 1280, "height": 900})
