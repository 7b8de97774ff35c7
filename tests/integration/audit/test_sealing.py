"""The sealer, what the portal says of it, and the export for an auditor."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from cases.models import Case
from cse_portal import acting
from cse_portal.audit import sealing, sink, standalone, verification
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change, Seal, Unsealed
from cse_portal.jobs.models import Notification
from reporting.tasks import check_audit
from tests.cast import Cast
from tests.factories.audit import look
from tests.integration.audit.sealed import as_an_intruder, case

__all__ = ["case"]
pytestmark = pytest.mark.django_db(transaction=True)
EDIT = "UPDATE audit_auditevent SET role = 'analyst' WHERE detail ->> 'page' = 'page 3'"


def notes() -> list[str]:
    """What the machine that watches the portal reads of the audit."""
    said: list[str] = Client().get("/readyz").json()["notes"]
    return [note for note in said if "audit" in note]


def test_every_row_is_sealed_once_in_chained_batches(case: Case) -> None:
    seals = list(Seal.objects.order_by("number"))
    keys = [entry.split()[0] for seal in seals for entry in seal.entries]
    rows = [*AuditEvent.objects.values_list("pk", flat=True), *Change.objects.values_list("pk", flat=True)]
    assert sorted(keys) == sorted(str(key) for key in rows)
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert {seal.rows for seal in seals[:-1]} == {30}
    assert (sealing.seal_all(), Unsealed.objects.count()) == (0, 0)
    assert sorted(sink.read()[0]) == [seal.number for seal in seals]
    assert verification.problems() == []


def test_a_row_of_a_transaction_that_ends_late_is_sealed_when_it_is_there(cast: Cast, case: Case) -> None:
    """It was written before rows that are sealed already: no number, and no clock, passes it over."""
    written, sealed = threading.Event(), threading.Event()

    def slow() -> None:
        with acting.for_the_system(), transaction.atomic():
            look(cast.practitioner, case, "slow")
            written.set()
            sealed.wait(30)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(30)
    look(cast.practitioner, case, "quick")
    assert sealing.seal_all() == 1
    sealed.set()
    thread.join()
    assert sealing.seal_all() == 1
    assert verification.problems() == []


def test_sealing_goes_on_where_the_sink_is_ahead_of_the_database(cast: Cast, case: Case) -> None:
    """As after the restore of an older backup: what was lost is named, and no seal is made twice."""
    look(cast.practitioner, case, "lost")
    sealing.seal_all()
    lost = max(sink.read()[0])
    with as_an_intruder() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE detail ->> 'page' = 'lost'")
        cursor.execute("DELETE FROM audit_seal WHERE number = %s", [lost])
    look(cast.practitioner, case, "later")
    sealing.seal_all()
    assert sorted(sink.read()[0]) == list(range(1, lost + 2))
    assert verification.problems() == [f"seal {lost}: is in the sink and not in the database"]


def test_nothing_is_sealed_without_a_key_and_it_waits(cast: Cast, case: Case, settings: Any) -> None:
    key, settings.AUDIT_SIGNING_KEY = settings.AUDIT_SIGNING_KEY, ""
    look(cast.practitioner, case)
    with pytest.raises(ImproperlyConfigured, match="AUDIT_SIGNING_KEY"):
        sealing.seal_all()
    settings.AUDIT_SIGNING_KEY = key
    assert sealing.seal_all() == 1


def test_readiness_says_that_seals_are_late(cast: Cast, case: Case) -> None:
    look(cast.practitioner, case)
    assert notes() == []
    with as_an_intruder() as cursor:
        cursor.execute("UPDATE audit_unsealed SET written_at = now() - interval '6 minutes'")
    assert notes() == [verification.SEALS_LATE]
    sealing.seal_all()
    assert notes() == []


def test_the_night_tells_the_privacy_officer_and_readiness_of_what_is_wrong(cast: Cast, case: Case) -> None:
    assert check_audit() == 0
    assert (Notification.objects.count(), notes()) == (0, [])
    with as_an_intruder() as cursor:
        cursor.execute(EDIT)
    assert check_audit() == 1
    told = Notification.objects.get(user=cast.privacy)
    assert "Something in the audit is not as it was sealed." in told.text
    assert notes() == [verification.NOT_AS_SEALED]
    assert AuditEvent.objects.filter(action=Action.AUDIT_CHECKED, actor=None).latest("at").detail == {
        "problems": 1
    }


def test_the_command_says_that_all_is_well_or_names_what_is_not(case: Case) -> None:
    said = StringIO()
    call_command("audit_verify", stdout=said)
    assert said.getvalue() == f"{Seal.objects.count()} seals: everything is as it was sealed.\n"
    with as_an_intruder() as cursor:
        cursor.execute(EDIT)
    with pytest.raises(CommandError, match="1 things are not as they were sealed"):
        call_command("audit_verify", stdout=said)
    assert f"row {AuditEvent.objects.get(detail__page='page 3').pk}: was changed\n" in said.getvalue()


def audited(folder: Path, settings: Any) -> tuple[int, str]:
    """What the auditor's own program says of an export."""
    key = sealing.signing_key().public_key().public_bytes_raw().hex()
    words = [standalone.__file__, str(folder), "--key", key, "--sink", settings.AUDIT_SEAL_SINK]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def swap(lines: list[str]) -> list[str]:
    """Two sealed rows change their words."""
    one, other = json.loads(lines[0]), json.loads(lines[1])
    one["id"], other["id"] = other["id"], one["id"]
    return [json.dumps(one), json.dumps(other), *lines[2:]]


