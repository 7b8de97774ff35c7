"""PostgreSQL asks again what the gate has asked: a query without `visible_to` finds no row its asker may not see."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import InternalError, ProgrammingError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.choices import (
    AddressKind,
    CaseStatus,
    ConcernOutcome,
    ConfidentialReason,
    ExclusionBasis,
    HealthTopic,
    Section,
)
from cases.models import (
    Case,
    ChronologyEntry,
    Concern,
    Document,
    Exclusion,
    HealthNote,
    PeopleExport,
    SealedAddress,
    SubjectAccessItem,
    SubjectAccessPassage,
)
from cases.services import access, addresses, exclusions
from cse_portal import acting
from cse_portal.access import gate, row_security
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import end_membership
from cse_portal.audit import context
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.jobs.selectors import readable
from intelligence.choices import Handling, LinkKind
from intelligence.models import (
    IntelligenceReport,
    IntelligenceSubmission,
    Link,
    LocationOfConcern,
    PersonOfConcern,
)
from intelligence.services import reports
from mase.choices import MeetingState
from mase.models import (
    AgendaItem,
    BrokenOff,
    CmogItem,
    LeftOut,
    MaseMeeting,
    Minutes,
    PlanAction,
    StageCall,
)
from tests.access import nested, on_pages
from tests.access.places import build
from tests.cast import Cast, make_cast
from tests.database import superuser
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.cmog import agree, item_of, start_cmog
from tests.factories.concerns import decide, make_concern, make_draft
from tests.factories.disagreements import raised
from tests.factories.documents import make_document
from tests.factories.exports import ready_export
from tests.factories.intelligence import make_report
from tests.factories.meetings import make_meeting
from tests.factories.subject_access import assembled, second_reader

LISTED: tuple[type[Any], ...] = (
    Case, Concern, Document, PeopleExport, SealedAddress, HealthNote, MaseMeeting, PlanAction, Minutes, LeftOut,
    IntelligenceSubmission, IntelligenceReport, ChronologyEntry, SubjectAccessItem, SubjectAccessPassage,
)  # fmt: skip
REFUSED = (ProgrammingError, InternalError)


@contextmanager
def acting_for(user: User) -> Iterator[None]:
    """As a request of this person's."""
    who = standing(User.objects.get(pk=user.pk))
    with acting.acting(who.actor if who else acting.NOBODY):
        yield


def tables() -> list[type[models.Model]]:
    """Everything that hangs on a child's case, a concern or a submission."""
    return [model for floor in row_security.FLOORS for model in apps.get_app_config(floor).get_models()]


# ------------------------------------------------------------------------------------------ a forgotten filter


def test_whoever_may_see_nothing_finds_every_table_empty(cast: Cast) -> None:
    build(cast)
    empty = {
        "cases.Concern",
        "cases.ConcernIndicator",
        "cases.ConcernMention",
        "cases.Declaration",
    }  # their own
    strategy = {"mase.StrategicObjective", "mase.StrategicUpdate"}  # the board's, and its analyst's
    seen = {"outsider": empty, "board": strategy, "analyst": strategy, "administrator": set[str]()}
    for person, theirs in seen.items():
        with acting_for(cast.people[person]):
            found = {model._meta.label for model in tables() if model._default_manager.exists()}
        assert found <= theirs, person


def test_nobody_finds_every_table_empty(cast: Cast) -> None:
    build(cast)
    filled = [model for model in tables() if model._default_manager.exists()]
    assert len(filled) >= 30
    with acting.acting(acting.NOBODY):
        assert [model for model in filled if model._default_manager.exists()] == []
        assert not Notification.objects.exists()


def test_a_person_reads_their_own_notifications_alone(cast: Cast) -> None:
    build(cast)
    with acting_for(cast.practitioner):
        assert set(Notification.objects.values_list("user", flat=True)) == {cast.practitioner.pk}


def test_what_a_person_does_not_see_they_neither_change_nor_remove(cast: Cast) -> None:
    case = make_case(cast)
    with acting_for(cast.outsider):
        assert Case.objects.filter(pk=case.pk).update(category=3) == 0
        assert case.group_grants.all().delete()[0] == 0
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ChronologyEntry.objects.filter(case=case).delete()
    case.refresh_from_db()
    assert case.category == 0
    assert ChronologyEntry.objects.filter(case=case).exists()


