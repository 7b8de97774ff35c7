"""Two people dispose of a record: all of it goes, what others need stays, and nothing goes that is held or not due."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cases.concerns.models import Concern
from cases.record.choices import RiskCategory
from cases.record.models.case import Case, Episode
from cases.record.models.child import Child
from cases.sharing.services.exclusions import exclude
from cse_portal import acting
from cse_portal.access.records import dependent_models, paths_to
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.keys import new_key
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.disruption.services import Tactic, ask_for
from intelligence.subjects.models import SUBSTANTIATED, Subject, SubjectKind
from intelligence.submissions.models import IntelligenceSubmission
from mase.meetings.models.agenda import AgendaItem
from mase.plans.models.plan import PlanAction
from reporting.retention.models import Disposal, DisposalState, HoldScope
from reporting.retention.selectors import disposals, dry_run, holds, record_by_reference, records_due
from reporting.retention.services import disposal as deleting
from reporting.retention.services import retention
from reporting.retention.services.disposal_sql import ROOTS
from reporting.retention.services.retention import DisposalDecided
from reporting.subject_access import services as answering
from reporting.tasks import announce_retention, dispose_due
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.database import superuser
from tests.factories import subject_access
from tests.factories.cases import make_case, make_child
from tests.factories.intelligence import make_report
from tests.factories.retention import (
    BORN_LONG_AGO,
    approved,
    close,
    disposed,
    due_case,
    due_concern,
    due_submission,
    hold,
    lift_every_hold,
    proposed,
)
from tests.integration.reporting.retention.filling import CANARY, LEFT, files_of, fill

TOMORROW = timezone.localdate() + dt.timedelta(days=1)
NEXT_APRIL = dt.date(TOMORROW.year + 1, 4, 1)


@pytest.fixture
def no_hold(cast: Cast) -> None:
    """The hold as delivered is lifted."""
    lift_every_hold(cast)


def answered(cast: Cast, case: Case) -> None:
    """Somebody asked to see the record, and has their answer."""
    asked = subject_access.received(case, cast.manager)
    answering.close(request=asked, reason="They no longer want it", by=cast.manager)


@pytest.mark.django_db(transaction=True)
def test_a_full_case_leaves_nothing(cast: Cast, no_hold: None) -> None:
    case = make_case(
        cast, child=make_child(given_name=CANARY, date_of_birth=BORN_LONG_AGO), category=RiskCategory.NONE
    )
    answered(cast, case)
    fill(cast, case)
    close(case, cast)
    hanging = {model: path for model, path in paths_to(Case).items() if model._meta.label not in LEFT}
    there = {model._meta.db_table: _count(model, path, case) for model, path in hanging.items()}
    assert [table for table, number in there.items() if not number] == [], "a new model is filled, too"
    stored = files_of(case)
    assert stored
    assert all(default_storage.exists(name) for name in stored)
    counts = dry_run("case", case.pk).counts
    assert {table: counts.get(table) for table in there} == there, "PostgreSQL finds what the models say"

    done = disposed(cast, case.reference)

    assert done.state == DisposalState.DONE
    assert {table: done.done_counts.get(table) for table in counts} == counts
    assert done.files == len(stored)
    assert not any(default_storage.exists(name) for name in stored)
    assert [model._meta.label for model, path in hanging.items() if _count(model, path, case)] == []
    assert not Child.objects.filter(pk=case.child_id).exists()
    assert _tables_with(CANARY) == []
    assert AuditEvent.objects.filter(case_id=case.pk, action=Action.RECORD_DISPOSED).count() == 1
    page = signed_in(cast, "manager").get(f"/retention/disposals/{done.pk}/certificate/")
    assert page.content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(action=Action.RETENTION_VIEWED, detail__page="certificate").exists()


def _count(model: Any, path: str, case: Case) -> int:
    return int(model._default_manager.filter(**{path: case.pk}).count())


def _tables_with(words: str) -> list[str]:
    """Every table of every schema in which a row has these words in any column."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table} t WHERE t::text ILIKE %s)", [f"%{words}%"])
            found += [table] if cursor.fetchone() == (True,) else []
    return found


def test_parents_come_before_what_hangs_on_them() -> None:
    seen: set[Any] = set()
    for model, fields in dependent_models(*ROOTS).items():
        assert {field.related_model for field in fields} <= seen
        seen.add(model)


def linked(cast: Cast, *about: Case | Subject) -> IntelligenceReport:
    """A report that names these."""
    report = make_report(cast)
    for each in about:
        what: dict[str, Any] = {"case": each} if isinstance(each, Case) else {"subject": each}
        Link.objects.create(report=report, linked_by=cast.police, **what)
    return report


def person(cast: Cast, name: str = "Rowan", *, days_ago: int = 400) -> Subject:
    """Of whom nothing was learned for so long."""
    then = timezone.now() - dt.timedelta(days=days_ago)
    made = Subject.objects.create(
        kind=SubjectKind.PERSON, reference=f"POC-{name}", name=f"{name} Kestrel", standing="SUSPECTED",
        added_by=cast.police, standing_since=then.date(),
    )  # fmt: skip
    Subject.objects.filter(pk=made.pk).update(added_at=then)
    return made


