"""Long questions that are asked again are planned once: the same answers, to each person their own."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import mark_safe

from cases.models import Case
from cse_portal import acting
from cse_portal.access import row_security
from cse_portal.access.postgresql import prepared
from cse_portal.access.standing import standing
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from tests.cast import Cast
from tests.database import superuser
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db
PADDING = f"/* {'as long as the questions about a child ' * 15} */"
LONG = f"SELECT reference {PADDING} FROM cases_case WHERE reference <> %s ORDER BY 1"
AGAIN = prepared.OFTEN + 2


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names under which questions were asked."""
    names: list[str] = []
    words = prepared.asking

    def asking(name: str, params: Sequence[Any]) -> str:
        names.append(name)
        return words(name, params)

    monkeypatch.setattr(prepared, "asking", asking)
    monkeypatch.setattr(connections["default"], "_prepared", None)
    return names


def as_person(user: User) -> Any:
    who = standing(user)
    assert who is not None
    return acting.acting(who.actor)


def ask(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_one_plan_answers_each_person_for_themselves(cast: Cast, named: list[str]) -> None:
    reference, names = make_case(cast).reference, []
    for _ in range(AGAIN):
        for person, seen in ((cast.manager, [(reference,)]), (cast.outsider, [])):
            with as_person(person):
                before = len(named)
                assert ask(LONG, "none") == seen
            names.append((named[before:] or ["in words"])[0])
    assert names[0] == "in words"
    assert len(set(names[-4:])) == 1, "the same for both"


def test_the_rows_of_a_list_are_the_same_and_so_are_those_of_whoever_was_shut_out_since(
    cast: Cast, named: list[str]
) -> None:
    case = make_case(cast)

    def listed(user: User) -> list[Case]:
        with as_person(user):
            return list(Case.objects.visible_to(user).select_related("child", "lead_agency"))

    assert [listed(cast.manager) for _ in range(AGAIN)] == [[case]] * AGAIN
    assert named
    Case.objects.filter(pk=case.pk).update(is_restricted=True, restricted_reason="court")
    assert listed(cast.manager) == []


VALUES = [
    "O'Neill 100%", "", mark_safe("<b>"), Role.TEAM_MANAGER, 7, 2**40, True, None, dt.date(2026, 3, 1),
    dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), dt.timedelta(days=2), Decimal("1.50"),
    uuid.UUID(int=5), [uuid.UUID(int=5), uuid.UUID(int=6)], ["a'b", "c"], [1, 2],
    dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC).replace(tzinfo=None),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=[str(number) for number in range(len(VALUES))])
def test_a_parameter_is_what_its_literal_was(cast: Cast, named: list[str], value: object) -> None:
    with as_person(cast.manager):
        answers = [
            ask(f"SELECT %s AS said {PADDING} FROM gate.me() WHERE 'a%%' LIKE 'a%%'", value)
            for _ in range(AGAIN)
        ]
    assert named
    assert [(type(each[0][0]), each) for each in answers] == [(type(answers[0][0][0]), answers[0])] * AGAIN


@pytest.mark.parametrize(
    "value",
    [1.5, b"bytes", 2**70, ["a", None], [1, 2**40]],
    ids=["float", "bytes", "huge", "mixed", "two sizes"],
)
def test_what_has_no_sure_type_goes_in_words(cast: Cast, named: list[str], value: object) -> None:
    with as_person(cast.manager):
        assert (
            len({str(ask(f"SELECT %s AS said {PADDING} FROM gate.me()", value)) for _ in range(AGAIN)}) == 1
        )
    assert named == []


def test_no_keys_are_no_keys(cast: Cast, named: list[str]) -> None:
    make_case(cast)
    some = f"SELECT count(*) {PADDING} FROM cases_case WHERE id = ANY (%s::uuid[])"
    with as_person(cast.manager):
        assert [ask(some, []) for _ in range(AGAIN)] == [[(0,)]] * AGAIN
    assert named


def test_words_that_mean_nothing_as_a_parameter_go_as_they_always_went(cast: Cast, named: list[str]) -> None:
    case = make_case(cast)
    named.clear()  # the first case of a process asks what later ones remember
    with as_person(cast.manager), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(next_review_on=dt.date(2027, 1, 1))
        answers = [
            ask(f"SELECT jsonb_build_object(%s, 1)::text {PADDING} FROM gate.me()", "one")
            for _ in range(AGAIN)
        ]
        assert answers == [[('{"one": 1}',)]] * AGAIN
        assert ask("SELECT gate.user_id()") == [(cast.manager.pk,)]  # what was told is not undone with it
    assert named == []
    assert Case.objects.get(pk=case.pk).next_review_on == dt.date(2027, 1, 1)


def test_each_parameter_is_put_in_its_place(cast: Cast, named: list[str]) -> None:
    several = f"SELECT %s::int, %s::text, %s::boolean {PADDING} FROM gate.me()"
    with as_person(cast.manager):
        assert [ask(several, 1, "two", True) for _ in range(AGAIN)] == [[(1, "two", True)]] * AGAIN
    (name,) = set(named)
    assert prepared.asking(name, [1, "two", True]) == f"EXECUTE {name} (%s, %s, %s)"
    assert prepared.asking(name, []) == f"EXECUTE {name}"


