"""A small audit that is sealed, in a sink of its own, for tests that tamper with it."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from cases.models import Case
from cse_portal.audit import canon, keeping, sealing
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


def plant(action: Action, detail: dict[str, object], *, at: dt.datetime) -> None:
    """What only the system says, written by somebody with the database in their hands: its hash fits, and no
    transaction of this number will come in anybody's life.
    """
    with as_an_intruder() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE planted AS SELECT * FROM audit_auditevent LIMIT 1;"
            "UPDATE planted SET id = gen_random_uuid(), txid = '9000000000000000000', at = %s, written_at = now(),"
            " action = %s, witness = 'system', actor_id = NULL, agency_id = NULL, role = '', case_id = NULL,"
            " detail = %s;"
            f"UPDATE planted r SET row_hash = {canon.row_hash(canon.EVENT)};"
            "INSERT INTO audit_auditevent SELECT * FROM planted; DROP TABLE planted",
            [at, action, json.dumps(detail)],
        )


@contextmanager
def as_an_intruder() -> Iterator[Cursor]:
    """A superuser whose statements no trigger sees."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
