"""Several short lists of one meeting in one question to the database."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, JSONField, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from mase.meetings.models.meeting import Meeting


class WholeRow(Expression):
    """The row of the table a question is about, as PostgreSQL writes it down: quicker to ask for than each column."""

    output_field = JSONField()

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[()]]:
        """The whole row, by the name the question gives its table."""
        table = compiler.query.get_initial_alias()
        return f"to_jsonb({compiler.quote_name_unless_alias(table)})", ()


def read_together(meeting: Meeting, *lists: QuerySet[Any]) -> list[list[Any]]:
    """The rows of each list, in its own order; each row knows the meeting, and nothing else that is related."""
    as_json = [ArraySubquery(rows.values(row=WholeRow())) for rows in lists]
    found = Meeting.objects.filter(pk=meeting.pk).values_list(*as_json).get()
    return [
        [_row(rows, values, meeting) for values in stored] for rows, stored in zip(lists, found, strict=True)
    ]


def _row(rows: QuerySet[Any], values: dict[str, Any], meeting: Meeting) -> Any:
    fields = rows.model._meta.concrete_fields
    stored = [field.to_python(values[field.column]) for field in fields]
    row = rows.model.from_db(rows.db, [field.attname for field in fields], stored)
    row.meeting = meeting
    return row
