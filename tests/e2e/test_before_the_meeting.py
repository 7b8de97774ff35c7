"""What leads up to a meeting, in three browsers: clocks, answers, reports, and what the chair follows up."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
SHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
KNOWN = "What is new?"


def test_answers_reports_and_clocks_before_a_meeting(sign_in: Callable[..., Person], cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = make_meeting(cast, case, agencies=[cast.agency("police")], people=[cast.health])
    page = f"/meetings/{meeting.pk}/"

    nurse = sign_in("health")
    nurse.goes_to(page)
    nurse.clicks("Answer the invitation")
    nurse.chooses("No", group="Will you come?")
    nurse.clicks("Save the answer")
    nurse.sees("Say why you cannot come")
    nurse.types("Why not?", "In court all day")
    _picture(nurse, "before-answer")
    nurse.reads_page()
    nurse.clicks("Save the answer")
    nurse.sees("The answer is saved.")

    nurse.follows("Write your agency’s report")
    nurse.types(KNOWN, "She came to the clinic on Monday.")
    nurse.types("Protect", "Meet her at the gate every day\nRing the school on Fridays")
    expect(nurse.page.locator(".app-draft")).to_contain_text("Draft saved", timeout=15_000)
    _picture(nurse, "before-report")
    nurse.reads_page()

    manager = sign_in("manager")
    manager.goes_to(page)
    manager.sees("In court all day")
    manager.does_not_see("She came to the clinic")
    _picture(manager, "before-meeting")
    manager.reads_page()
    manager.follows("Whose reports are in")
    manager.sees("No report")
    manager.page.get_by_role("button", name="West Midlands Police").click()
    manager.sees("The agency has been reminded.")
    _picture(manager, "before-reports")
    manager.reads_page()

    nurse.clicks("Send to the meeting")
    nurse.sees("Sent. Everybody who sees the meeting can read it now.")
    nurse.types("What worries you?", "Sleeps badly.")
    nurse.page.get_by_label("The family may read this").nth(1).check()
    nurse.clicks("Send to the meeting")
    expect(nurse.page.locator(".app-box__added")).to_have_count(3)

    manager.goes_to(f"/cases/{case.reference}/meetings/")
    _picture(manager, "before-case")
    manager.page.get_by_role("link", name="Hold the initial MASE, category 3").click()
    manager.page.get_by_label("Why is it paused?").select_option("The child is missing")
    _picture(manager, "before-clock")
    manager.reads_page()
    manager.clicks("Pause")
    manager.sees("Saved.")

    manager.goes_to(f"{page}invite/")
    _picture(manager, "before-invite")
    manager.goes_to(page)
    manager.clicks("Start the meeting")
    manager.clicks("Start the meeting today")
    manager.goes_to(f"{page}?stage=new")
    manager.sees("She came to the clinic on Monday.")
    manager.page.get_by_role("button", name="Meet her at the gate every day").click()
    manager.sees("The action is in the plan.")
    _picture(manager, "before-started")
    manager.reads_page()
    assert manager.script_errors == []
    assert nurse.script_errors == []


def test_a_report_is_written_without_scripts(sign_in: Callable[..., Person], cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast), agencies=[], people=[cast.health])
    nurse = sign_in("health", scripts=False)
    nurse.page.goto(f"/meetings/{meeting.pk}/report/")
    nurse.page.get_by_label(KNOWN).fill("Written on an old tablet.")
    nurse.page.get_by_role("button", name="Send to the meeting").click()
    nurse.sees("Sent. Everybody")
    expect(nurse.page.get_by_label(KNOWN)).to_have_value("Written on an old tablet.")


def test_a_report_waits_for_the_connection_and_goes_by_itself(
    sign_in: Callable[..., Person], cast: Cast
) -> None:
    meeting = make_meeting(cast, make_case(cast), agencies=[], people=[cast.health])
    nurse = sign_in("health", width=390)
    nurse.goes_to(f"/meetings/{meeting.pk}/report/")
    send = nurse.page.get_by_role("button", name="Send to the meeting")
    nurse.page.context.set_offline(True)
    nurse.types(KNOWN, "She came to the clinic on Monday.")
    nurse.sees("No connection. Your text stays on this page and is saved when the connection is back.")
    nurse.reads_page()
    before = send.bounding_box()
    nurse.page.context.set_offline(False)
    expect(nurse.page.locator(".app-draft")).to_contain_text("Draft saved", timeout=15_000)
    assert send.bounding_box() == before, "nothing moves the button as the draft is saved"

    nurse.page.context.set_offline(True)
    nurse.types(KNOWN, "She came on Monday and on Tuesday.")
    send.click()
    nurse.sees("No connection. This is sent as soon as it is back.")
    nurse.page.context.set_offline(False)
    nurse.sees("Sent. Everybody who sees the meeting can read it now.")
    box = meeting.contributions.get()
    assert (box.text, box.saved_by) == ("She came on Monday and on Tuesday.", cast.health)


def _picture(person: Person, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width in (1280, 375):
        person.page.set_viewport_size({"width": width, "height": 900})
        person.page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
    person.page.set_viewport_size({"width": 1280, "height": 900})
