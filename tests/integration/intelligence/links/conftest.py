"""Two children, and a car that a report about one of them names: made once for each module of connections."""

import pytest

from cases.record.models.case import Case
from intelligence.desk.models import IntelligenceReport
from intelligence.subjects.models import Subject
from tests.cast import Cast
from tests.factories.connections import make_shared_case, make_subject


@pytest.fixture(scope="module")
def simran(shared_cast: Cast) -> Case:
    """A child's case on which the police work too."""
    return make_shared_case(shared_cast, "Simran")


@pytest.fixture(scope="module")
def ellie(shared_cast: Cast) -> Case:
    """Another."""
    return make_shared_case(shared_cast, "Ellie-Mae")


@pytest.fixture(scope="module")
def car(shared_cast: Cast, simran: Case) -> Subject:
    """Named by a report about Simran."""
    return make_subject(shared_cast, simran)[0]


@pytest.fixture
def report(car: Subject) -> IntelligenceReport:
    """That report."""
    report: IntelligenceReport = car.links.get().report
    return report
