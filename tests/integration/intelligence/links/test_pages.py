"""The pages of connections: what they say, to whom, and what they leave out."""

import re

import pytest
from django.urls import reverse

from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from intelligence.links.models import Connection, ConnectionTask
from intelligence.subjects.models import Subject, SubjectKind
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.connections import connect, make_shared_case, make_subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def simran(cast: Cast) -> Case:
    return make_shared_case(cast, "Simran")


@pytest.fixture
def ellie(cast: Cast) -> Case:
    return make_shared_case(cast, "Ellie-Mae")


@pytest.fixture
def car(cast: Cast, simran: Case, ellie: Case) -> Subject:
    made, _ = make_subject(cast, simran)
    connect(cast, ellie, made, role="collected by", source="INTERVIEW", assessment="C")
    return made


def page(cast: Cast, person: str, **asked: str) -> str:
    """What stands on the page of links for this person, in one line."""
    answer = signed_in(cast, person).get(reverse("intelligence:links"), asked)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_paths_picture_and_table_say_the_same(cast: Cast, simran: Case, ellie: Case, car: Subject) -> None:
    said = page(cast, "manager", text=simran.reference, q=ellie.reference)
    assert "1 path. The shortest goes through Grey Audi." in said
    assert "collected by" in said
    assert "return home interview" in said, "no report is cited by its number here"
    assert said.count('class="app-links__part"') == 5, "three shapes and two lines"
    assert said.count('<tr class="govuk-table__row" id="tie-') == 2
    assert 'stroke-dasharray="8 5"' in said, "what is known at second hand"
    event = AuditEvent.objects.filter(action=Action.CONNECTIONS_SHOWN).latest("at")
    assert set(event.detail["cases"]) == {str(simran.pk), str(ellie.pk)}


def test_an_interview_never_stands_beside_the_number_of_a_report(
    cast: Cast, simran: Case, ellie: Case, car: Subject
) -> None:
    kez, report = make_subject(cast, simran, SubjectKind.PERSON, name="Kez")
    connect(cast, kez, car, report=report.reference)
    said = page(cast, "manager", text=simran.reference, q=ellie.reference)
    assert report.reference in said
    assert "interview" not in said.split("<main", 1)[1]
    assert "child’s record" in said


def test_a_box_that_several_fit_offers_them_and_names_nobody_in_an_address(
    cast: Cast, simran: Case, ellie: Case
) -> None:
    said = page(cast, "manager", text="Testley", q="nobody at all")
    assert "Which “Testley”?" in said
    assert f"?text={simran.reference}" in said
    assert "You can see nothing that is called “nobody at all”." in said
    assert not re.search(r'href="[^"]*(Testley|Simran)', said)


def test_nothing_connects_them_says_so(cast: Cast, simran: Case, ellie: Case) -> None:
    said = page(cast, "manager", text=simran.reference, q=ellie.reference)
    assert "Nothing you can see connects them." in said


def test_the_outsider_finds_nobody_and_others_no_page(
    cast: Cast, simran: Case, ellie: Case, car: Subject
) -> None:
    said = page(cast, "outsider", text=simran.reference, q=car.reference)
    assert "You can see nothing that is called" in said
    assert "No clusters" in said
    assert "Grey Audi" not in said
    assert "Simran" not in said
    for person in ("board", "administrator", "privacy"):
        assert signed_in(cast, person).get(reverse("intelligence:links")).status_code == 403, person


def test_the_task_is_taken_from_its_strip_by_the_cse_team_alone(
    cast: Cast, simran: Case, ellie: Case, car: Subject
) -> None:
    said = page(cast, "manager")
    assert "New today: 2 children, one vehicle" in said
    assert "Take this task" in said
    assert "Take this task" not in page(cast, "police")
    form = {"child": [simran.reference, ellie.reference]}
    assert signed_in(cast, "police").post(reverse("intelligence:connection-task"), form).status_code == 403
    taken = signed_in(cast, "manager").post(reverse("intelligence:connection-task"), form)
    assert taken.status_code == 302
    assert ConnectionTask.objects.get().taken_by == cast.manager
    said = page(cast, "manager")
    assert "New today" not in said
    assert cast.manager.full_name in said.split("Clusters", 1)[1]


def test_today_of_the_cse_team_has_the_task(cast: Cast, simran: Case, ellie: Case, car: Subject) -> None:
    said = signed_in(cast, "manager").get(reverse("home")).content.decode()
    assert "Newly connected" in said
    assert "Newly connected" not in signed_in(cast, "practitioner").get(reverse("home")).content.decode()


def test_a_connection_is_recorded_from_its_form_and_ended_on_its_page(
    cast: Cast, simran: Case, car: Subject
) -> None:
    client, address = signed_in(cast, "manager"), reverse("intelligence:connection-add")
    form = {
        "first": "Simran", "second": car.reference, "kind": "IN_VEHICLE", "role": "passenger",
        "source": "INTERVIEW", "source_evaluation": "2", "assessment": "A",
    }  # fmt: skip
    wrong = client.post(address, {**form, "second": "Simran"}).content.decode()
    assert "These are the same. Choose another at the other end." in wrong
    unknown = client.post(address, {**form, "second": "nobody at all"}).content.decode()
    assert "You can see nothing that is called so. Enter the reference." in unknown
    days = {
        "from_on_day": "3",
        "from_on_month": "3",
        "from_on_year": "2026",
        "until_on_day": "2",
        "until_on_month": "3",
    }
    early = client.post(address, {**form, **days, "until_on_year": "2026"}).content.decode()
    assert "It cannot end before it begins. Check both days." in early
    assert Connection.objects.filter(case=simran).count() == 0
    made = client.post(address, form, follow=True).content.decode()
    row = Connection.objects.get(case=simran)
    assert "passenger" in made
    assert (
        signed_in(cast, "outsider").get(reverse("intelligence:connection", args=[row.pk])).status_code == 404
    )
    there = reverse("intelligence:connection", args=[row.pk])
    assert signed_in(cast, "practitioner").post(there, {"reason": "No"}).status_code == 403
    assert (
        "It was another car"
        in client.post(there, {"reason": "It was another car"}, follow=True).content.decode()
    )
