"""Events and changes: written by the database with its act or not at all, and by nobody for somebody else."""

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Concern
from cases.services import access
from cse_portal import acting
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit import catalogue, context
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change, Finding, Seal
from cse_portal.audit.recorder import blinded, record
from reporting.selectors.sight_on_record import NOT_GIVEN, why_unexplained
from tests.cast import Cast
from tests.database import superuser
from tests.factories.audit import look
from tests.factories.cases import make_case
from tests.factories.concerns import make_draft
from tests.signing_in import forget_tries, with_password


def acting_for(person: User) -> AbstractContextManager[None]:
    """As the middleware does for a request."""
    who = standing(person)
    return acting.acting(who.actor if who else acting.NOBODY)


def ask(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --------------------------------------------------------------------------------------------------------- by nobody


@pytest.mark.parametrize("table", ["audit_auditevent", "audit_change", "audit_seal"])
@pytest.mark.parametrize(
    "verb", ["INSERT INTO {0} DEFAULT VALUES", "UPDATE {0} SET txid = '1'", "DELETE FROM {0}"]
)
def test_the_application_writes_no_row_of_the_audit_by_itself(cast: Cast, table: str, verb: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        ask(
            verb.format(table).replace(
                "txid = '1'", "row_hash = ''" if table != "audit_seal" else "root = ''"
            )
        )


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM audit.payload",
        "SELECT * FROM audit.fresh_payload",
        "SELECT * FROM audit.subject_key",
        "SELECT audit.note('cases_case', 'UPDATE', 'x', NULL, NULL, '{}', '{}')",
        "SELECT nextval('audit_change_id_seq')",
        "DELETE FROM audit_finding",
    ],
)
def test_the_application_reads_and_calls_nothing_that_is_not_its_own(cast: Cast, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        ask(statement)


@pytest.mark.parametrize(
    "function",
    [
        "audit.fresh_values(1)", "audit.kept_values(0, 1)", "audit.keys_of('{}')", "audit.destroy_keys('{}')",
        "audit.keep_values('{}', '{}')", "audit.add_keys('{}', '{}')", "audit.changes_without_values()",
        "audit.strays_cases_child('{}')",
        "audit.add_seal(1, 'event', now(), '1', '', '1', '', 1, '', '', '', '', '', '')",
    ],
)  # fmt: skip
def test_what_is_the_sealers_is_nobody_elses(cast: Cast, function: str) -> None:
    for person in (cast.privacy, cast.manager, cast.administrator):
        with acting_for(person), pytest.raises(DatabaseError, match="only the system"):
            ask(f"SELECT * FROM {function}")


def test_nobody_records_an_act_as_somebody_else(cast: Cast) -> None:
    with (
        acting_for(cast.outsider),
        pytest.raises(DatabaseError, match="as somebody else"),
        transaction.atomic(),
    ):
        record(Action.CASE_VIEWED, by=cast.manager)
    with (
        acting.acting(acting.NOBODY),
        pytest.raises(DatabaseError, match="as somebody else"),
        transaction.atomic(),
    ):
        record(Action.CASE_VIEWED, by=cast.manager)


COMING_AND_GOING = {
    Action.SIGNED_IN, Action.SIGNED_OUT, Action.SIGN_IN_FAILED, Action.FACTOR_ADDED, Action.FACTOR_REMOVED,
    Action.FACTOR_PROVED, Action.FACTOR_FAILED, Action.RECOVERY_CODES_MADE, Action.PROVED_AGAIN,
    Action.PASSWORD_CHANGED, Action.PASSWORD_RESET, Action.ACCOUNT_CONNECTED, Action.ACCOUNT_DISCONNECTED,
    Action.WORK_ACCOUNT_REFUSED, Action.TOKEN_REFUSED, Action.SESSION_EXPIRED, Action.SESSION_ENDED,
    Action.SESSIONS_ENDED, Action.DENIED, Action.LIMIT_REACHED, Action.FACTOR_MISSING, Action.FORM_FORGED,
}  # fmt: skip
BY_WHOEVER_IT_WAS = {Action.SIGN_IN_FAILED, Action.FACTOR_FAILED, Action.PASSWORD_RESET}


def taken(by: User | None) -> set[Action]:
    """Which acts PostgreSQL lets whoever acts write down as done by this person, or by nobody."""
    found = set()
    for action in Action:
        with suppress(DatabaseError), transaction.atomic():
            record(action, by=by)
            found.add(action)
    return found


def test_whoever_is_signed_in_leaves_their_name_out_of_no_act_but_where_it_is_not_certain(cast: Cast) -> None:
    with acting_for(cast.outsider):
        assert taken(None) == BY_WHOEVER_IT_WAS
        assert taken(cast.manager) == set()


def test_nobody_signed_in_comes_goes_and_is_refused_and_does_nothing_else(cast: Cast) -> None:
    with acting.acting(acting.NOBODY):
        assert taken(None) == COMING_AND_GOING
        assert taken(cast.outsider) == COMING_AND_GOING


def test_a_wrong_password_and_one_chosen_by_mail_are_on_record_also_in_a_session(
    cast: Cast, client: Client
) -> None:
    """Priya Raman is signed in, and somebody at her keyboard does not know her password, or has her mail."""
    forget_tries()
    client.force_login(with_password(cast.practitioner))
    wrong = {"way": "password", "password": "not this one"}
    assert client.post(reverse("sign_in:prove"), wrong).status_code == 200
    client.post("/accounts/password/reset/", {"email": cast.practitioner.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    path = client.get(link.removeprefix("http://testserver"), follow=True).request["PATH_INFO"]
    new = "a-password-of-a-test-that-is-new"
    assert client.post(path, {"password1": new, "password2": new}).status_code == 302
    acts = AuditEvent.objects.filter(action__in=BY_WHOEVER_IT_WAS).order_by("at")
    assert list(acts.values_list("action", "actor", "witness")) == [
        (Action.SIGN_IN_FAILED, None, "person"), (Action.PASSWORD_RESET, None, "person"),
    ]  # fmt: skip


def test_a_look_is_not_explained_by_access_that_its_own_reader_wrote_down_without_a_name(cast: Cast) -> None:
    """Edwin Marsh looks at a case that is not his, and would have the system give him access, signed in or not."""
    case = make_case(cast)
    detail = {"holder": str(cast.outsider.pk), "source": "direct"}
    for who in (standing(cast.outsider), None):
        with (
            acting.acting(who.actor if who else acting.NOBODY),
            pytest.raises(DatabaseError, match="as somebody else"),
            transaction.atomic(),
        ):
            record(Action.ACCESS_GRANTED, by=None, case=case, detail=detail)
    assert why_unexplained(look(cast.outsider, case)) == NOT_GIVEN


@pytest.mark.parametrize(
    "action",
    [
        Action.AUDIT_CHECKED, Action.AUDIT_LOOKED_OVER, Action.AUDIT_EXPORTED, Action.AUDIT_BEAT, Action.VALUES_ERASED,
    ],
)  # fmt: skip
def test_what_the_audit_says_of_itself_is_said_by_nobody_else(cast: Cast, action: Action) -> None:
    """It excuses and silences: a night that was looked over, values that were erased."""
    detail = {"day": "2099-12-31", "found": 0, "problems": 0, "changes": "{[1,999999)}"}
    for person in (cast.practitioner, cast.privacy, cast.administrator):
        with (
            acting_for(person),
            pytest.raises(DatabaseError, match="only the system says"),
            transaction.atomic(),
        ):
            record(action, by=None, detail=detail)
    with (
        acting.acting(acting.NOBODY),
        pytest.raises(DatabaseError, match="only the system"),
        transaction.atomic(),
    ):
        record(action, by=None, detail=detail)
    assert record(action, by=None, detail={"day": "2020-01-01"}).pk


def test_the_audit_is_read_by_the_privacy_officer_alone(cast: Cast) -> None:
    make_case(cast)
    read = {}
    for name, person in cast.people.items():
        with acting_for(person):
            read[name] = AuditEvent.objects.exists() or Change.objects.exists()
    assert {name for name, reads in read.items() if reads} == {"privacy"}
    with acting.acting(acting.NOBODY):
        assert not AuditEvent.objects.exists()
        assert not Seal.objects.exists()
        assert not Finding.objects.exists()


# ------------------------------------------------------------------------------------------------ together, or neither


@pytest.fixture
def audit_is_broken(db: None) -> Iterator[None]:
    """The function that appends events refuses."""
    signature = "audit.append(uuid, timestamptz, uuid, uuid, text, text, text, uuid, uuid, text, jsonb, uuid)"
    name = connection.settings_dict["NAME"]
    with superuser(name) as cursor:
        cursor.execute(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC")
    yield
    with superuser(name) as cursor:
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO PUBLIC")


@pytest.mark.django_db(transaction=True)
def test_a_page_that_cannot_be_noted_is_not_shown_and_an_act_is_not_done(
    cast: Cast, request: pytest.FixtureRequest
) -> None:
    case = make_case(cast)
    client = Client(raise_request_exception=False)
    client.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    request.getfixturevalue("audit_is_broken")
    page = client.get(reverse("cases:case", args=[case.reference]))
    assert page.status_code == 500
    assert case.child.family_name not in page.content.decode()
    with pytest.raises(DatabaseError):
        access.share(case=case, to=cast.agency("health"), reason="x", lawful_basis="6_1_E", by=cast.manager)
    assert not case.group_grants.filter(group=cast.agency("health").group).exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_cannot_be_noted_is_not_made(cast: Cast) -> None:
    case = make_case(cast)
    name = connection.settings_dict["NAME"]
    with superuser(name) as cursor:
        cursor.execute("ALTER TABLE audit_change ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
    try:
        with pytest.raises(DatabaseError):
            Case.objects.filter(pk=case.pk).update(exploitation_models=["x"])
    finally:
        with superuser(name) as cursor:
            cursor.execute("ALTER TABLE audit_change DROP CONSTRAINT full_disk")
    assert Case.objects.get(pk=case.pk).exploitation_models == case.exploitation_models


# -------------------------------------------------------------------------------------------------- what a change says


UNWATCHED = {
    **dict.fromkeys(
        ("audit_auditevent", "audit_change", "audit_seal"), "the audit itself: never changed, sealed and checked"
    ),
    **dict.fromkeys(
        (
            "reference_agendatemplate", "reference_agendatemplateitem", "reference_clockrule", "reference_code",
            "reference_codelist", "reference_indicator", "reference_indicatorset", "reference_retentionrule",
            "reference_scoringprofile",
        ),
        "comes with a release, the portal may only read it, and each check compares it with what was shipped",
    ),
    **dict.fromkeys(
        ("reporting_returnmeasure", "reporting_returnfigure", "reporting_validationresult"),
        "computed, thousands to a return, and frozen with its signature",
    ),
    "drafts_draft": "what is typed and not saved",
    **dict.fromkeys(("jobs_job", "jobs_outboxmessage", "jobs_dailymail"), "the system's own book-keeping"),
    "jobs_notification": "written and marked as read by the hundred; what it tells of is noted where it happened",
    **dict.fromkeys(
        ("django_session", "usersessions_usersession"),
        "coming and going are events; a row moves with every page, and holds the key of a session",
    ),
    **dict.fromkeys(
        ("account_emailaddress", "account_emailconfirmation"),
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


def test_every_table_is_watched_unless_it_is_named_with_its_reason(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        tables = {name for (name,) in cursor.fetchall()}
    assert tables - catalogue.watched().keys() == set(UNWATCHED)
    assert tables >= catalogue.watched().keys()


def test_the_portal_cannot_change_reference_data(db: None) -> None:
    reference = [name for name in UNWATCHED if name.startswith("reference_")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t FROM unnest(%s) t WHERE has_table_privilege(t, 'INSERT, UPDATE, DELETE, TRUNCATE')",
            [reference],
        )
        assert cursor.fetchall() == []


def test_the_tables_of_the_packages_hold_nothing(cast: Cast) -> None:
    make_case(cast)
    with connection.cursor() as cursor:
        for table in ("guardian_groupobjectpermission", "guardian_userobjectpermission"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_is_noted_and_its_secret_is_not_kept(cast: Cast) -> None:
    with acting_for(cast.practitioner), transaction.atomic():
        Authenticator.objects.create(user=cast.practitioner, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    change = Change.objects.latest("id")
    assert (change.of_table, change.operation) == ("mfa_authenticator", "INSERT")
    assert change.actor_id == cast.practitioner.pk
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SELECT said FROM audit.fresh_payload WHERE change_id = %s", [change.pk])
        ((said,),) = cursor.fetchall()
    assert "totp" in said
    assert "JBSWY" not in said


def test_a_change_says_who_in_which_request_changed_which_columns_and_no_value(cast: Cast) -> None:
    case = make_case(cast)
    with context.request() as request, acting_for(cast.practitioner), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(exploitation_models=["ONLINE"], version=2)
    change = Change.objects.filter(of_table="cases_case", operation="UPDATE").latest("id")
    assert (change.actor_id, change.agency_id) == (cast.practitioner.pk, cast.agency("csc").pk)
    assert (change.role, change.witness, change.request_id) == ("practitioner", "person", request)
    assert (change.row_key, change.case_id) == (str(case.pk), case.pk)
    assert change.columns == ["exploitation_models", "version"]
    assert "ONLINE" not in str(Change.objects.filter(pk=change.pk).values())


def test_a_statement_past_every_service_is_noted_all_the_same(cast: Cast) -> None:
    case = make_case(cast)
    with acting_for(cast.manager):
        ask(f"UPDATE cases_child SET family_name = 'Other' WHERE id = '{case.child_id}'")
    change = Change.objects.latest("id")
    assert (change.of_table, change.actor_id, change.case_id) == ("cases_child", cast.manager.pk, case.pk)


def test_a_statement_that_changes_nothing_is_no_change(cast: Cast) -> None:
    case = make_case(cast)
    Case.objects.filter(pk=case.pk).update(version=1)
    before = Change.objects.count()
    Case.objects.filter(pk=case.pk).update(version=1)
    assert Change.objects.count() == before


def test_a_change_that_is_undone_leaves_nothing(cast: Cast) -> None:
    case = make_case(cast)
    before = Change.objects.count()
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(version=9)
        transaction.set_rollback(True)
    assert Change.objects.count() == before


def test_one_act_is_one_event_and_the_rows_it_wrote(cast: Cast) -> None:
    case, newest = make_case(cast), Change.objects.latest("id").pk
    with context.request() as request:
        access.share(case=case, to=cast.health, reason="Visits", lawful_basis="6_1_E", by=cast.manager)
    event = AuditEvent.objects.get(request_id=request)
    changes = Change.objects.filter(pk__gt=newest, request_id=request)
    assert event.action == Action.ACCESS_GRANTED
    assert {(each.of_table, each.operation) for each in changes} == {
        ("cases_caseuserobjectpermission", "INSERT"),
        ("audit_reason", "INSERT"),
    }


def test_a_draft_that_is_deleted_leaves_that_it_was_there(cast: Cast) -> None:
    concern = make_draft(cast.outsider)
    Concern.objects.filter(pk=concern.pk).delete()
    change = Change.objects.filter(of_table="cases_concern").latest("id")
    assert (change.operation, change.row_key) == ("DELETE", str(concern.pk))


def test_a_password_is_noted_as_changed_and_never_kept(cast: Cast) -> None:
    cast.manager.set_password("a-password-of-a-test")
    cast.manager.save()
    change = Change.objects.latest("id")
    assert "password" in change.columns
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM audit.fresh_values(1000) WHERE change_id = %s", [change.pk])
        assert "argon2" not in cursor.fetchone()[0]


def test_what_was_searched_for_can_be_found_again_and_not_read(cast: Cast) -> None:
    assert blinded("  Robin   Testley ") == blinded("robin testley")
    assert "testley" not in blinded("robin testley")
    assert blinded("robin testley") != blinded("robin tester")


def test_an_event_says_what_the_database_itself_knew(cast: Cast) -> None:
    with acting_for(cast.practitioner), transaction.atomic():
        record(Action.CASES_LISTED, by=cast.practitioner, detail={"found": 0})
    event = AuditEvent.objects.latest("at")
    assert (event.witness, event.role) == ("person", "practitioner")
    assert abs(event.written_at - timezone.now()).total_seconds() < 60
    assert len(bytes(event.row_hash)) == 32
    assert isinstance(event.request_id, uuid.UUID)
