"""What a connection has told PostgreSQL is what holds: for a new one, after a failure, and back at a savepoint."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cse_portal import acting
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from tests.cast import Cast
from tests.database import superuser

pytestmark = pytest.mark.django_db
WHO = "SELECT gate.user_id()::text"


def actor_of(user: User) -> acting.Actor:
    who = standing(user)
    assert who is not None
    return who.actor


def known_to_postgresql(through: BaseDatabaseWrapper = connection) -> str | None:
    """For whom PostgreSQL thinks that this connection asks."""
    with through.cursor() as cursor:
        cursor.execute(WHO)
        found: str | None = cursor.fetchone()[0]
        return found


@pytest.fixture
def fresh() -> Iterator[BaseDatabaseWrapper]:
    """A connection nobody has used."""
    made = connections.create_connection("default")
    made.settings_dict = connection.settings_dict
    try:
        yield made
    finally:
        made.close()


def test_a_new_connection_has_told_nothing_and_tells_before_its_first_question(
    cast: Cast, fresh: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fresh.alias == "default"
    assert len(fresh.execute_wrappers) == 1
    asked: list[str] = []

    def listens(execute, sql, params, many, about):  # type: ignore[no-untyped-def]
        asked.append(sql)
        return execute(sql, params, many, about)

    monkeypatch.setattr(fresh, "_tell", lambda now: asked.append("told"))
    with acting.acting(acting.NOBODY), fresh.execute_wrapper(listens):
        assert known_to_postgresql(fresh) is None
    assert asked == [WHO]  # of nobody there is nothing to tell
    monkeypatch.undo()
    with acting.acting(actor_of(cast.health)), transaction.atomic():
        assert known_to_postgresql() == str(cast.health.pk)


def test_one_that_was_never_made_is_not_fit_for_use(fresh: BaseDatabaseWrapper) -> None:
    assert fresh.connection is None
    assert fresh.is_usable() is False
    assert fresh.connection is None


@pytest.mark.parametrize(("options", "timeout"), [({}, "0"), ({"options": "-c statement_timeout=7s"}, "7s")])
def test_what_the_settings_say_of_a_connection_is_said_beside_our_own(
    fresh: BaseDatabaseWrapper, options: dict[str, str], timeout: str
) -> None:
    others = {name: said for name, said in fresh.settings_dict["OPTIONS"].items() if name != "options"}
    fresh.settings_dict = {**fresh.settings_dict, "OPTIONS": {**others, **options}}
    with acting.acting(acting.NOBODY), fresh.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('TimeZone'), current_setting('DateStyle'),"
            " current_setting('jit')"
        )
        assert cursor.fetchone() == (timeout, "UTC", "ISO, MDY", "off")


def test_each_question_is_asked_for_whoever_acts(cast: Cast) -> None:
    for person in (cast.health, cast.police, cast.health):
        with acting.acting(actor_of(person)):
            assert known_to_postgresql() == str(person.pk)
    with acting.acting(acting.NOBODY):
        assert known_to_postgresql() is None


def test_back_at_a_savepoint_it_is_told_again(cast: Cast) -> None:
    with acting.acting(actor_of(cast.health)):
        assert known_to_postgresql() == str(cast.health.pk)
    with acting.acting(actor_of(cast.police)):
        with suppress(LookupError), transaction.atomic():
            assert known_to_postgresql() == str(cast.police.pk)
            raise LookupError
        assert known_to_postgresql() == str(cast.police.pk)


def test_what_was_told_after_a_savepoint_is_told_again_when_it_is_undone(cast: Cast) -> None:
    with acting.acting(actor_of(cast.health)):
        before = transaction.savepoint()
    with acting.acting(actor_of(cast.police)):
        assert known_to_postgresql() == str(cast.police.pk)
        transaction.savepoint_rollback(before)
        assert known_to_postgresql() == str(cast.police.pk)


def test_a_transaction_that_failed_is_rolled_back_before_anything_is_told_to_it(cast: Cast) -> None:
    with acting.acting(actor_of(cast.police)):
        with suppress(DatabaseError), transaction.atomic(), acting.acting(actor_of(cast.health)):
            known_to_postgresql()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        assert known_to_postgresql() == str(cast.police.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("block", [transaction.atomic, nullcontext])
def test_a_question_arrives_as_it_was_asked_whether_or_not_something_is_told_first(
    cast: Cast, block: Callable[[], AbstractContextManager[None]]
) -> None:
    """In a transaction, and by itself: a statement of its own is a transaction of its own."""
    heard: list[tuple[object, ...]] = []

    def listens(execute, sql, params, many, about):  # type: ignore[no-untyped-def]
        heard.append((sql, params, many, about["connection"].alias))
        return execute(sql, params, many, about)

    for person in (cast.health, cast.police):
        with acting.acting(actor_of(person)), connection.execute_wrapper(listens), block():
            for word in ("first", "again"):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT %s, gate.user_id()::text", [word])
                    assert cursor.fetchone() == (word, str(person.pk))
    said = [each for each in heard if "gate.user_id" in each[0]]  # type: ignore[operator]
    asked = [("SELECT %s, gate.user_id()::text", [word], False, "default") for word in ("first", "again")]
    assert said == asked * 2


LEFT = [
    "SET default_transaction_read_only = on",
    "SET client_encoding = 'LATIN1'",
    "SET standard_conforming_strings = off",
    "SET search_path = pg_temp",
    "SET statement_timeout = 1",
    "SET plan_cache_mode = auto",
    "SET TIME ZONE 'Asia/Tokyo'",
    "SELECT set_config('gate.left', 'there', false)",
    "LISTEN everything",
    "DECLARE theirs CURSOR WITH HOLD FOR SELECT 1",
]
STANDS = """
SELECT (SELECT json_object_agg(s.name, s.setting) FROM pg_settings s
        WHERE s.name !~ '[.]' AND s.name NOT LIKE 'transaction%'),
       (SELECT count(*) FROM pg_cursors), (SELECT count(*) FROM pg_listening_channels()),
       COALESCE(current_setting('gate.left', true), '')
