"""The smaller parts of the audit: the request beside the code, the sink, the keys, the words of the triggers."""

import datetime as dt
import hashlib
import hmac
import json
import uuid
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from cse_portal import acting
from cse_portal.audit import canon, changes, context, recorder, sink, values
from cse_portal.audit.changes import Watched
from cse_portal.audit.models import Change, TransactionField
from cse_portal.audit.standalone import Problem
from tests.unit.audit.test_standalone import chain

ONE = uuid.UUID("00000000-0000-4000-8000-000000000001")


# ------------------------------------------------------------------------------------------------------ the request


def test_everything_in_a_request_has_its_id_and_nothing_outside_has_it() -> None:
    assert context.request_word() == ""
    assert context.request_id() != context.request_id()
    with context.request() as made:
        assert (context.request_id(), context.request_word()) == (made, str(made))
        with context.request(ONE) as inner:
            assert inner == context.request_id() == ONE
        assert context.request_id() == made
    assert context.request_word() == ""


def test_a_job_is_a_request_of_the_system() -> None:
    with acting.acting(acting.NOBODY):
        with context.job() as made:
            assert context.request_id() == made
            assert acting.current() is acting.SYSTEM
        assert acting.current() is acting.NOBODY


def test_what_is_remembered_is_asked_once_a_request_until_it_is_forgotten() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(len(asked))
        return len(asked)

    assert [context.remembered("a", ask), context.remembered("a", ask)] == [1, 2]
    context.forget("a")
    with context.request():
        assert [context.remembered("a", ask), context.remembered("a", ask)] == [3, 3]
        assert context.remembered("b", ask) == 4
        context.forget("a")
        context.forget("never known")
        assert [context.remembered("a", ask), context.remembered("b", ask)] == [5, 4]
    with context.request():
        assert context.remembered("a", ask) == 6


# --------------------------------------------------------------------------------------------------------- the sink


def test_seals_are_added_to_the_file_of_their_month_and_read_in_order(tmp_path: Path, settings: Any) -> None:
    settings.AUDIT_SEAL_SINK = str(tmp_path / "not" / "there yet")
    assert (sink.every_seal(), sink.last_seal()) == (([], []), None)
    first, second, third = chain()
    sink.append(first, "2026-10")
    sink.append(second, "2026-10")
    sink.append(third, "2026-11")
    folder = tmp_path / "not" / "there yet"
    assert sorted(path.name for path in folder.iterdir()) == ["seals-2026-10.jsonl", "seals-2026-11.jsonl"]
    assert (folder / "seals-2026-10.jsonl").read_text() == f"{first.line()}\n{second.line()}\n"
    assert sink.every_seal() == ([first, second, third], [])
    assert sink.last_seal() == third
    sink.append(replace(third, number=4), "2026-11")
    assert sink.last_seal() == replace(third, number=4)
    sink.append(replace(third, number=5), "2026-12")
    assert sink.last_seal() == replace(third, number=5)
    (folder / "seals-2027-01.jsonl").write_text("")
    assert sink.last_seal() == replace(third, number=5)


def test_a_seal_stands_on_its_own_line_in_the_newest_file_whatever_was_cut_off_there(
    tmp_path: Path, settings: Any
) -> None:
    settings.AUDIT_SEAL_SINK = str(tmp_path)
    first, second, third = chain()
    sink.append(first, "2027-02")
    newest = tmp_path / "seals-2027-02.jsonl"
    newest.write_text(f"{first.line()}\n{second.line()[:40]}")
    assert sink.last_seal() == first
    sink.append(second, "2027-01")  # the clock was put back
    sink.append(third, "2027-03")
    assert newest.read_text() == f"{first.line()}\n{second.line()[:40]}\n{second.line()}\n"
    assert sink.every_seal() == ([first, second, third], [Problem(f"line 2 of {newest.name}", "is no seal")])


# --------------------------------------------------------------------------------------------------------- the keys


def test_new_keys_fit_each_other_and_production(settings: Any) -> None:
    printed = StringIO()
    call_command("audit_keys", stdout=printed)
    signing, keeping, public = printed.getvalue().splitlines()
    name, _, key = signing.partition("=")
    made = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))
    assert name == "AUDIT_SIGNING_KEY"
    assert public == f"Public key, for auditors: {made.public_key().public_bytes_raw().hex()}"
    assert keeping.startswith("AUDIT_VALUES_KEY=")
    assert len(bytes.fromhex(keeping.partition("=")[2])) == 32


