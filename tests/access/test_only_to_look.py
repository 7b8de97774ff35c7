"""PostgreSQL by itself: whoever only sees a case writes nothing of it, and nobody writes in the name of another.

Noor manages the CSE team and may do all that a role opens. What she writes by a statement that somebody injected hangs
on whether she works on the case, sees it, or opened it in an emergency.
"""

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.choices import CaseStatus, HarmStatus, RiskCategory
from cases.models import Case, CategoryDecision, ChronologyEntry
from cases.services import access, assessments, episodes
from cases.services.episodes import Check
from cse_portal import acting
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.keys import new_key
from cse_portal.reference import selectors as reference
from mase.models import ActionUpdate, Disagreement, MaseMeeting, PlanAction
from mase.services import actions as plan_actions
from mase.services import disagreements, safety_map
from tests.access.places import build
from tests.access.test_row_security import acting_for
from tests.access.test_second_layer import REFUSED, broken, sent
from tests.cast import Cast
from tests.factories import actions
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.disagreements import raised
from tests.factories.meetings import second_manager, start_meeting

pytestmark = pytest.mark.django_db
Tried = tuple[str, str, str]  # what was tried, of which table, in which column

TABLES = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'written_by_right' ORDER BY 1"
NAMED = """
SELECT c.relname, a.attname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (t.tgattr) WHERE t.tgname = 'written_in_ones_own_name'
"""
# Each column with its type, and the table whose key stands in it.
COLUMNS = """
SELECT a.attname, a.atttypid::regtype::text, (
    SELECT f.confrelid::regclass::text FROM pg_constraint f
    WHERE f.conrelid = a.attrelid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum])
FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
# Something else than stands there, by the column's type, and what a new row could have. Keys are held by other tests.
OTHERWISE = {
    "text": "CASE {0} WHEN '' THEN 'x' ELSE '' END",
    "character varying": "CASE {0} WHEN '' THEN 'x' ELSE '' END",
    "boolean": "NOT COALESCE({0}, false)", "smallint": "COALESCE({0}, 0) + 1", "integer": "COALESCE({0}, 0) + 1",
    "jsonb": "'[7]'", "date": "COALESCE({0}, '2020-02-02') + 1",
    "timestamp with time zone": "COALESCE({0}, '2020-02-02') + interval '1 hour'",
}  # fmt: skip
NEW = {
    "text": "x", "character varying": "x", "boolean": False, "smallint": 1, "integer": 1, "jsonb": [],
    "date": "2020-02-02", "timestamp with time zone": "2020-02-02T10:00:00Z",
}  # fmt: skip
# How a row is known to be of the case; those of the rest hang on its meetings, and there are no others.
OF_THE_CASE = {
    "accounts_agency": "id = gate.agency_id()",
    "accounts_user": "id = gate.user_id()",
    "cases_assessmentanswer": "assessment_id IN (SELECT id FROM cases_riskassessment WHERE case_id = '{case}')",
    "cases_case": "id = '{case}'",
    "cases_child": "id = (SELECT child_id FROM cases_case WHERE id = '{case}')",
    "cases_childalias": "child_id = (SELECT child_id FROM cases_case WHERE id = '{case}')",
    "cases_returnhomeinterview": "episode_id IN (SELECT id FROM cases_missingepisode WHERE case_id = '{case}')",
    "cases_sealedaddress": "address_id IN (SELECT id FROM cases_confidentialaddress WHERE case_id = '{case}')",
    "mase_actionnotice": "action_id IN (SELECT id FROM mase_planaction WHERE case_id IS NOT NULL)",
    "mase_actionupdate": "action_id IN (SELECT id FROM mase_planaction WHERE case_id IS NOT NULL)",
    "mase_planaction": "case_id IS NOT NULL AND meeting_id IS NOT NULL AND issued_at IS NULL",
}
# Of an item of a CMOG the words are the child's; how its agenda is set out is not.
WORDS = {"mase_cmogitem": ("notes", "decision", "deferred_reason")}


def rows(statement: str, *words: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, words or None)
        return list(cursor.fetchall())


def goes_through(by: acting.Actor, statement: str, *words: Any) -> bool:
    """Whether PostgreSQL lets it be written; what a constraint refuses afterwards has been let through."""
    try:
        with acting.acting(by), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, words)
            changed = int(cursor.rowcount)
            transaction.set_rollback(True)
            return changed > 0
    except DatabaseError as refusal:
        return not any(each in str(refusal) for each in (*REFUSED, "never changed"))


def of_the_case(table: str, case: Case) -> dict[str, Any]:
    """The newest row of it that hangs on the case; nothing where there is none."""
    has_case = any(column == "case_id" for column, *_ in rows(COLUMNS, table))
    where = OF_THE_CASE.get(table, "case_id = '{case}'" if has_case else "true").format(case=case.pk)
    found = rows(f"SELECT to_jsonb(t) FROM {table} t WHERE {where} ORDER BY id DESC LIMIT 1")
    return json.loads(found[0][0]) if found else {}


def made_up(table: str, case: Case) -> dict[str, Any]:
    """A row that could be written there, beneath what there is of the case."""
    return {
        column: of_the_case(parent, case).get("id") if parent else NEW.get(kind)
        for column, kind, parent in rows(COLUMNS, table)
    }


def written(person: User, case: Case) -> set[Tried]:
    """All that goes through, of each table that hangs on a case: one row added, changed in each column, taken away."""
    through: set[Tried] = set()
    who = standing(User.objects.get(pk=person.pk))
    assert who is not None
    by = who.actor
    for (table,) in rows(TABLES):
        row = of_the_case(table, case)
        if table not in WORDS and is_added(by, table, row or made_up(table, case)):
            through.add(("adds", table, ""))
        if not row:
            continue
        for column, kind, _ in rows(COLUMNS, table):
            value = OTHERWISE.get(kind) if column in WORDS.get(table, (column,)) else None
            change = f'UPDATE {table} SET "{column}" = {value} WHERE id = %s'.format(f'"{column}"')
            if value and goes_through(by, change, row["id"]):
                through.add(("changes", table, column))
        if table not in WORDS and goes_through(by, f"DELETE FROM {table} WHERE id = %s", row["id"]):
            through.add(("removes", table, ""))
    return through


def is_added(by: acting.Actor, table: str, row: dict[str, Any]) -> bool:
    """Under another key, and in one's own name."""
    own = {column for named, column in rows(NAMED) if named == table}
    said = {each: f'r."{each}"' for each in row} | {"id": "gen_random_uuid()"}
    said |= {each: f"gate.{'agency' if each.endswith('agency_id') else 'user'}_id()" for each in own}
    names, values = ", ".join(f'"{each}"' for each in said), ", ".join(said.values())
    statement = (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM jsonb_populate_record(NULL::{table}, %s) r"
    )
    return goes_through(by, statement, json.dumps(row))