# ------------------------------------------------------------------------------------------ who acts, and who says so


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT set_config('gate.me', repeat('0', 64) || '|' || 'system|||||2026-01-01||', true)",
        "SELECT set_config('gate.me', 'system', true)",
        "SELECT gate.enter('system', '', '', now()::text, '', repeat('0', 64))",
        "SELECT gate.enter('{manager}', 'team_manager', 'CASE_VIEW', now()::text, '', repeat('0', 64))",
        "SELECT gate.sign('enter|system')",
        "SELECT * FROM gate.context_key",
        "SELECT gate.set_key('', '')",
    ],
)
def test_an_injected_statement_becomes_nobody_else(cast: Cast, statement: str) -> None:
    make_case(cast)
    with acting_for(cast.outsider), pytest.raises(REFUSED):
        ask(statement.format(manager=cast.manager.pk), "SELECT count(*) FROM cases_case")
    with acting_for(cast.outsider):
        assert not Case.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_signed_for_one_server_process_is_worth_nothing_in_another(cast: Cast) -> None:
    make_case(cast)
    with transaction.atomic(), acting_for(cast.manager):
        assert Case.objects.exists()
        heard = current_setting()
        mine = (cast.manager.pk, "team_manager", "CASE_VIEW", timezone.now().isoformat(), "")
        signature = connection._signed(*(str(word) for word in mine))  # type: ignore[attr-defined]
    connection.close()
    words = ", ".join(f"'{word}'" for word in (*mine, signature))
    with acting.acting(acting.NOBODY):
        with pytest.raises(REFUSED):
            ask(f"SELECT gate.enter({words})")
        with pytest.raises(REFUSED):
            ask(f"SELECT set_config('gate.me', '{heard}', true)", "SELECT count(*) FROM cases_case")


def ask(*statements: str) -> None:
    """One after the other, in a transaction that is undone when one is refused."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def current_setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('gate.me')")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_what_was_told_ends_with_its_transaction(cast: Cast) -> None:
    case = make_case(cast)
    with acting_for(cast.manager), transaction.atomic():
        assert Case.objects.filter(pk=case.pk).exists()
    with transaction.atomic(), acting_for(cast.outsider):
        assert not Case.objects.exists()
    with acting.acting(acting.NOBODY), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('gate.me', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_a_savepoint_that_is_undone_leaves_nobody_elses_sight(cast: Cast) -> None:
    case = make_case(cast)
    with acting_for(cast.manager):
        assert Case.objects.filter(pk=case.pk).exists()
    with acting_for(cast.outsider):
        with pytest.raises(REFUSED):
            ask("SELECT count(*) FROM cases_case", "SELECT * FROM gate.context_key")
        # The database fell back to what it was told before the savepoint: the manager.
        assert not Case.objects.exists()


def test_what_the_owner_answers_tells_whoever_may_see_nothing_nothing(cast: Cast) -> None:
    """The functions that look past the policies on somebody's behalf, called by themselves."""
    build(cast)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'gate'::regnamespace AND p.prosecdef"
            " AND p.pronargs = 0 AND p.prorettype <> 'trigger'::regtype"
            " AND has_function_privilege(current_user, p.oid, 'EXECUTE')"
        )
        names = [name for (name,) in cursor.fetchall() if name != "me"]  # who one is oneself
    assert {"restricted_cases", "excluded_cases", "shut_concerns"} <= set(names)
    Case.objects.update(is_restricted=True, restricted_reason="WITNESS_PROTECTION")
    told = {}
    for actor in (cast.administrator, cast.analyst, None):
        with acting_for(actor) if actor else acting.acting(acting.NOBODY), connection.cursor() as cursor:
            for name in names:
                cursor.execute(f"SELECT gate.{name}()::text")
                told[actor and actor.full_name, name] = [value for (value,) in cursor.fetchall()]
    assert {key: value for key, value in told.items() if value not in ([], ["{}"], [None], ["f"], [""])} == {}


def test_a_person_acts_for_another_only_while_the_gate_asks(cast: Cast) -> None:
    case = make_case(cast)
    with acting_for(cast.outsider):
        assert gate.can(cast.manager, Permission.CASE_VIEW, case)
        assert not Case.objects.exists()