def test_what_is_kept_opens_with_its_key_in_its_place_and_nowhere_else(settings: Any) -> None:
    settings.AUDIT_VALUES_KEY = "ab" * 32
    own = bytes(range(32))
    wrapped = values._shut(bytes.fromhex("ab" * 32), own, ONE.bytes)
    assert values.unwrapped(ONE, wrapped) == own
    with pytest.raises(values.Unreadable):
        values.unwrapped(uuid.uuid4(), wrapped)
    shut = values._shut(own, b"words", b"7")
    assert shut != values._shut(own, b"words", b"7")
    assert len(shut) == 12 + 5 + 16
    assert values.opened(own, 7, shut) == b"words"
    for change, cipher in ((8, shut), (7, shut[:-1] + bytes([shut[-1] ^ 1])), (7, b"")):
        with pytest.raises(values.Unreadable):
            values.opened(own, change, cipher)


def test_nothing_is_kept_without_a_key(settings: Any) -> None:
    settings.AUDIT_VALUES_KEY = ""
    with pytest.raises(ImproperlyConfigured) as refusal:
        values.unwrapped(ONE, b"")
    assert str(refusal.value) == (
        "Keeping what changed needs AUDIT_VALUES_KEY: manage.py audit_keys makes one."
    )


# -------------------------------------------------------------------------------------------------------- the words


def test_a_watched_table_notes_its_case_its_record_and_no_hidden_value() -> None:
    told = changes.watch({
        "a_table": Watched(case="r.case_id", subject="r.child_id", hidden=("password", "secret")),
        "b_table": Watched(),
    })  # fmt: skip
    first, second = told.split("CREATE FUNCTION audit.changed_b_table()")
    assert "PERFORM audit.note('a_table', TG_OP, r.id::text, r.case_id, r.child_id," in first
    for row in ("OLD", "NEW", "r"):
        for column in ("password", "secret"):
            digest = f"encode(sha256(convert_to({row}.{column}::text, 'UTF8')), 'hex')"
            assert f"to_jsonb({row}) || jsonb_build_object('password'," in first
            assert f" || jsonb_build_object('{column}', {digest})" in first
    assert "PERFORM audit.note('b_table', TG_OP, r.id::text, NULL::uuid, NULL::uuid," in second
    assert "to_jsonb(NEW) END);" in second
    assert "CREATE FUNCTION audit.strays_b_table(erased int8multirange)" in second
    assert "XX" not in told


def test_the_way_back_from_watching_goes_backwards() -> None:
    told = changes.unwatch({"a_table": Watched(), "b_table": Watched()})
    assert told.index("DROP FUNCTION audit.changed_b_table();") < told.index(
        "DROP TRIGGER audit_change ON a_table;"
    )
    assert told.count("DROP") == 8
    assert "XX" not in told


def test_a_row_is_hashed_from_its_canonical_text() -> None:
    assert canon.row_hash("r.x") == "sha256(convert_to(r.x, 'UTF8'))"


def test_what_was_searched_for_is_blinded_the_same_however_it_is_written(settings: Any) -> None:
    settings.SECRET_KEY = "a key of a test"
    said = recorder.blinded("Robin  Testley ")
    assert said == recorder.blinded("robin testley")
    assert said != recorder.blinded("robin testly")
    key = hashlib.sha256(b"cse_portal.audit.searched" + settings.SECRET_KEY.encode()).digest()
    assert said == hmac.new(key, b"robin testley", hashlib.sha256).hexdigest()


def test_details_are_written_as_json_with_days_and_keys() -> None:
    said = recorder._dumps({"on": dt.date(2026, 11, 25), "key": ONE})
    assert json.loads(said) == {"on": "2026-11-25", "key": str(ONE)}


def test_a_transactions_number_travels_as_text() -> None:
    field = Change._meta.get_field("txid")
    assert isinstance(field, TransactionField)
    assert field.db_type(None) == "xid8"
    assert (field.get_prep_value(7), field.get_prep_value(None)) == ("7", None)
    assert (field.from_db_value("7"), field.from_db_value(None)) == (7, None)
