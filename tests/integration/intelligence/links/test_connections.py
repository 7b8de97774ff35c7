"""Connections are recorded with their source, seen with both ends, and refused in words where they cannot be."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.keys import new_key
from intelligence.desk import services as desk
from intelligence.desk.models import IntelligenceReport
from intelligence.links import services
from intelligence.links.models import Connection
from intelligence.links.selectors.graph import TOGETHER, ties_seen
from intelligence.profiles import services as profiles
from intelligence.subjects.models import Subject, SubjectKind
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.connections import connect, make_shared_case, make_subject
from tests.factories.intelligence import link_new, make_report

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_shared_case(shared_cast, "Simran")


@pytest.fixture(scope="module")
def car(shared_cast: Cast, case: Case) -> Subject:
    """Named by a report about Simran."""
    return make_subject(shared_cast, case)[0]


@pytest.fixture
def report(car: Subject) -> IntelligenceReport:
    return car.links.get().report


def test_it_is_recorded_once_by_the_unit_and_the_cse_team_alone(cast: Cast, case: Case, car: Subject) -> None:
    key, said = new_key(), services.Said("IN_VEHICLE", "2", "A", role="passenger", source="INTERVIEW")
    recorded = {}
    for name, user in cast.people.items():
        with acting_for(user):
            try:
                made = services.record_connection(first=car, second=case, said=said, by=user, key=key)
                recorded[name] = made.recorded_by
            except (NotPermitted, NotVisible):
                pass
    assert set(recorded) == {"manager", "police"}
    assert Connection.objects.count() == 2, "a key of one's own finds one's own row"
    first = Connection.objects.first()
    assert first is not None
    assert (first.case, first.subject, first.other_subject) == (case, car, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "FRIEND"}, "kind"),
        ({"kind": "NEVER_HEARD_OF"}, "kind"),
        ({"source": ""}, "source"),
        ({"from_on": TODAY, "until_on": TODAY - dt.timedelta(days=1)}, "until_on"),
    ],
)
def test_what_cannot_be_is_refused_and_names_the_field(
    cast: Cast, case: Case, car: Subject, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotAllowedNow) as refused, transaction.atomic():
        connect(cast, case, car, **changes)
    assert refused.value.field == field
    assert not Connection.objects.exists()


def test_nothing_is_connected_with_itself(
    cast: Cast, case: Case, car: Subject, report: IntelligenceReport
) -> None:
    said = services.Said("FRIEND", "2", "A", source="CONCERN")
    for end in (case, car):
        with pytest.raises(NotAllowedNow) as refused, transaction.atomic():
            services.record_connection(first=end, second=end, said=said, by=cast.manager)
        assert refused.value.field == "second"
    row = {"kind": "NEAR", "source_evaluation": "1", "assessment": "A", "recorded_by": cast.manager}
    with pytest.raises(IntegrityError, match="two_different"), transaction.atomic():
        Connection.objects.create(subject=car, other_subject=car, report=report, **row)


def test_between_subjects_a_report_one_may_read_is_cited(
    cast: Cast, car: Subject, report: IntelligenceReport
) -> None:
    person = link_new(cast, report, SubjectKind.PERSON, name="Kez")
    unread = make_report(cast)
    for reference in ("", "IR-2026-00000", unread.reference):
        with pytest.raises(NotAllowedNow) as refused, transaction.atomic():
            connect(cast, person, car, report=reference)
        assert refused.value.field == "report"
    made = connect(cast, person, car, report=report.reference.lower(), role="driver")
    assert (made.report, made.source) == (report, "")


def test_a_child_cites_its_own_record_and_no_report(
    cast: Cast, case: Case, car: Subject, report: IntelligenceReport
) -> None:
    made = connect(cast, case, car, source="INTERVIEW", report=report.reference)
    assert made.report is None
    assert made.source == "INTERVIEW"


def test_seen_with_both_ends_and_the_source_by_list_and_database_alike(
    cast: Cast, case: Case, car: Subject, report: IntelligenceReport
) -> None:
    person = link_new(cast, report, SubjectKind.PERSON, name="Kez")
    to_child = connect(cast, case, car)
    between = connect(cast, person, car, report=report.reference)
    seen = {}
    for name, user in cast.people.items():
        listed = set(Connection.objects.visible_to(user))
        with acting_for(user):
            assert set(Connection.objects.visible_to(user)) == listed, name
            if listed:
                assert set(Connection.objects.all()) == listed, name
        seen[name] = listed
    everything = {to_child, between}
    assert {name for name, rows in seen.items() if rows == everything} >= {
        "manager",
        "police",
        "practitioner",
    }
    assert seen["outsider"] == seen["health"] == seen["board"] == seen["administrator"] == set()
    exclusions.exclude(case=case, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    assert not Connection.objects.visible_to(cast.practitioner).exists()


def test_a_withdrawn_report_connects_nobody(
    cast: Cast, case: Case, car: Subject, report: IntelligenceReport
) -> None:
    person, _ = make_subject(cast, case, SubjectKind.PERSON, name="Kez")
    connect(cast, person, car, report=report.reference)
    pairs = {frozenset(tie.ends) for tie in ties_seen(cast.police).ties}
    assert pairs == {
        frozenset({person.pk, car.pk}),
        frozenset({case.pk, car.pk}),
        frozenset({case.pk, person.pk}),
    }
    desk.withdraw(report=report, reason="Another car", by=cast.police)
    assert {frozenset(tie.ends) for tie in ties_seen(cast.police).ties} == {frozenset({case.pk, person.pk})}


def test_what_one_report_names_is_connected_through_it(
    cast: Cast, case: Case, car: Subject, report: IntelligenceReport
) -> None:
    place = link_new(cast, report, SubjectKind.PLACE, name="Flat, Canal Row")
    ties = ties_seen(cast.manager).ties
    assert {frozenset(tie.ends) for tie in ties} == {
        frozenset({case.pk, car.pk}), frozenset({case.pk, place.pk}), frozenset({car.pk, place.pk}),
    }  # fmt: skip
    assert {(tie.kind, tie.report, tie.grade) for tie in ties} == {(TOGETHER, report.reference, "2B")}


def test_it_is_ended_once_with_a_reason_and_connects_no_more(cast: Cast, case: Case, car: Subject) -> None:
    made = connect(cast, case, car)
    with acting_for(cast.practitioner), pytest.raises(NotPermitted):
        services.end_connection(connection=made, reason="Wrong car", by=cast.practitioner)
    services.end_connection(connection=made, reason="Wrong car", by=cast.manager)
    assert [tie.key for tie in ties_seen(cast.manager).ties] == [None], "the report still names both"
    with pytest.raises(NotAllowedNow, match="ended already"):
        services.end_connection(connection=made, reason="Again", by=cast.manager)


def test_merged_subjects_bring_their_connections_together(cast: Cast, case: Case, car: Subject) -> None:
    other, _ = make_subject(cast, case, name="Audi", identifier="BX19")
    made = connect(cast, case, other)
    profiles.merge(kept=car, merged=other, reason="The same car", by=cast.police)
    made.refresh_from_db()
    assert made.subject == car


def test_a_connection_with_a_child_makes_nobody_a_person_of_concern(cast: Cast, case: Case) -> None:
    other, before = make_shared_case(cast, "Ellie-Mae"), Subject.objects.count()
    connect(cast, case, other)
    assert Subject.objects.count() == before
