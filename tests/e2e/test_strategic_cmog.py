"""A strategic CMOG: an owner reports, the board's members meet, something is decided, and the minutes reach them."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from cse_portal.keys import new_key
from mase.cmog.services import cmog
from mase.meetings.choices import MeetingKind
from mase.meetings.models.meeting import Meeting
from mase.strategy import services as strategic
from mase.strategy.models import StrategicObjective
from tests.cast import Cast
from tests.e2e.chairing import press
from tests.e2e.person import Person

pytestmark = pytest.mark.django_db(transaction=True)
DECIDED = "Write to the schools that have not answered."


@pytest.fixture
def schools(cast: Cast) -> StrategicObjective:
    """Owned by the nurse, and a week late."""
    strategic.set_out(by=cast.manager)
    row, day = StrategicObjective.objects.get(code="schools"), timezone.localdate() - dt.timedelta(days=7)
    given = {"owner": cast.health, "agency": cast.agency("health"), "due_on": day}
    return strategic.change(row=row, values=given, reason="Agreed.", version=row.version, by=cast.manager)


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.long), 390])
def test_an_owner_reports_and_the_board_decides_and_reads_the_minutes(
    sign_in: Callable[..., Person], cast: Cast, schools: StrategicObjective, width: int
) -> None:
    nurse, chair, member = (sign_in(each, width=width) for each in ("health", "manager", "board"))
    reports(nurse)
    meeting = booked(cast)
    chair.goes_to(f"/cmog/{meeting.pk}/")
    press(chair, chair.page.get_by_role("button", name="Start the meeting"))
    member.goes_to(f"/cmog/{meeting.pk}/?item={meeting.agenda.get(code='schools').pk}")
    member.sees("Overdue")
    member.sees("60 of 98 schools")
    member.does_not_see("Save")
    member.reads_page()
    chair.goes_to(f"/cmog/{meeting.pk}/?item={meeting.agenda.get(code='schools').pk}#decide")
    chair.types("What is decided", DECIDED)
    press(chair, chair.page.get_by_role("button", name="Save", exact=True))
    chair.reads_page()
    chair.follows("End the meeting")
    press(chair, chair.page.get_by_role("button", name="End the Strategic CMOG"))
    press(chair, chair.page.get_by_role("button", name="Send them out"))
    press(chair, chair.page.get_by_role("button", name="Send the minutes out"))
    member.goes_to(f"/meetings/{meeting.pk}/minutes/")
    member.sees(DECIDED)


def reports(nurse: Person) -> None:
    """From her own Today. What is late is not on track, whatever she says."""
    nurse.goes_to("/")
    nurse.follows("Report on the strategy")
    nurse.types("Value now", "61")
    choice = nurse.page.get_by_label("How does it stand?")
    assert "On track" not in choice.inner_text()
    choice.select_option("Behind")
    nurse.types("What shows that?", "60 of 98 schools have taken it.")
    nurse.clicks("Save the report")
    nurse.sees("Your report is saved.")
    nurse.reads_page()


def booked(cast: Cast) -> Meeting:
    """For this very hour."""
    return cmog.book(
        key=new_key(), days=[timezone.now()], place="Council House", chair=cast.manager,
        kind=MeetingKind.STRATEGIC, by=cast.manager,
    )[0]  # fmt: skip