"""


@pytest.fixture
def kept(transactional_db: None) -> Iterator[BaseDatabaseWrapper]:
    """The connection as it is in production: kept from request to request."""
    connection.close()
    connection.ensure_connection()
    connection.close_at = None
    yield connections["default"]
    connection.close()


def how_it_stands() -> tuple[object, ...]:
    with acting.acting(acting.NOBODY), connection.cursor() as cursor:
        cursor.execute(STANDS)
        return tuple(cursor.fetchone())


@pytest.mark.parametrize("statement", LEFT)
def test_a_request_finds_the_connection_of_the_one_before_as_if_it_were_new(
    cast: Cast, kept: BaseDatabaseWrapper, statement: str
) -> None:
    """Somebody injects a statement into Hannah's request; Owen's comes next, on the same connection to the server."""
    as_new, server = how_it_stands(), kept.connection.info.backend_pid
    with acting.acting(actor_of(cast.health)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with acting.acting(acting.NOBODY):
        kept.close_if_unusable_or_obsolete()  # as each request begins and ends
        assert how_it_stands() == as_new
    with acting.acting(actor_of(cast.police)), transaction.atomic():
        assert known_to_postgresql() == str(cast.police.pk)
    assert kept.connection.info.backend_pid == server


def test_one_that_answers_nothing_any_more_is_given_up(cast: Cast, kept: BaseDatabaseWrapper) -> None:
    server = kept.connection.info.backend_pid
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [server])
    kept.close_if_unusable_or_obsolete()
    with acting.acting(actor_of(cast.police)), transaction.atomic():
        assert known_to_postgresql() == str(cast.police.pk)
    assert kept.connection.info.backend_pid != server


def test_what_it_has_prepared_stays_from_request_to_request(kept: BaseDatabaseWrapper) -> None:
    with acting.acting(acting.NOBODY):
        with connection.cursor() as cursor:
            cursor.execute("PREPARE stays AS SELECT 7")
        kept.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            cursor.execute("EXECUTE stays")
            assert cursor.fetchone() == (7,)


def test_nothing_is_told_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    made = connections["default"]
    tell = made._tell  # type: ignore[attr-defined]
    monkeypatch.setattr(made, "_tell", lambda now: (told.append(now), tell(now)))
    with acting.acting(actor_of(cast.health)):
        for _ in range(3):
            known_to_postgresql()
    assert len(told) == 1
