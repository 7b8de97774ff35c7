"""What stops the disposal of a record for which two people have signed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from reporting.retention.models import Disposal, DisposalState, HoldScope
from reporting.retention.selectors import record_by_reference
from reporting.retention.services import disposal as deleting
from reporting.retention.services import retention
from reporting.subject_access.models import SubjectAccessRequest
from reporting.tasks import dispose_due
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.retention import BORN_LONG_AGO, approved, close, hold, lift_every_hold
from tests.integration.reporting.retention.test_disposing import answered, linked, person

pytestmark = pytest.mark.django_db

# What happens between the second signature and the night of the disposal.
MEANWHILE: dict[str, Callable[[Cast, Case, Disposal], Any]] = {
    "all is held": lambda cast, case, made: hold(cast, HoldScope.ALL),
    "every case is held": lambda cast, case, made: hold(cast, HoldScope.CASE),
    "it is held": lambda cast, case, made: hold(
        cast, HoldScope.RECORD, record_by_reference(cast.privacy, case.reference)
    ),
    "a person who would go with it is held": lambda cast, case, made: hold(
        cast, HoldScope.RECORD, record_by_reference(cast.privacy, "POC-Rowan")
    ),
    "every person is held": lambda cast, case, made: hold(cast, HoldScope.PERSON),
    "a child is held of whom its intelligence tells": lambda cast, case, made: hold(
        cast, HoldScope.RECORD, record_by_reference(cast.privacy, Case.objects.exclude(pk=case.pk).get().reference)
    ),
    "it is opened again": lambda cast, case, made: Case.objects.filter(pk=case.pk).update(status="open"),
    "somebody asks to see it": lambda cast, case, made: SubjectAccessRequest.objects.update(
        state="preparing", closed_at=None, closing_reason=""
    ),
    "one of the two stops it": lambda cast, case, made: retention.stop(
        disposal=made, why="A sister asks for it.", by=cast.manager
    ),
    "its month is not over": lambda cast, case, made: Disposal.objects.update(
        approved_at=timezone.now() - Disposal.WINDOW + dt.timedelta(days=1)
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """Closed long ago; one report names another child too, and one a person."""
    lift_every_hold(shared_cast)
    child = make_child(date_of_birth=BORN_LONG_AGO)
    case = make_case(shared_cast, child=child, category=RiskCategory.NONE)
    answered(shared_cast, case)
    linked(shared_cast, close(case, shared_cast), make_case(shared_cast))
    linked(shared_cast, case, person(shared_cast))
    return case


@pytest.fixture(scope="module")
def made(shared_cast: Cast, case: Case) -> Disposal:
    """What the two have signed."""
    return approved(shared_cast, case.reference)


@pytest.mark.parametrize("what", MEANWHILE)
def test_what_stops_a_disposal(cast: Cast, case: Case, made: Disposal, what: str) -> None:
    MEANWHILE[what](cast, case, made)
    made.refresh_from_db()
    if "month" in what:
        assert deleting.dispose(disposal_id=made.pk) is False
    assert dispose_due() == 0
    made.refresh_from_db()
    assert made.state == DisposalState.STOPPED
    assert Case.objects.filter(pk=case.pk).exists()