def restricted_to(cast: Cast, case: Case, *people: User) -> None:
    access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=list(people), lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ what hangs on a case


def test_nothing_of_a_case_is_written_by_who_opened_it_in_an_emergency_or_only_sees_it(cast: Cast) -> None:
    """Of each table one row: added once more, changed in each column, taken away. Who works on the case is another."""
    places = build(cast)
    case, noor = Case.objects.get(reference=places["case"]), second_manager(cast)
    meeting = MaseMeeting.objects.get(pk=places["meeting"])
    safety_map.add_danger(
        meeting=meeting, key=new_key(), danger=safety_map.Danger("He waits outside.", "He is gone."),
        by=cast.manager,
    )  # fmt: skip
    restricted_to(cast, case, cast.practitioner, cast.police, cast.health)
    assert not finds(noor, case)
    broken(case, noor)
    assert finds(noor, case)
    a_child_of_no_case = {("adds", "cases_child", "")}
    assert written(noor, case) == a_child_of_no_case
    access.share(case=case, to=noor, reason="Reads along", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    assert written(noor, case) == a_child_of_no_case | AS_A_GUEST
    access.share(
        case=case, to=noor, reason="Joint work", lawful_basis=LAWFUL_BASIS, by=cast.manager, may_change=True
    )
    through = written(noor, case)
    assert {table for verb, table, _ in through if verb == "adds"} >= {
        "cases_categorydecision", "cases_riskassessment", "mase_assent", "mase_decision", "mase_planaction",
    }  # fmt: skip
    assert {each for each in through if each[1] in WRITTEN_ONCE and each[0] != "adds"} == set()


# Sight that is no emergency lets somebody add what they did, and object to minutes. Who runs CMOGs writes what these
# say of the child, and who reads the child's actions.
AS_A_GUEST: set[Tried] = {
    ("adds", "cases_chronologyentry", ""), ("adds", "mase_minutesobjection", ""), ("adds", "mase_actionupdate", ""),
    ("changes", "mase_cmogitem", "notes"), ("changes", "mase_cmogitem", "decision"),
    ("changes", "mase_cmogitem", "deferred_reason"), ("changes", "mase_planaction", "restricted"),
    ("changes", "mase_planaction", "version"), ("changes", "cases_chronologyentry", "restricted"),
}  # fmt: skip
WRITTEN_ONCE = {
    "cases_assessmentanswer", "cases_categorydecision", "cases_healthnote", "cases_healthsummary",
    "cases_returnhomeinterview", "cases_riskassessment", "cases_sealedaddress", "mase_actionupdate",
    "mase_disagreementanswer", "mase_disagreementstage", "mase_transitionentry",
}  # fmt: skip


def finds(person: User, case: Case) -> bool:
    with acting_for(person):
        return Case.objects.filter(pk=case.pk).exists()


@pytest.mark.parametrize("person", ["duty", "health"])
def test_how_a_case_stands_is_not_written_by_who_sees_it(cast: Cast, person: str) -> None:
    """The duty nurse opened it in an emergency; the school nurse was asked to a meeting."""
    case = make_case(cast, category=RiskCategory.MEDIUM)
    who = cast.people[person]
    if person == "duty":
        broken(case, who)
    else:
        access.share(case=case, to=who, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    for column, value in (
        ("status", "'closed'"), ("category", "0"), ("harm_status", "'H0'"), ("next_review_on", "'2030-01-01'"),
        ("missing_since", "now()"), ("exploitation_models", "'[]'::jsonb || '7'"), ("version", "version + 1"),
        ("opened_at", "now()"),
    ):  # fmt: skip
        assert sent(who, f"UPDATE cases_case SET {column} = {value}") == 0, column
    assert sent(who, "UPDATE cases_child SET address = 'Elsewhere'") == 0
    assert (
        sent(who, "INSERT INTO cases_childalias SELECT gen_random_uuid(), 'Ash', now(), id FROM cases_child")
        == 0
    )
    # That something was done there, as a guest's words in a meeting are.
    assert sent(who, "UPDATE cases_case SET last_activity_at = now()") == (person == "health")


def test_whoever_works_on_a_case_confirms_no_category_and_closes_nothing_but_as_their_role_may(
    cast: Cast,
) -> None:
    case = make_case(cast, category=RiskCategory.LOW)
    confirm = "UPDATE cases_case SET category = 2, harm_status = 'H1'"
    close = "UPDATE cases_case SET status = 'closed'"
    colleague = cast.coordinator if "coordinator" in cast else cast.manager
    for statement in (confirm, close, "UPDATE cases_episode SET closing_reason = 'x'"):
        assert sent(cast.practitioner, statement) == 0
        assert sent(cast.police, statement) == 0
    assert sent(cast.practitioner, "UPDATE cases_case SET missing_since = now()") == 1
    assert sent(colleague, confirm) == 1
    case.refresh_from_db()
    assert (case.category, case.harm_status) == (RiskCategory.MEDIUM, HarmStatus.H1)


def test_a_manager_closes_a_case_and_opens_it_again(cast: Cast) -> None:
    case = make_case(cast)
    checks = [Check(entry.code, done=True) for entry in reference.codes("step-down")]
    with acting_for(cast.manager):
        episodes.close_case(case=case, code="C3", reason="Moved", checklist=checks, by=cast.manager)
        episodes.reopen_case(case=case, reason="Back", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


def test_each_role_that_opens_cases_opens_the_work_on_them() -> None:
    """PostgreSQL is not told of these: whoever works on a case may do them, whatever their role."""
    work = {
        Permission.CASE_CHANGE, Permission.ASSESSMENT_RECORD, Permission.CHRONOLOGY_ADD, Permission.DOCUMENT_ADD,
        Permission.DOCUMENT_REMOVE, Permission.ADDRESS_RECORD, Permission.HEALTH_RECORD, Permission.MEETING_SCHEDULE,
        Permission.MEETING_NOTE, Permission.MEETING_CONTRIBUTE,
    }  # fmt: skip
    opening = [each for each in ROLES.values() if Permission.CASE_VIEW in each.permissions]
    assert len(opening) > 4
    assert [each.paragraph for each in opening if not work <= each.permissions] == []


# ------------------------------------------------------------------------------------------ in whose name

DECIDE = """
INSERT INTO cases_categorydecision
    (id, case_id, category, previous_category, harm_status, source, rationale, decided_by_id, decided_at)
VALUES (gen_random_uuid(), %s, 3, 2, 'H1', 'assessment', 'r', %s, now())
"""
NOTE = """
INSERT INTO cases_chronologyentry
    (id, case_id, kind, happened_on, recorded_at, recorded_by_id, agency_id, text, restricted)
VALUES (gen_random_uuid(), %s, 'event', now(), now(), %s, %s, 'He was there.', false)
"""


def test_a_category_is_decided_in_ones_own_name_and_stays_decided(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    assert sent(cast.manager, DECIDE, case.pk, cast.practitioner.pk) == 0
    assert sent(cast.practitioner, DECIDE, case.pk, cast.practitioner.pk) == 0
    assert sent(cast.manager, DECIDE, case.pk, cast.manager.pk) == 1
    before = CategoryDecision.objects.filter(case=case).count()
    for statement in (
        "UPDATE cases_categorydecision SET category = 0", "UPDATE cases_categorydecision SET rationale = 'x'",
        "DELETE FROM cases_categorydecision",
    ):  # fmt: skip
        assert sent(cast.manager, statement) == 0, statement
    assert CategoryDecision.objects.filter(case=case).count() == before


def test_an_assessment_is_its_authors_and_is_not_written_again(cast: Cast) -> None:
    case = make_case(cast)
    judged = assessments.Judgement(RiskCategory.MEDIUM, HarmStatus.H1, "Two agencies are worried.", "Signs")
    assessments.record_assessment(
        case=case, answers=assessments.Answers(), judgement=judged, by=cast.practitioner, key=new_key()
    )
    again = """
        INSERT INTO cases_riskassessment SELECT (jsonb_populate_record(a, jsonb_build_object(
            'id', gen_random_uuid(), 'submission_key', NULL, 'author_id', %s::text, 'author_agency_id', %s::text))).*
        FROM cases_riskassessment a
    """
    theirs, ours = cast.agency("csc").pk, cast.agency("cse-team").pk
    assert sent(cast.manager, again, cast.practitioner.pk, theirs) == 0
    assert sent(cast.manager, again, cast.manager.pk, theirs) == 0
    assert sent(cast.manager, again, cast.manager.pk, ours) == 1
    for person in (cast.practitioner, cast.manager):
        assert sent(person, "UPDATE cases_riskassessment SET professional_category = 0") == 0
        assert sent(person, "UPDATE cases_riskassessment SET narrative = 'x'") == 0


def test_a_line_of_the_chronology_says_who_added_it_and_stays(cast: Cast) -> None:
    case = make_case(cast)
    csc, team = cast.agency("csc").pk, cast.agency("cse-team").pk
    assert sent(cast.manager, NOTE, case.pk, cast.practitioner.pk, csc) == 0
    assert sent(cast.manager, NOTE, case.pk, cast.manager.pk, csc) == 0
    assert sent(cast.manager, NOTE, case.pk, cast.manager.pk, team) == 1
    assert sent(cast.manager, "UPDATE cases_chronologyentry SET text = 'x'") == 0
    assert sent(cast.practitioner, "UPDATE cases_chronologyentry SET restricted = true") == 0
    assert not ChronologyEntry.objects.filter(text="x").exists()


def test_what_a_meeting_decides_is_written_by_who_runs_it_in_their_own_name(cast: Cast) -> None:
    """Priya leads the case and takes part; the nurse was asked. Neither says what the meeting decided."""
    case = make_case(cast, category=RiskCategory.MEDIUM)
    meeting = start_meeting(cast, case, agencies=[], people=[cast.health])
    health, point = cast.agency("health").pk, reference.codes("step-down")[0].code
    agree = """
        INSERT INTO mase_assent (id, meeting_id, agency_id, left_before, recorded_at, recorded_by_id)
        VALUES (gen_random_uuid(), %s, %s, false, now(), %s)
    """
    check = """
        INSERT INTO mase_stepdownpoint (id, meeting_id, code, met, why, restricted, recorded_at, recorded_by_id)
        VALUES (gen_random_uuid(), %s, %s, true, '', false, now(), %s)
    """
    for statement, words in ((agree, health), (check, point)):
        for person in (cast.practitioner, cast.health):
            assert sent(person, statement, meeting.pk, words, person.pk) == 0
        assert sent(cast.manager, statement, meeting.pk, words, cast.practitioner.pk) == 0
        assert sent(cast.manager, statement, meeting.pk, words, cast.manager.pk) == 1
    assert sent(cast.practitioner, "UPDATE mase_masemeeting SET review_on = '2030-01-01'") == 1
    assert sent(cast.health, "UPDATE mase_masemeeting SET review_on = '2030-02-02'") == 0
    assert sent(cast.health, "UPDATE mase_agendaitem SET notes = 'x'") == 0
    assert sent(cast.health, "DELETE FROM mase_assent") == 0


def test_an_action_is_reported_on_by_who_does_it_and_its_day_moved_by_who_chairs(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    action = actions.issued(cast, case)
    access.share(case=case, to=cast.police, reason="Joint work", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    later = "UPDATE mase_planaction SET due_on = due_on + 30, version = version + 1"
    for person in (cast.health, cast.police, cast.practitioner):
        assert sent(person, later) == 0
        assert sent(person, "UPDATE mase_planaction SET text = 'Nothing.'") == 0
        assert (
            sent(person, "UPDATE mase_planaction SET verified_at = now(), verified_by_id = gate.user_id()")
            == 0
        )
    say = """
        INSERT INTO mase_actionupdate (id, action_id, kind, text, by_id, agency_id, at, was_state)
        VALUES (gen_random_uuid(), %s, 'PROGRESS', 'Seen.', %s, %s, now(), '')
    """
    health, police = cast.agency("health").pk, cast.agency("police").pk
    assert sent(cast.police, say, action.pk, cast.police.pk, police) == 0
    assert sent(cast.health, say, action.pk, cast.police.pk, police) == 0
    assert sent(cast.health, say, action.pk, cast.health.pk, police) == 0
    assert sent(cast.health, say, action.pk, cast.health.pk, health) == 1
    assert sent(cast.health, "UPDATE mase_actionupdate SET text = 'x'") == 0
    with acting_for(cast.health):
        plan_actions.progress(action=PlanAction.objects.get(pk=action.pk), note="Rang her.", by=cast.health)
    assert ActionUpdate.objects.filter(action=action).count() == 2
    assert sent(cast.manager, later) == 1


def test_a_disagreement_is_taken_further_by_those_who_disagree(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    start_meeting(cast, case, agencies=[], people=[cast.health])
    row = raised(cast, case)
    access.share(case=case, to=cast.police, reason="Joint work", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    say = """
        INSERT INTO mase_disagreementanswer (id, disagreement_id, stage, text, agency_id, by_id, at)
        VALUES (gen_random_uuid(), %s, 1, 'No.', %s, %s, now())
    """
    end = "UPDATE mase_disagreement SET outcome = 'x'"
    police, csc = cast.agency("police").pk, cast.agency("csc").pk
    assert sent(cast.police, say, row.pk, police, cast.police.pk) == 0
    assert sent(cast.practitioner, say, row.pk, csc, cast.health.pk) == 0
    assert sent(cast.practitioner, say, row.pk, csc, cast.practitioner.pk) == 1
    assert [sent(each, end) for each in (cast.police, cast.practitioner, cast.health)] == [0, 0, 1]
    assert sent(cast.health, "UPDATE mase_disagreement SET about = 'x'") == 0
    assert sent(cast.health, "UPDATE mase_disagreement SET raised_by_id = %s", cast.police.pk) == 0
    with acting_for(cast.practitioner):
        disagreements.call_heads_of_service(
            disagreement=Disagreement.objects.get(pk=row.pk), reason="He waits outside.", by=cast.practitioner
        )


def test_whose_name_stands_in_a_row_of_a_case_or_meeting_is_held_or_said_why_not() -> None:
    kept = set(rows(NAMED))
    found = rows(
        "SELECT c.relname::text, a.attname::text FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND f.conkey = ARRAY[a.attnum]"
        " WHERE f.contype = 'f' AND f.confrelid = 'accounts_user'::regclass AND c.relname ~ '^(cases|mase)_'"
        " AND c.relname !~ '^cases_(concern|disclosure|othername|redaction|subjectaccess)'"  # by guards of their own
        " AND a.attname ~ '(^|_)(by|author)_id$'"
    )
    assert len(found) > 50
    assert {each for each in found if each not in kept} == OTHERWISE_HELD


# By a guard of their own, or a policy; and where the portal repeats whose words they were.
OTHERWISE_HELD = {
    ("cases_caseuserobjectpermission", "granted_by_id"), ("cases_casegroupobjectpermission", "granted_by_id"),
    ("cases_peopleexport", "requested_by_id"), ("cases_peopleexport", "decided_by_id"),
    ("mase_cmogsentwords", "worded_by_id"), ("mase_cmogtextaside", "by_id"), ("mase_textsetaside", "by_id"),
}  # fmt: skip


# ------------------------------------------------------------------------------------------ a CMOG