# ------------------------------------------------------------------------------------------ a database that is not fit


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("damage", "repair", "problem"),
    [
        (
            "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE cases_case FORCE ROW LEVEL SECURITY",
            "cases_case has no row-level security",
        ),
        (
            "ALTER TABLE mase_minutes DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE mase_minutes ENABLE ROW LEVEL SECURITY",
            "mase_minutes has no row-level security",
        ),
        (
            "CREATE TABLE intelligence_new (id int)",
            "DROP TABLE intelligence_new",
            "intelligence_new has no row-level security",
        ),
        (
            "CREATE TABLE reporting_new (id int, case_id uuid)",
            "DROP TABLE reporting_new",
            "reporting_new has no row-level security",
        ),
        (
            "CREATE TABLE jobs_new (id int, child uuid REFERENCES cases_case)",
            "DROP TABLE jobs_new",
            "jobs_new has no row-level security",
        ),
        (
            "CREATE TABLE reporting_new (id int, link uuid REFERENCES intelligence_link);"
            " ALTER TABLE reporting_new ENABLE ROW LEVEL SECURITY",
            "DROP TABLE reporting_new",
            "reporting_new has no row-level security",
        ),
        (
            "ALTER TABLE audit_finding NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE audit_finding FORCE ROW LEVEL SECURITY",
            "audit_finding has no row-level security",
        ),
        (
            "ALTER TABLE jobs_notification DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE jobs_notification ENABLE ROW LEVEL SECURITY",
            "jobs_notification has no row-level security",
        ),
        (
            "DROP POLICY a_person ON jobs_dailymail",
            "CREATE POLICY a_person ON jobs_dailymail TO cse_app"
            " USING (user_id = (SELECT gate.user_id())) WITH CHECK (user_id = (SELECT gate.user_id()))",
            "the policies of jobs_dailymail are not those its migration wrote",
        ),
        (
            "ALTER POLICY a_person ON cases_document USING (true)",
            "ALTER POLICY a_person ON cases_document USING (gate.sees_case(case_id))",
            "the policies of cases_document are not those its migration wrote",
        ),
        (
            "ALTER POLICY a_person ON cases_document WITH CHECK (true)",
            "ALTER POLICY a_person ON cases_document WITH CHECK (gate.sees_case(case_id))",
            "the policies of cases_document are not those its migration wrote",
        ),
        (
            "CREATE POLICY everybody ON reporting_disposal FOR SELECT TO PUBLIC USING (true)",
            "DROP POLICY everybody ON reporting_disposal",
            "the policies of reporting_disposal are not those its migration wrote",
        ),
        (
            "DROP POLICY a_person_removes ON cases_exclusion;"
            " CREATE POLICY a_person_removes ON cases_exclusion FOR DELETE TO cse_app USING (true)",
            "DROP POLICY a_person_removes ON cases_exclusion; CREATE POLICY a_person_removes ON cases_exclusion"
            " FOR DELETE TO cse_app USING ((((SELECT gate.opens('EXCLUSION_DECIDE'))"
            " AND case_id <> ALL ((SELECT gate.excluded_cases())::uuid[]) OR gate.sees_case(case_id)))"
            " AND ((SELECT gate.opens('EXCLUSION_DECIDE'))"
            " AND case_id <> ALL ((SELECT gate.excluded_cases())::uuid[])))",
            "the policies of cases_exclusion are not those its migration wrote",
        ),
        (
            "ALTER TABLE accounts_membership DISABLE TRIGGER gate_guard",
            "ALTER TABLE accounts_membership ENABLE TRIGGER gate_guard",
            "nothing guards who writes accounts_membership",
        ),
        (
            "ALTER TABLE people_invitation ENABLE REPLICA TRIGGER gate_guard",
            "ALTER TABLE people_invitation ENABLE TRIGGER gate_guard",
            "nothing guards who writes people_invitation",
        ),
        (
            "ALTER TABLE cases_confidentialaddress DISABLE TRIGGER stays_where_written",
            "ALTER TABLE cases_confidentialaddress ENABLE TRIGGER stays_where_written",
            "a row of cases_confidentialaddress can be moved by its case_id",
        ),
        (
            "DROP TRIGGER stays_where_written ON mase_textsetaside;"
            " CREATE TRIGGER stays_where_written BEFORE UPDATE OF meeting_id ON mase_textsetaside FOR EACH ROW"
            " WHEN (OLD.meeting_id IS DISTINCT FROM NEW.meeting_id AND gate.is_bound())"
            " EXECUTE FUNCTION gate.refuse_to_move()",
            "DROP TRIGGER stays_where_written ON mase_textsetaside;"
            " CREATE TRIGGER stays_where_written BEFORE UPDATE OF meeting_id, by_id ON mase_textsetaside FOR EACH ROW"
            " WHEN ((OLD.meeting_id IS DISTINCT FROM NEW.meeting_id OR OLD.by_id IS DISTINCT FROM NEW.by_id)"
            " AND gate.is_bound()) EXECUTE FUNCTION gate.refuse_to_move()",
            "a row of mase_textsetaside can be moved by its by_id",
        ),
        (
            "ALTER TABLE mase_minutes DISABLE TRIGGER keeps_its_key",
            "ALTER TABLE mase_minutes ENABLE TRIGGER keeps_its_key",
            "a row of mase_minutes can be moved by its id",
        ),
        (
            "DROP TRIGGER keeps_its_key ON jobs_notification",
            "CREATE TRIGGER keeps_its_key BEFORE UPDATE OF id ON jobs_notification FOR EACH ROW"
            " WHEN (OLD.id IS DISTINCT FROM NEW.id AND gate.is_bound()) EXECUTE FUNCTION gate.refuse_to_move()",
            "a row of jobs_notification can be moved by its id",
        ),
        (
            "GRANT UPDATE ON mase_brokenoff TO cse_app",
            "REVOKE UPDATE ON mase_brokenoff FROM cse_app",
            "a row of mase_brokenoff can be moved by its meeting_id",
        ),
        (
            "DROP POLICY only_drafts_go ON cases_concern",
            "CREATE POLICY only_drafts_go ON cases_concern AS RESTRICTIVE FOR DELETE TO cse_app"
            " USING (state = 'draft')",
            "the policies of cases_concern are not those its migration wrote",
        ),
        (
            "UPDATE gate.noted_policies SET table_name = 'x' || table_name WHERE table_name = 'audit_seal'",
            "UPDATE gate.noted_policies SET table_name = 'audit_seal' WHERE table_name = 'xaudit_seal'",
            "xaudit_seal has no row-level security; the policies of audit_seal are not those",
        ),
        (
            "CREATE TABLE jobs_new (id int); ALTER TABLE jobs_new OWNER TO cse_app",
            "DROP TABLE jobs_new",
            "cse_app owns tables, or may become cse_app, which does",
        ),
        (
            "ALTER TABLE gate.noted_policies RENAME TO something",
            "ALTER TABLE gate.something RENAME TO noted_policies",
            "its migrations have not been applied",
        ),
        (
            "UPDATE gate.context_key SET inner_pad = outer_pad, outer_pad = inner_pad",
            "UPDATE gate.context_key SET inner_pad = outer_pad, outer_pad = inner_pad",
            "it does not know this portal's DATABASE_CONTEXT_KEY",
        ),
    ],
)
def test_the_portal_does_not_start_on_a_database_that_would_show_too_much(
    damage: str, repair: str, problem: str
) -> None:
    assert row_security.problems() == []
    name = connection.settings_dict["NAME"]
    with superuser(name) as cursor:
        cursor.execute(damage)
    try:
        with pytest.raises(row_security.UnfitDatabase, match=problem):
            row_security.refuse_unfit_database()
    finally:
        with superuser(name) as cursor:
            cursor.execute(repair)
    assert row_security.problems() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("powers", "problem"),
    [
        ("BYPASSRLS", "{me} is not bound by row-level security"),
        ("IN ROLE cse_owner", "{me} owns tables, or may become cse_owner, which does"),
        ("IN ROLE {other}", "{me} is not bound by row-level security: it may become {other}"),
    ],
)
def test_the_portal_does_not_start_as_a_role_that_policies_do_not_bind(powers: str, problem: str) -> None:
    name, portal = connection.settings_dict["NAME"], connection.settings_dict["USER"]
    names = {"me": f"{name}_me", "other": f"{name}_other"}
    with superuser(name) as cursor:
        cursor.execute("DROP ROLE IF EXISTS {me}; DROP ROLE IF EXISTS {other}".format(**names))
        cursor.execute("CREATE ROLE {other} BYPASSRLS".format(**names))
        cursor.execute(f"CREATE ROLE {{me}} LOGIN {powers}; GRANT {portal} TO {{me}}".format(**names))
        connection.close()
        connection.settings_dict["USER"] = names["me"]
        try:
            assert row_security.problems()[0] == problem.format(**names)
        finally:
            connection.close()
            connection.settings_dict["USER"] = portal
            cursor.execute("DROP ROLE {me}; DROP ROLE {other}".format(**names))


