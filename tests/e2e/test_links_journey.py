"""Two children turn out to share a car: the CSE team is told the same day, sees how, and takes the task."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.record.models.case import Case
from intelligence.links.models import Connection, ConnectionTask
from intelligence.subjects.models import SubjectKind
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.connections import connect, make_shared_case, make_subject

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.long)])
def test_two_children_turn_out_to_share_a_car(cast: Cast, sign_in: Callable[..., Person], width: int) -> None:
    """Issue 29, journey 2, until the CMOG."""
    simran, ellie = make_shared_case(cast, "Simran"), make_shared_case(cast, "Ellie-Mae")
    car, report = make_subject(cast, simran)
    kez, _ = make_subject(cast, simran, SubjectKind.PERSON, name="Kez")
    connect(cast, kez, car, role="driver", report=report.reference)
    owen = sign_in("police", width=width)
    he_records_that_she_was_collected(owen, ellie, car.reference)
    maya = sign_in("manager", width=width)
    maya.sees("Newly connected")
    maya.follows("2 children, one vehicle")
    maya.sees("New today: 2 children, one vehicle")
    maya.sees("2 paths. The shortest goes through Grey Audi.")
    expect(maya.page.locator(".app-links__picture svg circle").first).to_be_visible()
    maya.page.locator('a[aria-label="Vehicle: Grey Audi"]').focus()
    maya.reads_page()
    maya.clicks("Take this task")
    maya.sees("You have taken this task.")
    maya.does_not_see("Nobody has taken it yet.")
    assert ConnectionTask.objects.get().taken_by == cast.manager
    maya.goes_to("/")
    maya.does_not_see("Newly connected")
    edwin = sign_in("outsider", width=width)
    edwin.goes_to("/intelligence/links/")
    edwin.sees("No clusters")
    edwin.is_refused(f"/intelligence/links/{Connection.objects.filter(case=ellie).get().pk}/")


def he_records_that_she_was_collected(owen: Person, ellie: Case, car: str) -> None:
    """He says by whom the child's record says so, and how far it can be trusted."""
    owen.goes_to("/intelligence/links/add/")
    owen.types("First", ellie.reference)
    owen.types("Second", car)
    owen.clicks("Continue")
    owen.page.get_by_label("How do they belong together?").select_option("IN_VEHICLE")
    owen.page.get_by_text("More about it").click()
    owen.types("Role at the time", "collected")
    owen.page.get_by_label("Which part of the child’s record says so?").select_option("CONCERN")
    owen.page.get_by_label("Source").select_option("2")
    owen.page.get_by_label("Information").select_option("A")
    owen.reads_page()
    owen.clicks("Record the connection")
    owen.sees("The connection is recorded.")
