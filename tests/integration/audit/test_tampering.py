"""Whatever somebody with the database in their hands does to the audit is found, and where."""

import datetime as dt
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from cases.models import Case
from cse_portal.audit import canon, sealing, sink, values, verification
from cse_portal.audit.models import AuditEvent, Change
from cse_portal.audit.standalone import PURPOSE, Seal, key_id
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.integration.audit.sealed import as_an_intruder, look, seal_everything, some_history

pytestmark = pytest.mark.django_db(transaction=True)

_sound: list[Case] = []
REHASH_EVENT = f"UPDATE audit_auditevent r SET row_hash = {canon.row_hash(canon.EVENT)} WHERE id = '{{id}}'"
REHASH_CHANGE = f"UPDATE audit_change r SET row_hash = {canon.row_hash(canon.CHANGE)} WHERE id = '{{id}}'"
UUID = "'00000000-0000-7000-8000-000000000001'"
INVENTED = (
    "CREATE TEMP TABLE invented AS SELECT * FROM {table} WHERE id = '{row}'; UPDATE invented SET {words};"
    "INSERT INTO {table} SELECT * FROM invented; DROP TABLE invented;"
)
# An erasure of every change there is, as though the system had said so in a transaction that is still to come.
ERASURE = INVENTED.format(
    table="audit_auditevent", row="{event}",
    words=f"id = {UUID}, txid = '9000000000000000000', at = '2100-01-01', action = 'audit.values_erased',"
    " witness = 'system', actor_id = NULL, agency_id = NULL, role = '', case_id = NULL,"
    """ detail = '{{"records": [], "keys": 1, "changes": "{{[1,1000000000)}}"}}'""",
) + REHASH_EVENT.format(id=UUID.strip("'"))  # fmt: skip
EVENT_EDITS = {
    "at": "at - interval '1 day'",
    "written_at": "written_at - interval '1 day'",
    "actor_id": "(SELECT user_id FROM accounts_membership WHERE role = 'privacy_officer')",
    "agency_id": "(SELECT id FROM accounts_agency WHERE code = 'health')",
    "role": "'analyst'",
    "witness": "'nobody'",
    "action": "'cases.listed'",
    "object_type": "'cases.Child'",
    "object_id": UUID,
    "case_id": UUID,
    "detail": "'{}'",
    "request_id": UUID,
    "txid": "'3'",
    "id": UUID,
    "row_hash": "sha256('x')",
}
CHANGE_EDITS = {
    "at": "at - interval '1 day'",
    "written_at": "written_at - interval '1 day'",
    "actor_id": UUID,
    "agency_id": UUID,
    "role": "'analyst'",
    "witness": "'nobody'",
    "request_id": UUID,
    "of_table": "'cases_child'",
    "row_key": "'7'",
    "case_id": UUID,
    "operation": "'DELETE'",
    "columns": "'{version}'",
    "values_hash": "sha256('x')",
    "row_state": "sha256('x')",
    "txid": "'3'",
    "id": "1000000",
    "row_hash": "sha256('x')",
}


