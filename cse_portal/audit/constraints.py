"""What a model's Meta says of its audit trigger: migrations make the triggers from it (`Watched`, `AppendOnly`)."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table

from cse_portal.row_security import DatabaseRule, SeenWith

MADE = "CREATE TRIGGER %(name)s %(fires)s ON %(table)s %(calls)s"
WATCHED, APPEND_ONLY = "%(app_label)s_%(class)s_watched", "%(app_label)s_%(class)s_append_only"
GONE = "DROP TRIGGER %(name)s ON %(table)s"


class TriggerConstraint(DatabaseRule):
    """A trigger of one table, written by `makemigrations` like any other constraint."""

    fires: str

    def calls(self, model: Any) -> str:
        """What is done for the row, or the statement."""
        raise NotImplementedError

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """SQL that adds it to a table."""
        return self._statement(MADE, model, schema_editor, fires=self.fires, calls=self.calls(model))

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """SQL that takes it away."""
        return self._statement(GONE, model, schema_editor)

    def _statement(self, sql: str, model: Any, editor: BaseDatabaseSchemaEditor, **words: str) -> Statement:
        table = Table(model._meta.db_table, editor.quote_name)
        return Statement(sql, table=table, name=editor.quote_name(self.name), **words)


class AppendOnly(TriggerConstraint):
    """Rows are added, and never changed or removed, not even by the database's owner."""

    fires = "BEFORE UPDATE OR DELETE OR TRUNCATE"

    def __init__(self, *, name: str = APPEND_ONLY) -> None:
        super().__init__(name=name)

    def calls(self, model: Any) -> str:
        """One refusal for the whole statement."""
        return "FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()"


class Watched(TriggerConstraint):
    """PostgreSQL notes every change of a row: who, when, which columns, and of which case.

    The case, and else the record with whose disposal the old and new values go, are found by the foreign keys of the
    row-level rule (`SeenWith`). Where there is none, `case` and `subject` say it: a column, or a path such as
    `meeting_id:mase_meeting.case_id`. `a|b` takes the first that has a value, `path, path` the first that leads
    somewhere, and `table(column)` looks a row up by another column than `id`. Of a `hidden` column only the fact of a
    change is kept.
    """

    fires = "AFTER INSERT OR UPDATE OR DELETE"
    options = ("case", "subject", "hidden")

    def __init__(
        self, *, case: str = "", subject: str = "", hidden: tuple[str, ...] = (), name: str = WATCHED
    ) -> None:
        super().__init__(name=name)
        self.case, self.subject, self.hidden = case, subject, tuple(hidden)

    def calls(self, model: Any) -> str:
        """The one function, told where this table's case and subject are."""
        case, root = paths(model) if model is not None else ("", "")
        return self.told(self.case or case, self.subject or ("" if self.case else root))

    def told(self, case: str, subject: str) -> str:
        """The call with its arguments."""
        said = ", ".join(f"'{word}'" for word in (query(case), query(subject), " ".join(self.hidden)))
        return f"FOR EACH ROW EXECUTE FUNCTION audit.note_change({said})"


def paths(model: Any) -> tuple[str, str]:
    """The paths from a row to its case and to the record it hangs on, by the parents of `SeenWith`; "" for none."""
    up, steps = model, []
    while "case_id" not in _columns(up):
        rule = next((each for each in up._meta.constraints if isinstance(each, SeenWith)), None)
        if rule is None:
            break
        field = up._meta.get_field(rule.parent)
        steps.append((field.column, field.related_model._meta.db_table))
        up = field.related_model
    root = steps[0][0] if steps else ""
    for (_, table), (column, _) in pairwise(steps):
        root += f":{table}.{column}"
    if "case_id" not in _columns(up):
        return "", root
    return (f"{root}:{steps[-1][1]}.case_id" if steps else "case_id"), ""


def _columns(model: Any) -> set[str]:
    return {field.column for field in model._meta.local_fields}


def query(path: str) -> str:
    """A path for the trigger function: one column's name as it is, anything longer as a query of the row `$1`."""
    if path.isidentifier() or not path:
        return path
    return f"SELECT {_first([_found(each) for each in path.split(', ')])}"


def _found(path: str) -> str:
    start, *hops = path.split(":")
    found = _first([f"($1 ->> ''{column}'')::uuid" for column in start.split("|")])
    for hop in hops:
        table, _, columns = hop.partition(".")
        table, _, key = table.rstrip(")").partition("(")
        wanted = _first([f"t.{column}" for column in columns.split("|")])
        found = f"(SELECT {wanted} FROM public.{table} t WHERE t.{key or 'id'} = {found} LIMIT 1)"  # noqa: S608
    return found


def _first(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"COALESCE({', '.join(expressions)})"


def watch(tables: Mapping[str, dict[str, Any]]) -> str:
    """SQL for tables whose models cannot say it themselves, such as a package's: the options of `Watched` for each."""
    made = {table: Watched(name=f"{table}_watched", **options) for table, options in tables.items()}
    return "".join(
        MADE
        % {
            "name": each.name,
            "table": table,
            "fires": each.fires,
            "calls": each.told(each.case, each.subject),
        }
        + ";\n"
        for table, each in made.items()
    )
