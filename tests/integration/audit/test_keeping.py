"""The sealer, the sink, what is kept of changed rows, erasure, and the check an auditor runs without us."""

import datetime as dt
import hashlib
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from cases.models import Case
from cse_portal.audit import keeping, sealing, sink, standalone, values, verification
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change, Finding, Seal
from cse_portal.audit.recorder import record
from cse_portal.demo.services import ROOT
from tests.cast import Cast
from tests.database import superuser
from tests.factories.audit import make_finding
from tests.factories.cases import make_case
from tests.integration.audit.sealed import as_an_intruder, look, seal_everything, some_history, waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(cast: Cast, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case with a sealed history."""
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")  # type: ignore[attr-defined]
    return some_history(cast, monkeypatch)


def test_every_row_is_sealed_once_in_chained_batches(case: Case) -> None:
    seals = list(Seal.objects.order_by("number"))
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert all(
        bytes(after.previous) == bytes(before.digest) for before, after in zip(seals, seals[1:], strict=False)
    )
    assert sum(seal.rows for seal in seals) == AuditEvent.objects.count() + Change.objects.count()
    assert [sealing.seal_of(seal) for seal in seals] == sink.every_seal()[0]
    assert sealing.seal_all() == 0


@contextmanager
def a_slow_look(cast: Cast, case: Case) -> Iterator[None]:
    """Somebody's look at the case, in a transaction that runs as long as this."""
    began, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                record(Action.CASE_VIEWED, by=cast.manager, obj=case, case=case, detail={"page": "slow"})
                began.set()
                may_end.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert began.wait(30)
    try:
        yield
    finally:
        may_end.set()
        thread.join()


def test_a_row_of_a_transaction_that_still_runs_is_sealed_when_it_is_over(cast: Cast, case: Case) -> None:
    with a_slow_look(cast, case):
        look(cast, case, "quick")
        assert sealing.seal_all() == 0  # the quick one has the higher number: it waits for the slow one
    assert seal_everything() >= 2
    assert verification.problems() == []


def test_a_seal_that_only_reached_the_sink_is_taken_up(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(cast, case, "before the power failed")

    def power_fails(seal: standalone.Seal) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_write", power_fails)
        with pytest.raises(ConnectionError):
            seal_everything()
    known = Seal.objects.count()
    assert len(sink.every_seal()[0]) == known + 1
    look(cast, case, "after")
    seal_everything()
    assert len(sink.every_seal()[0]) == Seal.objects.count() > known + 1
    assert verification.problems() == []


def test_nothing_is_sealed_without_a_key(cast: Cast, case: Case, settings: object) -> None:
    look(cast, case, "one more")
    settings.AUDIT_SIGNING_KEY = ""  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="audit_keys"):
        seal_everything()


def test_readiness_warns_of_late_seals_and_stays_ready(cast: Cast, case: Case) -> None:
    assert "audit seals are late" not in Client().get("/readyz").json()["notes"]
    look(cast, case, "unsealed")
    with as_an_intruder() as cursor:
        cursor.execute("UPDATE audit_auditevent SET written_at = now() - interval '6 minutes'")
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert "audit seals are late" in answer.json()["notes"]


def test_readiness_says_how_long_values_lie_in_clear_and_serves_all_the_same(
    cast: Cast, case: Case, settings: object
) -> None:
    keeping.keep()
    assert keeping.minutes_in_clear() == 0
    settings.AUDIT_VALUES_KEY, key = "", settings.AUDIT_VALUES_KEY  # type: ignore[attr-defined]
    make_case(cast)
    with pytest.raises(ImproperlyConfigured):
        keeping.keep()
    for waited in (3, 16):
        with as_an_intruder() as cursor:
            cursor.execute(
                "UPDATE audit_change SET written_at = now() - interval '1 minute' * %s"
                " WHERE id = (SELECT min(change_id) FROM audit.fresh_payload)",
                [waited],
            )
        answer = Client().get("/readyz")
        assert answer.status_code == 200
        assert f"what changed rows held lies unencrypted since {waited} minutes" in answer.json()["notes"]
    settings.AUDIT_VALUES_KEY = key  # type: ignore[attr-defined]
    values.encrypt_fresh()
    assert Client().get("/readyz").status_code == 200


def test_a_lost_key_of_the_values_ends_no_sealing(cast: Cast, case: Case, settings: object) -> None:
    key = settings.AUDIT_VALUES_KEY  # type: ignore[attr-defined]
    for lost in ("", "11" * 32):
        settings.AUDIT_VALUES_KEY = lost  # type: ignore[attr-defined]
        look(cast, case, "the key is lost")
        Case.objects.filter(pk=case.pk).update(version=55 + len(lost))
        until = time.monotonic() + 60
        while waiting() and time.monotonic() < until:
            with suppress(ImproperlyConfigured):
                keeping.keep()
        assert not waiting()
        assert verification.problems() == []
    assert keeping.minutes_in_clear() == 0
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SELECT count(*) FROM audit.fresh_payload")
        assert cursor.fetchone() == (2,)
    settings.AUDIT_VALUES_KEY = key  # type: ignore[attr-defined]
    assert values.encrypt_fresh() == 2
    assert verification.problems(with_values=True) == []


def test_a_damaged_key_of_one_record_keeps_its_own_rows_waiting_and_no_others(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where more of them wait than the sealer takes at once; and what to do with a lost key is done to it."""
    monkeypatch.setattr(values, "BATCH", 2)
    other = make_case(cast)
    keeping.keep()
    with as_an_intruder() as cursor:
        cursor.execute("UPDATE audit.subject_key SET wrapped = 'x' WHERE subject = %s", [str(case.pk)])
    for version in range(90, 95):
        Case.objects.filter(pk=case.pk).update(version=version)
    Case.objects.filter(pk=other.pk).update(version=96)
    change = Change.objects.latest("id").pk
    with structlog.testing.capture_logs() as logs:
        assert values.encrypt_fresh() == 1
    assert [(each["event"], each["changes"], each["records"]) for each in logs] == [
        (values.WAITS, 5, [str(case.pk)])
    ]
    assert held(change) == {"after": {"version": 96}, "before": {"version": other.version}}
    with as_an_intruder() as cursor:
        cursor.execute("DELETE FROM audit.subject_key WHERE subject = %s", [str(case.pk)])
    assert values.encrypt_fresh() == 5
    assert held(change - 1) == {"after": {"version": 94}, "before": {"version": 93}}


def test_a_sink_that_disagrees_ends_no_encrypting(cast: Cast, case: Case) -> None:
    for file in sink.files():
        file.unlink()
    Case.objects.filter(pk=case.pk).update(version=97)
    with pytest.raises(sealing.SinkDisagrees):
        keeping.keep()
    assert values.encrypt_fresh() == 0


def test_the_audit_shows_every_five_minutes_that_it_is_awake(case: Case) -> None:
    keeping.beat()
    beat = AuditEvent.objects.get(action=Action.AUDIT_BEAT)
    assert beat.detail == {"problems": []}


def test_what_is_wrong_with_the_triggers_is_in_the_next_beat(case: Case) -> None:
    with as_an_intruder() as cursor:
        cursor.execute("DELETE FROM audit_auditevent")
        cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER audit_change")
        try:
            keeping.beat()
        finally:
            cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER audit_change")
    assert AuditEvent.objects.get().detail["problems"] == [
        "table cases_case: its trigger audit_change is disabled"
    ]


# --------------------------------------------------------------------------------------------- what changed rows held


def test_what_a_row_held_can_be_read_with_the_keepers_key_alone(
    cast: Cast, case: Case, settings: object
) -> None:
    Case.objects.filter(pk=case.pk).update(restricted_reason="", version=77)
    change = Change.objects.latest("id").pk
    keeping.keep()
    assert held(change) == {"after": {"version": 77}, "before": {"version": case.version}}
    settings.AUDIT_VALUES_KEY = "00" * 32  # type: ignore[attr-defined]
    with pytest.raises(values.Unreadable):
        held(change)


def held(wanted: int) -> object:
    for kept in values.kept():
        if kept.change == wanted:
            key = values.unwrapped(kept.subject, kept.wrapped or b"")
            return json.loads(values.opened(key, wanted, kept.cipher))
    raise AssertionError


def test_no_name_is_left_in_what_is_kept(case: Case) -> None:
    keeping.keep()
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SELECT count(*) FROM audit.fresh_payload")
        assert cursor.fetchone() == (0,)
        name = case.child.family_name.encode()
        cursor.execute("SELECT count(*) FROM audit.payload WHERE position(%s::bytea IN cipher) > 0", [name])
        assert cursor.fetchone() == (0,)


def test_erasure_ends_what_was_held_and_leaves_every_seal_true(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(version=78)  # what has not been encrypted yet goes as well
    change = Change.objects.latest("id").pk
    assert values.erase([case.pk]) == 1
    seal_everything()
    assert verification.problems(with_values=True) == []
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SELECT salt, length(cipher) FROM audit.payload WHERE change_id = %s", [change])
        assert cursor.fetchone() == (None, 0)
    event = AuditEvent.objects.get(action=Action.VALUES_ERASED)
    assert (event.detail["records"], event.detail["keys"]) == ([str(case.pk)], 1)
    taken = {each.change for each in values.kept(erased=event.detail["changes"]) if each.is_erased}
    assert taken == {each.change for each in values.kept() if each.subject == case.pk}
    assert change in taken


def test_a_row_that_outlives_an_erasure_is_no_finding_and_may_change_again(cast: Cast, case: Case) -> None:
    """The privacy officer's verdict on a look stays when the case is gone, and may be given afterwards."""
    finding = make_finding(case=case, actor=cast.practitioner)
    seal_everything()
    values.erase([case.pk])
    seal_everything()
    assert verification.problems(with_values=True) == []
    Finding.objects.filter(pk=finding.pk).update(why="Opened 2 cases.")
    seal_everything()
    assert verification.problems(with_values=True) == []
    with as_an_intruder() as cursor:
        cursor.execute("UPDATE audit_finding SET why = 'Opened none.'")
    [problem] = verification.problems(with_values=True)
    assert str(problem) == f"table audit_finding, row {finding.pk}: was changed unnoted"


def test_an_erasure_that_ends_while_the_check_runs_is_no_finding(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_finding(case=case, actor=cast.practitioner)
    seal_everything()
    whole = values.erased

    def asked_just_before() -> str:
        monkeypatch.setattr(values, "erased", whole)
        told = whole()
        values.erase([case.pk])
        return told

    monkeypatch.setattr(values, "erased", asked_just_before)
    assert verification.problems(with_values=True) == []
    assert AuditEvent.objects.filter(action=Action.VALUES_ERASED).exists()


def test_what_was_kept_after_an_erasure_has_its_salt_or_is_found(cast: Cast, case: Case) -> None:
    """An erasure excuses what it took, and nothing that was noted of the same record since."""
    finding = make_finding(case=case, actor=cast.practitioner)
    seal_everything()
    values.erase([case.pk])
    Finding.objects.filter(pk=finding.pk).update(why="Opened 2 cases.")
    seal_everything()
    with as_an_intruder() as cursor:
        cursor.execute("UPDATE audit_finding SET why = 'Opened none.'")
        cursor.execute("UPDATE audit.payload SET salt = NULL WHERE subject = %s", [case.pk])
    [problem] = verification.problems()
    assert str(problem) == f"table audit_finding, row {finding.pk}: {verification.UNSALTED}"


def test_what_was_tampered_with_after_an_erasure_is_found(cast: Cast, case: Case) -> None:
    """An erased record is passed over, and the look at the others goes on behind it."""
    other = make_case(cast)
    seal_everything()
    values.erase([case.pk])
    seal_everything()
    change = Change.objects.filter(case_id=other.pk).latest("id").pk
    with as_an_intruder() as cursor:
        cursor.execute("UPDATE audit.payload SET cipher = 'x' WHERE change_id = %s", [change])
    found = [str(each) for each in verification.problems(with_values=True)]
    assert any(f"change {change} of table cases_c" in each and "cannot be opened" in each for each in found)


# ------------------------------------------------------------------------------------------------------ the checks


def test_seals_of_the_key_before_still_count_once_the_settings_name_it(
    cast: Cast, case: Case, settings: object
) -> None:
    seal_everything()
    before = sealing.signing_key().public_key()
    settings.AUDIT_SIGNING_KEY = "ab" * 32  # type: ignore[attr-defined]
    assert any("key" in str(each) for each in verification.problems())
    settings.AUDIT_PUBLIC_KEYS = [before.public_bytes_raw().hex()]  # type: ignore[attr-defined]
    look(cast, case, "after the change of keys")
    seal_everything()
    assert verification.problems() == []
    assert {seal.key_id for seal in Seal.objects.all()} == set(sealing.public_keys())


def test_older_batches_are_passed_over_unless_a_share_of_them_is_asked_for(case: Case) -> None:
    event = AuditEvent.objects.filter(action=Action.CASE_VIEWED).order_by("txid")[3]
    with as_an_intruder() as cursor:
        cursor.execute(f"UPDATE audit_auditevent SET role = 'analyst' WHERE id = '{event.pk}'")
    tomorrow = timezone.now() + dt.timedelta(days=1)
    assert verification.problems(since=tomorrow) == []
    assert len(verification.problems(since=tomorrow, share=1.0)) == 1


def test_the_command_says_that_all_is_well_or_names_what_is_not(case: Case) -> None:
    said = StringIO()
    call_command("audit_verify", stdout=said)
    assert "everything is as it was sealed" in said.getvalue()
    event = AuditEvent.objects.filter(action=Action.CASE_VIEWED).order_by("txid")[3]
    with as_an_intruder() as cursor:
        cursor.execute(f"UPDATE audit_auditevent SET role = 'analyst' WHERE id = '{event.pk}'")
    said = StringIO()
    with pytest.raises(CommandError, match="1 things"):
        call_command("audit_verify", stdout=said)
    assert f"event {event.pk}: is not as it was sealed" in said.getvalue()
    assert AuditEvent.objects.filter(action=Action.AUDIT_CHECKED).count() == 2


def test_a_check_may_begin_at_a_day_and_says_so(case: Case) -> None:
    event = AuditEvent.objects.filter(action=Action.CASE_VIEWED).order_by("txid")[3]
    with as_an_intruder() as cursor:
        cursor.execute(f"UPDATE audit_auditevent SET role = 'analyst' WHERE id = '{event.pk}'")
    today = timezone.localdate()
    tomorrow = str(today + dt.timedelta(days=1))
    call_command("audit_verify", "--since", tomorrow, "--no-values", stdout=StringIO())
    with pytest.raises(CommandError, match=r"^1 things are not as they were sealed\. .* not opened\.$"):
        call_command("audit_verify", "--since", str(today), "--no-values", stdout=StringIO())
    events = AuditEvent.objects.filter(action=Action.AUDIT_CHECKED).order_by("at")
    assert [each.detail for each in events] == [
        {"problems": 0, "since": str(today + dt.timedelta(days=1)), "share": 0.0, "values": False},
        {"problems": 1, "since": str(today), "share": 0.0, "values": False},
    ]


def test_an_export_says_how_many_rows_it_holds(case: Case, tmp_path: Path) -> None:
    rows = {"event": AuditEvent.objects.count(), "change": Change.objects.count()}
    said = StringIO()
    call_command("audit_export", tmp_path / "a" / "folder", stdout=said)
    assert said.getvalue() == f"{rows['event']} rows of event, {rows['change']} rows of change\n"
    for stream, number in rows.items():
        lines = (tmp_path / "a" / "folder" / f"{stream}.jsonl").read_text().splitlines()
        assert len(lines) == number
        assert set(json.loads(lines[0])) == {"said", "hash"}
    event = AuditEvent.objects.get(action=Action.AUDIT_EXPORTED)
    assert (event.actor, event.detail) == (None, rows)


def offline(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The one file, copied to an auditor's machine."""
    copied = folder / "audit.py"
    shutil.copy(ROOT / "cse_portal" / "audit" / "standalone.py", copied)
    key = sealing.signing_key().public_key().public_bytes_raw().hex()
    command = [
        sys.executable,
        str(copied),
        "--export",
        str(folder / "export"),
        "--sink",
        str(folder / "seals"),
    ]
    return subprocess.run(
        [*command, "--key", *(more or (key,))],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_auditor_checks_an_export_without_the_portal(case: Case, tmp_path: Path) -> None:
    call_command("audit_export", tmp_path / "export", stdout=StringIO())
    done = offline(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 problems" in done.stdout
    assert case.child.family_name not in "".join(path.read_text() for path in (tmp_path / "export").iterdir())
    assert offline(tmp_path, "00" * 32).returncode == 1


def test_an_honest_export_stays_whole_when_the_sink_goes_on(cast: Cast, case: Case, tmp_path: Path) -> None:
    """What waited in it is sealed together with its own event, and with what somebody does a minute later."""
    look(cast, case, "not sealed yet")
    call_command("audit_export", tmp_path / "export", stdout=StringIO())
    look(cast, case, "after the export")
    Case.objects.filter(pk=case.pk).update(version=88)
    seal_everything()
    done = offline(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "are younger than the export" in done.stdout


def test_an_export_has_nothing_behind_a_transaction_that_still_runs(
    cast: Cast, case: Case, tmp_path: Path
) -> None:
    """Its rows come before those of a quicker one, in the order of seals, and would be missing among them."""
    with a_slow_look(cast, case):
        look(cast, case, "quick")
        call_command("audit_export", tmp_path / "export", stdout=StringIO())
    assert "quick" not in (tmp_path / "export" / "event.jsonl").read_text()
    seal_everything()
    done = offline(tmp_path)
    assert (done.returncode, done.stdout.count("are younger than the export")) == (0, 1)


def test_an_export_shows_a_row_of_a_transaction_that_is_still_to_come(
    cast: Cast, case: Case, tmp_path: Path
) -> None:
    look(cast, case, "numbered ahead")
    with as_an_intruder() as cursor:
        cursor.execute(
            "UPDATE audit_auditevent SET txid = '9000000000000000' WHERE detail ->> 'page' = 'numbered ahead'"
        )
    call_command("audit_export", tmp_path / "export", stdout=StringIO())
    assert "numbered ahead" in (tmp_path / "export" / "event.jsonl").read_text()
    assert offline(tmp_path).returncode == 1


@pytest.mark.parametrize(
    "kind", ["edited", "edited with a new hash", "removed", "added", "exchanged", "sink cut off"]
)
def test_an_auditor_finds_what_was_done_to_an_export(case: Case, tmp_path: Path, kind: str) -> None:
    call_command("audit_export", tmp_path / "export", stdout=StringIO())
    path = tmp_path / "export" / "event.jsonl"
    lines = path.read_text().splitlines()
    tampered = {
        "edited": [lines[0], lines[1].replace("page 0", "page x"), *lines[2:]],
        "removed": [*lines[:4], *lines[5:]],
        "added": [*lines[:4], lines[3], *lines[4:]],
        "exchanged": [*lines[:4], lines[5], lines[4], *lines[6:]],
        "sink cut off": lines,
    }
    if kind == "sink cut off":
        seals = next((tmp_path / "seals").iterdir())
        seals.write_text("".join(f"{line}\n" for line in seals.read_text().splitlines()[1:]))
    elif kind == "edited with a new hash":
        said = json.loads(lines[4])["said"].replace("practitioner", "analyst")
        digest = hashlib.sha256(said.encode()).hexdigest()
        tampered[kind] = [*lines[:4], json.dumps({"said": said, "hash": digest}), *lines[5:]]
    else:
        lines[4] = lines[4].replace("practitioner", "analyst")
        tampered["edited"] = lines
    path.write_text("".join(f"{line}\n" for line in tampered[kind]))
    done = offline(tmp_path)
    assert done.returncode == 1, done.stdout
    assert "seal " in done.stdout


def test_many_changes_are_kept_in_portions_and_each_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "BATCH", 3)
    make_case(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT change_id FROM audit.fresh_values(10000)")
        waiting = sorted(number for (number,) in cursor.fetchall())
    assert len(waiting) > 9
    assert values.encrypt_fresh() == len(waiting)
    assert [each.change for each in values.kept() if each.change in waiting] == waiting
    assert values.encrypt_fresh() == 0