@pytest.fixture
def case(cast: Cast, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case with a sealed history in which nothing is wrong."""
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")  # type: ignore[attr-defined]
    case = some_history(cast, monkeypatch)
    if not _sound:
        assert found() == []
        _sound.append(case)  # a history is made in the same way for every test
    return case


@pytest.fixture
def intruder(case: Case) -> Iterator[Cursor]:
    """Somebody with every right over the database."""
    with as_an_intruder() as cursor:
        yield cursor


def found(*, with_values: bool = True) -> list[str]:
    """What the check says."""
    return [str(each) for each in verification.problems(with_values=with_values)]


def an_event() -> AuditEvent:
    return AuditEvent.objects.order_by("txid", "id")[10]


def a_change() -> Change:
    return Change.objects.filter(case_id__isnull=False).order_by("txid", "id")[10]


# --------------------------------------------------------------------------------------------------- rows of the audit


@pytest.mark.parametrize("column", EVENT_EDITS)
def test_an_edited_event_is_found_and_named(intruder: Cursor, column: str) -> None:
    """As it is left, and when its hash is made to fit."""
    row = str(an_event().pk)
    intruder.execute(f"UPDATE audit_auditevent SET {column} = {EVENT_EDITS[column]} WHERE id = '{row}'")
    now = EVENT_EDITS["id"].strip("'") if column == "id" else row
    assert any(now in problem or row in problem for problem in found())
    if column != "row_hash":
        intruder.execute(REHASH_EVENT.format(id=now))
        assert any(now in problem or row in problem for problem in found())


def test_what_several_connections_find_is_what_one_finds(
    intruder: Cursor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many seals are recomputed side by side: in a transaction, which others do not see into, by one connection."""
    for table, row in (("audit_auditevent", an_event()), ("audit_change", a_change())):
        intruder.execute(f"UPDATE {table} SET role = 'analyst' WHERE id = '{row.pk}'")
    alone, asked_by = found(), set[int]()
    assert len(alone) == 2
    ask = verification._ask

    def noted(*said: Any) -> list[tuple[Any, ...]]:
        asked_by.add(threading.get_ident())
        return ask(*said)

    monkeypatch.setattr(verification, "CHUNK", 1)
    monkeypatch.setattr(verification, "_ask", noted)
    assert found() == alone
    assert len(asked_by) > 1
    asked_by.clear()
    with transaction.atomic():
        assert found() == alone
    assert asked_by == {threading.get_ident()}


@pytest.mark.parametrize("column", CHANGE_EDITS)
def test_an_edited_change_is_found_and_named(intruder: Cursor, column: str) -> None:
    """As it is left, and when its hash is made to fit."""
    row = str(a_change().pk)
    intruder.execute(f"UPDATE audit_change SET {column} = {CHANGE_EDITS[column]} WHERE id = '{row}'")
    now = CHANGE_EDITS["id"] if column == "id" else row
    assert any(f"change {now}" in problem or f"change {row}" in problem for problem in found())
    if column != "row_hash":
        intruder.execute(REHASH_CHANGE.format(id=now))
        assert any(f"change {now}" in problem or f"change {row}" in problem for problem in found())


ROWS: dict[str, tuple[str, str]] = {
    "one event removed": ("DELETE FROM audit_auditevent WHERE id = '{event}'", "is missing"),
    "the first event removed": ("DELETE FROM audit_auditevent WHERE id = '{first}'", "row 1 of"),
    "one change removed": ("DELETE FROM audit_change WHERE id = {change}", "is missing"),
    "all events of somebody removed": (
        "DELETE FROM audit_auditevent WHERE actor_id = '{actor}'", "is missing",
    ),
    "every event removed": ("DELETE FROM audit_auditevent", "is missing"),
    "events emptied by TRUNCATE": ("TRUNCATE audit_auditevent CASCADE", "is missing"),
    "changes emptied by TRUNCATE": ("TRUNCATE audit_change", "is missing"),
    "an event copied into the past": (
        "INSERT INTO audit_auditevent SELECT " + UUID + ", txid, at, written_at, action, role, witness, object_type,"
        " object_id, case_id, detail, request_id, row_hash, actor_id, agency_id FROM audit_auditevent"
        " WHERE id = '{event}'",
        UUID.strip("'"),
    ),
    "two events exchange their acts": (
        "UPDATE audit_auditevent a SET detail = b.detail FROM audit_auditevent b WHERE a.id IN ('{event}', '{next}')"
        " AND b.id IN ('{event}', '{next}') AND a.id <> b.id",
        "{event}",
    ),
    "two events exchange their places": (
        "UPDATE audit_auditevent a SET txid = b.txid FROM audit_auditevent b WHERE a.id IN ('{event}', '{next}')"
        " AND b.id IN ('{event}', '{next}') AND a.id <> b.id",
        "{event}",
    ),
    "events of two batches exchange their places": (
        "UPDATE audit_auditevent a SET txid = b.txid FROM audit_auditevent b WHERE a.id IN ('{event}', '{last}')"
        " AND b.id IN ('{event}', '{last}') AND a.id <> b.id",
        "{last}",
    ),
    "an event moved to the end of time": (
        "UPDATE audit_auditevent SET txid = '99999999' WHERE id = '{event}'", "is missing",
    ),
    "an event of a transaction that is still to come": (
        INVENTED.format(
            table="audit_auditevent", row="{event}", words=f"id = {UUID}, txid = '9000000000000000', written_at = now()"
        ) + REHASH_EVENT.format(id=UUID.strip("'")),
        "unsealed event 00000000-0000-7000-8000-000000000001: is of a time that is still to come",
    ),
    "a change of a transaction that is still to come": (
        INVENTED.format(
            table="audit_change", row="{change}",
            words="id = 1000000, txid = '9000000000000000', written_at = '2999-01-01'",
        ) + REHASH_CHANGE.format(id=1_000_000),
        "unsealed change 1000000: is of a time that is still to come",
    ),
    "an event of a day that is still to come": (
        INVENTED.format(
            table="audit_auditevent", row="{event}",
            words=f"id = {UUID}, txid = pg_current_xact_id(), written_at = '2999-01-01'",
        ) + REHASH_EVENT.format(id=UUID.strip("'")),
        "unsealed event 00000000-0000-7000-8000-000000000001: is of a time that is still to come",
    ),
    "changes counted anew": ("UPDATE audit_change SET id = id + 1000000", "is not as it was sealed"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_rows_removed_added_or_moved_are_found(intruder: Cursor, kind: str) -> None:
    statement, expected = ROWS[kind]
    events = list(AuditEvent.objects.order_by("txid", "id").values_list("pk", flat=True))
    names = {
        "event": events[10], "next": events[11], "first": events[0], "last": events[-1],
        "change": a_change().pk, "actor": an_event().actor_id,
    }  # fmt: skip
    for each in ("audit_auditevent",):
        intruder.execute(column_order(each, statement).format(**names))
    assert any(expected.format(**names) in problem for problem in found())


def column_order(table: str, statement: str) -> str:
    """A copy of a row names its columns in the table's own order."""
    if not statement.startswith("INSERT"):
        return statement
    columns = [field.column for field in AuditEvent._meta.fields]
    chosen = ", ".join(UUID if column == "id" else column for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table} WHERE id = '{{event}}'"


# ------------------------------------------------------------------------------------------------ seals and the sink

SEAL_EDITS = {
    "sealed_at": "sealed_at - interval '1 day'",
    "first_txid": "'3'",
    "first_id": "'7'",
    "last_txid": "'3'",
    "last_id": "'7'",
    "rows": "rows - 1",
    "root": "sha256('x')",
    "marks": "'x'",
    "previous": "sha256('x')",
    "digest": "sha256('x')",
    "key_id": "'another'",
    "signature": "'x'",
    "stream": "CASE stream WHEN 'event' THEN 'change' ELSE 'event' END",
    "number": "number + 100",
}


@pytest.mark.parametrize("column", SEAL_EDITS)
def test_an_edited_seal_is_found(intruder: Cursor, column: str) -> None:
    intruder.execute(f"UPDATE audit_seal SET {column} = {SEAL_EDITS[column]} WHERE number = 2")
    assert any(problem.startswith("seal 2:") for problem in found())


@pytest.mark.parametrize("which", ["= 1", "= 2", "= (SELECT max(number) FROM audit_seal)", "> 0"])
def test_a_removed_seal_is_found(intruder: Cursor, which: str) -> None:
    intruder.execute(f"DELETE FROM audit_seal WHERE number {which}")
    assert any("is in the sink and not in the database" in problem for problem in found())


def lines() -> list[str]:
    """The sink's, of its only file."""
    return path().read_text().splitlines()


def path() -> Path:
    return sorted(sink.folder().glob("seals-*.jsonl"))[-1]


def changed(line: str, **words: object) -> str:
    return json.dumps({**json.loads(line), **words}, separators=(",", ":"))


# What somebody makes of the sink's lines, and which of so many seals the check then names, and no other.
SINKS: dict[str, tuple[Callable[[list[str]], list[str]], Callable[[int], set[int]]]] = {
    "its end cut off": (lambda kept: kept[:-1], lambda last: {last}),
    "its beginning cut off": (lambda kept: kept[1:], lambda last: {1}),
    "a line taken out": (lambda kept: [kept[0], *kept[2:]], lambda last: {2}),
    "emptied": (lambda kept: [], lambda last: set(range(1, last + 1))),
    "two lines exchanged": (lambda kept: [kept[1], kept[0], *kept[2:]], lambda last: {1}),
    "a root changed": (lambda kept: [changed(kept[0], root="0" * 64), *kept[1:]], lambda last: {1}),
    "a count changed": (lambda kept: [changed(kept[0], rows=3), *kept[1:]], lambda last: {1}),
    "marks changed": (lambda kept: [changed(kept[0], marks=""), *kept[1:]], lambda last: {1}),
    "a moment changed": (lambda kept: [changed(kept[0], sealed_at=0), *kept[1:]], lambda last: {1}),
    "a signature exchanged": (
        lambda kept: [changed(kept[0], signature=json.loads(kept[1])["signature"]), *kept[1:]], lambda last: {1},
    ),
    "a line repeated": (
        lambda kept: [*kept, changed(kept[-1], number=len(kept) + 1)], lambda last: {last + 1},
    ),
    "the last line twice": (lambda kept: [*kept, kept[-1]], lambda last: {last}),
    "a line cut off at the end": (lambda kept: [*kept, kept[-1][:50]], lambda last: set()),
    "a line cut off in the middle": (lambda kept: [kept[0], kept[1][:50], *kept[2:]], lambda last: {2}),
    "a word that is no seal": (lambda kept: ["x", *kept], lambda last: set()),
}  # fmt: skip


UNREAD = {
    "a line cut off at the end": 1,
    "a line cut off in the middle": 1,
    "a word that is no seal": 1,
}


@pytest.mark.parametrize("kind", SINKS)
def test_a_changed_sink_is_found(case: Case, kind: str) -> None:
    change, named = SINKS[kind]
    kept = lines()
    path().write_text("".join(f"{line}\n" for line in change(kept)))
    problems = found()
    unread = [problem for problem in problems if problem.endswith(f" of {path().name}: is no seal")]
    seals = [re.match(r"seal (\d+)", problem) for problem in problems if problem not in unread]
    assert {int(seal[1]) for seal in seals if seal} == named(len(kept))
    assert all(seals)
    assert len(unread) == UNREAD.get(kind, 0)


def test_words_put_in_the_sink_that_no_row_is_called_are_found(case: Case) -> None:
    """A change is called by a number, so its seal's line is none; an event's is a line, of a row that is not."""
    kept = lines()
    path().write_text("".join(f"{changed(line, last_id='x')}\n" for line in kept))
    problems = found()
    unread = [problem for problem in problems if problem.endswith(f" of {path().name}: is no seal")]
    assert len(unread) == sum(json.loads(line)["stream"] == "change" for line in kept) > 0
    assert all(
        any(each.startswith(f"seal {number}:") for each in problems) for number in range(1, len(kept) + 1)
    )


def test_a_line_that_was_cut_off_hides_nothing_and_stops_no_sealing(
    cast: Cast, case: Case, intruder: Cursor
) -> None:
    """The power failed, or the disk was full, as the sealer wrote: the next seal begins on a line of its own."""
    whole = path().read_text()
    path().write_text(whole + '{"number":99,"stre')
    look(cast, case, "after the power came back")
    assert seal_everything() > 0
    cut = len(whole.splitlines()) + 1
    assert found() == [f"line {cut} of {path().name}: is no seal"]
    row = an_event().pk
    intruder.execute(f"UPDATE audit_auditevent SET role = 'analyst' WHERE id = '{row}'")
    assert [str(row) in problem for problem in found()] == [False, True]


def test_a_clock_put_back_over_the_end_of_a_month_stops_no_sealing(cast: Cast, case: Case) -> None:
    newest = max(timezone.now(), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)).year + 1
    with time_machine.travel(dt.datetime(newest, 2, 1, 0, 0, 1, tzinfo=dt.UTC), tick=True):
        look(cast, case, "ahead")
        assert seal_everything() > 0
    with time_machine.travel(dt.datetime(newest, 1, 31, 12, 59, 50, tzinfo=dt.UTC), tick=True):
        for page in ("put right", "and then", "and then again"):
            look(cast, case, page)
            assert seal_everything() > 0
    assert path().name == f"seals-{newest}-02.jsonl"
    assert [problem for problem in found() if problem.startswith(("seal", "line"))] == []


def test_a_line_that_stands_twice_is_said_to(case: Case) -> None:
    kept = lines()
    path().write_text("".join(f"{line}\n" for line in [*kept, kept[-1]]))
    last = len(kept)
    assert f"seal {last}: stands behind seal {last} in the sink" in found()


def test_a_seal_that_only_the_database_has_goes_on_in_the_chain(case: Case) -> None:
    """The sink lost its last line: that is all there is to say, for the database's seal takes its place."""
    kept = lines()
    path().write_text("".join(f"{line}\n" for line in kept[:-1]))
    assert found() == [f"seal {len(kept)}: is in the database and not in the sink"]


def test_a_changed_seal_is_said_to_differ(intruder: Cursor) -> None:
    intruder.execute("UPDATE audit_seal SET rows = rows + 1 WHERE number = 1")
    assert found() == ["seal 1: differs between the sink and the database"]


def test_a_changed_row_is_named_once_wherever_its_batch_stands(intruder: Cursor) -> None:
    newest = AuditEvent.objects.order_by("-txid", "-id")[0]
    intruder.execute(f"UPDATE audit_auditevent SET witness = 'nobody' WHERE id = '{newest.pk}'")
    assert [str(newest.pk) in problem for problem in found()] == [True]


def test_rows_that_wait_for_their_seal_are_looked_at_and_sealed_ones_do_not_wait(
    cast: Cast, case: Case, intruder: Cursor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "SETTLING", -dt.timedelta(minutes=5))
    assert found() == []
    look(cast, case, "after the last seal")
    new = AuditEvent.objects.order_by("-txid", "-id")[0].pk
    assert found() == [f"unsealed event {new}: has waited more than five minutes for its seal"]
    intruder.execute(f"UPDATE audit_auditevent SET witness = 'nobody' WHERE id = '{new}'")
    assert found() == [f"unsealed event {new}: its hash was changed"]


def test_a_check_within_a_transaction_of_its_own_calls_no_row_of_it_ahead(cast: Cast, case: Case) -> None:
    with transaction.atomic():
        look(cast, case, "in the same transaction")
        assert found() == []


class NoLuck(Random):
    """A lot that draws nothing: the smallest number there is is no less than none."""

    def random(self) -> float:
        return 0.0


def test_what_was_sealed_since_a_moment_is_looked_at_from_that_very_moment(intruder: Cursor) -> None:
    """The hourly check; of what was sealed before, a share that is drawn by lot."""
    row = str(an_event().pk)
    seal = next(each for each in sink.every_seal()[0] if each.stream == "event")
    intruder.execute(f"UPDATE audit_auditevent SET role = 'analyst' WHERE id = '{row}'")
    sealed = dt.datetime.fromtimestamp(0, tz=dt.UTC) + dt.timedelta(microseconds=seal.sealed_at)

    def told(since: dt.datetime, share: float = 0.0) -> bool:
        problems = verification.problems(since=since, share=share, chance=NoLuck())
        return any(row in str(each) for each in problems)

    assert told(sealed)
    assert not told(sealed + dt.timedelta(minutes=1))
    assert told(sealed + dt.timedelta(minutes=1), share=0.01)


def test_a_lost_sink_is_found_and_nothing_more_is_sealed(cast: Cast, case: Case) -> None:
    path().unlink()
    assert any("is in the database and not in the sink" in problem for problem in found())
    look(cast, case, "after")
    with pytest.raises(sealing.SinkDisagrees):
        sealing.seal_all()


def test_an_emptied_sink_is_found_and_nothing_more_is_sealed(cast: Cast, case: Case) -> None:
    path().write_text("")
    assert any("is in the database and not in the sink" in problem for problem in found())
    look(cast, case, "after")
    with pytest.raises(sealing.SinkDisagrees):
        sealing.seal_all()


def test_seals_signed_anew_with_another_key_are_found(
    intruder: Cursor, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An intruder who rewrites an event, every seal after it and the sink lacks the one thing: the portal's key."""
    honest = sealing.public_keys()
    forger = Ed25519PrivateKey.generate()
    intruder.execute(f"UPDATE audit_auditevent SET role = 'analyst' WHERE id = '{an_event().pk}'")
    intruder.execute(REHASH_EVENT.format(id=an_event().pk))
    intruder.execute("DELETE FROM audit_seal")
    path().unlink()
    settings.AUDIT_SIGNING_KEY = forger.private_bytes_raw().hex()  # type: ignore[attr-defined]
    seal_everything()
    assert found() == []  # for whoever believes the forger's key
    monkeypatch.setattr(sealing, "public_keys", lambda: honest)
    assert any("is not signed by the portal's key" in problem for problem in found())


def test_a_seal_slipped_into_the_sink_by_somebody_without_the_key_is_not_taken_up(case: Case) -> None:
    last = sink.last_seal()
    assert last is not None
    forger = Ed25519PrivateKey.generate()
    forged = replace(last, number=last.number + 1, previous=last.digest, key_id=key_id(forger.public_key()))
    forged = replace(forged, digest=forged.computed_digest())
    signed(forged, forger)
    with pytest.raises(sealing.SinkDisagrees):
        sealing.seal_all()


def signed(seal: Seal, key: Ed25519PrivateKey) -> None:
    """Written at the sink's end, as the sealer does."""
    sink.append(replace(seal, signature=key.sign(PURPOSE + bytes.fromhex(seal.digest)).hex()), "2026-01")


def dumped(intruder: Cursor) -> dict[str, str]:
    """Every row of every table, as a dump of the database holds them."""
    intruder.execute(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    dump = {}
    for (table,) in intruder.fetchall():
        rows = io.StringIO()
        intruder.copy_expert(f"COPY {table} TO STDOUT", rows)
        dump[table] = rows.getvalue()
    return dump


def restored(intruder: Cursor, dump: dict[str, str]) -> None:
    """As pg_restore does with a dump's data: no table keeps what it had, and no trigger sees what comes."""
    intruder.execute(f"TRUNCATE {', '.join(dump)}")
    for table, rows in dump.items():
        intruder.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(rows))


def test_a_dump_that_is_restored_at_once_is_no_tampering(case: Case, intruder: Cursor) -> None:
    restored(intruder, dumped(intruder))
    assert found() == []


def test_a_database_restored_from_before_is_found(cast: Cast, case: Case, intruder: Cursor) -> None:
    """The whole database is as it was yesterday: today's rows and seals are gone from it, and from nowhere else."""
    seals, yesterday = len(lines()), dumped(intruder)
    look(cast, case, "today")
    Case.objects.filter(pk=case.pk).update(next_review_on=dt.date(2026, 1, 1))
    lost = [str(AuditEvent.objects.order_by("-txid", "-id")[0].pk), str(Change.objects.latest("id").pk)]
    seal_everything()
    today = len(lines())
    assert (today > seals, found()) == (True, [])
    restored(intruder, yesterday)
    assert not AuditEvent.objects.filter(pk=lost[0]).exists()
    told = found()
    for number in range(seals + 1, today + 1):
        assert f"seal {number}: is in the sink and not in the database" in told
    assert all(int(problem.removeprefix("seal ").split(":")[0].split(",")[0]) > seals for problem in told)
    with pytest.raises(sealing.SinkDisagrees):
        sealing.seal_all()


# ------------------------------------------------------------------------------------------ past the triggers

PAST: dict[str, tuple[str, str]] = {
    "a child's name changed unseen": (
        "UPDATE cases_child SET family_name = 'Other'", "table cases_child, row {child}: was changed unnoted",
    ),
    "a grant slipped in unseen": (
        "INSERT INTO cases_casegroupobjectpermission (source, reason, lawful_basis, granted_at, content_object_id,"
        " group_id, permission_id, granted_by_id) SELECT 'share', 'x', 'x', now(), content_object_id,"
        " (SELECT max(id) FROM auth_group), permission_id, granted_by_id FROM cases_casegroupobjectpermission LIMIT 1",
        "was added unnoted",
    ),
    "a grant taken away unseen": (
        "DELETE FROM cases_casegroupobjectpermission WHERE id = (SELECT min(id) FROM cases_casegroupobjectpermission)",
        "was removed unnoted",
    ),
    "a person's role changed unseen": (
        "UPDATE accounts_membership SET role = 'team_manager' WHERE role = 'analyst'", "was changed unnoted",
    ),
    "a reason put in other words unseen": ("UPDATE audit_reason SET words = 'x'", "was changed unnoted"),
    "a reason taken away unseen": ("DELETE FROM audit_reason", "was removed unnoted"),
    "a reason added unseen": (
        "INSERT INTO audit_reason (id, words) SELECT id, 'x' FROM audit_auditevent"
        " WHERE id NOT IN (SELECT id FROM audit_reason) LIMIT 1",
        "was added unnoted",
    ),
    "a password changed unseen": (
        "UPDATE accounts_user SET password = 'x' WHERE email LIKE 'manager%'", "was changed unnoted",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAST)
def test_a_row_written_past_its_trigger_is_found(case: Case, intruder: Cursor, kind: str) -> None:
    statement, expected = PAST[kind]
    intruder.execute(statement)
    assert any(expected.format(child=case.child_id) in problem for problem in found())
    assert any(expected.format(child=case.child_id) in problem for problem in found(with_values=False))


# What an intruder does to what is kept of the last change of a row, so that the row is compared with nothing.
HIDING = {
    "its salt taken away": "UPDATE audit.payload SET salt = NULL WHERE change_id IN {last}",
    "all that is kept of it taken away": "DELETE FROM audit.payload WHERE change_id IN {last}",
    "said to be of a record that was erased": (
        "UPDATE audit.payload SET salt = NULL, subject = '{erased}' WHERE change_id IN {last}"
    ),
    "its salt taken away, and an erasure planted of a transaction that is still to come": (
        f"UPDATE audit.payload SET salt = NULL WHERE change_id IN {{last}}; {ERASURE}"
    ),
}


@pytest.mark.parametrize("hiding", HIDING)
@pytest.mark.parametrize("kind", PAST)
def test_a_row_written_past_its_trigger_is_found_without_what_is_kept_of_it(
    case: Case, intruder: Cursor, kind: str, hiding: str
) -> None:
    """By the check that opens no values, and by name of table and row; a record was erased lawfully the day before."""
    erased = new_key()
    values.erase([erased])
    seal_everything()
    statement, expected = PAST[kind]
    table = re.search(r"(?:UPDATE|INTO|FROM) (\w+)", statement)[1]  # type: ignore[index]
    last = f"(SELECT max(id) FROM audit_change WHERE of_table = '{table}' GROUP BY row_key)"
    intruder.execute(statement)
    intruder.execute(HIDING[hiding].format(last=last, erased=erased, event=an_event().pk))
    said = expected.replace("was changed unnoted", verification.UNSALTED).format(child=case.child_id)
    told = found(with_values=False)
    assert any(each.startswith(f"table {table}, row ") and said in each for each in told), told


REFERENCE: dict[str, tuple[str, str]] = {
    "reference_scoringprofile": (
        "UPDATE reference_scoringprofile SET thresholds = '{}' WHERE id = (SELECT min(id::text)::uuid"
        " FROM reference_scoringprofile)", "changed",
    ),
    "reference_retentionrule": (
        "UPDATE reference_retentionrule SET valid_to = valid_from + 1 WHERE id = (SELECT min(id::text)::uuid"
        " FROM reference_retentionrule)", "changed",
    ),
    "reference_clockrule": (
        "DELETE FROM reference_clockrule WHERE id = (SELECT min(id::text)::uuid FROM reference_clockrule)", "removed",
    ),
    "reference_codelist": (
        "INSERT INTO reference_codelist SELECT 'x', name, description, source FROM reference_codelist LIMIT 1",
        "added",
    ),
}  # fmt: skip


@pytest.mark.parametrize("table", REFERENCE)
def test_reference_data_that_are_not_the_releases_are_found(case: Case, intruder: Cursor, table: str) -> None:
    statement, what = REFERENCE[table]
    intruder.execute(f"CREATE TEMP TABLE shipped AS SELECT * FROM {table}")
    try:
        intruder.execute(statement)
        [problem] = found()
    finally:
        intruder.execute(f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM shipped")
    assert problem.startswith(f"table {table}, row ")
    assert problem.endswith(f"was {what}: it is not what this release ships")
    assert found() == []


CATALOGUE: dict[str, tuple[str, str, str]] = {
    "a change trigger disabled": (
        "ALTER TABLE cases_child DISABLE TRIGGER audit_change",
        "ALTER TABLE cases_child ENABLE TRIGGER audit_change",
        "table cases_child: its trigger audit_change is disabled",
    ),
    "every trigger of a table disabled": (
        "ALTER TABLE mase_decision DISABLE TRIGGER ALL",
        "ALTER TABLE mase_decision ENABLE TRIGGER ALL",
        "table mase_decision: its trigger audit_change is disabled",
    ),
    "the append-only trigger disabled": (
        "ALTER TABLE audit_auditevent DISABLE TRIGGER audit_append_only",
        "ALTER TABLE audit_auditevent ENABLE TRIGGER audit_append_only",
        "table audit_auditevent: its trigger audit_append_only is disabled",
    ),
    "a trigger renamed": (
        "ALTER TRIGGER audit_change ON cases_case RENAME TO other",
        "ALTER TRIGGER other ON cases_case RENAME TO audit_change",
        "table cases_case: its trigger audit_change is missing",
    ),
    "a trigger that fires only for replicas": (
        "ALTER TABLE cases_child ENABLE REPLICA TRIGGER audit_change",
        "ALTER TABLE cases_child ENABLE TRIGGER audit_change",
        "table cases_child: its trigger audit_change is disabled",
    ),
    "a function that notes nothing": (
        "ALTER FUNCTION audit.changed_cases_child() RENAME TO kept;"
        "CREATE FUNCTION audit.changed_cases_child() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "DROP FUNCTION audit.changed_cases_child(); ALTER FUNCTION audit.kept() RENAME TO changed_cases_child",
        "function audit.changed_cases_child(): is not as it was made",
    ),
    "a trigger that swallows somebody's acts": (
        "CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        "CREATE TRIGGER a_swallow BEFORE INSERT ON audit_auditevent FOR EACH ROW"
        " WHEN (NEW.action = 'cases.viewed') EXECUTE FUNCTION public.swallow()",
        "DROP TRIGGER a_swallow ON audit_auditevent; DROP FUNCTION public.swallow()",
        "table audit_auditevent: the trigger a_swallow is not this release's",
    ),
    "a trigger on what rows held": (
        "CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        "CREATE TRIGGER a_swallow BEFORE DELETE ON audit.payload FOR EACH ROW EXECUTE FUNCTION public.swallow()",
        "DROP TRIGGER a_swallow ON audit.payload; DROP FUNCTION public.swallow()",
        "function public.swallow(): is not this release's",
    ),
    "everybody made the system": (
        "CREATE OR REPLACE FUNCTION gate.is_system() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'",
        "{gate.is_system()}",
        "function gate.is_system(): is not as it was made",
    ),
    "somebody else's name for every act": (
        "ALTER FUNCTION gate.me() RENAME TO kept;"
        "CREATE FUNCTION gate.me() RETURNS gate.person LANGUAGE sql STABLE AS 'SELECT gate.kept()'",
        "DROP FUNCTION gate.me(); ALTER FUNCTION gate.kept() RENAME TO me",
        "function gate.me(): is not as it was made",
    ),
    "a function of the same name before another": (
        "CREATE FUNCTION gate.opens(permission varchar) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'",
        "DROP FUNCTION gate.opens(varchar)",
        "function gate.opens(permission character varying): is not this release's",
    ),
    "a function that looks elsewhere for its tables": (
        "ALTER FUNCTION audit.fresh_values(integer) SET search_path = pg_temp, public",
        "{audit.fresh_values(integer)}",
        "function audit.fresh_values(up_to integer): is not as it was made",
    ),
    "a function run with its caller's rights": (
        "ALTER FUNCTION audit.destroy_keys(uuid[]) SECURITY INVOKER",
        "ALTER FUNCTION audit.destroy_keys(uuid[]) SECURITY DEFINER",
        "function audit.destroy_keys(subjects uuid[], OUT destroyed integer, OUT emptied int8multirange):"
        " is not as it was made",
    ),
    "a function of somebody else's": (
        "ALTER FUNCTION audit.witness(gate.person) OWNER TO CURRENT_USER",
        "ALTER FUNCTION audit.witness(gate.person) OWNER TO cse_owner",
        "function audit.witness(me gate.person): is not as it was made",
    ),
    "a function of the triggers' given to everybody": (
        "GRANT EXECUTE ON FUNCTION audit.changed_cases_case() TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION audit.changed_cases_case() FROM PUBLIC",
        "function audit.changed_cases_case(): is not as it was made",
    ),
    "a policy and its note changed": (
        "CREATE POLICY more ON cases_case USING (true); SELECT gate.note_policies('cases_case')",
        "DROP POLICY more ON cases_case; SELECT gate.note_policies('cases_case')",
        "policies of cases_case: is not as it was made",
    ),
    "a right given to the application": (
        "GRANT UPDATE ON audit_auditevent TO cse_app",
        "REVOKE UPDATE ON audit_auditevent FROM cse_app",
        "table audit_auditevent: the application may UPDATE its rows",
    ),
    "sight of what rows held given to the application": (
        "GRANT SELECT ON audit.payload TO cse_app",
        "REVOKE SELECT ON audit.payload FROM cse_app",
        "table audit.payload: the application may read it",
    ),
    "row-level security of the audit off": (
        "ALTER TABLE audit_change DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE audit_change ENABLE ROW LEVEL SECURITY",
        "table audit_change: its row-level security is off",
    ),
    "a rule that swallows rows": (
        "CREATE RULE swallow AS ON INSERT TO audit_change DO INSTEAD NOTHING",
        "DROP RULE swallow ON audit_change",
        "table audit_change: the rule swallow stands between a statement and its rows",
    ),
}


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_database_that_no_longer_notes_everything_is_found(case: Case, intruder: Cursor, kind: str) -> None:
    damage, repair, expected = CATALOGUE[kind]
    if repair.startswith("{"):
        intruder.execute("SELECT pg_get_functiondef(%s::regprocedure)", [repair.strip("{}")])
        [(repair,)] = intruder.fetchall()
    intruder.execute(damage)
    try:
        assert expected in found()
    finally:
        intruder.execute(repair)
    assert found() == []


SWALLOWED: dict[str, Callable[[Cast, Case], object]] = {
    "audit_auditevent": lambda cast, case: look(cast, case, "unseen"),
    "audit_change": lambda cast, case: Case.objects.filter(pk=case.pk).update(
        next_review_on=dt.date(2026, 1, 1)
    ),
}


@pytest.mark.parametrize("table", SWALLOWED)
def test_an_act_whose_event_is_swallowed_does_not_happen(
    cast: Cast, case: Case, intruder: Cursor, table: str
) -> None:
    intruder.execute(
        "CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        f"CREATE TRIGGER a_swallow BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION public.swallow()"
    )
    try:
        with pytest.raises(DatabaseError, match=r"was not (written|noted)"):
            SWALLOWED[table](cast, case)
    finally:
        intruder.execute(f"DROP TRIGGER a_swallow ON {table}; DROP FUNCTION public.swallow()")
    assert found() == []


def test_a_role_whose_statements_pass_the_triggers_by_is_found(case: Case, intruder: Cursor) -> None:
    user, name = connection.settings_dict["USER"], connection.settings_dict["NAME"]
    intruder.execute(f"ALTER ROLE {user} IN DATABASE {name} SET session_replication_role = replica")
    connection.close()
    try:
        assert "the application: its statements pass the triggers by, as replica" in found()
    finally:
        intruder.execute(f"ALTER ROLE {user} IN DATABASE {name} RESET session_replication_role")
        connection.close()
    assert found() == []


def test_a_trigger_disabled_for_a_moment_is_found_by_what_was_written_meanwhile(
    case: Case, intruder: Cursor
) -> None:
    intruder.execute("SET session_replication_role = origin")
    intruder.execute("ALTER TABLE cases_case DISABLE TRIGGER audit_change")
    intruder.execute("UPDATE cases_case SET is_restricted = false, category = 3")
    intruder.execute("ALTER TABLE cases_case ENABLE TRIGGER audit_change")
    assert found() == [f"table cases_case, row {case.pk}: was changed unnoted"]


def test_a_sequence_set_back_lets_nothing_be_written(cast: Cast, case: Case, intruder: Cursor) -> None:
    before = Change.objects.count()
    intruder.execute("SELECT setval('audit_change_id_seq', (SELECT min(id) FROM audit_change), false)")
    with pytest.raises(IntegrityError):
        Case.objects.filter(pk=case.pk).update(next_review_on=dt.date(2026, 1, 1))
    intruder.execute("SELECT setval('audit_change_id_seq', (SELECT max(id) FROM audit_change))")
    assert (Change.objects.count(), found()) == (before, [])


# --------------------------------------------------------------------------------------------- what changed rows held

KEPT: dict[str, tuple[str, str]] = {
    "a cipher changed": ("UPDATE audit.payload SET cipher = 'x' WHERE change_id = {id}", "cannot be opened"),
    "a salt changed": ("UPDATE audit.payload SET salt = 'x' WHERE change_id = {id}", "is not what was noted"),
    "a salt taken away": (
        "UPDATE audit.payload SET salt = NULL WHERE change_id = {id}", "is not what was noted",
    ),
    "a salt taken away, and its change said to be of a record that was erased": (
        "UPDATE audit.payload SET salt = NULL, subject = '{erased}' WHERE change_id = {id}", "cannot be opened",
    ),
    "a salt taken away, and an erasure planted of a transaction that is still to come": (
        f"UPDATE audit.payload SET salt = NULL WHERE change_id = {{id}}; {ERASURE}", "is not what was noted",
    ),
    "a cipher taken away": ("DELETE FROM audit.payload WHERE change_id = {id}", "is missing"),
    "another row's cipher put in": (
        "UPDATE audit.payload p SET cipher = (SELECT cipher FROM audit.payload WHERE change_id = {id} + 1)"
        " WHERE change_id = {id}",
        "cannot be opened",
    ),
    "a key taken away without an erasure": (
        "DELETE FROM audit.subject_key WHERE subject = (SELECT subject FROM audit.payload WHERE change_id = {id})",
        "cannot be opened",
    ),
    "a key and its salts taken away without an erasure": (
        "DELETE FROM audit.subject_key k USING audit.payload p WHERE k.subject = p.subject AND p.change_id = {id};"
        "UPDATE audit.payload SET salt = NULL WHERE change_id = {id}",
        "cannot be opened",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KEPT)
def test_what_a_row_held_cannot_be_changed_or_lost_unseen(intruder: Cursor, kind: str) -> None:
    statement, expected = KEPT[kind]
    change = a_change()
    erased = new_key()
    values.erase([erased])
    seal_everything()
    intruder.execute(statement.format(id=change.pk, erased=erased, event=an_event().pk))
    where = f"change {change.pk} of table {change.of_table}, row {change.row_key}"
    assert any(f"{where}: what it held {expected}" in problem for problem in found())


# ------------------------------------------------------------------------------------------------------ how many kinds


def test_the_kinds_are_as_many_as_the_documents_say() -> None:
    """An edited column is one kind for each of the three tables, however many columns there are."""
    tables = (ROWS, SINKS, PAST, HIDING, REFERENCE, CATALOGUE, SWALLOWED, KEPT)
    kinds = 3 + sum(len(each) for each in tables)
    columns = len(EVENT_EDITS) + len(CHANGE_EDITS) + len(SEAL_EDITS)
    assert kinds >= 40
    documented = (Path(__file__).parents[3] / "docs" / "testing.md").read_text()
    assert f"{kinds} kinds in tables, an edit of any of {columns} columns among them" in documented
