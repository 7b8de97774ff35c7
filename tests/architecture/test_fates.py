"""What becomes of every table when a record goes is said for every table, and PostgreSQL agrees."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from reporting.models.fates import GOES, STAYS
from reporting.models.retention import Disposal
from tests.architecture.test_privacy import our_models

GONE = {each.table for each in GOES}
BY_TABLE: dict[str, type[Model]] = {
    model._meta.db_table: model for model in apps.get_models(include_auto_created=True)
}
THE_ONE_FOUND_BY_ITS_CASE = ("cases_case", "cases_child")
# Rows of the house itself, in which a child has no part; sessions end by themselves.
OURS_NOT = {"accounts_user_groups", "accounts_user_user_permissions"}


def test_every_table_has_a_fate_and_only_one() -> None:
    tables = {model._meta.db_table for model in our_models()} - OURS_NOT
    assert tables - GONE - set(STAYS) == set()
    assert GONE & set(STAYS) == set()
    assert (GONE | set(STAYS)) - tables == set()
    assert all(why.strip() for why in STAYS.values())


def test_what_hangs_on_a_row_that_goes_goes_too_and_stands_below_it() -> None:
    order = [each.table for each in GOES]
    wrong = []
    for model in our_models():
        table = model._meta.db_table
        for field in model._meta.get_fields():
            to: Any = getattr(field, "related_model", None)
            if not (field.concrete and field.is_relation and to) or to is model:
                continue
            target = to._meta.db_table
            if target not in GONE or (table, target) == THE_ONE_FOUND_BY_ITS_CASE:
                continue
            if table not in GONE:
                wrong.append(f"{table}.{field.name} would be left hanging on {target}")
            elif order.index(table) < order.index(target) and not field.null:
                wrong.append(f"{table} stands above {target}")
    assert wrong == []


def test_every_file_beside_a_row_that_goes_is_named() -> None:
    kept_names = {"stored_as", "file", "file_name"}
    beside = {
        (each.table, field.name)
        for each in GOES
        for field in BY_TABLE[each.table]._meta.fields
        if field.name in kept_names
    }
    assert beside == {(each.table, each.file) for each in GOES if each.file}


def test_a_fate_has_the_type_of_its_tables_key() -> None:
    whole = {"AutoField", "BigAutoField"}
    wrong = [
        each.table
        for each in GOES
        if (each.key == "uuid") == (BY_TABLE[each.table]._meta.pk.get_internal_type() in whole)
    ]
    assert wrong == []


@pytest.mark.django_db
def test_the_application_may_delete_only_what_people_rightly_delete() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t FROM unnest(%s) t WHERE has_table_privilege('cse_app', t, 'DELETE') ORDER BY 1",
            [sorted(GONE | {Disposal._meta.db_table})],
        )
        may = {row[0] for row in cursor.fetchall()}
    assert may == {
        # given and taken back, while a case is open
        "cases_casegroupobjectpermission", "cases_caseuserobjectpermission", "cases_exclusion", "cases_childalias",
        # drafts, and parts of a draft
        "cases_concern", "cases_concernindicator", "cases_concernmention",
        "intelligence_intelligencesubmission", "intelligence_submissionsource", "intelligence_submissionsubject",
        "intelligence_submissionvehicle", "intelligence_submissionplace", "intelligence_submissioncontact",
        "intelligence_intelligenceline",
        # while a meeting is prepared or runs
        "mase_invitation", "mase_invitationanswer", "mase_attendance", "mase_scalescore", "mase_mapentry",
        "mase_dangerstatement", "mase_safetygoal",
        "mase_dissent", "mase_planaction", "mase_actionupdate", "mase_assent",
        "mase_stepdownpoint",
        "mase_cmogitem",
        # while somebody prepares what is shown
        "cases_redaction",
        # background work
        "jobs_job", "jobs_notification", "jobs_outboxmessage",
    }  # fmt: skip
