"""Who is trained: lists read before they are kept, the share against what each role needs, measure I1."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from reporting.measures.selectors import registry
from reporting.returns.selectors.behind import number, rows_behind, shown
from reporting.workforce import services
from reporting.workforce.models import Attendance, Course, StaffMember, TrainingList, TrainingStatus
from reporting.workforce.selectors.lists import lines_of, list_for, waiting_lists
from reporting.workforce.selectors.people import by_agency, everybody, workforce
from tests.access.test_addresses import signed_in
from tests.access.test_attacks import move
from tests.cast import Cast
from tests.factories.training import ASSESS, NOTICE, attended, listed, long_ago, make_course, make_staff, row

LONG = f"sam@{'a.' * 130}example.org"  # an address, but for its length
pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def course(cast: Cast) -> Course:
    return make_course(cast.analyst)


@pytest.fixture
def school(cast: Cast) -> Client:
    """The lead of education, who keeps its people's training."""
    lead = add_person(
        email="sheila@example.org",
        full_name="Sheila Bourne",
        agency=cast.agency("education"),
        role=Role.AGENCY_LEAD,
    )
    cast.people["school"] = lead
    return signed_in(cast, "school")


def upload(client: Client, text: str, name: str = "staff.csv") -> TrainingList:
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    answer = client.post("/training/lists/new/", {"file": file, "form_token": str(new_key())})
    assert answer.status_code == 302, answer.content.decode()
    return TrainingList.objects.latest("uploaded_at")


def test_a_list_is_shown_row_by_row_and_kept_on_the_word_of_who_sent_it(
    cast: Cast, course: Course, school: Client
) -> None:
    made = upload(
        school, f"Name;Course;Date\nMarian Lowe;{NOTICE};3/9/2026\nTess Worrall;{NOTICE};2026-09-03\n"
    )
    page = school.get(made.get_absolute_url()).content.decode()
    assert page.count("New person") == 2
    assert not Attendance.objects.exists()
    done = school.post(made.get_absolute_url(), {}, follow=True).content.decode()
    assert "2 attendances recorded" in done
    assert {str(each.staff) for each in Attendance.objects.all()} == {"Marian Lowe", "Tess Worrall"}
    assert {each.on for each in Attendance.objects.all()} == {dt.date(2026, 9, 3)}
    assert "Education" in done
    assert AuditEvent.objects.filter(action=Action.TRAINING_UPLOADED, object_id=made.pk).exists()


def test_the_same_list_again_records_nothing_twice(cast: Cast, course: Course, school: Client) -> None:
    text = f"Name,Course,Date\nMarian Lowe,{NOTICE},3/9/2026\nMarian Lowe,{NOTICE},3/9/2026\n"
    for _ in range(2):
        made = upload(school, text)
        school.post(made.get_absolute_url(), {})
    school.post(made.get_absolute_url(), {})
    assert Attendance.objects.count() == 1
    assert StaffMember.objects.count() == 1


def test_a_workbook_is_read_with_its_dates(cast: Cast, course: Course, school: Client) -> None:
    book, into = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Staff name", "E-mail", "Training", "Attended on"])
    sheet.append([])
    sheet.append(["Marian Lowe", "marian@example.org", NOTICE, dt.date(2026, 9, 3)])
    book.save(into)
    made = upload(school, into.getvalue(), "staff.xlsx")  # type: ignore[arg-type]
    (line,) = lines_of(made, cast.people["school"])
    assert (line.number, line.values["on"], line.values["email"]) == (
        3,
        dt.date(2026, 9, 3),
        "marian@example.org",
    )


def test_somebody_with_an_account_is_found_by_e_mail_or_name(cast: Cast, course: Course) -> None:
    nurse = cast.health
    made = listed(
        cast.manager,
        row(2, name="N. Urse", email=nurse.email.upper(), agency="health"),
        row(3, name=f"  {nurse.full_name.upper()} ", agency=cast.agency("health").name, on="2/9/2026"),
    )
    assert [line.person.key for line in lines_of(made, cast.manager) if line.person] == [nurse.pk, nurse.pk]
    services.keep(listed=made, corrected={}, by=cast.manager)
    assert Attendance.objects.filter(user=nurse, staff=None).count() == 2
    assert not StaffMember.objects.exists()