def test_every_table_with_policies_is_named_or_on_a_floor_of_records(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        )
        protected = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT table_name FROM gate.noted_policies")
        assert {name for (name,) in cursor.fetchall()} == protected
    floors = {name for name in protected if name.partition("_")[0] in row_security.FLOORS}
    assert protected - floors == set(row_security.BESIDES)


def test_every_guarded_table_is_named(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'gate_guard'")
        assert {name for (name,) in cursor.fetchall()} == set(row_security.GUARDED)


def test_every_parent_by_which_a_policy_decides_is_held(cast: Cast) -> None:
    """Whatever column a rule names, its own table's or another's: PostgreSQL says which, so none is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(row_security.MOVABLE)
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'stays_where_written'")
        assert cursor.fetchone() > (80,)


def test_every_protected_row_keeps_its_key(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'keeps_its_key'")
        kept = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT table_name FROM gate.noted_policies")
        assert {name for (name,) in cursor.fetchall()} == kept


def test_no_function_with_the_owners_rights_looks_first_where_anybody_may_make_a_table(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text, proconfig::text FROM pg_proc"
            " WHERE prosecdef AND pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_')"
        )
        found = cursor.fetchall()
    assert len(found) > 20
    assert [name for name, settings in found if ", pg_temp" not in (settings or "")] == []


def test_every_function_that_a_policy_asks_of_a_row_says_what_it_costs(cast: Cast) -> None:
    """Or PostgreSQL asks it of each row of a table before it looks for one: docs/adr/0023-cost-of-row-security.md."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.oid::regprocedure::text, p.procost FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
            " WHERE p.pronamespace = 'gate'::regnamespace AND p.prorettype = 'boolean'::regtype"
            " AND 'uuid'::regtype = ANY (p.proargtypes) AND (p.prosecdef OR l.lanname = 'plpgsql')"
            " AND EXISTS (SELECT FROM pg_policies y"
            "             WHERE concat(y.qual, y.with_check) LIKE '%gate.' || p.proname || '(%')"
        )
        found = cursor.fetchall()
    assert len(found) > 20
    assert [name for name, cost in found if cost < 1000] == []


