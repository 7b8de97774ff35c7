"""What connects two, clusters of children, and the task of looking at children newly connected."""

import datetime as dt
from itertools import combinations, cycle, pairwise
from random import Random

import networkx as nx
import pytest
import time_machine
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.audit import context
from cse_portal.errors import NotAllowedNow, NotPermitted
from intelligence.desk import services as desk
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.links import services
from intelligence.links.models import Connection, ConnectionTask, cases_held
from intelligence.links.selectors import connected, end_of
from intelligence.links.selectors.clusters import NEW, connection_tasks
from intelligence.links.selectors.graph import graph_of, paths_between, ties_seen
from intelligence.subjects.models import Handling, Subject, SubjectKind
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.connections import KINDS, connect, make_shared_case, make_subject
from tests.factories.intelligence import link_new, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def simran(shared_cast: Cast) -> Case:
    return make_shared_case(shared_cast, "Simran")


@pytest.fixture(scope="module")
def ellie(shared_cast: Cast) -> Case:
    return make_shared_case(shared_cast, "Ellie-Mae")


@pytest.fixture(scope="module")
def car(shared_cast: Cast, simran: Case) -> Subject:
    """Named by a report about Simran."""
    return make_subject(shared_cast, simran)[0]


@pytest.fixture
def report(car: Subject) -> IntelligenceReport:
    return car.links.get().report


def words(cast: Cast, first: Case | Subject, second: Case | Subject, months: int = 0) -> list[list[str]]:
    """The references on each path that the manager sees."""
    with context.request():
        found = connected(cast.manager, text=first.reference, q=second.reference, months=months)
    return [[found.seen.things[key].reference for key in path.keys] for path in found.paths]


def test_the_shortest_path_comes_first_and_the_better_graded_of_equals(
    cast: Cast, simran: Case, ellie: Case, car: Subject
) -> None:
    flat, report = make_subject(cast, simran, SubjectKind.PLACE, name="Flat, Canal Row")
    kez, _ = make_subject(cast, simran, SubjectKind.PERSON, name="Kez")
    connect(cast, ellie, car, assessment="C")
    connect(cast, ellie, flat, assessment="A")
    assert words(cast, simran, ellie) == [
        [simran.reference, flat.reference, ellie.reference],
        [simran.reference, car.reference, ellie.reference],
    ]
    connect(cast, kez, flat, report=report.reference)
    paths = words(cast, simran, ellie)
    assert paths[2] == [simran.reference, kez.reference, flat.reference, ellie.reference]
    connect(cast, simran, ellie, assessment="E")
    assert words(cast, simran, ellie)[0] == [simran.reference, ellie.reference], (
        "a step less, whatever its grade"
    )


def test_at_most_five_paths_and_none_where_nothing_connects_them(
    cast: Cast, simran: Case, ellie: Case, report: IntelligenceReport
) -> None:
    assert words(cast, simran, ellie) == []
    for number in range(7):
        place = link_new(cast, report, SubjectKind.PLACE, name=f"Place {number}")
        connect(cast, ellie, place)
    assert len(words(cast, simran, ellie)) == 5
    assert words(cast, simran, simran) == []


def test_a_period_leaves_out_what_was_over_before_it(cast: Cast, simran: Case, ellie: Case) -> None:
    two_years_ago = timezone.localdate() - dt.timedelta(days=730)
    connect(cast, simran, ellie, from_on=two_years_ago, until_on=two_years_ago)
    assert words(cast, simran, ellie, months=12) == []
    connect(cast, simran, ellie, from_on=two_years_ago, until_on=None)
    assert len(words(cast, simran, ellie, months=12)) == 1, "it goes on"


def test_ends_are_found_by_name_nickname_registration_and_phone(
    cast: Cast, simran: Case, car: Subject, report: IntelligenceReport
) -> None:
    kez = link_new(cast, report, SubjectKind.PERSON, name="Kezlan Marl", other_names="Kez, K")
    phone = link_new(cast, report, SubjectKind.PHONE, identifier="07700 900417")
    asked = {
        "simran": simran,
        "kez": kez,
        "BX19 ...K": car,
        "+44 7700 900417": phone,
        car.reference.lower(): car,
    }
    for said, thing in asked.items():
        assert end_of(cast.manager, said).thing == thing, said
        assert end_of(cast.outsider, said).found == (), said
    assert end_of(cast.manager, "nobody at all").found == ()


@pytest.fixture(scope="module")
def children(shared_cast: Cast) -> list[Case]:
    """Of whom the practitioner holds some."""
    cases = [make_shared_case(shared_cast, f"Child{number}") for number in range(3)]
    agency, nurse = shared_cast.agency("health"), shared_cast.health
    return cases + [make_case(shared_cast, lead_agency=agency, lead_professional=nurse) for _ in range(2)]


@pytest.fixture(scope="module")
def named(shared_cast: Cast) -> list[Subject]:
    """Each by a report of its own, of both kinds."""
    kinds = [
        SubjectKind.PERSON,
        SubjectKind.PERSON,
        SubjectKind.VEHICLE,
        SubjectKind.PLACE,
        SubjectKind.PLACE,
    ]
    return [
        link_new(
            shared_cast, make_report(shared_cast, handling=handling), kind, name=f"{kind.label} {handling}"
        )
        for kind, handling in zip(kinds, cycle(Handling))
    ]


