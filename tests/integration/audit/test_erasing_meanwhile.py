"""An erasure and the sealer at the same moment: whichever comes first, nothing is left that nobody can account for."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from cases.models import Case
from cse_portal.audit import values, verification
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change
from tests.cast import Cast
from tests.database import superuser
from tests.integration.audit.sealed import seal_everything, some_history

pytestmark = pytest.mark.django_db(transaction=True)
WAITERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s
"""


@pytest.fixture
def case(cast: Cast, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Robyn's case, with a sealed history of which nothing waits for its cipher."""
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")  # type: ignore[attr-defined]
    return some_history(cast, monkeypatch)


def started(do: Callable[[], object]) -> threading.Thread:
    """In another connection."""

    def at_work() -> None:
        try:
            do()
        finally:
            connection.close()

    thread = threading.Thread(target=at_work)
    thread.start()
    return thread


def wait_for(thread: threading.Thread, question: str) -> None:
    """Until it waits for somebody else's lock, or is done because it has none to wait for."""
    until = time.monotonic() + 30
    with superuser(connection.settings_dict["NAME"]) as cursor:
        while thread.is_alive() and time.monotonic() < until:
            cursor.execute(WAITERS, [f"%{question}%"])
            if cursor.fetchone() == (1,):
                return
            time.sleep(0.02)


def ended(*threads: threading.Thread) -> None:
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def payload(change: int) -> tuple[object, ...]:
    """Whether what one change held has a salt, and a key."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(
            "SELECT p.salt IS NOT NULL, k.subject IS NOT NULL FROM audit.payload p"
            " LEFT JOIN audit.subject_key k ON k.subject = p.subject WHERE p.change_id = %s",
            [change],
        )
        row: tuple[object, ...] = cursor.fetchone()
        return row


def test_what_the_sealer_is_just_encrypting_is_erased_with_the_rest(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(version=78)
    change = Change.objects.latest("id").pk
    with transaction.atomic():
        assert values._encrypt_batch(1000)[0] == 1
        erasing = started(lambda: values.erase([case.pk]))
        wait_for(erasing, "destroy_keys")
        assert erasing.is_alive()
    ended(erasing)
    assert payload(change) == (False, False)
    told = AuditEvent.objects.get(action=Action.VALUES_ERASED).detail["changes"]
    assert change in {each.change for each in values.kept(erased=told) if each.is_erased}
    seal_everything()
    assert verification.problems(with_values=True) == []


def test_a_key_is_not_destroyed_under_the_sealers_hands(case: Case) -> None:
    """A change of the very moment of the erasure is emptied with the others, or kept under a key that is there."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM audit.payload WHERE subject = %s FOR UPDATE", [case.pk])
        erasing = started(lambda: values.erase([case.pk]))
        wait_for(erasing, "destroy_keys")
        Case.objects.filter(pk=case.pk).update(version=79)
        change = Change.objects.latest("id").pk
        sealing = started(values.encrypt_fresh)
        wait_for(sealing, "keys_of")
        cursor.execute("ROLLBACK")
    ended(erasing, sealing)
    assert payload(change) == (True, True)
    seal_everything()
    assert verification.problems(with_values=True) == []
