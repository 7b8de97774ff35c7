"""What the audit costs and how fast it is checked: figures, and how they stand to their limits."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from cases.chronology import services as chronology
from cases.chronology.models import ChronologyEntry, EntryKind
from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access.user_context import user_context
from cse_portal.audit import context, sealing, verification
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from tests.benchmarks.limits import held
from tests.cast import Cast
from tests.database import superuser
from tests.factories.cases import make_case

EVENTS = int(os.environ.get("BENCH_EVENTS", 1_000_000))
ROUNDS, WRITERS, SECONDS = 60, 8, 6.0
SAID = "Seen at school today."
APPEND_NOTHING = """
CREATE OR REPLACE FUNCTION audit.append(
    id uuid, at timestamptz, actor uuid, agency uuid, role text, action text, object_type text, object_id uuid,
    case_id uuid, why text, detail jsonb, request uuid, session text, network text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$ BEGIN END $$
"""
MANY_EVENTS = """
WITH made AS (
    INSERT INTO audit_auditevent (id, at, written_at, role, action, object_type, object_id, case_id, detail, request_id,
                                  session, network)
    SELECT uuidv7(), now(), clock_timestamp(), 'practitioner', 'cases.viewed', 'cases.Case', gen_random_uuid(),
           gen_random_uuid(),
           '{"page": "overview"}', gen_random_uuid(), '0123456789abcdef', '203.0.113.0/24'
    FROM generate_series(1, %s) RETURNING id, written_at
)
INSERT INTO audit_unsealed SELECT id, written_at FROM made
"""

pytestmark = pytest.mark.django_db(transaction=True)


GUARDS = """
SELECT t.tgrelid::regclass::text, quote_ident(t.tgname) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.pronamespace = 'gate'::regnamespace AND NOT t.tgisinternal
"""


@contextmanager
def without_audit() -> Iterator[None]:
    """No trigger fires and no event is written: what the same work costs then."""
    name = connection.settings_dict["NAME"]
    with superuser(name) as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgfoid = 'audit.note_change'::regproc"
        )
        triggers = cursor.fetchall()
        cursor.execute("SELECT pg_get_functiondef('audit.append'::regproc)")
        honest = cursor.fetchone()[0]
        cursor.execute(APPEND_NOTHING)
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        try:
            yield
        finally:
            cursor.execute(honest)
            for table, name in triggers:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def told(**figures: object) -> None:
    print("\n" + json.dumps(figures))  # noqa: T201


def timed(work: Callable[[], object]) -> float:
    """The median of many rounds, in milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000


@contextmanager
def without_row_security() -> Iterator[None]:
    """No policy is asked and no guard: what the same work costs then, in this database alone. Who acts the audit has to
    be told.
    """
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
        tables = [table for (table,) in cursor.fetchall()]
        cursor.execute(GUARDS)
        guards = cursor.fetchall()
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        for table, name in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        try:
            yield
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            for table, name in guards:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


@contextmanager
def without_both() -> Iterator[None]:
    """Neither audit nor row-level security, and nobody is told to PostgreSQL."""
    with without_audit(), without_row_security():
        connection._is_quiet = True  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection._is_quiet = False  # type: ignore[attr-defined]


@pytest.mark.parametrize("without", [without_audit, without_row_security, without_both])
def test_cost_of_a_write_and_of_the_caseload(
    cast: Cast, without: Callable[[], AbstractContextManager[None]]
) -> None:
    """A write as its service alone and as a practitioner sends it, a caseload, a case."""
    cases = [make_case(cast) for _ in range(25)]
    client, theirs = Client(), Client()
    client.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    theirs.force_login(cast.practitioner, backend="allauth.account.auth_backends.AuthenticationBackend")
    works: dict[str, Callable[[], object]] = {
        "service": lambda: write(cast, cases[0]),
        "write": lambda: send(theirs, cases[0]),
        "caseload": lambda: client.get(reverse("cases:list")),
        "case": lambda: client.get(reverse("cases:case", args=[cases[0].reference])),
    }
    taken: dict[str, dict[str, float]] = {name: {} for name in works}
    for work in works.values():
        work()
    for turn in range(2):
        for name, work in works.items():
            taken[name][f"on_{turn}"] = timed(work)
        with without():
            for name, work in works.items():
                taken[name][f"off_{turn}"] = timed(work)
    figures = {
        name: {
            "on_ms": round(min(each["on_0"], each["on_1"]), 2),
            "off_ms": round(min(each["off_0"], each["off_1"]), 2),
            "ratio": round(min(each["on_0"], each["on_1"]) / min(each["off_0"], each["off_1"]), 2),
        }
        for name, each in taken.items()
    }
    told(cost_without=without.__name__.removeprefix("without_"), figures=figures)
    if without is without_both:
        held("caseload, both", figures["caseload"]["ratio"])
        held("write, both", figures["write"]["ratio"])


def write(cast: Cast, case: Case) -> ChronologyEntry | None:
    """A service's write in a request of the practitioner's: the gate, a lock, a row, an event."""
    with context.request(), acting.acting(user_context(cast.practitioner).actor):  # type: ignore[union-attr]
        return chronology.add_event(
            case=case,
            kind=EntryKind.EVENT,
            happened_on=case.opened_at.date(),
            text=SAID,
            by=cast.practitioner,
        )


def send(client: Client, case: Case) -> None:
    """The same from the page: who is signed in, the form, the service, and the way back to the chronology."""
    day = case.opened_at.date()
    said = {"happened_on_day": day.day, "happened_on_month": day.month, "happened_on_year": day.year}
    answer = client.post(
        reverse("cases:chronology-add", args=[case.reference]), {"kind": "event", "text": SAID, **said}
    )
    assert answer.status_code == 302


def test_rate_of_eight_writers_at_once(cast: Cast) -> None:
    """Each holds its transaction for twenty milliseconds, as a page does; a chain in the request would queue them."""
    cases = [make_case(cast) for _ in range(WRITERS)]
    rates: dict[str, list[float]] = {"on": [], "off": []}
    for _ in range(2):
        rates["on"].append(rate(cast, cases))
        with without_audit():
            rates["off"].append(rate(cast, cases))
    on, off = max(rates["on"]), max(rates["off"])
    told(writers=WRITERS, on_per_second=round(on), off_per_second=round(off), share=round(on / off, 3))
    held("eight writers, share", round(on / off, 3))


def rate(cast: Cast, cases: list[Case]) -> float:
    """Transactions a second of all writers together."""
    done, until = [0] * WRITERS, time.monotonic() + SECONDS

    def work(number: int) -> None:
        try:
            while time.monotonic() < until:
                with transaction.atomic():
                    Case.objects.filter(pk=cases[number].pk).update(version=done[number] + 2)
                    record(Action.CASE_CHANGED, by=cast.manager, obj=cases[number], case=cases[number])
                    time.sleep(0.02)
                done[number] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / SECONDS


def test_time_to_seal_and_to_check_a_million_events(settings: object, tmp_path: Path) -> None:
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")  # type: ignore[attr-defined]
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(MANY_EVENTS, [EVENTS])
        cursor.execute("ANALYZE audit_auditevent, audit_unsealed")
    began = time.monotonic()
    sealed = sealing.seal_all()
    sealing_took = time.monotonic() - began
    began = time.monotonic()
    found = verification.problems()
    checking_took = time.monotonic() - began
    assert sealed >= EVENTS
    assert found == []
    told(events=EVENTS, seconds_to_seal=round(sealing_took, 1), seconds_to_check=round(checking_took, 1))
    held("seconds to check a million", round(checking_took * 1_000_000 / EVENTS, 1))
