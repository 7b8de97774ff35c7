"""Everything about a nickname in one search and one page; one sentence told to an agency that sees no child."""

from collections.abc import Callable

from django.utils import timezone

from cases.concerns.models import Concern
from intelligence.subjects.models import Subject, SubjectKind
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, share_with
from tests.factories.intelligence import SANITISED, link_new, make_report


def test_a_nickname_is_found_by_one_search_and_a_sentence_is_shared_and_answered(
    cast: Cast, sign_in: Callable[..., Person]
) -> None:
    """Issue 29, journeys 2 and 6."""
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
    he_shares_one_sentence(owen, "Health", "A man may wait near the school gate.")
    hannah = sign_in("health", width=390)
    hannah.goes_to("/intelligence/shared/")
    hannah.sees("A man may wait near the school gate.")
    hannah.does_not_see("Kestrel")
    hannah.does_not_see(case.child.name)
    hannah.reads_page()
    hannah.follows("Say what you found")
    day(hannah)
    hannah.types("What did you find?", "Nobody waited this week.")
    hannah.clicks("Send what you found")
    hannah.sees("Thank you.")
    subject = Subject.objects.get(name="Rowan Kestrel")
    owen.goes_to(f"/intelligence/subjects/{subject.reference}/")
    owen.clicks("Nobody waited this week.")
    owen.sees("Visit by Health")
    for person in ("outsider", "board", "administrator"):
        sign_in(person).is_refused(f"/intelligence/subjects/{subject.reference}/")


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


def he_shares_one_sentence(owen: Person, agency: str, words: str) -> None:
    """One agency is told one sentence until the first of this month next year."""
    owen.page.locator("#share").scroll_into_view_if_needed()
    owen.page.get_by_label("Sentence", exact=True).fill(words)
    owen.page.get_by_label("Agency", exact=True).select_option(label=agency_name(owen, agency))
    day(owen, year=timezone.localdate().year + 1)
    owen.clicks("Share until this date")
    owen.sees("reads the sentence until its day")


def agency_name(owen: Person, words: str) -> str:
    """As the list of agencies calls it."""
    options = owen.page.get_by_label("Agency", exact=True).locator("option").all_inner_texts()
    return next(each for each in options if words in each)


def day(person: Person, year: int = 0) -> None:
    """Today, or the same day of another year."""
    today = timezone.localdate()
    for label, value in (
        ("Day", 1 if year else today.day),
        ("Month", today.month),
        ("Year", year or today.year),
    ):
        person.page.get_by_label(label, exact=True).last.fill(str(value))
