"""A small audit that is sealed, in a sink of its own, for tests that tamper with it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from cases.models import Case
from cse_portal.audit import keeping, sealing
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from tests.cast import Cast
from tests.database import superuser
from tests.factories.cases import make_case


def seal_everything() -> int:
    """Until nothing waits: another test's transaction may hold the horizon back for a moment."""
    sealed = keeping.keep()
    until = time.monotonic() + 60
    while waiting() and time.monotonic() < until:
        time.sleep(0.05)
        sealed += sealing.seal_all()
    return sealed


def waiting() -> bool:
    """Whether a row waits for its seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.unsealed_since() IS NOT NULL")
        return bool(cursor.fetchone()[0])


def some_history(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case that was opened, looked at twenty times and shared, sealed in batches of thirty."""
    monkeypatch.setattr(sealing, "BATCH", 30)
    case = make_case(cast)
    for number in range(20):
        look(cast, case, f"page {number}")
    seal_everything()
    return case


def look(cast: Cast, case: Case, page: str) -> None:
    """One more look at the case, in a transaction of its own."""
    with transaction.atomic():
        record(Action.CASE_VIEWED, by=cast.practitioner, obj=case, case=case, detail={"page": page})


@contextmanager
def as_an_intruder() -> Iterator[Cursor]:
    """A superuser whose statements no trigger sees."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
