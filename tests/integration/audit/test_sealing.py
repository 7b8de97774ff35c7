"""The sealer, and what the portal says of it."""

import threading
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.audit import sealing, sink, verification
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
