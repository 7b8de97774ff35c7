"""The pages of connections: what they say, to whom, and what they leave out."""

import re

import pytest
from django.urls import reverse

from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.ui.presenters import display_date
from intelligence.links.models import Connection, ConnectionTask
from intelligence.subjects.models import Subject, SubjectKind
from mase.meetings.models.agenda import AgendaItem
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cmog import make_cmog
from tests.factories.connections import connect, make_shared_case, make_subject
from tests.factories.intelligence import link_new

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def simran(shared_cast: Cast) -> Case:
    return make_shared_case(shared_cast, "Simran")


@pytest.fixture(scope="module")
def ellie(shared_cast: Cast) -> Case:
    return make_shared_case(shared_cast, "Ellie-Mae")


@pytest.fixture(scope="module")
def named(shared_cast: Cast, simran: Case) -> Subject:
    """A car that a report about Simran names."""
    return make_subject(shared_cast, simran)[0]


@pytest.fixture
def car(cast: Cast, ellie: Case, named: Subject) -> Subject:
    """It, in which Ellie-Mae was collected too."""
    connect(cast, ellie, named, role="collected by", source="INTERVIEW", assessment="C")
    return named


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
    report = car.links.get().report
    kez = link_new(cast, report, SubjectKind.PERSON, name="Kez")
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


def test_a_connection_is_recorded_between_two_that_are_taken_over(
    cast: Cast, simran: Case, car: Subject
) -> None:
    client = signed_in(cast, "manager")
    address = f"{reverse('intelligence:connection-add')}?first={simran.reference}&second={car.reference}"
    assert address.replace("&", "&amp;") in page(cast, "manager", text=simran.reference, q=car.reference)
    asked = client.get(address).content.decode()
    assert "Simran" in asked
    assert "DRIVES" not in asked, "what a child and a vehicle cannot be"
    assert "Choose how they belong together" in client.post(address, {}).content.decode()
    main, more = asked.split("<main", 1)[1].split("More about it: role and dates")
    assert (main.count("<label"), more.count("Role at the time")) == (4, 1)
    form = {
        "kind": "IN_VEHICLE", "role": "passenger", "source": "INTERVIEW", "source_evaluation": "2", "assessment": "A",
    }  # fmt: skip
    days = {
        "from_on_day": "3", "from_on_month": "3", "from_on_year": "2026",
        "until_on_day": "2", "until_on_month": "3", "until_on_year": "2026",
    }  # fmt: skip
    early = client.post(address, {**form, **days}).content.decode()
    assert "It cannot end before it begins. Check both days." in early
    assert "passenger" in early
    assert Connection.objects.filter(case=simran).count() == 0
    assert "passenger" in client.post(address, form, follow=True).content.decode()
    there = reverse("intelligence:connection", args=[Connection.objects.get(case=simran).pk])
    assert signed_in(cast, "outsider").get(there).status_code == 404
    assert signed_in(cast, "practitioner").post(there, {"reason": "No"}).status_code == 403
    ended = client.post(there, {"reason": "It was another car"}, follow=True)
    assert "It was another car" in ended.content.decode()


def test_the_two_are_chosen_first_where_the_address_does_not_say_them(
    cast: Cast, simran: Case, car: Subject
) -> None:
    client, address = signed_in(cast, "manager"), reverse("intelligence:connection-add")
    report = car.links.get().report
    link_new(cast, report, SubjectKind.PHONE, identifier="07700 900417")
    for second, why in (
        ("Simran", "These are the same. Choose another at the other end."),
        ("nobody at all", "You can see nothing that is called so. Enter the reference."),
    ):
        answer = client.post(address, {"first": "Simran", "second": second}).content.decode()
        assert why in answer
    refused = client.post(address, {"first": car.reference, "second": "+44 7700 900417"}).content.decode()
    assert "Vehicle and phone cannot be connected. Choose another." in refused
    chosen = client.post(address, {"first": "Simran", "second": "Grey Audi"})
    assert chosen.url == f"{address}?first={simran.reference}&second={car.reference}"
    person = link_new(cast, report, SubjectKind.PERSON, name="Kez")
    asked = client.get(f"{address}?first={person.reference}").content.decode()
    assert f'value="Kez ({person.reference})"' in asked
    other = link_new(cast, report, SubjectKind.VEHICLE, name="Van", identifier="BX20 ABC")
    asked = client.get(f"{address}?first={person.reference}&second={other.reference}").content.decode()
    assert f'value="{report.reference}"' in asked, "the report that names both"


def test_both_go_on_the_next_cmog_by_one_press_of_the_manager(
    cast: Cast, simran: Case, ellie: Case, car: Subject
) -> None:
    client, press = signed_in(cast, "manager"), {"named": [simran.reference, ellie.reference]}
    refused = client.post(reverse("mase:cmog-next"), press, follow=True).content.decode()
    assert "No CMOG is booked." in refused
    meeting = make_cmog(cast)
    asked = {"text": simran.reference, "q": ellie.reference}
    assert page(cast, "manager", **asked).count("Put both on the next CMOG") == 2, (
        "beside the paths, in the cluster"
    )
    for person in ("police", "practitioner"):
        assert "Put both" not in page(cast, person, **asked)
        assert signed_in(cast, person).post(reverse("mase:cmog-next"), press).status_code == 403
    for _ in range(2):
        client.post(reverse("mase:cmog-next"), press)
    items = AgendaItem.objects.filter(meeting=meeting, added_by=cast.manager)
    assert {each.case for each in items} == {simran, ellie}
    day = f"CMOG, {display_date(meeting.scheduled_for)}"
    for person in ("manager", "police"):
        assert page(cast, person, **asked).count(day) == 2
    assert "CMOG," not in page(cast, "practitioner", **asked)
