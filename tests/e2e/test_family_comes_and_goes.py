"""A parent comes and goes twice, and is given a copy and a letter: nowhere a word that was for professionals."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from mase.meetings.choices import KINDS, Stage
from mase.meetings.services import ending
from tests.cast import Cast
from tests.e2e.chairing import PATIENT, press
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.factories.family import make_member
from tests.factories.meetings import bring, everyone_attends, start_meeting, write_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
CLOSED = {kind: f"Closed{kind}" for kind in KINDS}
OPEN = "She sleeps better."


def test_a_parent_comes_and_goes_and_reads_nothing_for_professionals(
    sign_in: Callable[..., Person], cast: Cast
) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    meeting = start_meeting(cast, case, parent_invited=True)
    bring(meeting, cast.agency("health"), cast.health, **CLOSED)
    bring(meeting, cast.agency("police"), cast.manager, family=True, new=OPEN)
    everyone_attends(meeting, cast.manager)
    chair, nurse, wall = sign_in("manager"), sign_in("health", width=390), sign_in("police")
    screens = [chair, nurse]
    wall.goes_to(f"/meetings/{meeting.pk}/room/")
    for is_here in (True, False, True, False):
        chair.goes_to(f"/meetings/{meeting.pk}/?stage=new")
        nurse.goes_to(f"/meetings/{meeting.pk}/?stage=new")
        press(chair, chair.page.get_by_role("button", name="Family is here"))
        shown = "true" if is_here else "false"
        pressed = chair.page.get_by_role("button", name="Family is here")
        expect(pressed).to_have_attribute("aria-pressed", shown)
        closed = nurse.page.get_by_text(CLOSED["new"])
        expect(closed.first if not is_here else closed).to_have_count(0 if is_here else 1, timeout=PATIENT)
        for person in screens if is_here else ():
            for stage in Stage:
                person.goes_to(f"/meetings/{meeting.pk}/?stage={stage}")
                assert [each for each in CLOSED.values() if each in person.page.content()] == [], stage
            person.goes_to(f"/meetings/{meeting.pk}/?stage=new")
            person.sees(OPEN)
        assert [each for each in CLOSED.values() if each in wall.page.content()] == []
    chair.goes_to(f"/meetings/{meeting.pk}/?stage=new")
    chair.sees(CLOSED["new"])

    ended = ending.end(meeting=write_all(cast, meeting, category=RiskCategory.MEDIUM), by=cast.manager)
    make_member(cast, case)
    chair.goes_to(f"/meetings/{ended.pk}/minutes/send-out/")
    chair.sees("The letters in plain words")
    copy = chair.page.locator(".app-family-copy")
    expect(copy.first).to_contain_text(OPEN)
    for each in CLOSED.values():
        expect(copy.filter(has_text=each)).to_have_count(0)