def test_the_portal_cannot_note_other_policies(cast: Cast) -> None:
    for statement in (
        "SELECT gate.note_policies('cases_case')",
        "SELECT gate.forget_policies('cases_case')",
        "DELETE FROM gate.noted_policies",
        "UPDATE gate.noted_policies SET words = ''",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask(statement)


# ------------------------------------------------------------------------------------------ equal, whatever happens


def difference(cast: Cast, *, also: tuple[type[Any], ...] = ()) -> list[str]:
    """Where a list, the gate and PostgreSQL do not say the same of somebody."""
    found = []
    for name, person in cast.people.items():
        user = User.objects.get(pk=person.pk)
        with context.request():  # what was found of somebody is asked once, as within a request
            found += differs_for(name, user, (*LISTED, *also))
        found += on_pages.asked_otherwise(user)
    return found + different_together(cast)


def differs_for(name: str, user: User, models: tuple[type[Any], ...]) -> list[str]:
    """The same of one person."""
    found = []
    for model in models:
        listed = set(model.objects.visible_to(user).values_list("pk", flat=True))
        with acting_for(user):
            returned = set(model._default_manager.values_list("pk", flat=True))
        if listed != returned:
            found.append(f"{name}: {model.__name__} lists {len(listed)}, PostgreSQL returns {len(returned)}")
    found += parts_that_differ(name, user)
    found += links_that_differ(name, user)
    found += nested.seen_otherwise(user)
    found += lines_that_differ(name, user)
    found += calls_that_differ(name, user)
    found += asked_alone_that_differ(name, user, Concern, "gate.sees_concern")
    found += asked_alone_that_differ(name, user, MaseMeeting, "gate.sees_meeting")
    found += asked_alone_that_differ(name, user, PersonOfConcern, "gate.sees_nominal")
    found += asked_alone_that_differ(name, user, LocationOfConcern, "gate.sees_nominal")
    found += of_one_case_that_differ(name, user, Concern)
    found += of_one_case_that_differ(name, user, ChronologyEntry)
    seen = {case.pk for case in Case.objects.all() if gate.can(user, Permission.CASE_VIEW, case)}
    if seen != set(Case.objects.visible_to(user).values_list("pk", flat=True)):
        found.append(f"{name}: the gate and the list of cases differ")
    return found


def asked_alone_that_differ(name: str, user: User, model: type[models.Model], function: str) -> list[str]:
    """Where PostgreSQL says of one row, asked by itself, something else than of the whole table."""
    keys = list(model._default_manager.values_list("pk", flat=True))
    with acting_for(user), connection.cursor() as cursor:
        cursor.execute(f"SELECT k FROM unnest(%s::uuid[]) k WHERE {function}(k)", [keys])
        one_by_one = {key for (key,) in cursor.fetchall()}
        returned = set(model._default_manager.values_list("pk", flat=True))
    if one_by_one == returned:
        return []
    return [f"{name}: {len(one_by_one)} for {function} one by one, {len(returned)} in the table"]


def of_one_case_that_differ(name: str, user: User, model: type[Any]) -> list[str]:
    """Where the list of one case, for which the gate is asked about that case, is not that part of the whole list."""
    rows = model.objects.visible_to(user).filter(case__isnull=False)
    with acting.for_the_system():
        cases = list(Case.objects.filter(pk__in=model._default_manager.values("case")))
    one_by_one: set[Any] = set()
    for case in cases:
        one_by_one |= set(model.objects.visible_to(user, of=case).values_list("pk", flat=True))
    listed = set(rows.values_list("pk", flat=True))
    if one_by_one == listed:
        return []
    return [f"{name}: {len(one_by_one)} of {model.__name__} case by case, {len(listed)} listed"]


def different_together(cast: Cast) -> list[str]:
    """Where many people asked about at once are told something else than each of them alone."""
    people = list(User.objects.filter(pk__in=[person.pk for person in cast.people.values()]))
    found = []
    for case in Case.objects.all():
        alone = {user for user in people if gate.can(user, Permission.CASE_VIEW, case)}
        with context.request():
            gate.ask_together(people, Permission.CASE_VIEW, case)
            with CaptureQueriesContext(connection) as asked:
                together = {user for user in people if gate.can(user, Permission.CASE_VIEW, case)}
        if together != alone or len(asked) > 0:
            found.append(
                f"{case.reference}: {len(alone)} see it, together {len(together)}, {len(asked)} asked"
            )
    return found


def parts_that_differ(name: str, user: User) -> list[str]:
    """The same of every part kept apart: the cases that show it, the gate, and PostgreSQL's policies of meetings."""
    found = []
    for part in Section:
        shown = set(Case.objects.showing(part, user).values_list("pk", flat=True))
        if shown != {case.pk for case in Case.objects.all() if gate.can(user, part.opened_by, case)}:
            found.append(f"{name}: the gate and the cases that show {part.name} differ")
    restricted = AgendaItem.objects.filter(restricted=True)
    cases = Case.objects.showing(Section.MINUTES, user).values("pk")
    read = MaseMeeting.objects.read_by(user).filter(case__in=cases)
    apart = set(restricted.filter(meeting__in=read).values_list("pk", flat=True))
    with acting_for(user):
        if apart != set(restricted.values_list("pk", flat=True)):
            found.append(f"{name}: PostgreSQL's restricted part of meetings differs")
    return found


def links_that_differ(name: str, user: User) -> list[str]:
    """The same of what a report tells: which children, persons, places and vehicles it is about."""
    reports_read = IntelligenceReport.objects.visible_to(user).values("pk")
    told = set(Link.objects.telling(user).filter(report__in=reports_read).values_list("pk", flat=True))
    with acting_for(user):
        returned = set(Link.objects.values_list("pk", flat=True))
    return [] if told == returned else [f"{name}: reports tell {len(told)} links, PostgreSQL {len(returned)}"]


def lines_that_differ(name: str, user: User) -> list[str]:
    """The same of what somebody was told: of a case, a concern, a submission or a report."""
    listed = set(readable(user).values_list("pk", flat=True))
    with acting_for(user):
        returned = set(Notification.objects.values_list("pk", flat=True))
    if standing(user) is None or listed == returned:
        return []
    return [f"{name}: is told {len(listed)} lines, PostgreSQL returns {len(returned)}"]


def calls_that_differ(name: str, user: User) -> list[str]:
    """The same of one's own calls to settle a disagreement, whether or not one sees the case."""
    if (who := standing(user)) is None:
        return []
    listed = set(StageCall.objects.visible_to(user).values_list("pk", flat=True))
    with acting_for(user):
        own = StageCall.objects.filter(person=user, agency=who.agency)
        returned = set(own.values_list("pk", flat=True))
    if listed == returned:
        return []
    return [f"{name}: is called {len(listed)} times, PostgreSQL returns {len(returned)}"]


AGENCIES = ("csc", "cse-team", "police", "health", "education")
KINDS_OF_STEP = 28
STEP = st.tuples(st.sampled_from(range(KINDS_OF_STEP)), st.integers(0, 9), st.integers(0, 9))
STEPS = st.lists(STEP, min_size=1, max_size=14)


def take(cast: Cast, cases: list[Case], step: tuple[int, int, int]) -> None:
    """One thing that changes who sees what; a step that cannot be taken is left."""
    which, one, other = step
    case = Case.objects.get(pk=cases[one % len(cases)].pk)
    people = list(cast.people.values())
    person = people[other % len(people)]
    agency = cast.agency(AGENCIES[other % len(AGENCIES)])
    past = timezone.now() - dt.timedelta(seconds=1)
    acts: list[Callable[[], object]] = [
        lambda: give(cast, case, person),
        lambda: give(cast, case, agency),
        lambda: case.user_grants.filter(user=person).update(expires_at=past),
        lambda: case.group_grants.filter(group=agency.group).update(expires_at=past),
        lambda: case.user_grants.filter(user=person).delete(),
        lambda: case.group_grants.filter(group=agency.group).delete(),
        lambda: exclusions.exclude(case=case, user=person, reason="Knows the family", by=cast.privacy),
        lambda: exclusions.exclude(case=case, agency=agency, reason="A conflict", by=cast.privacy),
        lambda: Exclusion.objects.of(case).delete(),
        lambda: Case.objects.filter(pk=case.pk).update(
            is_restricted=not case.is_restricted,
            restricted_reason="" if case.is_restricted else "A relative works for an agency",
        ),
        lambda: Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED),
        lambda: move(person, agency),
        lambda: User.objects.filter(pk=person.pk).update(is_active=one % 2 == 0),
        lambda: case.user_grants.filter(user=person).update(granted_at=past - dt.timedelta(days=9 * one)),
        lambda: Concern.objects.filter(state="submitted").update(state="decided", case=case),
        lambda: give(cast, case, person, until=timezone.now() + dt.timedelta(hours=4)),
        lambda: give(cast, case, person, parts=[list(Section.values)[one % 4]]),
        lambda: give(cast, case, agency, parts=[list(Section.values)[one % 4]]),
        lambda: case.user_grants.filter(user=person, permission__codename__in=Section.values).delete(),
        lambda: case.group_grants.filter(group=agency.group, permission__codename="view_case").delete(),
        lambda: leave_out(cast, case, agency, person=person),
        lambda: leave_out(cast, case, agency),
        lambda: LeftOut.objects.filter(meeting__case=case).update(added_at=past, added_by=cast.manager),
        lambda: change_action(person, agency, one),
        lambda: too_close(user=person),
        lambda: too_close(agency=agency),
        lambda: Exclusion.objects.holding().update(ended_at=timezone.now()),
        lambda: broken_off(cast, case, one),
    ]
    with suppress(NotPermitted):  # the privacy officer's own account may have been closed by an earlier step
        acts[which]()


