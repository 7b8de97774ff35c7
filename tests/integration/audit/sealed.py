"""A small audit that is sealed, in a sink of its own, for tests that look at it or tamper with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from cases.record.models.case import Case
from cse_portal.audit import sealing
from tests.cast import Cast
from tests.database import superuser
from tests.factories.audit import look
from tests.factories.cases import make_case


@pytest.fixture
def case(cast: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case that was opened and looked at twenty times, sealed in batches of thirty."""
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")
    monkeypatch.setattr(sealing, "BATCH", 30)
    case = make_case(cast)
    for number in range(20):
        look(cast.practitioner, case, f"page {number}")
    sealing.seal_all()
    return case


@contextmanager
def as_an_intruder() -> Iterator[Cursor]:
    """A superuser whose statements no trigger sees."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
