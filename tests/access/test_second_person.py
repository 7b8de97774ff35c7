"""PostgreSQL by itself: what asks for a second person is not written by the first, nor a verdict on one's own act."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cases.choices import ExportState
from cases.models import Case, PeopleExport
from cases.services import exclusions, exports
from cse_portal import acting
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit.choices import Verdict
from cse_portal.audit.models import Finding
from reporting.services import oversight
from tests.access.test_second_layer import sent
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.audit import look, make_finding
from tests.factories.cases import make_case
from tests.factories.exports import ask
from tests.integration.audit.test_oversight import YESTERDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_allowance(settings: Any, tmp_path: Path) -> None:
    settings.EXPORT_DAILY_RECORDS = 1
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@pytest.fixture
def cora(cast: Cast) -> User:
    """A coordinator of the CSE team, who may export."""
    return add_person(
        email="coordinator@example.org",
        full_name="Cora Lyle",
        agency=cast.agency("cse-team"),
        role=Role.COORDINATOR,
    )


@pytest.fixture
def waiting(cast: Cast, cora: User) -> PeopleExport:
    """Cora's, of two children: more than she may take in a day."""
    for _ in range(2):
        make_case(cast)
    export = ask(cora)
    assert export.state == ExportState.WAITING
    return export


# ------------------------------------------------------------------------------------------ a copy of records

AGREES = (
    "UPDATE cases_peopleexport SET state = 'making', decided_by_id = %s, decided_at = now() WHERE id = %s"
)


def test_whoever_asked_for_a_copy_writes_no_second_persons_agreement(
    cast: Cast, cora: User, waiting: PeopleExport
) -> None:
    assert sent(cora, AGREES, cast.manager.pk, waiting.pk) == 0
    assert sent(cora, "UPDATE cases_peopleexport SET state = 'making' WHERE id = %s", waiting.pk) == 0
    assert sent(cast.manager, AGREES, cora.pk, waiting.pk) == 0, (
        "nor does the second person in another's name"
    )
    assert sent(cast.manager, AGREES, cast.privacy.pk, waiting.pk) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by) == (ExportState.WAITING, None)


@pytest.mark.parametrize(
    "what",
    [
        "requested_at = requested_at - interval '2 days'", "requested_by_id = '{0}'", "asked_cases = '{{}}'",
        "state = 'ready', made_at = now(), sha256 = 'x', stored_as = 'x'", "state = 'refused'", "columns = '{{name}}'",
        "state = 'refused', decided_by_id = '{0}', decided_at = now(), asked_cases = '{{}}'",
    ],
)  # fmt: skip
def test_what_was_asked_for_stays_as_it_was_asked(
    cast: Cast, cora: User, waiting: PeopleExport, what: str
) -> None:
    """Else the day's allowance would be whole again, or what the second person agreed to another."""
    for person in (cora, cast.manager):
        change = f"UPDATE cases_peopleexport SET {what.format(cast.manager.pk)} WHERE id = %s"
        assert sent(person, change, waiting.pk) == 0
        assert sent(person, "DELETE FROM cases_peopleexport WHERE id = %s", waiting.pk) == 0


ASKS = """
INSERT INTO cases_peopleexport SELECT (jsonb_populate_record(x, jsonb_build_object(
    'id', %s::text, 'copy', 'injected', 'state', 'making', 'requested_at', now() - %s::interval,
    'decided_by_id', %s::text, 'decided_at', CASE WHEN %s::text IS NULL THEN NULL ELSE now() END,
    'requested_by_id', %s::text))).* FROM cases_peopleexport x WHERE id = %s
"""


