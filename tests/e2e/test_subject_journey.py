"""Everything about a nickname in one search and one page."""

from collections.abc import Callable

from cases.concerns.models import Concern
from intelligence.subjects.models import SubjectKind
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, share_with
from tests.factories.intelligence import SANITISED, link_new, make_report


def test_a_nickname_is_found_by_one_search(cast: Cast, sign_in: Callable[..., Person]) -> None:
    """Issue 29, numbers: one search, one page."""
    case = make_case(cast)
    share_with(case, cast.agency("police"), by=cast.practitioner)
    report = make_report(cast, case=case)
    link_new(cast, report, SubjectKind.PERSON, name="Rowan Kestrel", other_names="Kez")
    link_new(cast, report, SubjectKind.VEHICLE, identifier="BX19 …K", details={"colour": "Grey"})
    owen = sign_in("police")
    owen.goes_to("/intelligence/subjects/")
    owen.types("Name, registration, phone or address", "kez")
    owen.clicks("Apply filters")
    owen.follows("Rowan Kestrel")
    owen.sees("Alleged")
    owen.sees("1 mention in a year")
    owen.sees(case.child.name)
    owen.sees("Grey, BX19 …K")
    owen.clicks(SANITISED)
    owen.sees("2 B P")
    owen.reads_page()


def test_a_person_of_concern_turns_17_in_the_record(cast: Cast, sign_in: Callable[..., Person]) -> None:
    """Issue 29, journey 5: the portal says what changes, and leads to the child's own record."""
    report = make_report(cast)
    subject = link_new(cast, report, SubjectKind.PERSON, name="Kit Marlow")
    owen = sign_in("police")
    owen.goes_to(f"/intelligence/subjects/{subject.reference}/")
    owen.sees("Alleged")
    owen.follows("Change")
    owen.types("About how old", "17")
    owen.clicks("Save")
    owen.sees("A child first")
    owen.sees("A child, named in intelligence")
    owen.does_not_see("Alleged")
    owen.does_not_see("Share until this date")
    owen.reads_page()
    owen.clicks("Log a concern about this child")
    draft = Concern.objects.get(author=cast.police)
    assert (draft.given_name, draft.family_name, draft.approximate_age) == ("Kit", "Marlow", 17)
    assert draft.reference in owen.page.url
