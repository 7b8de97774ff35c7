"""Education uploads a list of who attended; the share trained appears in the measures of success."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cse_portal.accounts.models import Membership
from reporting.workforce.models import Attendance, StaffMember
from reporting.workforce.selectors.people import everybody
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.training import NOTICE, make_course, make_staff

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = (
    f"Name,E-mail,Course,Date\nSam Carter,,{NOTICE},3/9/2026\nTess Worrall,tess@example.org,{NOTICE},3/9/2026\n"
    f"Lee Booth,,{NOTICE},3/9/2099\n"
)


@pytest.fixture
def education(cast: Cast) -> None:
    """The lead answers for education, where two people have one name."""
    Membership.objects.filter(user=cast.lead).update(agency=cast.agency("education"))
    make_course(cast.analyst)
    for number in (1, 2):
        make_staff(cast.agency("education"), "Sam Carter", email=f"sam{number}@example.org")


def test_education_uploads_a_list_and_the_board_reads_the_share_trained(
    education: None, cast: Cast, sign_in: Callable[..., Person], tmp_path: Path
) -> None:
    board, lead = sign_in("board"), sign_in("lead")
    board.goes_to("/strategy/success/")
    board.sees("Today none of")

    lead.goes_to("/training/")
    lead.clicks("Upload a list")
    (tmp_path / "schools.csv").write_text(ROWS)
    lead.page.get_by_label("List").set_input_files(tmp_path / "schools.csv")
    lead.clicks("Read the list")
    lead.sees("1 of 3 rows can be recorded.")
    lead.sees("Row 4, date: 3 September 2099 is still to come.")
    lead.sees("2 people are called this.")
    lead.clicks("Check again and record")
    lead.sees("1 attendance recorded.")
    assert str(Attendance.objects.get().staff) == "Tess Worrall"

    lead.page.get_by_label("Row 2: who is Sam Carter?").select_option(
        label="Sam Carter, sam2@example.org, meets children in their work"
    )
    lead.types("Row 4: date", "3/9/2026")
    lead.clicks("Check again and record")
    lead.sees("2 attendances recorded.")
    assert Attendance.objects.filter(staff=StaffMember.objects.get(email="sam2@example.org")).exists()
    people = everybody(agency=cast.agency("education"))
    lead.sees(f"3 of {len(people)} people are trained for their role")

    board.goes_to("/strategy/success/")
    board.sees("Today 3 of")
    board.leave()
    lead.leave()