def seal_of(lines: list[str], **said: object) -> list[str]:
    """The first seal says something else."""
    return [json.dumps({**json.loads(lines[0]), **said}), *lines[1:]]


def turned(lines: list[str]) -> list[str]:
    """The first seal has its rows in another order."""
    return seal_of(lines, entries=json.loads(lines[0])["entries"][::-1])


EXPORTS: dict[str, tuple[str, Callable[[list[str]], list[str]], str]] = {
    "an edited row": ("rows", lambda rows: [row.replace("page 3", "page 4") for row in rows], ": is not as it was"),
    "a removed row": ("rows", lambda rows: [row for row in rows if "page 3" not in row], "or missing"),
    "two rows swapped": ("rows", swap, ": is not as it was sealed"),
    "a removed seal": ("seals", lambda seals: [seals[0], *seals[2:]], "seal 3: follows seal 1"),
    "an edited seal": ("seals", lambda seals: seal_of(seals, rows=29), "seal 1: differs from"),
    "rows in another order": ("seals", turned, "seal 1: does not list the rows"),
    "a signature of nobody": ("seals", lambda seals: seal_of(seals, signature="00"), "seal 1: is not signed"),
}  # fmt: skip


def test_an_auditor_checks_an_export_without_the_portal(
    cast: Cast, case: Case, settings: Any, tmp_path: Path
) -> None:
    look(cast.practitioner, case, "after the seals")
    said = StringIO()
    call_command("audit_export", str(tmp_path), stdout=said)
    seals = Seal.objects.count()
    assert said.getvalue().endswith(f" rows under {seals} seals.\n")
    assert audited(tmp_path, settings) == (
        0,
        f"{seals} seals; without: 1 rows; in the sink alone: 0 seals.\n",
    )
    missed = {}
    for kind, (name, tamper, expected) in EXPORTS.items():
        file = tmp_path / f"{name}.jsonl"
        honest = file.read_text()
        file.write_text("".join(f"{line}\n" for line in tamper(honest.splitlines())))
        code, found = audited(tmp_path, settings)
        file.write_text(honest)
        if code != 1 or expected not in found:
            missed[kind] = (code, found)
    assert missed == {}
