"""Promise 7: PostgreSQL repeats the row rule. A list, the gate and the database mean the same rows, for everybody."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from cases.chronology.models import ChronologyEntry
from cases.concerns.models import Concern
from cases.documents.models import Document
from cases.handoffs.models import HandOff
from cases.missing.models import MissingEpisode
from cases.record.choices import CaseStatus, RiskCategory, Section
from cases.record.models.access import CaseSight
from cases.record.models.case import Case
from cases.sharing.models import Exclusion, ExclusionBasis
from cases.sharing.services import access, exclusions
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.records import paths_to
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.constraints import Watched
from cse_portal.row_security import SeenBy
from intelligence.desk.models import IntelligenceReport
from intelligence.disruption.models import Disruption
from intelligence.submissions.models import IntelligenceSubmission
from mase.disagreements.models import Disagreement
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.plans.models.plan import PlanAction
from tests.access.places import Places
from tests.access.world import STATES
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case

FLOORS = ("cases", "intelligence", "mase")
COMMANDS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
# What makes a row of each kind visible at all: the gate, the list and PostgreSQL must mean the same rows.
SEEN_BY: dict[type[Any], Permission] = {
    Concern: Permission.CONCERN_VIEW,
    HandOff: Permission.HANDOFF_VIEW,
    Document: Permission.DOCUMENT_VIEW,
    Meeting: Permission.MEETING_VIEW,
    PlanAction: Permission.ACTION_VIEW,
    Disagreement: Permission.DISAGREEMENT_VIEW,
    IntelligenceSubmission: Permission.SUBMISSION_VIEW,
    IntelligenceReport: Permission.INTELLIGENCE_REPORT_VIEW,
    Disruption: Permission.DISRUPTION_VIEW,
    AgendaItem: Permission.CMOG_ITEM_VIEW,
}


def tables() -> set[type[models.Model]]:
    """Everything on the floors, and what hangs on a case anywhere."""
    return {*paths_to(Case), *(each for floor in FLOORS for each in apps.get_app_config(floor).get_models())}


# PostgreSQL writes it from rows that are watched.
PROJECTED = {CaseSight}


@pytest.mark.parametrize("rule", [SeenBy, Watched])
def test_every_case_table_has_its_policy_and_its_audit_trigger(rule: type[Any]) -> None:
    lacking = [
        each._meta.label
        for each in tables() - (PROJECTED if rule is Watched else set())
        if not any(isinstance(found, rule) for found in each._meta.constraints)
    ]
    assert lacking == []


def test_every_case_table_has_one_policy_a_command(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, array_agg(cmd) FROM pg_policies GROUP BY 1")
        found = dict(cursor.fetchall())
    assert [t._meta.db_table for t in tables() if set(found.get(t._meta.db_table, ())) != COMMANDS] == []


def lists() -> dict[str, Callable[[User], QuerySet[Any, Any]]]:
    """Every list that people are shown some of, by its name."""
    managers: dict[str, Any] = {
        each.__name__: each._default_manager
        for floor in FLOORS
        for each in apps.get_app_config(floor).get_models()
    }
    found = {name: rows.visible_to for name, rows in managers.items() if hasattr(rows, "visible_to")}
    for part in Section:
        found[f"cases that show {part.name}"] = lambda user, part=part: Case.objects.showing(part, user)
    return found


def keys(rows: QuerySet[Any, Any]) -> set[Any]:
    return set(rows.values_list("pk", flat=True))


def test_lists_the_gate_and_the_database_agree_for_everybody(cast: Cast, places: Places) -> None:
    wrong = []
    for name, user in cast.people.items():
        with context.request():
            listed = {what: keys(question(user)) for what, question in lists().items()}
        with acting_for(user), context.request():
            for what, question in lists().items():
                if keys(question(user)) != listed[what]:
                    wrong.append(f"{name}: {what} is another list on a page")
            for model, permission in SEEN_BY.items():
                rows = list(model._default_manager.all())
                gated = {row.pk for row in rows if gate.can(user, permission, row)}
                if gated != listed[model.__name__]:
                    wrong.append(f"{name}: the gate shows {len(gated)} of {model.__name__}, not its list")
                # Roles whose lists are empty by their function may still own rows, which nobody shows them.
                if listed[model.__name__] and {row.pk for row in rows} != listed[model.__name__]:
                    wrong.append(f"{name}: PostgreSQL shows {len(rows)} of {model.__name__}, not its list")
    assert wrong == []


@pytest.mark.parametrize("state", STATES)
def test_a_case_is_the_same_for_list_gate_and_database(cast: Cast, state: str) -> None:
    case = STATES[state](cast)
    for name, user in cast.people.items():
        listed = Case.objects.visible_to(user).filter(pk=case.pk).exists()
        with acting_for(user):
            held = Case.objects.filter(pk=case.pk).exists()
        assert held == listed, name


def agreed(cast: Cast) -> dict[str, set[Any]]:
    """What each person sees; the projection says the same, to the system and to themselves, and repeats the case."""
    seen = {}
    for name, user in cast.people.items():
        seen[name] = keys(Case.objects.visible_to(user))
        with context.request():
            assert projected(user) == seen[name], name
        with acting_for(user), context.request():
            assert projected(user) == seen[name], name
            assert set(CaseSight.objects.values_list("case_id", flat=True)) == seen[name], name
    facts = ("status", "category", "last_activity_at", "next_review_on", "lead_agency_id")
    for row in CaseSight.objects.all():
        case = Case.objects.get(pk=row.case_id)
        assert [getattr(row, each) for each in facts] == [getattr(case, each) for each in facts]
    return seen


def projected(user: User) -> set[Any]:
    return {
        key for rows in CaseSight.objects.given_to(user) for key in rows.values_list("case_id", flat=True)
    }


@pytest.mark.parametrize("state", STATES)
def test_the_projection_says_what_the_grants_say(cast: Cast, state: str) -> None:
    make_case(cast)
    STATES[state](cast)
    agreed(cast)


def test_the_projection_follows_grants_restriction_exclusions_and_the_case(cast: Cast) -> None:
    case = STATES["Shown to the nurse"](cast)
    end = timezone.now() + dt.timedelta(hours=1)
    access.share(
        case=case, to=cast.agency("police"), reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        expires_at=end, by=cast.practitioner,
    )  # fmt: skip
    assert {"health", "police"} <= readers(cast, case)
    with time_machine.travel(end + dt.timedelta(seconds=1)):
        assert "police" not in readers(cast, case)
        access.remove_expired()
        assert "police" not in readers(cast, case)
    access.stop_sharing(case=case, frm=cast.health, reason="Moved away", by=cast.practitioner)
    assert "health" not in readers(cast, case)
    excluded = exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    assert "manager" not in readers(cast, case)
    exclusions.lift(exclusion=excluded, reason="No longer", by=cast.privacy)
    assert "manager" in readers(cast, case)
    Case.objects.filter(pk=case.pk).update(category=RiskCategory.HIGH, status=CaseStatus.CLOSED)
    agreed(cast)
    Case.objects.filter(pk=case.pk).update(is_restricted=True, restricted_reason="STAFF_FAMILY")
    assert "manager" not in readers(cast, case)
    Case.objects.filter(pk=case.pk).update(is_restricted=False, restricted_reason="")
    assert "manager" in readers(cast, case)


@pytest.mark.parametrize("confirm", [True, False])
def test_the_projection_follows_the_decision_on_a_proposed_exclusion(cast: Cast, confirm: bool) -> None:
    case = make_case(cast)
    proposed = Exclusion.objects.create(
        child=case.child, user=cast.manager, basis=ExclusionBasis.ADDRESS, decide_by=timezone.localdate()
    )
    assert "manager" in readers(cast, case)
    exclusions.decide(exclusion=proposed, confirm=confirm, note="Looked at", by=cast.privacy)
    assert ("manager" in readers(cast, case)) is not confirm


def readers(cast: Cast, case: Case) -> set[str]:
    return {name for name, seen in agreed(cast).items() if case.pk in seen}


def test_nobody_but_postgresql_writes_the_projection(cast: Cast) -> None:
    make_case(cast)
    with acting_for(cast.manager):
        with pytest.raises(ProgrammingError), transaction.atomic():
            CaseSight.objects.update(status=CaseStatus.CLOSED)
        assert CaseSight.objects.all().delete()[0] == 0


def test_a_forgotten_filter_finds_nothing_for_a_stranger_or_for_nobody(cast: Cast, places: Places) -> None:
    with acting.acting(acting.NOBODY):
        assert [each._meta.label for each in tables() if each._default_manager.exists()] == []
    with acting_for(cast.outsider):
        own = {"cases.Concern", "cases.ConcernIndicator", "cases.ConcernMention", "cases.Declaration"}
        held = {each._meta.label for each in paths_to(Case) if each._default_manager.exists()}
        assert held - own == set()


def test_an_excluded_person_reads_no_row_of_the_child(cast: Cast) -> None:
    case = make_case(cast)
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    with acting_for(cast.manager):
        assert not Case.objects.filter(pk=case.pk).exists()
        assert not ChronologyEntry.objects.filter(case=case.pk).exists()


def test_who_only_sees_a_case_may_lock_its_rows_and_not_write_them(cast: Cast) -> None:
    case = STATES["Shown to the nurse"](cast)
    with acting_for(cast.health), transaction.atomic():
        assert Case.objects.select_for_update().get(pk=case.pk)
    row = MissingEpisode(case=case, recorded_by=cast.health, agency=cast.agency("health"))
    with acting_for(cast.health), pytest.raises(ProgrammingError), transaction.atomic():
        MissingEpisode.objects.bulk_create([row])


@pytest.mark.parametrize(
    "words", ["0" * 64 + "|system|||||||", "0" * 64 + "|{user}|{agency}||team_manager|CASE_VIEW||"]
)
def test_who_acts_must_be_signed_by_the_portal(cast: Cast, words: str) -> None:
    make_case(cast)
    told = words.format(user=cast.manager.pk, agency=cast.agency("cse-team").pk)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('gate.me', %s, true)", [told])
        with pytest.raises(ProgrammingError, match="not said by the portal"), transaction.atomic():
            Case.objects.exists()
        transaction.set_rollback(True)


def test_what_is_said_ends_with_its_transaction(cast: Cast) -> None:
    case, who = make_case(cast), user_context(cast.practitioner)
    assert who is not None
    with acting.acting(acting.NOBODY):
        with acting.acting(who.actor):
            assert Case.objects.filter(pk=case.pk).exists()
        assert not Case.objects.exists()
