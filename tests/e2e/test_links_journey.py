"""Two children turn out to share a car and a flat: told the same day, looked at by a CMOG, and the flat is closed."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.record.models.case import Case
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from intelligence.links.models import Connection, ConnectionTask
from intelligence.subjects.models import Subject, SubjectKind
from mase.meetings.models.agenda import AgendaItem
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cmog import make_cmog
from tests.factories.connections import connect, make_shared_case, make_subject

pytestmark = pytest.mark.django_db(transaction=True)
FLAT, SENTENCE = "Flat, Canal Row", "Tell us who holds the keys of the flats above the shops."
FOUND = "Two rooms are let by the hour. The owner handed in the keys."


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.long)])
def test_two_children_turn_out_to_share_a_car_and_a_flat(
    cast: Cast, sign_in: Callable[..., Person], width: int
) -> None:
    """Issue 29, journey 2."""
    simran, ellie = make_shared_case(cast, "Simran"), make_shared_case(cast, "Ellie-Mae")
    car, report = make_subject(cast, simran)
    flat, _ = make_subject(cast, simran, SubjectKind.PLACE, name=FLAT)
    kez, _ = make_subject(cast, simran, SubjectKind.PERSON, name="Kez")
    connect(cast, kez, car, role="driver", report=report.reference)
    make_cmog(cast, months=1)
    owen = sign_in("police", width=width)
    he_records_that_she(owen, ellie, car, "IN_VEHICLE", "collected")
    he_records_that_she(owen, ellie, flat, "AT_PLACE", "seen outside")
    she_is_told_and_puts_both_on_the_cmog(sign_in("manager", width=width))
    assert ConnectionTask.objects.get().taken_by == cast.manager
    assert set(AgendaItem.objects.filter(case__in=[simran, ellie]).values_list("case", flat=True)) == {
        simran.pk, ellie.pk,
    }  # fmt: skip
    he_shares_one_sentence(owen, flat, cast.agency("housing").name)
    lorna = licensing(cast, sign_in)
    she_visits_and_sees_no_child(lorna, flat)
    lorna.is_refused(
        f"/intelligence/subjects/{flat.reference}/", f"/cases/{ellie.reference}/",
        f"/intelligence/reports/{report.reference}/",
        f"/intelligence/links/{Connection.objects.filter(case=ellie, subject=flat).get().pk}/",
    )  # fmt: skip
    he_closes_it(owen, flat)


def she_is_told_and_puts_both_on_the_cmog(maya: Person) -> None:
    """The same day: she sees how, as a picture and with who says so, and takes the task."""
    maya.sees("Newly connected")
    maya.follows("2 children, one vehicle")
    maya.sees("New today: 2 children, one vehicle")
    maya.sees("The shortest goes through")
    for source in ("child’s record", "police intelligence"):
        expect(maya.page.locator(".app-links__path").first).to_contain_text(source)
    expect(maya.page.locator(".app-links__picture svg circle").first).to_be_visible()
    for thing in ("Vehicle: Grey Audi", f"Place: {FLAT}"):
        maya.page.locator(f'a[aria-label="{thing}"]').focus()
    maya.reads_page()
    maya.clicks("Take this task")
    maya.sees("You have taken this task.")
    maya.does_not_see("Nobody has taken it yet.")
    maya.clicks("Put both on the next CMOG")
    maya.sees("On the agenda of the CMOG on")
    maya.goes_to("/")
    maya.does_not_see("Newly connected")


def licensing(cast: Cast, sign_in: Callable[..., Person]) -> Person:
    """Somebody who looks after licences, with a phone."""
    lorna = User.objects.create(email="lorna@example.org", full_name="Lorna Keys")
    began = Membership.objects.get(user=cast.police).starts_on
    Membership.objects.create(
        user=lorna, agency=cast.agency("housing"), role=Role.PRACTITIONER, starts_on=began
    )
    cast.people["licensing"] = lorna
    return sign_in("licensing", width=390)


def she_visits_and_sees_no_child(lorna: Person, flat: Subject) -> None:
    """One sentence, and none of those whom it protects."""
    lorna.goes_to("/intelligence/shared/")
    lorna.sees(SENTENCE)
    lorna.follows("Say what you found")
    day(lorna)
    lorna.types("What did you find?", FOUND)
    lorna.clicks("Send what you found")
    lorna.sees("Thank you.")
    for address in ("/intelligence/shared/", "/intelligence/subjects/", "/intelligence/links/", "/"):
        lorna.goes_to(address)
        for word in ("Simran", "Ellie-Mae", FLAT, "Grey Audi", flat.reference):
            lorna.does_not_see(word)


def he_closes_it(owen: Person, flat: Subject) -> None:
    """What the visit found becomes a fact, and the place is closed by it."""
    owen.goes_to(f"/intelligence/subjects/{flat.reference}/")
    owen.clicks(FOUND)
    owen.sees("Visit by Housing")
    owen.clicks("Review the standing")
    owen.page.get_by_label("Standing", exact=True).select_option(label="Closed")
    owen.types("What does it rest on?", "The visit: the keys were handed in.")
    owen.clicks("Save")
    expect(owen.page.locator(".app-subject__standing")).to_have_text("Closed")


def he_records_that_she(owen: Person, ellie: Case, thing: Subject, kind: str, role: str) -> None:
    """He says by which part of her record, and how far it can be trusted."""
    owen.goes_to("/intelligence/links/add/")
    owen.types("First", ellie.reference)
    owen.types("Second", thing.reference)
    owen.clicks("Continue")
    owen.page.get_by_label("How do they belong together?").select_option(kind)
    owen.page.get_by_text("More about it").click()
    owen.types("Role at the time", role)
    owen.page.get_by_label("Which part of the child’s record says so?").select_option("CONCERN")
    owen.page.get_by_label("Source").select_option("2")
    owen.page.get_by_label("Information").select_option("A")
    owen.reads_page()
    owen.clicks("Record the connection")
    owen.sees("The connection is recorded.")


def he_shares_one_sentence(owen: Person, flat: Subject, agency: str) -> None:
    """Until the first of this month next year."""
    owen.goes_to(f"/intelligence/subjects/{flat.reference}/")
    owen.page.get_by_label("Sentence", exact=True).fill(SENTENCE)
    owen.page.get_by_label("Agency", exact=True).select_option(label=agency)
    day(owen, year=timezone.localdate().year + 1)
    owen.clicks("Share until this date")
    owen.sees("reads the sentence until its day")


def day(person: Person, year: int = 0) -> None:
    """Today, or the same day of another year."""
    today = timezone.localdate()
    for label, value in (
        ("Day", 1 if year else today.day),
        ("Month", today.month),
        ("Year", year or today.year),
    ):
        person.page.get_by_label(label, exact=True).last.fill(str(value))
