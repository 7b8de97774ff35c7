"""The words in which PostgreSQL is told its rules and its key."""

import hashlib
import hmac
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from cse_portal.access import row_security, server_log

SAID = b"enter|somebody|practitioner"
RULES = {"cases_case": "gate.sees_case(id)", "cases_child": "gate.sees_child(id)"}


def test_a_protected_table_shows_and_takes_only_rows_its_rule_holds_for() -> None:
    told = row_security.protect(RULES, writing={"cases_child": "false"})
    first, second = told.split("ALTER TABLE cases_child ENABLE ROW LEVEL SECURITY;")
    assert "ALTER TABLE cases_case FORCE ROW LEVEL SECURITY;" in first
    assert (
        "a_person ON cases_case TO cse_app USING (gate.sees_case(id)) WITH CHECK (gate.sees_case(id));"
        in first
    )
    assert "a_person ON cases_child FOR SELECT TO cse_app USING (gate.sees_child(id));" in second
    assert "a_person_adds ON cases_child FOR INSERT TO cse_app WITH CHECK (false);" in second
    assert (
        "a_person_changes ON cases_child FOR UPDATE TO cse_app USING ((gate.sees_child(id)) AND (false))"
        " WITH CHECK (false);" in second
    )
    assert (
        "a_person_removes ON cases_child FOR DELETE TO cse_app USING ((gate.sees_child(id)) AND (false));"
        in second
    )
    assert (
        "keeps_its_key BEFORE UPDATE OF id ON cases_child\n"
        "    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id AND gate.is_bound())\n"
        "    EXECUTE FUNCTION gate.refuse_to_move();" in second
    )
    assert "BEFORE UPDATE OF number ON audit_seal\n" in row_security.protect({"audit_seal": "false"})
    assert told.count("USING ((SELECT gate.is_system())) WITH CHECK ((SELECT gate.is_system()))") == 2
    assert "XX" not in told


def test_what_is_changed_and_removed_may_have_rules_of_its_own() -> None:
    told = row_security.protect(
        RULES, writing={"cases_child": "w"}, changing={"cases_child": "c"}, removing={"cases_child": "r"}
    )
    assert "a_person_changes ON cases_child FOR UPDATE TO cse_app USING (c) WITH CHECK (w);" in told
    assert "a_person_removes ON cases_child FOR DELETE TO cse_app USING (r);" in told
    same = row_security.protect(RULES, writing={"cases_child": "w"}, changing={"cases_child": "c"})
    assert "a_person_removes ON cases_child FOR DELETE TO cse_app USING (c);" in same


def test_a_guard_is_set_and_taken_away() -> None:
    assert "BEFORE INSERT OR UPDATE OR DELETE ON cases_case" in row_security.guard(
        {"cases_case": "guard_case"}
    )
    assert "EXECUTE FUNCTION gate.guard_case();" in row_security.guard({"cases_case": "guard_case"})
    some = row_security.guard({"cases_case": "guard_case"}, writing={"cases_case": "UPDATE OF status"})
    assert "gate_guard BEFORE UPDATE OF status ON cases_case\n" in some
    assert row_security.unguard({"cases_case": "guard_case"}) == "DROP TRIGGER gate_guard ON cases_case;\n"