def too_close(**holder: Any) -> None:
    """This person or agency is excluded from every concern that has no child yet."""
    today, now = timezone.localdate(), timezone.now()
    officer = User.objects.get(memberships__role="privacy_officer")
    for concern in Concern.objects.filter(case=None).exclude(
        exclusions__in=Exclusion.objects.filter(**holder)
    ):
        Exclusion.objects.create(
            concern=concern, **holder, basis=ExclusionBasis.DECLARED, decide_by=today, confirmed_at=now,
            decided_by=officer,
        )  # fmt: skip


def give(
    cast: Cast, case: Case, to: Any, until: dt.datetime | None = None, parts: list[str] | None = None
) -> None:
    access.grants.give(
        case, to=to, codenames=parts or access.SEE, adding=True, source=access.GrantSource.SHARE,
        reason="Works with the child",
        lawful_basis=LAWFUL_BASIS, by=cast.manager, source_id=uuid.UUID(int=1), expires_at=until,
    )  # fmt: skip


def leave_out(cast: Cast, case: Case, agency: Any, person: User | None = None) -> None:
    """Of the minutes of the child's meeting, if there was one."""
    of_agency = {} if person else {"agency": agency}
    for meeting in MaseMeeting.objects.filter(case=case):
        LeftOut.objects.get_or_create(
            meeting=meeting, person=person, added_at=None, **of_agency,
            defaults={"agency": agency, "reason": "Knows the family", "by": cast.manager},
        )  # fmt: skip


