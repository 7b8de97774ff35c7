"""Long writing survives leaving the page, and a session says two minutes before it ends."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cse_portal.drafts.models import Draft
from cse_portal.sign_in import sessions
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.concerns import make_concern
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Her aunt rang this morning. She was seen at the arcade again."


def test_what_is_typed_is_there_again_after_signing_out(sign_in: Callable[..., Person], cast: Cast) -> None:
    concern = make_concern(cast.practitioner)
    person = sign_in("practitioner")
    person.goes_to(f"/concerns/{concern.reference}/add/")
    box, line = person.page.locator("textarea"), person.page.locator(".app-draft")
    box.press_sequentially(WORDS)
    expect(line).to_contain_text("Draft saved")
    person.reads_page()
    person.opens_menu()
    person.clicks("Sign out")
    person.sign_in()
    person.goes_to(f"/concerns/{concern.reference}/add/")
    expect(box).to_have_value(WORDS)
    expect(line).to_contain_text("put back")
    person.chooses("No")
    person.clicks("Add to the concern")
    person.sees("Your words have been added")
    assert not Draft.objects.exists()
    person.goes_to(f"/concerns/{concern.reference}/add/")
    expect(box).to_have_value("")

    box.press_sequentially(WORDS)
    person.follows("Cancel")  # at once: what is not saved yet goes with the page
    person.goes_to("/drafts/")
    person.sees(WORDS)
    person.follows("Go on writing")
    expect(box).to_have_value(WORDS)
    person.page.get_by_role("button", name="Delete the draft").click()
    expect(box).to_have_value("")


@pytest.mark.long
def test_what_is_typed_in_a_meeting_survives_another_button(
    sign_in: Callable[..., Person], cast: Cast
) -> None:
    meeting = start_meeting(cast, make_case(cast))
    chair = sign_in("manager", width=390)
    chair.goes_to(f"/meetings/{meeting.pk}/?stage=safety")
    box = chair.page.get_by_label("The worry")
    box.press_sequentially("Adults collect her.")
    chair.page.locator("#steps a").first.click()  # at once, to another stage
    chair.goes_to(f"/meetings/{meeting.pk}/?stage=safety")
    expect(box).to_have_value("Adults collect her.")
    assert not meeting.dangers.exists()


@pytest.mark.long
def test_a_session_says_that_it_ends_and_goes_on_when_asked(
    sign_in: Callable[..., Person], monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(sessions, "IDLE_SECONDS", 123)
    monkeypatch.setattr(settings, "SESSION_IDLE_SECONDS", 123)
    person = sign_in("practitioner", width=390)
    person.goes_to("/notifications/")
    dialog = person.page.get_by_role("alertdialog", name="Your session ends in two minutes")
    expect(dialog).to_be_visible()
    stay = dialog.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= 390
    person.page.keyboard.press("Escape")
    person.reads_page()
    monkeypatch.setattr(sessions, "IDLE_SECONDS", 600)
    stay.click()
    expect(dialog).to_have_count(0)
