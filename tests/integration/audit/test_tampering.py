"""Whatever somebody with the database in their hands does to the audit, the check finds it and says where."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cases.record.models.case import Case
from cse_portal.audit import sealing, sink, verification
from cse_portal.audit.models import AuditEvent, Change
from tests.integration.audit.sealed import as_an_intruder, case

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["case"]

TABLES = ("audit_auditevent", "audit_change", "audit_changedvalue", "audit_unsealed", "audit_seal")
EVENT = "(SELECT id FROM audit_auditevent WHERE detail ->> 'page' = 'page 3')"
CHANGE = "(SELECT id FROM audit_change WHERE of_table = 'cases_case' AND operation = 'INSERT')"
EDITED, REMOVED, ADDED = "was changed", "was removed", "was added"
UNSIGNED, UNLISTED = "is not signed by the portal's key", "does not list the rows it was signed for"
AN_EVENT = {
    "at": "at - interval '1 day'", "written_at": "now()", "actor_id": "(SELECT max(id::text)::uuid FROM accounts_user)",
    "agency_id": "NULL", "role": "'analyst'", "action": "'cases.listed'", "object_type": "''",
    "object_id": "gen_random_uuid()", "case_id": "NULL", "detail": "'{}'", "request_id": "gen_random_uuid()",
    "session": "'0123456789abcdef'", "network": "'203.0.113.0/24'", "id": "gen_random_uuid()",
}  # fmt: skip
A_CHANGE = {
    "at": "now()", "written_at": "now()", "actor_id": "gen_random_uuid()", "agency_id": "gen_random_uuid()",
    "role": "'analyst'", "request_id": "gen_random_uuid()", "of_table": "'cases_child'", "row_key": "'x'",
    "case_id": "NULL", "subject": "gen_random_uuid()", "operation": "'DELETE'", "columns": "'{status}'",
    "values_hash": "repeat('0', 64)",
    "id": "gen_random_uuid()",
}  # fmt: skip
A_SEAL = {
    "sealed_at": "sealed_at + 1", "rows": "rows + 1", "root": "repeat('0', 64)", "previous": "repeat('1', 64)",
    "key_id": "'0123456789abcdef'",
}  # fmt: skip


def edited(column: str) -> str:
    """A row under another key is another row."""
    return REMOVED if column == "id" else EDITED


KINDS = {
    **{f"an event's {name}": (f"UPDATE audit_auditevent SET {name} = {to} WHERE id = {EVENT}", edited(name))
       for name, to in AN_EVENT.items()},
    **{f"a change's {name}": (f"UPDATE audit_change SET {name} = {to} WHERE id = {CHANGE}", edited(name))
       for name, to in A_CHANGE.items()},
    **{f"a seal's {name}": (f"UPDATE audit_seal SET {name} = {to} WHERE number = 2", "seal 2: differs between the sink")
       for name, to in A_SEAL.items()},
    "a seal's signature": ("UPDATE audit_seal SET signature = repeat('0', 128) WHERE number = 2", "seal 2: differs"),
    "a removed event": (f"DELETE FROM audit_auditevent WHERE id = {EVENT}", REMOVED),
    "a removed change": (f"DELETE FROM audit_change WHERE id = {CHANGE}", REMOVED),
    "everything of an actor removed": ("DELETE FROM audit_auditevent WHERE actor_id IS NOT NULL", REMOVED),
    "an added event": (
        "INSERT INTO audit_auditevent SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid()))).*"
        f" FROM audit_auditevent e WHERE id = {EVENT}", ADDED),
    "two events that changed places": (
        "UPDATE audit_auditevent e SET at = o.at, written_at = o.written_at, detail = o.detail FROM audit_auditevent o"
        " WHERE e.detail ->> 'page' IN ('page 3', 'page 7') AND o.detail ->> 'page' IN ('page 3', 'page 7')"
        " AND e.id <> o.id", EDITED),
    "rows in another order": ("UPDATE audit_seal SET entries = array_reverse(entries) WHERE number = 2", UNLISTED),
    "a row taken out of its seal": (f"DELETE FROM audit_auditevent WHERE id = {EVENT};"
        "UPDATE audit_seal SET entries = entries[2:] WHERE number = 1", UNLISTED),
    "an edited row with its hash in the seal": (
        f"UPDATE audit_auditevent SET role = 'analyst' WHERE id = {EVENT};"
        "UPDATE audit_seal SET entries = array_replace(entries, entries[5], entries[6]) WHERE number = 2", UNLISTED),
    "a removed seal": ("DELETE FROM audit_seal WHERE number = 2", "seal 2: is in the sink and not in the database"),
    "the last seal removed": (
        "DELETE FROM audit_seal WHERE number = (SELECT max(number) FROM audit_seal)", "is in the sink and not in the"),
    "no seal left": ("DELETE FROM audit_seal", ADDED),
    "everything removed": (
        "DELETE FROM audit_auditevent; DELETE FROM audit_change; DELETE FROM audit_seal", "seal 1: is in the sink"),
    "a value in other words": (
        f"UPDATE audit_changedvalue SET after = '{{}}' WHERE change_id = {CHANGE}", "what it held was changed"),
    "a value with another salt": (
        f"UPDATE audit_changedvalue SET salt = '' WHERE change_id = {CHANGE}", "what it held was changed"),
    "a value taken without an erasure": (
        f"DELETE FROM audit_changedvalue WHERE change_id = {CHANGE}", "and no erasure is on record"),
}  # fmt: skip


@contextmanager
def taken_back() -> Iterator[Any]:
    """An intruder, after whom every row is as it was."""
    with as_an_intruder() as cursor:
        for table in TABLES:
            cursor.execute(f"CREATE TEMP TABLE kept_{table} AS TABLE {table}")
        try:
            yield cursor
        finally:
            for table in TABLES:
                cursor.execute(f"DELETE FROM {table}; INSERT INTO {table} TABLE kept_{table}")


def test_every_kind_of_tampering_with_the_database_is_found(case: Case) -> None:
    missed = {}
    for kind, (statement, said) in KINDS.items():
        with taken_back() as cursor:
            cursor.execute(statement)
            found = verification.problems()
        if not any(said in problem for problem in found):
            missed[kind] = found
    assert missed == {}
    assert verification.problems() == []


def test_every_column_of_a_sealed_row_is_tried() -> None:
    assert {field.column for field in AuditEvent._meta.concrete_fields} == set(AN_EVENT)
    assert {field.column for field in Change._meta.concrete_fields} == set(A_CHANGE)


def test_what_is_edited_is_named(case: Case) -> None:
    event = AuditEvent.objects.get(detail__page="page 3")
    with taken_back() as cursor:
        cursor.execute(f"UPDATE audit_auditevent SET role = 'analyst' WHERE id = {EVENT}")
        assert verification.problems() == [f"row {event.pk}: was changed"]


def test_a_row_that_waits_for_its_seal_and_is_removed_is_found_before_and_after_sealing(case: Case) -> None:
    with as_an_intruder() as cursor:
        cursor.execute("INSERT INTO audit_unsealed VALUES ('00000000-0000-4000-8000-000000000001', now())")
    said = "row 00000000-0000-4000-8000-000000000001: was removed"
    assert verification.problems() == [said]
    sealing.seal_all()
    assert verification.problems() == [said]


def other_key(lines: list[str]) -> list[str]:
    """The same chain, signed with a key of somebody's own."""
    key = Ed25519PrivateKey.generate()
    said = [json.loads(line) for line in lines]
    return [json.dumps({**each, "signature": key.sign(b"x").hex()}) for each in said]