def broken_off(cast: Cast, case: Case, number: int) -> None:
    """The child's meeting, if there was one: booked again, running again, cancelled, or ended after all; or it took
    over what was brought for another."""
    now = timezone.now()
    ended = {"ended_at": now, "ended_by": cast.manager}
    cancelled = {"cancelled_at": now, "cancelled_by": cast.manager, "cancelled_reason": "The fire alarm"}
    nothing: dict[str, Any] = {**dict.fromkeys([*ended, *cancelled]), "cancelled_reason": ""}
    to = list(MeetingState)[number % len(MeetingState)]
    given = {MeetingState.ENDED: {**ended, "started_at": now}, MeetingState.CANCELLED: cancelled}.get(to, {})
    for meeting in MaseMeeting.objects.filter(case=case):
        if number % 2:
            BrokenOff.objects.create(
                meeting=meeting, started_at=now, reason="The fire alarm", by=cast.manager
            )
        booked = now if number > 4 else now - dt.timedelta(days=9)
        MaseMeeting.objects.filter(pk=meeting.pk).update(**nothing | given, state=to, booked_at=booked)


def move(person: User, agency: Any) -> None:
    today = timezone.localdate()
    for membership in Membership.objects.current().filter(user=person):
        end_membership(membership=membership, on=today)
        if membership.starts_on < today:
            Membership.objects.create(user=person, agency=agency, role=membership.role, starts_on=today)


def change_action(person: User, agency: Any, number: int) -> None:
    """An action about no child is somebody else's, and perhaps for fewer to read."""
    rows = PlanAction.objects.filter(case=None).order_by("pk")
    if rows:
        row = rows[number % len(rows)]
        rows.filter(pk=row.pk).update(owner=person, agency=agency, restricted=not row.restricted)


def agree_about_no_child(cast: Cast, report: IntelligenceReport) -> None:
    """At a CMOG: about a person and a place that a report names, and about no one thing; open and restricted."""
    person = {"given_name": "Rowan", "family_name": "Kestrel", "standing": "ALLEGED"}
    place = {"name": "Acorn Arcade", "address": "", "postcode": "", "description": ""}
    for kind, fields in ((LinkKind.PERSON, person), (LinkKind.PLACE, place)):
        reports.add_nominal(report=report, kind=kind, fields=fields, by=cast.police, key=uuid.uuid4())
    meeting = start_cmog(cast, people=[cast.health, cast.practitioner])
    for item in CmogItem.objects.filter(meeting=meeting, case=None, action=None):
        for restricted, owner in ((False, cast.health), (True, cast.outsider)):
            agree(cast, item_of(meeting, pk=item.pk), owner=owner, restricted=restricted)


def call_everybody(cast: Cast, case: Case) -> None:
    """A disagreement about the child, to which everybody was called."""
    row = raised(cast, case, by=cast.manager)
    posts = Membership.objects.current().filter(user__in=[each.pk for each in cast.people.values()])
    StageCall.objects.bulk_create(
        [StageCall(disagreement=row, stage=5, person=each.user, agency=each.agency) for each in posts]
    )


