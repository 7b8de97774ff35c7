"""What PostgreSQL notes of a changed row, what it keeps of its values, and how these go."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction

from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cse_portal import acting
from cse_portal.audit import context, sealing, verification
from cse_portal.audit.actions import Action
from cse_portal.audit.constraints import Watched
from cse_portal.audit.models import AuditEvent, Change, Seal
from cse_portal.audit.recorder import erase_values
from mase.meetings.models.agenda import AgendaItem
from tests.cast import Cast
from tests.database import superuser
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting
from tests.integration.audit.sealed import case
from tests.integration.audit.test_append_only import acting_for

__all__ = ["case"]
pytestmark = pytest.mark.django_db
RELEASED = "comes with a release; the portal may only read it"
UNWATCHED = {
    **dict.fromkeys(
        ("audit_auditevent", "audit_change", "audit_changedvalue", "audit_reason", "audit_seal", "audit_unsealed"),
        "the audit itself",
    ),
    **dict.fromkeys(
        (
            "reference_agendatemplate", "reference_agendatemplateitem", "reference_clockrule", "reference_code",
            "reference_codelist", "reference_indicator", "reference_indicatorset", "reference_retentionrule",
            "reference_scoringprofile", "reference_packapplied",
        ),
        RELEASED,
    ),
    **dict.fromkeys(
        ("reporting_returnmeasure", "reporting_returnfigure", "reporting_validationresult"),
        "computed, thousands to a return, and frozen with its signature",
    ),
    **dict.fromkeys(("jobs_job", "jobs_outboxmessage", "jobs_dailymail"), "the system's own book-keeping"),
    "cases_casesight": "repeats grants and cases, which are watched",
    "jobs_notification": "written and marked as read by the hundred; what it tells of is noted where it happened",
    **dict.fromkeys(("django_session", "usersessions_usersession"), "signing in and out are events"),
    "drafts_draft": "what one person has typed and not saved, encrypted",
    **dict.fromkeys(
        ("account_emailaddress", "account_emailconfirmation", "socialaccount_socialapp", "socialaccount_socialtoken"),
        "of the sign-in package; an address is the account's own, which is watched",
    ),
    **dict.fromkeys(
        ("guardian_groupobjectpermission", "guardian_userobjectpermission"),
        "of the permission package; every grant has a table of its own kind, which is watched",
    ),
    **dict.fromkeys(
        ("auth_permission", "django_content_type", "django_migrations"), "what migrations make of the code"
    ),
}  # fmt: skip


def ask(statement: str, *words: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        return list(cursor.fetchall())


def held(change: Change) -> dict[str, Any]:
    """What the closed table keeps of a change: only the database's owner reads it."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(
            "SELECT subject, before, after FROM audit_changedvalue WHERE change_id = %s", [str(change.pk)]
        )
        return dict(zip(("subject", "before", "after"), cursor.fetchone() or (None, None, None), strict=True))


def test_every_table_is_watched_unless_it_is_named_with_its_reason() -> None:
    tables = ask(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    watched = ask(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'audit.note_change'::regproc"
    )
    assert {name for (name,) in tables} - {name for (name,) in watched} == set(UNWATCHED)


def test_the_portal_cannot_change_reference_data() -> None:
    reference = [name for name, why in UNWATCHED.items() if why == RELEASED]
    writable = "SELECT t FROM unnest(%s) t WHERE has_table_privilege(t, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    assert ask(writable, reference) == []


def test_a_change_says_who_in_which_request_changed_which_columns_and_no_value(cast: Cast) -> None:
    case = make_case(cast)
    with context.request() as request, acting_for(cast.practitioner), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(exploitation_models=["ONLINE"], version=2)
    change = Change.objects.get(request_id=request)
    assert (change.actor_id, change.agency_id) == (cast.practitioner.pk, cast.agency("csc").pk)
    assert (change.role, change.operation, change.of_table) == ("practitioner", "UPDATE", "cases_case")
    assert (change.row_key, change.case_id, change.subject) == (str(case.pk), case.pk, case.pk)
    assert change.columns == ["exploitation_models", "version"]
    assert "ONLINE" not in str(Change.objects.filter(pk=change.pk).values())


def test_nothing_is_noted_where_nothing_changed_or_what_changed_was_undone(cast: Cast) -> None:
    case = make_case(cast)
    before = Change.objects.count()
    Case.objects.filter(pk=case.pk).update(version=case.version)
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(version=9)
        transaction.set_rollback(True)
    assert Change.objects.count() == before


def test_the_case_is_found_along_the_path_that_the_table_tells(cast: Cast) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case)
    ChildAlias.objects.create(child=case.child, name="Bobby")
    found = {
        table: set(Change.objects.filter(of_table=table).values_list("case_id", flat=True))
        for table in (
            "cases_case",
            "cases_childalias",
            "cases_caseuserobjectpermission",
            "mase_agendaitem",
            "accounts_user",
        )
    }
    assert AgendaItem.objects.filter(meeting=meeting).exists()
    assert found.pop("accounts_user") == {None}
    assert found == dict.fromkeys(found, {case.pk})