SINKS = {
    "a line removed": (lambda lines: [lines[0], *lines[2:]], "seal 2: is in the database and not in the sink"),
    "a line cut off": (lambda lines: [lines[0], lines[1][:40], *lines[2:]], "line 2 of "),
    "a line of no seal": (lambda lines: [*lines, '{"number": 1}'], ": is no seal"),
    "another seal of the same number": (
        lambda lines: [*lines, lines[0].replace('"rows": 30', '"rows": 29')], ": is another seal 1"),
    "signed with another key": (other_key, UNSIGNED),
    "a seal more": (
        lambda lines: [*lines, lines[0].replace('"number": 1', '"number": 99')], "seal 99: is in the sink and not"),
}  # fmt: skip


def test_every_kind_of_tampering_with_the_sink_is_found(case: Case) -> None:
    (file,) = sink.files()
    lines, missed = file.read_text().splitlines(), {}
    for kind, (tamper, said) in SINKS.items():
        file.write_text("".join(f"{line}\n" for line in tamper(lines)))
        found = verification.problems()
        if not any(said in problem for problem in found):
            missed[kind] = found
    assert missed == {}


def test_a_key_that_the_settings_no_longer_name_signs_nothing(case: Case, settings: Any) -> None:
    old = sealing.signing_key().public_key().public_bytes_raw().hex()
    settings.AUDIT_SIGNING_KEY = "ab" * 32
    assert all(UNSIGNED in problem for problem in verification.problems())
    settings.AUDIT_PUBLIC_KEYS = [old]
    assert verification.problems() == []


def test_the_sink_that_is_lost_is_filled_again_from_the_database(case: Case) -> None:
    (file,) = sink.files()
    lines = file.read_text()
    Path(file).unlink()
    sealing.seal_all()
    assert sink.files()[0].read_text() == lines
    assert verification.problems() == []
