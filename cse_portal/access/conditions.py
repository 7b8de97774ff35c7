"""A condition on a row that is put into SQL once and stands in many questions: Django would compile it in each anew."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Model, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler

THE_ROW = uuid.UUID(int=0)  # in a condition's place for the row it is asked of
# What stands in the words of a condition for the row's key, and for whether the row is restricted.
KEY, RESTRICTED = "\x01", "\x02"


class KeysOf(Expression):
    """The keys that a function of the gate answers with, for `field__in=keys`: of rows that their asker does not read,
    as what shuts them out, and why, is nobody's to read of themselves.
    """

    output_field = UUIDField()

    def __init__(self, function: str, *of: uuid.UUID | None) -> None:
        super().__init__()
        self.words = f"(SELECT unnest({function}({', '.join(['%s'] * len(of))})))"
        self.parameters = of

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The function is asked once a question, whatever the question is about."""
        return self.words, self.parameters


@dataclass(frozen=True)
class Condition:
    """SQL in which the columns of the row are still to be named, and its parameters."""

    words: str
    parameters: tuple[Any, ...]

    @classmethod
    def some_row_of(cls, rows: QuerySet[Model]) -> Self:
        """There is one among these rows, which were filtered by `THE_ROW`."""
        sql, parameters = rows.query.exists().sql_with_params()
        first, *pieces = sql.split("%s")
        filled = (
            (KEY if each == THE_ROW else "%s") + piece for each, piece in zip(parameters, pieces, strict=True)
        )
        return cls(f"EXISTS({first}{''.join(filled)})", tuple(each for each in parameters if each != THE_ROW))

    @classmethod
    def among(cls, keys: KeysOf) -> Self:
        """The row's own is one of these keys."""
        return cls(f"{KEY} IN {keys.words}", keys.parameters)


class Holds(Expression):
    """Whether the condition is true of the row, in a filter."""

    output_field = BooleanField()

    def __init__(self, condition: Condition) -> None:
        super().__init__()
        self.condition = condition
        self.columns: list[Any] = [F("pk"), F("is_restricted")]

    def get_source_expressions(self) -> list[Any]:
        """The two columns of the row."""
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """The same columns, by the names that a question gives them."""
        self.columns = list(exprs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The condition's words with the columns in their places."""
        (key, _), (restricted, _) = (compiler.compile(each) for each in self.columns)
        words = self.condition.words.replace(KEY, key).replace(RESTRICTED, restricted)
        return words, self.condition.parameters


class Among(Expression):
    """Whether a field holds one of these keys, in a filter: as `field__in=keys`, but put into SQL once.

    A row rule that asks another, which asks a third, is cloned by Django as a whole at every step; this stands in all
    of them as it is. The question for the keys stands by itself (no `OuterRef` beyond it). Of a field that may be null,
    only where a row without it is not meant: like SQL's, its opposite is not true of null either.
    """

    output_field = BooleanField()

    def __init__(self, field: str, keys: QuerySet[Any, Any]) -> None:
        super().__init__()
        self.columns: list[Any] = [F(field)]
        try:
            self.words, self.parameters = keys.order_by().query.sql_with_params()
        except EmptyResultSet:
            self.words, self.parameters = "", ()

    def get_source_expressions(self) -> list[Any]:
        """The field."""
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """The same field, by the name that a question gives it."""
        self.columns = list(exprs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The field among the keys; nothing is among none."""
        if not self.words:
            raise EmptyResultSet
        field, own = compiler.compile(self.columns[0])
        return f"{field} IN ({self.words})", (*own, *self.parameters)