def test_of_two_people_alike_somebody_chooses(cast: Cast, course: Course, school: Client) -> None:
    first = make_staff(cast.agency("education"), "Sam Carter", email="sam.c@example.org")
    make_staff(cast.agency("education"), "sam  carter", email="sc@example.org", role="practitioner")
    make_staff(cast.agency("housing"), "Sam Carter")
    made = upload(school, f"Name,Course,Date\nSam Carter,{NOTICE},3/9/2026\nTess Worrall,{NOTICE},3/9/2026\n")
    page = school.get(made.get_absolute_url()).content.decode()
    assert "2 people are called this" in page
    assert page.count("sam.c@example.org") == 1
    school.post(made.get_absolute_url(), {})
    assert [str(each.staff) for each in Attendance.objects.all()] == ["Tess Worrall"]
    made.refresh_from_db()
    assert [each["name"] for each in made.rows] == ["Sam Carter"]
    school.post(made.get_absolute_url(), {"row-2-person": str(first.pk)})
    assert Attendance.objects.filter(staff=first).count() == 1
    assert "A list waits" not in school.get("/training/").content.decode()


def test_another_e_mail_address_under_one_name_may_be_another_person(cast: Cast, course: Course) -> None:
    make_staff(cast.agency("education"), "Sam Carter", email="sam.c@example.org")
    made = listed(cast.manager, row(2, name="Sam Carter", email="new@example.org", agency="education"))
    (line,) = lines_of(made, cast.manager)
    assert line.alike
    services.keep(listed=made, corrected={2: {"person": "new"}}, by=cast.manager)
    assert StaffMember.objects.filter(name="Sam Carter").count() == 2


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"on": "31/12/2099"}, "Row 4, date: 31 December 2099 is still to come."),
        ({"on": "soon"}, "Row 4, date: “soon” is no date"),
        ({"course": "Cooking"}, "Row 4, course: no course is called “Cooking”."),
        ({"name": ""}, "Row 4, name: write the name"),
        ({"email": "sam at home"}, "Row 4, e-mail: “sam at home” is no e-mail address."),
        ({"agency": "police"}, "Row 4, agency: “police” is no agency whose training you keep."),
    ],
)
def test_a_wrong_row_is_named_with_its_field_waits_and_is_mended(
    cast: Cast, course: Course, school: Client, said: dict[str, str], words: str
) -> None:
    good = {"name": "Sam Carter", "on": "1/9/2026"}
    made = listed(cast.people["school"], row(3, name="Tess Worrall"), row(4, **{**good, **said}))
    assert words in school.get(made.get_absolute_url()).content.decode()
    (field,) = said
    again = school.post(
        made.get_absolute_url(), {f"row-4-{field}": said[field]}, follow=True
    ).content.decode()
    assert words in again
    assert Attendance.objects.count() == 1
    right = {"on": "1/9/2026", "course": NOTICE, "name": "Sam Carter", "email": "", "agency": "education"}
    school.post(made.get_absolute_url(), {f"row-4-{field}": right[field]})
    assert Attendance.objects.count() == 2


