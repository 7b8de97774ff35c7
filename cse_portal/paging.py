"""Lists a page at a time, and several short ones read together."""

from typing import Any, TypeVar, overload

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, Expression, JSONField, Model, QuerySet, Window
from django.db.models.sql.compiler import SQLCompiler

PER_PAGE = 25
M = TypeVar("M", bound=Model)
T = TypeVar("T")


@overload
def page_of(rows: QuerySet[M, Any], length: int, number: Any) -> Page[M]: ...
@overload
def page_of(rows: list[T], length: int, number: Any) -> Page[T]: ...
def page_of(rows: Any, length: int, number: Any) -> Page[Any]:
    """The page of this number, of so many rows; the first or the last there is for a number that is none.

    The first, which most people read and no other, is asked for together with how many there are: a row rule is long,
    and to ask it once more for the number alone takes as long as the page.
    """
    pages = Paginator(rows, length)
    if number not in (None, "", "1", 1) or isinstance(rows, list):
        return pages.get_page(number)
    found = list(rows.annotate(number_of_all=Window(Count("*")))[:length])
    pages.count = found[0].number_of_all if found else 0
    return Page(found, 1, pages)


class WholeRow(Expression):
    """The row of the table a question is about, as PostgreSQL writes it down: quicker to ask for than each column."""

    output_field = JSONField()

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[()]]:
        """The whole row, by the name the question gives its table."""
        table = compiler.query.get_initial_alias()
        return f"to_jsonb({compiler.quote_name_unless_alias(table)})", ()


def read_together(owner: Any, *lists: QuerySet[Any]) -> list[list[Any]]:
    """The rows of each of these short lists of one owner, in its own order, in one question to the database.

    Each row knows its owner, by the name of the owner's model, and nothing else that is related.
    """
    as_json = [ArraySubquery(rows.values(row=WholeRow())) for rows in lists]
    found = type(owner)._default_manager.filter(pk=owner.pk).values_list(*as_json).get()
    return [
        [_row(rows, values, owner) for values in stored] for rows, stored in zip(lists, found, strict=True)
    ]


def _row(rows: QuerySet[Any], values: dict[str, Any], owner: Any) -> Any:
    fields = rows.model._meta.concrete_fields
    stored = [field.to_python(values[field.column]) for field in fields]
    row = rows.model.from_db(rows.db, [field.attname for field in fields], stored)
    setattr(row, owner._meta.model_name, owner)
    return row
