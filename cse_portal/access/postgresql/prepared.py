"""Questions a connection asks again and again: PostgreSQL plans each once, not each time.

Every question about a child brings the rules of row-level security with it, and to plan those takes PostgreSQL longer
than to answer. The driver puts parameters into the words, so each question is new to the server; prepared, its words
are kept there and only the parameters go (docs/adr/0024-prepared-questions.md).
"""

import datetime as dt
import re
import secrets
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from psycopg2 import Error
from psycopg2.extensions import connection as Connection  # noqa: N812

LONG = 100  # characters: what is shorter asks no table, or one without rules
OFTEN = 3  # times the same words before they are kept
# A plan takes PostgreSQL up to half a megabyte; of questions that are not prepared yet the words alone are held.
KEPT, REMEMBERED = 60, 500
# As the driver writes each value, so that a parameter is what its literal was. Text has no type until it meets one.
UNTYPED = "unknown"
TYPES: dict[type, str] = {
    bool: "boolean", uuid.UUID: "uuid", dt.date: "date", dt.timedelta: "interval", Decimal: "numeric",
    type(None): UNTYPED,
}  # fmt: skip
SMALL, BIG = range(-(2**31), 2**31), range(-(2**63), 2**63)
PLACE = re.compile("%([s%])")
Question = tuple[str, tuple[str, ...]]
AS_IT_IS, NEVER = "", "never"


class Prepared:
    """The questions one connection to the server has prepared, and how often it was asked the others."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._names: OrderedDict[Question, str] = OrderedDict()
        self._times: OrderedDict[Question, int] = OrderedDict()

    def name_of(self, sql: str, params: Sequence[Any]) -> str | None:
        """By which name to ask this; None where its words go as they are. Within a transaction."""
        types = tuple(map(_type_of, params))
        if NEVER in types:
            return None
        question = (sql, types)
        if question in self._names:
            self._names.move_to_end(question)
            return self._names[question] or None
        times = self._times.pop(question, 0) + 1
        if times < OFTEN:
            self._times[question] = times
            if len(self._times) > REMEMBERED:
                self._times.popitem(last=False)
            return None
        return self._prepare(question) or None

    def _prepare(self, question: Question) -> str:
        """Keep its words on the server, and let the one go that was not asked for the longest time.

        The name cannot be guessed, and cse_app does not read the view of such names: a statement that somebody managed
        to inject cannot put another in the place of one that the next person asks (cse_portal/prepare.sql).
        """
        sql, types = question
        name = f"q{secrets.token_hex(16)}"
        with self.connection.cursor() as cursor:
            cursor.execute("SAVEPOINT preparing")
            try:
                cursor.execute(f"PREPARE {name}{_in_brackets(types)} AS {_numbered(sql)}")
            except Error:
                # Some words have a meaning as text and none as a parameter: those go as they always went.
                cursor.execute("ROLLBACK TO SAVEPOINT preparing")
                name = AS_IT_IS
            cursor.execute("RELEASE SAVEPOINT preparing")
            self._names[question] = name
            if len(self._names) > KEPT:
                _, oldest = self._names.popitem(last=False)
                if oldest:
                    cursor.execute(f"DEALLOCATE {oldest}")
        return name


def is_worth_it(sql: Any, params: Any) -> bool:
    """Whether this is a question about rows whose parameters stand in a row."""
    return (
        isinstance(sql, str)
        and len(sql) >= LONG
        and isinstance(params, (list, tuple))
        and sql.startswith(("SELECT", "(SELECT"))
        and " FROM " in sql
    )


def asking(name: str, params: Sequence[Any]) -> str:
    """The words that ask a prepared question; the driver puts the parameters in."""
    return f"EXECUTE {name}{_in_brackets(['%s'] * len(params))}"


def _in_brackets(words: Sequence[str]) -> str:
    return f" ({', '.join(words)})" if words else ""


def _numbered(sql: str) -> str:
    """As the driver reads the words: each %s a parameter, each %% a percent sign."""
    number = 0

    def numbered(found: re.Match[str]) -> str:
        nonlocal number
        if found[1] == "%":
            return "%"
        number += 1
        return f"${number}"

    return PLACE.sub(numbered, sql)


def _type_of(value: Any) -> str:
    """What the driver's literal of this value is to PostgreSQL; NEVER where that is not sure."""
    kind = type(value)
    if kind in TYPES:
        return TYPES[kind]
    if isinstance(value, str):
        return UNTYPED
    if isinstance(value, int):
        return "integer" if value in SMALL else "bigint" if value in BIG else NEVER
    if isinstance(value, dt.datetime):
        return "timestamptz" if value.tzinfo else "timestamp"
    if isinstance(value, list):
        return _type_of_list(value)
    return NEVER


def _type_of_list(values: list[Any]) -> str:
    if not values:
        return UNTYPED
    types = set(map(_type_of, values))
    if types == {UNTYPED} and all(isinstance(each, str) for each in values):
        return "text[]"
    return f"{types.pop()}[]" if types in ({"uuid"}, {"integer"}) else NEVER