@pytest.mark.django_db(transaction=True)
def test_values_lie_in_the_closed_table_without_what_is_hidden(cast: Cast) -> None:
    case = make_case(cast)
    Case.objects.filter(pk=case.pk).update(version=7)
    change = Change.objects.filter(of_table="cases_case", operation="UPDATE", columns=["version"]).latest(
        "id"
    )
    assert held(change) == {"subject": case.pk, "before": {"version": case.version}, "after": {"version": 7}}
    cast.manager.set_password("a-password-of-a-test")
    cast.manager.save()
    change = Change.objects.filter(of_table="accounts_user").latest("id")
    assert "password" in change.columns
    assert "password" not in {**held(change)["before"], **held(change)["after"]}
    Authenticator.objects.create(user=cast.practitioner, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    kept = held(Change.objects.filter(of_table="mfa_authenticator").latest("id"))
    assert (kept["subject"], kept["after"]["type"]) == (cast.practitioner.pk, "totp")
    assert "JBSWY" not in str(kept)


@pytest.mark.django_db(transaction=True)
def test_values_go_with_their_record_and_every_seal_stays_true(cast: Cast, case: Case) -> None:
    other = make_case(cast)
    seals = Seal.objects.count()
    changes = list(Change.objects.filter(case_id=case.pk))
    assert erase_values([case.pk]) > 0
    assert {held(each)["after"] for each in changes if each.subject == case.pk} == {None}
    assert (
        held(Change.objects.get(of_table="cases_case", row_key=str(other.pk), operation="INSERT"))["after"]
        is not None
    )
    event = AuditEvent.objects.get(action=Action.VALUES_ERASED)
    assert event.detail["records"] == [str(case.pk)]
    assert verification.problems() == []
    sealing.seal_all()
    Case.objects.filter(pk=case.pk).update(version=7)
    assert Seal.objects.count() > seals
    assert verification.problems() == []


@pytest.mark.django_db(transaction=True)
def test_a_change_that_cannot_be_noted_is_not_made(cast: Cast) -> None:
    case = make_case(cast)
    name = connection.settings_dict["NAME"]
    with superuser(name) as cursor:
        cursor.execute("ALTER TABLE audit_change ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
    try:
        with acting.for_the_system(), pytest.raises(Exception, match="full_disk"):
            Case.objects.filter(pk=case.pk).update(version=9)
    finally:
        with superuser(name) as cursor:
            cursor.execute("ALTER TABLE audit_change DROP CONSTRAINT full_disk")
    assert Case.objects.get(pk=case.pk).version == case.version


def test_every_trigger_is_told_the_case_and_record_that_its_model_says(db: None) -> None:
    """A migration may make a table before the key that leads to its case."""
    for model in apps.get_models():
        for rule in (each for each in model._meta.constraints if isinstance(each, Watched)):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s",
                    [model._meta.db_table, rule.name],
                )
                assert rule.calls(model) in cursor.fetchone()[0], model._meta.label