def disrupt(cast: Cast, whom: Subject) -> None:
    """Something is done against them now."""
    tactic = Tactic("D01", "Serve the notice.", cast.agency("police"))
    ask_for(target=whom, tactic=tactic, by=cast.police, key=new_key())


@pytest.mark.django_db
class TestWhatOthersNeedStays:
    def test_intelligence_that_also_tells_of_another_child(self, cast: Cast, no_hold: None) -> None:
        case, sibling = due_case(cast), make_case(cast)
        both, only, disrupted = person(cast, "Rowan"), person(cast, "Lee"), person(cast, "Ash")
        disrupt(cast, disrupted)
        linked(cast, case, both, only, disrupted)
        shared = linked(cast, case, sibling, both)
        submission = shared.submission
        assert disposed(cast, case.reference).state == DisposalState.DONE
        assert list(IntelligenceReport.objects.all()) == [shared]
        assert list(IntelligenceSubmission.objects.all()) == [submission]
        assert set(shared.links.values_list("case", "subject")) == {(sibling.pk, None), (None, both.pk)}
        assert set(Subject.objects.all()) == {both, disrupted}

    def test_another_childs_action_that_was_carried_on(self, cast: Cast, no_hold: None) -> None:
        case, other = due_case(cast), make_case(cast)
        for each in (case, other):
            answered(cast, each)
            fill(cast, each)
        close(case, cast)
        carried = PlanAction.objects.get(case=other)
        PlanAction.objects.filter(pk=carried.pk).update(carried_from=PlanAction.objects.get(case=case))
        item = AgendaItem.objects.get(case=other)
        AgendaItem.objects.filter(pk=item.pk).update(carried_from=AgendaItem.objects.get(case=case))
        before = dry_run("case", other.pk).counts
        assert disposed(cast, case.reference).state == DisposalState.DONE
        assert before.items() <= dry_run("case", other.pk).counts.items()
        carried.refresh_from_db()
        assert carried.carried_from_id is None


@pytest.mark.django_db
@pytest.mark.parametrize("make", [due_case, due_concern, due_submission, person])
def test_each_kind_of_record_goes_by_itself(cast: Cast, no_hold: None, make: Callable[[Cast], Any]) -> None:
    record, other = make(cast), make_case(cast)
    report = linked(cast, record, other) if isinstance(record, Subject) else linked(cast, other)
    Link.objects.filter(report=report).update(linked_at=timezone.now() - dt.timedelta(days=400))
    assert [each.reference for each in records_due(cast.privacy, before=TOMORROW)] == [record.reference]
    assert disposed(cast, record.reference).state == DisposalState.DONE
    assert not type(record)._default_manager.filter(pk=record.pk).exists()
    assert list(report.links.values_list("case", flat=True)) == [other.pk]


@pytest.mark.django_db
class TestTheTwoPeople:
    def test_who_may_take_which_step(self, cast: Cast, no_hold: None) -> None:
        case = due_case(cast)
        made = proposed(cast, case.reference)
        for who in (cast.practitioner, cast.analyst, cast.administrator, cast.police):
            for step in (
                lambda by: records_due(by, before=NEXT_APRIL),
                lambda by: retention.approve(disposal=made, why="Yes", by=by),
                lambda by: retention.stop(disposal=made, why="No", by=by),
            ):
                with pytest.raises(NotPermitted):
                    step(who)
        with pytest.raises(NotPermitted):
            records_due(cast.manager, before=NEXT_APRIL)
        refused: list[tuple[str, Callable[[], Any]]] = [
            (
                "You proposed this yourself",
                lambda: retention.approve(disposal=made, why="Yes", by=cast.privacy),
            ),
            ("under way already", lambda: proposed(cast, case.reference)),
        ]
        for words, act in refused:
            with pytest.raises(NotAllowedNow, match=words):
                act()
        retention.stop(disposal=made, why="A claim is made.", by=cast.manager)
        with pytest.raises(DisposalDecided):
            retention.approve(disposal=made, why="Yes", by=cast.manager)
        assert proposed(cast, case.reference).pk != made.pk

    def test_people_find_nothing_of_a_case_from_which_they_are_excluded(
        self, cast: Cast, no_hold: None
    ) -> None:
        case = due_case(cast)
        made = proposed(cast, case.reference)
        held = hold(cast, HoldScope.RECORD, record_by_reference(cast.privacy, case.reference))
        for who in (cast.manager, cast.privacy):
            exclude(case=case, user=who, reason="Knows the family", by=cast.privacy)
        assert records_due(cast.privacy, before=NEXT_APRIL) == []
        assert not disposals(cast.manager).exists()
        assert held not in holds(cast.privacy)
        with pytest.raises(NotVisible):
            record_by_reference(cast.privacy, case.reference)
        assert not _as(cast.manager, lambda: Disposal.objects.filter(pk=made.pk).exists())

    def test_only_the_system_deletes_a_record(self, cast: Cast, no_hold: None) -> None:
        case = due_case(cast)
        made = approved(cast, case.reference)
        for statement in (
            f"SELECT gate.dispose_of('{made.pk}')",
            f"DELETE FROM cases_case WHERE id = '{case.pk}'", "DELETE FROM reporting_disposal",
        ):  # fmt: skip
            assert _as(cast.privacy, partial(_refused, statement))
        counted = f"SELECT * FROM gate.rows_of('case', '{case.pk}')"
        assert _as(cast.practitioner, partial(_refused, counted))
        assert Case.objects.filter(pk=case.pk).exists()

    def test_postgresql_asks_for_two_people_too(self, cast: Cast, no_hold: None) -> None:
        made = proposed(cast, due_case(cast).reference)
        assert _refused(f"SELECT gate.dispose_of('{made.pk}')")
        assert _refused(
            f"UPDATE reporting_disposal SET approved_by_id = proposed_by_id WHERE id = '{made.pk}'"
        )