def test_an_e_mail_address_that_is_too_long_to_keep_is_a_wrong_row(
    cast: Cast, course: Course, school: Client
) -> None:
    made = listed(cast.people["school"], row(3, name="Tess Worrall", email=LONG))
    words = f"Row 3, e-mail: “{LONG[:60]}” is no e-mail address."
    assert words in school.get(made.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("staff.csv", b"", "not empty"),
        ("staff.csv", b"Who,What\nSam,Noticing\n", "Write these headings"),
        ("staff.csv", b"Name,Course,Date\n", "has rows below its headings"),
        ("staff.xlsx", b"PK nothing", "Excel"),
        ("staff.pdf", b"%PDF-1.4", "one of these kinds"),
        ("staff.csv", b"Name,Course,Date\n" + b"Sam,Noticing,1/9/2026\n" * 2001, "2,000 rows or fewer"),
        ("staff.csv", b"Name,Course,Date\n\x00\x01", "something else"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_with_what_to_do(
    cast: Cast, school: Client, name: str, content: bytes, words: str
) -> None:
    answer = school.post("/training/lists/new/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not TrainingList.objects.exists()


def test_a_role_is_trained_by_a_course_of_its_level_while_it_is_valid(cast: Cast, course: Course) -> None:
    higher = make_course(cast.manager, ASSESS, level=3, months=24)
    worker, nurse = cast.practitioner, cast.health
    attended(course, by=cast.analyst, agency=cast.agency("csc"), on=TODAY, user=worker)
    attended(higher, by=cast.analyst, agency=cast.agency("health"), on=long_ago(23), user=nurse)
    late = make_staff(cast.agency("health"), "Beth Late")
    attended(course, by=cast.analyst, agency=cast.agency("health"), on=long_ago(38), staff=late)
    found = {each.key: each.status for each in everybody()}
    assert found[worker.pk] == TrainingStatus.NEVER  # social care needs level 3 of a social worker
    assert found[nurse.pk] == TrainingStatus.SOON
    assert found[late.pk] == TrainingStatus.EXPIRED
    assert found[cast.manager.pk] == TrainingStatus.NEVER
    assert cast.administrator.pk not in found
    health = next(each for each in by_agency(everybody()) if each.code == "health")
    assert (health.trained, len(health.people), health.percent) == (1, 2, 50)
    assert {each.key: each.status for each in everybody(long_ago(30))}[nurse.pk] == TrainingStatus.NEVER


def test_a_lead_keeps_their_own_agency_and_others_keep_all_or_nothing(
    cast: Cast, course: Course, school: Client
) -> None:
    theirs = make_staff(cast.agency("housing"), "Vikram Rao")
    row_of = attended(course, by=cast.analyst, agency=cast.agency("housing"), on=TODAY, staff=theirs)
    assert {each.agency.code for each in workforce(cast.people["school"])} == {"education"}
    assert len({each.agency.code for each in workforce(cast.manager)}) > 3
    with pytest.raises(NotPermitted):
        workforce(cast.practitioner)
    assert school.post(f"/training/people/{theirs.pk}/left/").status_code == 404
    assert school.post(f"/training/attendances/{row_of.pk}/remove/").status_code == 404
    assert "Vikram" not in school.get("/training/people/?format=csv").content.decode()
    with pytest.raises(NotVisible):
        list_for(cast.people["school"], listed(cast.manager, row(name="Sam")).pk)
    manager = signed_in(cast, "manager")
    assert "Vikram Rao" in manager.get("/training/people/?agency=housing&status=any").content.decode()
    manager.post(f"/training/people/{theirs.pk}/left/")
    assert theirs.pk not in {each.key for each in everybody()}
    manager.post(f"/training/attendances/{row_of.pk}/remove/")
    assert not Attendance.objects.exists()


def test_who_leads_another_agency_now_reads_no_list_of_the_last_one(cast: Cast, school: Client) -> None:
    lead = cast.people["school"]
    theirs = listed(lead, row(name="Sam"))
    lead.memberships.update(starts_on=TODAY - dt.timedelta(days=2))
    TrainingList.objects.update(uploaded_at=timezone.now() - dt.timedelta(days=1))
    lead = User.objects.get(pk=lead.pk)
    assert theirs in waiting_lists(lead)
    move(lead, cast, "housing", Role.AGENCY_LEAD)
    assert not waiting_lists(lead)
    assert signed_in(cast, "school").get(theirs.get_absolute_url()).status_code == 404


def test_one_attendance_by_hand_is_a_list_of_one_row(cast: Cast, course: Course, school: Client) -> None:
    said = {
        "name": "Nisha Kaur", "agency": "education", "role": "practitioner", "course": NOTICE, "on_day": "3",
        "on_month": "9", "on_year": "2026", "form_token": str(new_key()),
    }  # fmt: skip
    answer = school.post("/training/attendances/new/", said)
    assert answer.status_code == 302, answer.content.decode()
    school.post("/training/attendances/new/", said)
    assert str(Attendance.objects.get().staff) == "Nisha Kaur"
    assert "Nisha Kaur" in school.get("/training/people/?role=practitioner").content.decode()


def test_the_list_as_a_file_is_on_record_and_cannot_calculate(
    cast: Cast, course: Course, school: Client
) -> None:
    make_staff(cast.agency("education"), "=SUM(A1)")
    content = school.get("/training/people/?format=csv").content.decode("utf-8-sig")
    assert "'=SUM(A1)" in content
    assert AuditEvent.objects.filter(action=Action.TRAINING_EXPORTED).exists()


def test_measure_i1_counts_what_its_lists_show_and_the_strategy_tells_the_share(
    cast: Cast, course: Course
) -> None:
    quarter = Quarter.containing(TODAY)
    teacher = make_staff(cast.agency("education"), "Marian Lowe")
    attended(course, by=cast.analyst, agency=cast.agency("education"), on=TODAY, staff=teacher)
    _, figures = registry.compute("I1", quarter)
    counts = [each for each in figures if each.unit != "%"]
    found = {(each.dimension, each.row.code, each.column.code): each.value for each in counts}
    assert found["agency", "education", "1"] == found["agency", "total", "total"] == 1
    assert found["staff_agency", "education", "yes"] == 1
    assert found["staff_role", "total", "total"] == len(everybody(quarter.ends_on))
    for each in counts:
        behind = number(cast.manager, quarter.slug, "I1", each.dimension, each.row.code, each.column.code)
        assert len(shown(behind, rows_behind(behind))) == each.value
    page = signed_in(cast, "board").get("/strategy/success/").content.decode()
    assert f"Today 1 of {len(everybody())} people are trained for their role" in page
    manager = signed_in(cast, "manager")
    listed_page = manager.get(
        f"/returns/{quarter.slug}/behind/I1/staff_agency/education/yes/"
    ).content.decode()
    assert "Marian Lowe" in listed_page