def test_nobody_writes_a_copy_in_anothers_name_or_as_already_agreed_to(
    cast: Cast, cora: User, waiting: PeopleExport
) -> None:
    def asks(by: User, *, agreed_by: User | None = None, ago: str = "0") -> int:
        maya = str(agreed_by.pk) if agreed_by else None
        return sent(cora, ASKS, str(uuid.uuid4()), ago, maya, maya, str(by.pk), waiting.pk)

    assert asks(cora, agreed_by=cast.manager) == 0
    assert asks(cast.manager) == 0
    assert asks(cora, ago="2 days") == 1
    row = PeopleExport.objects.get(copy="injected")
    assert row.requested_at > waiting.requested_at, "an earlier moment than now is not believed"
    assert exports.make(export_id=row.pk).state == ExportState.WITHDRAWN, "nobody agreed to so many"


def test_a_second_person_agrees_in_their_own_name_and_it_is_made(
    cast: Cast, cora: User, waiting: PeopleExport
) -> None:
    with acting_for(cast.manager):
        exports.decide(export=waiting, agree=True, reason="For the inspection", by=cast.manager)
    with acting.for_the_system():
        made = exports.make(export_id=waiting.pk)
    assert (made.state, made.decided_by) == (ExportState.READY, cast.manager)
    with acting_for(cora):
        assert exports.download(export=made, by=cora)


# ------------------------------------------------------------------------------------------ what the audit brings up

DECIDES = """
UPDATE audit_finding SET verdict = 'in_order', decided_by_id = %s, decided_at = now() WHERE id = %s
"""


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def test_a_finding_stays_about_the_case_and_the_act_that_it_is_about(cast: Cast, case: Case) -> None:
    """Petra, who is shut out of the case later, has not made it one about nothing before."""
    finding = make_finding(case=case, actor=cast.practitioner, event_id=look(cast.practitioner, case).pk)
    for what in (
        "case_id = NULL, event_id = NULL",
        "case_id = NULL",
        "actor_id = NULL",
        "why = ''",
        "key = 'x'",
    ):
        assert sent(cast.privacy, f"UPDATE audit_finding SET {what} WHERE id = %s", finding.pk) == 0
    exclusions.exclude(case=case, user=cast.privacy, reason="Knows the family", by=cast.privacy)
    with acting_for(cast.privacy):
        assert not Finding.objects.exists()


def test_nobody_decides_on_their_own_act_in_anothers_name_or_again(cast: Cast, case: Case) -> None:
    other = add_person(
        email="officer@example.org",
        full_name="Ines Park",
        agency=cast.agency("business-unit"),
        role=Role.PRIVACY_OFFICER,
    )
    own, theirs = (make_finding(case=case, actor=each) for each in (cast.privacy, cast.practitioner))
    for by in (cast.privacy, other):
        assert sent(cast.privacy, DECIDES, by.pk, own.pk) == 0
    assert sent(cast.privacy, DECIDES, other.pk, theirs.pk) == 0
    assert sent(cast.privacy, "UPDATE audit_finding SET note = 'Mine' WHERE id = %s", own.pk) == 0
    with acting_for(cast.privacy):
        oversight.decide(finding=theirs, verdict=Verdict.IN_ORDER, note="At work", by=cast.privacy)
    assert sent(other, DECIDES, other.pk, theirs.pk) == 0
    with acting_for(other):
        oversight.decide(finding=own, verdict=Verdict.IN_ORDER, note="At work", by=other)


def test_nobody_writes_a_finding_before_the_audit_does(cast: Cast, case: Case) -> None:
    """One of the same key, decided already, would stand in the way of the one that a rule brings up at night."""
    make_finding(case=case, actor=cast.practitioner, about_on=YESTERDAY)
    write = """
        INSERT INTO audit_finding SELECT (jsonb_populate_record(f, jsonb_build_object(
            'id', gen_random_uuid(), 'key', 'x', 'verdict', 'in_order', 'decided_by_id', gate.user_id(),
            'decided_at', now()))).* FROM audit_finding f
    """
    assert sent(cast.privacy, write) == 0
    assert timezone.now() > Finding.objects.get().found_at
