"""Everything about a nickname in one search and one page."""

from collections.abc import Callable

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
