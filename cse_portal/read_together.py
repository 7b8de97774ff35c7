"""Several short lists of one row, read in one question to the database: a page that needs ten of them asks once."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler


class WholeRow(models.Expression):
    """The row of the table a question is about, as PostgreSQL writes it down: quicker to ask for than each column."""

    output_field = models.JSONField()

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[()]]:
        """The whole row, by the name the question gives its table."""
        table = compiler.query.get_initial_alias()
        return f"to_jsonb({compiler.quote_name_unless_alias(table)})", ()


def read_together(owner: Any, *lists: models.QuerySet[Any]) -> list[list[Any]]:
    """The rows of each of these short lists of one owner, in its own order, in one question to the database.

    Each row knows its owner, by the name of the owner's model, and nothing else that is related.
    """
    as_json = [ArraySubquery(rows.values(row=WholeRow())) for rows in lists]
    found = type(owner)._default_manager.filter(pk=owner.pk).values_list(*as_json).get()
    return [
        [_row(rows, values, owner) for values in stored] for rows, stored in zip(lists, found, strict=True)
    ]


def _row(rows: models.QuerySet[Any], values: dict[str, Any], owner: Any) -> Any:
    fields = rows.model._meta.concrete_fields
    stored = [field.to_python(values[field.column]) for field in fields]
    row = rows.model.from_db(rows.db, [field.attname for field in fields], stored)
    setattr(row, owner._meta.model_name, owner)
    return row
