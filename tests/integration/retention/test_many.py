"""Hundreds of records with holds, siblings and people they share, and a crash in the middle: the expected ones go."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case
from cse_portal.audit.recorder import erase_values
from intelligence.models import IntelligenceReport, Link, PersonOfConcern
from reporting.choices import DisposalState, HoldScope
from reporting.errors import IsHeld, IsKeptLonger, NotDueYet
from reporting.models import Disposal, LegalHold
from reporting.models.fates import FILES, GOES
from reporting.selectors.retention import record_by_reference, records_due
from reporting.services import retention
from reporting.tasks import dispose_due
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.crowds import copies
from tests.factories.intelligence import make_report
from tests.factories.retention import due_case, hold, lift_every_hold, proposed

pytestmark = pytest.mark.django_db

ROWS = "SELECT p.key, jsonb_array_length(p.value) FROM jsonb_each(retention.plan('case', %s)) p"
NEXT_APRIL = dt.date(2027, 4, 1)
GO = ("plain", "hold lifted", "kept long enough", "sibling", "shared report")


def held(cast: Cast, case: Case) -> LegalHold:
    """A court wants it."""
    return hold(cast, HoldScope.RECORD, record_by_reference(cast.privacy, case.reference))


def kept(cast: Cast, case: Case, until: dt.date) -> None:
    """Still needed."""
    record = record_by_reference(cast.privacy, case.reference)
    retention.keep_longer(record=record, reason="A claim.", until=until, by=cast.privacy)


def make(cast: Cast, kind: str) -> Case:
    """One case of each kind of fate."""
    if kind == "still open":
        return make_case(cast)
    if kind == "category 2 once":
        return due_case(cast, category=RiskCategory.MEDIUM, date_of_birth=dt.date(1970, 5, 5))
    if kind == "looked after once":
        return due_case(cast, date_of_birth=dt.date(1970, 5, 5), legal_status="LAC")
    case = due_case(cast, address="1 Example Street" if kind == "sibling" else "")
    match kind:
        case "held":
            held(cast, case)
        case "hold lifted":
            retention.lift_hold(hold=held(cast, case), why="The court has decided.", by=cast.privacy)
        case "kept longer":
            kept(cast, case, dt.date(2040, 1, 1))
        case "kept long enough":
            kept(cast, case, dt.date(2020, 1, 1))
    return case


KINDS = (
    *GO, "held", "kept longer", "category 2 once", "looked after once", "still open", "refused", "withdrawn",
    "nobody decided", "a sister's", "held after", "changed after",
)  # fmt: skip


@pytest.mark.parametrize("records", [48, pytest.param(320, marks=pytest.mark.long)])
def test_exactly_the_expected_records_go(cast: Cast, monkeypatch: pytest.MonkeyPatch, records: int) -> None:
    lift_every_hold(cast)
    made: dict[str, list[Case]] = {kind: [] for kind in KINDS}
    for kind in itertools.islice(itertools.cycle(KINDS), records):
        made[kind].append(make(cast, kind))
    shared, alone = link_people(cast, made)
    others = [case for kind, cases in made.items() if kind not in GO for case in cases]
    with time_machine.travel(timezone.now() - dt.timedelta(days=31), tick=True):
        two_people(cast, made)
    after_the_yes(cast, made)
    expected = sorted(case.reference for kind in GO for case in made[kind])
    before = rows_of([case.pk for case in others])

    with monkeypatch.context() as broken:
        broken.setattr("reporting.services.disposal.erase_values", crashing_at(len(expected) // 2))
        first = dispose_due()
    second = dispose_due()

    done = Disposal.objects.filter(state=DisposalState.DONE)
    assert sorted(done.values_list("reference", flat=True)) == expected
    assert (first + second, first) == (len(expected), len(expected) - 1)
    assert set(Case.objects.values_list("pk", flat=True)) == {case.pk for case in others}
    assert rows_of([case.pk for case in others]) == before
    assert list(PersonOfConcern.objects.order_by("reference")) == [shared]
    assert not IntelligenceReport.objects.filter(pk=alone.pk).exists()
    assert Link.objects.filter(person=shared).count() == 1
    assert dispose_due() == 0
    again = {each.reference for each in records_due(cast.privacy, before=NEXT_APRIL)}
    left = ("held", "refused", "withdrawn", "nobody decided", "a sister's", "held after", "changed after")
    assert again == {case.reference for kind in left for case in made[kind]}


def link_people(cast: Cast, made: dict[str, list[Case]]) -> tuple[PersonOfConcern, IntelligenceReport]:
    """One report about a child who goes and a sister who stays; another about a child who goes, naming two people."""
    both, alone = make_report(cast), make_report(cast)
    for case in (made["shared report"][0], made["a sister's"][0]):
        Link.objects.create(report=both, case=case, linked_by=cast.police)
    Link.objects.create(report=alone, case=made["shared report"][0], linked_by=cast.police)
    shared, only = (
        PersonOfConcern.objects.create(
            reference=f"POC-{n}", family_name="Kestrel", standing="SUSPECTED", added_by=cast.police
        )
        for n in (1, 2)
    )
    for report, person in ((both, shared), (alone, shared), (alone, only)):
        Link.objects.create(report=report, person=person, linked_by=cast.police)
    return shared, alone


def two_people(cast: Cast, made: dict[str, list[Case]]) -> None:
    """Whatever can be proposed is, and all but a few are approved."""
    refusals = {
        "held": IsHeld, "kept longer": IsKeptLonger, "category 2 once": NotDueYet, "looked after once": NotDueYet,
        "still open": NotDueYet,
    }  # fmt: skip
    for kind, case in ((kind, case) for kind, cases in made.items() for case in cases):
        if kind in refusals:
            with pytest.raises(refusals[kind]):
                proposed(cast, case.reference)
        elif kind != "a sister's":
            signed = proposed(cast, case.reference)
            if kind != "nobody decided":
                retention.decide(
                    disposal=signed, agree=kind != "refused", note_of_it="Checked.", by=cast.manager
                )


def after_the_yes(cast: Cast, made: dict[str, list[Case]]) -> None:
    """What happened in the month."""
    for case in made["withdrawn"]:
        waiting = Disposal.objects.get(record_id=case.pk)
        retention.withdraw(disposal=waiting, why="Asked for.", by=cast.manager)
    for case in made["held after"]:
        held(cast, case)
    for case in made["changed after"]:
        copies(case.chronology.latest("pk"), 1)


def crashing_at(number: int) -> Callable[..., int]:
    """The worker dies over one of them, after its rows have gone and before their values have."""
    counted, whole = itertools.count(1), erase_values

    def erase(subjects: Any) -> int:
        if next(counted) == number:
            raise MemoryError
        return whole(subjects)

    return erase


def rows_of(keys: list[Any]) -> dict[str, int]:
    """How many rows of each table belong to these cases."""
    total: dict[str, int] = {}
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(
                "SELECT p.key, jsonb_array_length(p.value) FROM jsonb_each(retention.plan('case', %s)) p",
                [key],
            )
            for table, number in cursor.fetchall():
                if table in WHOLLY_THEIRS:
                    total[table] = total.get(table, 0) + number
    return total


# What a report tells becomes one child's alone when the other child has gone.
WHOLLY_THEIRS = {each.table for each in GOES if not each.table.startswith(("intelligence", "jobs"))} | {FILES}
