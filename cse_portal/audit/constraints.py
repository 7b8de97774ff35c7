"""What a model's Meta says of its audit trigger: migrations make the triggers from it (`Watched`, `AppendOnly`)."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table

MADE = "CREATE TRIGGER %(name)s %(fires)s ON %(table)s %(calls)s"
GONE = "DROP TRIGGER %(name)s ON %(table)s"


class TriggerConstraint(models.BaseConstraint):
    """A trigger of one table, written by `makemigrations` like any other constraint."""

    fires: str

    def calls(self, *, has_case: bool) -> str:
        """What is done for the row, or the statement."""
        raise NotImplementedError

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """A trigger is no part of CREATE TABLE: it is made right after it."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """SQL that adds it to a table."""
        has_case = any(field.column == "case_id" for field in model._meta.local_fields)
        return self._statement(
            MADE, model, schema_editor, fires=self.fires, calls=self.calls(has_case=has_case)
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """SQL that takes it away."""
        return self._statement(GONE, model, schema_editor)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """No form can break it."""

    def _statement(self, sql: str, model: Any, editor: BaseDatabaseSchemaEditor, **words: str) -> Statement:
        table = Table(model._meta.db_table, editor.quote_name)
        return Statement(sql, table=table, name=editor.quote_name(self.name), **words)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class AppendOnly(TriggerConstraint):
    """Rows are added, and never changed or removed, not even by the database's owner."""

    fires = "BEFORE UPDATE OR DELETE OR TRUNCATE"

    def calls(self, *, has_case: bool) -> str:
        """One refusal for the whole statement."""
        return "FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()"


class Watched(TriggerConstraint):
    """PostgreSQL notes every change of a row: who, when, which columns, and of which case.

    `case` is the column that holds the case's key, as a rule `case_id`, or a path to it:
    `meeting_id:mase_masemeeting.case_id`. `a|b` takes the first that has a value, `table(column)` looks a row up by
    another column than `id`. `subject` leads to the record with whose disposal the old and new values go: as a rule the
    case, else the row itself. Of a `hidden` column only the fact of a change is kept.
    """

    fires = "AFTER INSERT OR UPDATE OR DELETE"

    def __init__(
        self, *, name: str, case: str | None = None, subject: str = "", hidden: tuple[str, ...] = ()
    ) -> None:
        super().__init__(name=name)
        self.case, self.subject, self.hidden = case, subject, tuple(hidden)

    def calls(self, *, has_case: bool) -> str:
        """The one function, told where this table's case and subject are."""
        case = ("case_id" if has_case else "") if self.case is None else self.case
        said = ", ".join(f"'{word}'" for word in (query(case), query(self.subject), " ".join(self.hidden)))
        return f"FOR EACH ROW EXECUTE FUNCTION audit.note_change({said})"

    def deconstruct(self) -> Any:
        """With the options that are not as a rule."""
        path, args, kwargs = super().deconstruct()
        options = {"case": self.case, "subject": self.subject, "hidden": self.hidden}
        said = {
            name: value for name, value in options.items() if value or name == "case" and value is not None
        }
        return path, args, {**kwargs, **said}


def query(path: str) -> str:
    """A path for the trigger function: one column's name as it is, anything longer as a query of the row `$1`."""
    if path.isidentifier() or not path:
        return path
    start, *hops = path.split(":")
    found = _first([f"($1 ->> ''{column}'')::uuid" for column in start.split("|")])
    for hop in hops:
        table, _, columns = hop.partition(".")
        table, _, key = table.rstrip(")").partition("(")
        wanted = _first([f"t.{column}" for column in columns.split("|")])
        found = f"(SELECT {wanted} FROM public.{table} t WHERE t.{key or 'id'} = {found} LIMIT 1)"  # noqa: S608
    return f"SELECT {found}"


def _first(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"COALESCE({', '.join(expressions)})"


def watch(tables: Mapping[str, dict[str, Any]]) -> str:
    """SQL for tables whose models cannot say it themselves, such as a package's: the options of `Watched` for each."""
    made = {table: Watched(name=f"{table}_watched", **options) for table, options in tables.items()}
    return "".join(
        MADE % {"name": each.name, "table": table, "fires": each.fires, "calls": each.calls(has_case=False)}
        + ";\n"
        for table, each in made.items()
    )


def unwatch(tables: Mapping[str, dict[str, Any]]) -> str:
    """The way back."""
    return "".join(GONE % {"name": f"{table}_watched", "table": table} + ";\n" for table in tables)
