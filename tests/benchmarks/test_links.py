"""How long the page of what connects two takes with 1,000 subjects of concern and 5,000 connections."""

import copy
import json
import random

import pytest
from django.urls import reverse

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.keys import new_key
from intelligence.desk.models import IntelligenceReport, Link, ReportLine
from intelligence.links.models import Connection
from intelligence.subjects.models import Subject, SubjectKind
from tests.benchmarks.limits import held
from tests.benchmarks.test_large import times_of_pages
from tests.benchmarks.test_pages import analyse, server, signed_in
from tests.cast import Cast
from tests.factories.connections import make_shared_case, make_subject

__all__ = ["server"]
CHILDREN, SUBJECTS, CONNECTIONS, NAMED_BY_ONE = 100, 1000, 5000, 2
READERS = ("manager", "police")


@pytest.mark.django_db(transaction=True)
def test_what_connects_two_of_many(server: str, cast: Cast) -> None:
    cases = [make_shared_case(cast, f"Child{number}") for number in range(CHILDREN)]
    with acting.for_the_system():
        load(cast, cases)
    analyse()
    asked = f"?text={cases[0].reference}&q={cases[-1].reference}"
    pages = {"hello": "/hello-signed-in/", "home": "/", "two": reverse("intelligence:links") + asked}
    figures = {name: times_of_pages(server, pages, signed_in(cast.people[name])) for name in READERS}
    print("\n" + json.dumps({"subjects": SUBJECTS, "connections": CONNECTIONS, "pages": figures}))  # noqa: T201
    for name in READERS:
        held("what connects two, ms", figures[name]["two"]["median_ms"])
        held("home beside many connections, ms", figures[name]["home"]["median_ms"])


def load(cast: Cast, cases: list[Case]) -> None:
    """Reports modelled on one that was issued, each about a child and two subjects; and connections at random."""
    chosen = random.Random(1)
    subject, report = make_subject(cast, cases[0])
    line = ReportLine.objects.filter(report=report)[0]
    kinds = [SubjectKind.PERSON, SubjectKind.PLACE, SubjectKind.VEHICLE, SubjectKind.PHONE]
    subjects = [
        like(subject, reference=f"BEN-{number}", kind=chosen.choice(kinds)) for number in range(SUBJECTS - 1)
    ]
    numbers = range(len(subjects) // NAMED_BY_ONE + 1)
    submissions = [like(report.submission, reference=f"BEN-S-{number}") for number in numbers]
    reports = [like(report, reference=f"BEN-R-{each.reference}", submission=each) for each in submissions]
    links = []
    for number, each in enumerate(reports):
        own = subjects[number * NAMED_BY_ONE :][:NAMED_BY_ONE]
        ends = [{"case": chosen.choice(cases)}, *({"subject": one} for one in own)]
        links += [Link(report=each, linked_by=cast.police, **end) for end in ends]
    type(report.submission).objects.bulk_create(submissions)
    IntelligenceReport.objects.bulk_create(reports)
    ReportLine.objects.bulk_create(like(line, report=each) for each in reports)
    Subject.objects.bulk_create(subjects)
    Link.objects.bulk_create(links)
    Connection.objects.bulk_create(
        connection(cast, chosen, cases, subjects, reports) for _ in range(CONNECTIONS)
    )


def connection(
    cast: Cast,
    chosen: random.Random,
    cases: list[Case],
    subjects: list[Subject],
    reports: list[IntelligenceReport],
) -> Connection:
    """One in ten is a child's."""
    first, second = chosen.sample(subjects, 2)
    ends = {"subject": first, "other_subject": second, "report": chosen.choice(reports), "kind": "ASSOCIATE"}
    if chosen.random() < 0.1:
        ends = {"case": chosen.choice(cases), "subject": first, "source": "CONCERN", "kind": "WITH_PERSON"}
    grade = {"source_evaluation": "2", "assessment": chosen.choice("ABCD")}
    return Connection(recorded_by=cast.police, **ends, **grade)


def like(row, **changes):  # type: ignore[no-untyped-def]
    """A copy of a row under its own key."""
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made._state.adding, made.pk = True, new_key()
    for name, value in changes.items():
        setattr(made, name, value)
    return made