def _as(who: User, act: Callable[[], Any]) -> Any:
    found = user_context(who)
    assert found
    with acting.acting(found.actor):
        return act()


def _refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return True
    return False


def _died(case: Case) -> None:
    Episode.objects.filter(case=case).update(closing_code="C6")


def _adopted(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(is_restricted=True, restricted_reason="ADOPTION")


# The child's facts, what else is done to the case that was closed on 3 June 1985, and until when it is kept.
KEPT_UNTIL: list[tuple[dict[str, Any], Callable[[Case], Any] | None, dt.date]] = [
    ({}, None, dt.date(2020, 6, 3)),
    (
        {"category": 2},
        lambda case: Case.objects.filter(pk=case.pk).update(category=RiskCategory.NONE),
        dt.date(2046, 4, 1),
    ),
    ({"legal_status": "LAC"}, None, dt.date(2046, 4, 1)),
    ({"legal_status": "C2"}, None, dt.date(2046, 4, 1)),
    ({"placing_authority": "Dudley"}, None, dt.date(2046, 4, 1)),
    ({"legal_status": "LAC"}, _died, dt.date(2020, 6, 3)),
    ({}, _adopted, dt.date(2085, 6, 3)),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("facts", "also", "until"), KEPT_UNTIL)
def test_until_when_a_case_is_kept(
    cast: Cast, no_hold: None, facts: dict[str, Any], also: Callable[[Case], Any] | None, until: dt.date
) -> None:
    case = due_case(cast, **{"date_of_birth": dt.date(1970, 5, 5), **facts})
    if also:
        also(case)
    record = record_by_reference(cast.privacy, case.reference)
    assert record.due
    assert record.due.on == until
    if until > timezone.localdate():
        with pytest.raises(NotAllowedNow, match="This record is not due"):
            proposed(cast, case.reference)


@pytest.mark.django_db
class TestNotDue:
    def test_what_is_still_used(self, cast: Cast, no_hold: None) -> None:
        disrupted = person(cast)
        disrupt(cast, disrupted)
        charged = person(cast, "Lee")
        Subject.objects.filter(pk=charged.pk).update(standing=SUBSTANTIATED[0])
        person(cast, "Ash", days_ago=300)
        recent = due_submission(cast)
        IntelligenceSubmission.objects.filter(pk=recent.pk).update(submitted_at=timezone.now())
        make_case(cast, child=make_child(date_of_birth=BORN_LONG_AGO))
        assert records_due(cast.privacy, before=TOMORROW) == []
        with pytest.raises(NotVisible):
            record_by_reference(cast.privacy, charged.reference)

    def test_what_somebody_has_asked_to_see(self, cast: Cast, no_hold: None) -> None:
        case = make_case(cast, child=make_child(date_of_birth=BORN_LONG_AGO), category=RiskCategory.NONE)
        subject_access.received(case, cast.manager)
        close(case, cast)
        with pytest.raises(NotAllowedNow, match="Somebody has asked to see this record and has no"):
            proposed(cast, case.reference)


@pytest.mark.django_db
class TestTheNight:
    def test_one_that_fails_stops_no_other_and_goes_the_next_night(
        self, cast: Cast, no_hold: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = [approved(cast, due_case(cast).reference) for _ in range(2)]

        def crash(pk: Any) -> None:
            if pk == made[0].pk:
                raise MemoryError
            really(pk)

        really = deleting._dispose
        with monkeypatch.context() as broken:
            broken.setattr(deleting, "_dispose", crash)
            assert dispose_due() == 1
        assert (dispose_due(), dispose_due()) == (1, 0)
        assert AuditEvent.objects.filter(action=Action.RECORD_DISPOSED).count() == 2
        assert not Concern.objects.exists()

    def test_on_1_april_the_privacy_officers_are_told(self, cast: Cast) -> None:
        assert announce_retention() == 1