def connect_at_random(cast: Cast, cases: list[Case], subjects: list[Subject], random: Random) -> None:
    """Each report is about two of the children, and things are connected."""
    for subject in subjects:
        for case in random.sample(cases, 2):
            Link.objects.get_or_create(
                report=subject.links.get().report, case=case, defaults={"linked_by": cast.police}
            )
    things = [*cases, *subjects]
    reports = list(Link.objects.filter(subject__isnull=False).values_list("report_id", flat=True))
    for first, second in random.sample(list(combinations(things, 2)), 14):
        kinds = [each.kind if isinstance(each, Subject) else "child" for each in (first, second)]
        row = {"source_evaluation": "2", "assessment": random.choice("ABCDE"), "recorded_by": cast.manager}
        names = ["case", "other_case"] if kinds == ["child", "child"] else ["case", "subject"]
        if "child" not in kinds:
            names = ["subject", "other_subject"]
        row |= {"source": "CONCERN"} if "child" in kinds else {"report_id": random.choice(reports)}
        ends = dict(zip(names, (first, second), strict=True))
        Connection.objects.create(kind=KINDS.get((kinds[0], kinds[1]), "NEAR"), **ends, **row)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_hidden_is_never_walked_through(
    cast: Cast, children: list[Case], named: list[Subject], seed: int
) -> None:
    """For everybody: no tie has a hidden end or source, and paths are the shortest of what is left."""
    connect_at_random(cast, children, named, Random(seed))
    for name, user in cast.people.items():
        with acting_for(user), context.request():
            seen = ties_seen(user)
            held = {case.pk for case in cases_held(user)}
            visible = held | {subject.pk for subject in Subject.objects.visible_to(user)}
            reports = set(
                desk.IntelligenceReport.objects.visible_to(user).values_list("reference", flat=True)
            )
            rows = {row.pk for row in Connection.objects.visible_to(user)}
        for tie in seen.ties:
            assert set(tie.ends) <= visible, name
            assert not tie.report or tie.report in reports, name
            assert tie.key is None or tie.key in rows, name
        graph, left = graph_of(seen.ties), nx.Graph([tie.ends for tie in seen.ties])
        for first, second in combinations(sorted(visible), 2):
            paths = paths_between(graph, first, second)
            joined = first in left and second in left and nx.has_path(left, first, second)
            assert bool(paths) == joined, name
            if paths:
                assert len(paths[0].keys) == nx.shortest_path_length(left, first, second) + 1, name
            assert all(left.has_edge(*step) for path in paths for step in pairwise(path.keys)), name


def test_a_cluster_is_children_over_what_they_share(
    cast: Cast, simran: Case, ellie: Case, car: Subject
) -> None:
    aisha, alone = make_shared_case(cast, "Aisha"), make_shared_case(cast, "Alone")
    unshared, _ = make_subject(cast, alone, SubjectKind.PLACE, name="Park")
    connect(cast, ellie, car)
    connect(cast, aisha, ellie)
    with context.request():
        (cluster,) = connected(cast.manager).clusters
    assert {each.child.given_name for each in cluster.children} == {"Simran", "Ellie-Mae", "Aisha"}
    assert cluster.shared == [car]
    assert unshared not in cluster.shared
    assert [tie.kind for tie in cluster.know_each_other] == ["FRIEND"]
    assert cluster.waits
    for person in (cast.outsider, cast.health, cast.board):
        assert connected(person).clusters == []


def test_children_newly_connected_are_a_task_the_same_day_until_it_is_taken(
    cast: Cast, simran: Case, ellie: Case, car: Subject, report: IntelligenceReport
) -> None:
    assert connection_tasks(cast.manager) == []
    connect(cast, ellie, car)
    (task,) = connection_tasks(cast.manager)
    assert {each.pk for each in task.children} == {simran.pk, ellie.pk}
    assert task.shared == [car]
    assert timezone.localdate(task.at) == timezone.localdate()
    references = [simran.reference, ellie.reference]
    with acting_for(cast.police), pytest.raises(NotPermitted):
        services.take_task(children=references, by=cast.police)
    services.take_task(children=references, by=cast.manager)
    assert connection_tasks(cast.manager) == []
    with pytest.raises(NotAllowedNow, match="Somebody has taken this task"):
        services.take_task(children=references, by=cast.manager)
    flat = link_new(cast, report, SubjectKind.PLACE, name="Flat")
    connect(cast, ellie, flat)
    assert connection_tasks(cast.manager) == [], "they were connected before"
    (cluster,) = connected(cast.manager).clusters
    assert cluster.taken is not None
    assert (cluster.taken.taken_by, cluster.waits) == (cast.manager, False)


def test_a_report_linked_to_a_second_child_is_a_task_too(
    cast: Cast, simran: Case, ellie: Case, report: IntelligenceReport
) -> None:
    desk.link_case(report=report, reference=ellie.reference, by=cast.police)
    (task,) = connection_tasks(cast.manager)
    assert {each.pk for each in task.children} == {simran.pk, ellie.pk}
    with time_machine.travel(timezone.now() + NEW + dt.timedelta(hours=1), tick=False):
        assert connection_tasks(cast.manager) == []


def test_who_holds_the_intelligence_of_one_child_alone_has_no_task(cast: Cast, simran: Case) -> None:
    other = make_case(cast, lead_agency=cast.agency("health"), lead_professional=cast.health)
    connect(cast, simran, other)
    assert len(connection_tasks(cast.manager)) == 1
    assert connection_tasks(cast.practitioner) == []
    assert ConnectionTask.objects.count() == 0