def test_only_so_many_are_kept(cast: Cast, named: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "KEPT", 2)
    with as_person(cast.manager):
        for number in (1, 2, 1, 3, 1, 2):
            for _ in range(AGAIN):
                assert ask(f"SELECT %s + {number} {PADDING} FROM gate.me()", 1) == [(1 + number,)]
    assert len(set(named)) == 4  # the second was let go for the third, and prepared anew


def test_of_those_asked_too_seldom_the_longest_unasked_is_forgotten(
    cast: Cast, named: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Questions that are never asked again fill no memory; what is asked now and then is prepared all the same."""
    monkeypatch.setattr(prepared, "REMEMBERED", 2)

    def asks(number: int) -> None:
        assert ask(f"SELECT %s + {number} {PADDING} FROM gate.me()", 1) == [(1 + number,)]

    with as_person(cast.manager):
        for number in (1, 2, 1, 3, 1):  # 2 is forgotten for 3, and the third time 1 is asked it is prepared
            asks(number)
        assert len(named) == 1
        for number in (4, 5, 5, 5):  # the last that came is remembered, not the ones before it
            asks(number)
        assert len(named) == 2
        for number in (3, 3):  # asked once before, and forgotten since
            asks(number)
    assert len(set(named)) == len(named) == 2


def test_short_ones_and_those_nobody_asks_and_those_somebody_listens_to_go_in_words(
    cast: Cast, named: list[str]
) -> None:
    make_case(cast)
    named.clear()  # the first case of a process asks what later ones remember
    with as_person(cast.manager):
        for _ in range(AGAIN):
            ask("SELECT %s", 1)
        with CaptureQueriesContext(connection) as heard:
            for _ in range(AGAIN):
                ask(LONG, "none")
        for _ in range(AGAIN):
            assert len(list(Case.objects.select_related("child").exclude(reference="none").iterator())) == 1
    assert all("cases_case" in each["sql"] for each in heard.captured_queries)
    with acting.acting(acting.NOBODY):
        for _ in range(AGAIN):
            assert ask(LONG, "none") == []
    assert named == []


def test_those_without_a_parameter_are_prepared_too_and_those_of_the_system(
    cast: Cast, named: list[str]
) -> None:
    make_case(cast)
    named.clear()  # the first case of a process asks what later ones remember
    with acting.for_the_system():
        found = {
            tuple(ask(f"SELECT count(*) {PADDING} FROM cases_case WHERE 'a' LIKE 'a%%'"))
            for _ in range(AGAIN)
        }
    assert found == {((1,),)}
    assert len(named) == AGAIN - (prepared.OFTEN - 1)


@pytest.mark.django_db(transaction=True)
def test_whoever_lets_them_all_go_costs_one_request_and_no_other(cast: Cast, named: list[str]) -> None:
    """A statement that somebody injected can do that much; the next request has a connection of its own."""
    reference = make_case(cast).reference
    with as_person(cast.manager):
        with transaction.atomic():
            for _ in range(AGAIN):
                ask(LONG, "none")
            connection.close_at = None  # kept, as in production
            ask("DEALLOCATE ALL; SELECT 1")
        with pytest.raises(DatabaseError), transaction.atomic():
            ask(LONG, "none")
        connection.close_if_unusable_or_obsolete()
        assert connection.connection is None
        for _ in range(AGAIN):
            with transaction.atomic():
                assert ask(LONG, "none") == [(reference,)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TEMPORARY TABLE cases_case (LIKE public.cases_case)",
        "CREATE TEMPORARY VIEW cases_case AS SELECT 1",
        "CREATE TABLE public.planted (id uuid)",
        "CREATE SCHEMA planted",
        "SELECT query FROM pg_stat_activity",
        "SELECT query FROM pg_stat_get_activity(NULL)",
        "SELECT pg_stat_get_backend_activity(1)",
        "SELECT name FROM pg_prepared_statements",
        "SELECT name FROM pg_prepared_statement()",
        "SELECT pg_advisory_lock(20261125)",
        "SELECT pg_try_advisory_lock_shared(1, 2)",
    ],
)
def test_an_injected_statement_leaves_nothing_behind_and_reads_no_other_connections_words(
    cast: Cast, statement: str
) -> None:
    """A table of one's own would stand before the portal's in the next person's request, on the same connection."""
    with (
        as_person(cast.manager),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        ask(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("words", "back", "told"),
    [
        (
            "GRANT TEMPORARY ON DATABASE {0} TO PUBLIC",
            "REVOKE TEMPORARY ON DATABASE {0} FROM PUBLIC",
            "make tables",
        ),
        (
            "GRANT SELECT ON pg_stat_activity TO PUBLIC",
            "REVOKE SELECT ON pg_stat_activity FROM PUBLIC",
            "other",
        ),
        (
            "GRANT EXECUTE ON FUNCTION pg_prepared_statement TO cse_app",
            "REVOKE EXECUTE ON FUNCTION pg_prepared_statement FROM cse_app",
            "names of prepared",
        ),
        (
            "GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO cse_app",
            "REVOKE EXECUTE ON FUNCTION pg_advisory_lock(bigint) FROM cse_app",
            "hold a lock",
        ),
    ],
)
def test_a_database_that_lets_it_is_not_fit_to_serve(words: str, back: str, told: str) -> None:
    name = connection.settings_dict["NAME"]
    assert row_security.problems() == []
    with superuser(name) as cursor:
        cursor.execute(words.format(name))
        try:
            (problem,) = row_security.problems()
        finally:
            cursor.execute(back.format(name))
    assert told in problem
    assert "prepare.sql" in problem