def keep_apart(cast: Cast, case: Case) -> None:
    """Something in every part that a case keeps apart."""
    addresses.record_address(
        case=case, kind=AddressKind.HOME, address="The Old Mill", reason=ConfidentialReason.RISK,
        by=case.lead_professional or cast.practitioner,
    )  # fmt: skip
    HealthNote.objects.create(
        case=case, topic=HealthTopic.MENTAL, happened_on=timezone.localdate(), text="Sleeps badly.",
        recorded_by=cast.health, agency=cast.agency("health"),
    )  # fmt: skip
    meeting = make_meeting(cast, case, agencies=[], people=[cast.health])
    now = timezone.now()
    MaseMeeting.objects.filter(pk=meeting.pk).update(
        state=MeetingState.ENDED, started_at=now, ended_at=now, ended_by=cast.manager
    )
    Minutes.objects.create(meeting=meeting, due_on=timezone.localdate())
    for restricted in (False, True):
        unissued(cast, meeting, restricted=restricted)


def unissued(cast: Cast, meeting: MaseMeeting, *, restricted: bool = False) -> PlanAction:
    """The nurse's, agreed at a meeting that is not over, or was never held to its end."""
    return PlanAction.objects.create(
        case=meeting.case, meeting=meeting, p="PROTECT", text="See her at school.", agency=cast.agency("health"),
        owner=cast.health, due_on=timezone.localdate(), set_by=cast.manager, restricted=restricted,
    )  # fmt: skip


def agree_after(steps: list[tuple[int, int, int]], *, each: bool) -> None:
    """What the lists, the gate and PostgreSQL say is asked after the last step, or after each."""
    with transaction.atomic():
        cast = make_cast()
        cast = Cast({**cast.people, "reader": second_reader(cast)}, cast.agencies)
        cases = [make_case(cast), make_case(cast, lead_agency=cast.agency("csc")), make_case(cast)]
        make_draft(cast.health)
        make_concern(cast.outsider)
        make_document(cast, cases[0])
        for case in cases[:2]:
            keep_apart(cast, case)
        ready_export(cast.manager)
        for case in cases:
            give(cast, case, cast.agency("police"))
        of_two = make_report(cast, case=cases[0])
        reports.link_case(report=of_two, reference=cases[2].reference, by=cast.police)
        agree_about_no_child(cast, of_two)
        for case in cases:
            call_everybody(cast, case)
        for author, about in ((cast.health, cases[0]), (cast.outsider, cases[2])):
            decide(make_concern(author), cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=about)
        closed = make_report(cast, case=cases[1], handling=Handling.C, author=cast.health)
        reports.name_reader(report=closed, reader=cast.health, reason="Plans the visit", by=cast.police)
        assembled(cases[0], cast.manager)
        for step in steps:
            take(cast, cases, step)
            assert not each or difference(cast) == [], step
        assert difference(cast) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("whole_agency", [False, True])
def test_what_was_agreed_and_not_issued_is_kept_from_who_was_left_out_by_all_three(
    cast: Cast, whole_agency: bool
) -> None:
    """Hannah, or her agency, is left out of a meeting: agreed there for her, it is not hers until it is issued."""
    case = make_case(cast)
    give(cast, case, cast.health)
    meeting = make_meeting(cast, case, agencies=[] if whole_agency else [cast.agency("health")])
    open_one, apart = unissued(cast, meeting), unissued(cast, meeting, restricted=True)
    leave_out(cast, case, cast.agency("health"), person=None if whole_agency else cast.health)
    MaseMeeting.objects.filter(pk=meeting.pk).update(started_at=timezone.now())
    assert sees_of(cast.health) == {open_one.pk, apart.pk}, "it was never held in part"
    for number in (5, 6, 7, 8):
        broken_off(cast, case, number)
        meeting.refresh_from_db()
        state, hidden = meeting.state, not meeting.is_running
        assert (sees_of(cast.health) == set()) is hidden, state
        assert sees_of(cast.practitioner) == {open_one.pk, apart.pk}, state
        assert difference(cast) == [], state
    PlanAction.objects.filter(pk=open_one.pk).update(issued_at=timezone.now())
    assert sees_of(cast.health) == {open_one.pk}
    assert difference(cast) == []


def sees_of(user: User) -> set[uuid.UUID]:
    """The actions that PostgreSQL returns to somebody."""
    with acting_for(user):
        return set(PlanAction.objects.values_list("pk", flat=True))


@settings(max_examples=5, deadline=None)
@given(steps=STEPS)
@pytest.mark.django_db
def test_the_list_the_gate_and_the_database_agree_after_anything(steps: list[tuple[int, int, int]]) -> None:
    agree_after(steps, each=False)


@pytest.mark.long
@settings(max_examples=20, deadline=None)
@given(steps=st.lists(STEP, min_size=15, max_size=30))
@pytest.mark.django_db
def test_the_list_the_gate_and_the_database_agree_after_each_of_many_acts(
    steps: list[tuple[int, int, int]],
) -> None:
    agree_after(steps, each=True)