def test_who_may_write_is_asked_after_the_guards_and_what_holds_a_row() -> None:
    """PostgreSQL calls the triggers of a table by their names' order."""
    told = row_security.by_right(
        {"cases_episode": "guard_work('', '', '*')"}, writing={"cases_episode": "INSERT"}
    )
    assert "written_by_right BEFORE INSERT ON cases_episode\n" in told
    assert "EXECUTE FUNCTION gate.guard_work('', '', '*');" in told
    assert "written_by_right BEFORE INSERT OR UPDATE OR DELETE ON" in row_security.by_right(
        {"cases_child": "guard_child()"}
    )
    named = row_security.in_ones_own_name({"cases_episode": "opened_by_id, closed_by_id"})
    assert "BEFORE INSERT OR UPDATE OF opened_by_id, closed_by_id ON cases_episode\n" in named
    assert "gate.refuse_another_name('opened_by_id', 'closed_by_id');" in named
    assert "NEW.opened_by_id IS DISTINCT FROM gate.user_id() OR NEW.closed_by_id IS NOT NULL" in named
    many = row_security.by_right({}, at_once={"cases_answer": "guard_answers()"})
    assert "AFTER INSERT ON cases_answer REFERENCING NEW TABLE AS added\n" in many
    assert "at_once ON cases_answer;" in row_security.by_anybody({}, at_once=["cases_answer"])
    undone = row_security.by_anybody({"cases_child": ""}) + row_security.in_any_name({"cases_child": ""})
    names = [line.split()[2] for line in undone.splitlines()]
    assert names == sorted(names) == ["written_by_right", "written_in_ones_own_name"]
    assert names[0] > "stays_where_written" > "keeps_its_key" > "gate_guard"


def test_rows_are_held_where_they_were_written() -> None:
    parents = {"mase_link": "report_id, case_id", "cases_concern": "case_id"}
    told = row_security.stay(parents, once=["cases_concern"])
    assert "BEFORE UPDATE OF report_id, case_id ON mase_link\n" in told
    assert (
        "WHEN ((OLD.report_id IS DISTINCT FROM NEW.report_id OR OLD.case_id IS DISTINCT FROM NEW.case_id)"
        " AND gate.is_bound())"
    ) in told
    assert (
        "WHEN ((OLD.case_id IS NOT NULL AND OLD.case_id IS DISTINCT FROM NEW.case_id) AND gate.is_bound())"
        " EXECUTE FUNCTION gate.refuse_to_move();"
    ) in told
    assert row_security.move_again(parents) == (
        "DROP TRIGGER stays_where_written ON mase_link;\nDROP TRIGGER stays_where_written ON cases_concern;\n"
    )


def test_the_way_back_goes_backwards() -> None:
    told = row_security.unprotect(RULES)
    assert told.index("a_person ON cases_child") < told.index("a_person ON cases_case")
    assert told.count("DROP POLICY") - told.count("DROP POLICY IF EXISTS") == 6
    assert told.count("DROP POLICY IF EXISTS a_person_") == 6
    assert told.count("DROP TRIGGER keeps_its_key ON cases_") == 2
    assert told.count("DISABLE ROW LEVEL SECURITY") == 2
    assert "XX" not in told


def test_an_unfit_database_is_refused_with_everything_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_security, "problems", lambda: ["one thing", "another"])
    with pytest.raises(row_security.UnfitDatabase) as refusal:
        row_security.refuse_unfit_database()
    assert str(refusal.value) == "This database is not fit to serve people: one thing; another."
    monkeypatch.setattr(row_security, "problems", list)
    monkeypatch.setattr(server_log, "problems", list)
    row_security.refuse_unfit_database()


class Told:
    """A connection that keeps what it was told."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, list[bytes]]] = []

    @contextmanager
    def cursor(self) -> Any:
        yield self

    def execute(self, statement: str, words: list[bytes]) -> None:
        self.statements.append((statement, words))


@pytest.mark.parametrize("length", [10, 63, 64, 65, 200])
def test_the_database_can_sign_with_the_pads_as_the_portal_signs_with_the_key(
    monkeypatch: pytest.MonkeyPatch, settings: Any, length: int
) -> None:
    settings.DATABASE_CONTEXT_KEY = "k" * length
    told = Told()
    monkeypatch.setattr(row_security, "connection", told)
    said = StringIO()
    call_command("set_context_key", stdout=said)
    assert said.getvalue() == "The database knows the key.\n"
    ((statement, (inner, outer)),) = told.statements
    assert statement == "SELECT gate.set_key(%s, %s)"
    assert (len(inner), len(outer)) == (64, 64)
    ours = hmac.new(settings.DATABASE_CONTEXT_KEY.encode(), SAID, hashlib.sha256).digest()
    assert hashlib.sha256(outer + hashlib.sha256(inner + SAID).digest()).digest() == ours
