"""Row-level security as part of a model: `SeenWith("case")` in its Meta, and `makemigrations` writes the policies.

The gate asks first, in Python; PostgreSQL asks again. A query that forgot `visible_to` finds no row that its reader may
not see. Each table has one policy a command. The owner of the tables is not bound; the system is let through first.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, ForeignKey, Model

PROTECT = """
ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON %(table)s FOR SELECT TO cse_app USING ((SELECT gate.is_system()) OR ({seen}));
CREATE POLICY added ON %(table)s FOR INSERT TO cse_app WITH CHECK ((SELECT gate.is_system()) OR ({added}));
CREATE POLICY changed ON %(table)s FOR UPDATE TO cse_app
    USING ((SELECT gate.is_system()) OR ({seen})) WITH CHECK ((SELECT gate.is_system()) OR ({written}));
CREATE POLICY removed ON %(table)s FOR DELETE TO cse_app USING ((SELECT gate.is_system()) OR ({removed}));
"""
UNPROTECT = """
DROP POLICY removed ON %(table)s;
DROP POLICY changed ON %(table)s;
DROP POLICY added ON %(table)s;
DROP POLICY seen ON %(table)s;
ALTER TABLE %(table)s DISABLE ROW LEVEL SECURITY;
"""
FREEZE = """
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW
    WHEN (current_user = 'cse_app' AND ({when})) EXECUTE FUNCTION gate.refuse_frozen({but});
"""
UNFREEZE = "DROP TRIGGER frozen ON %(table)s"
PROJECT = """
CREATE TRIGGER projected AFTER {when} ON %(table)s FOR EACH ROW EXECUTE FUNCTION gate.keep_case_sight('{case}');
"""
UNPROJECT = "DROP TRIGGER projected ON %(table)s"
UNEXPIRED = "(g.expires_at IS NULL OR g.expires_at > (SELECT gate.moment()))"
# A scalar sub-select with a limit is one look-up in an index a row, for everybody; EXISTS may be hashed, and then reads
# every grant of a team before it looks at one case.
GRANTED = """(
    COALESCE((SELECT true FROM cases_caseuserobjectpermission g
        WHERE g.content_object_id = {case} AND g.user_id = (SELECT gate.user_id())
          AND g.permission_id = (SELECT gate.permission('{codename}')) AND {unexpired}
          AND g.granted_at <@ (SELECT gate.posts_here()) LIMIT 1), false)
    OR COALESCE((SELECT true FROM cases_casegroupobjectpermission g
        WHERE g.content_object_id = {case} AND g.group_id = (SELECT gate.group_id())
          AND g.permission_id = (SELECT gate.permission('{codename}')) AND {unexpired}
          AND NOT (SELECT gate.is_restricted({case})) LIMIT 1), false))"""
SEEN, FROZEN = "%(app_label)s_%(class)s_seen", "%(app_label)s_%(class)s_frozen"
PROJECTED = "%(app_label)s_%(class)s_projected"
# Who may write: who contributes to the case, who sees the row, or nobody but the system.
CONTRIBUTE, SEE, NOBODY = "contribute", "see", "nobody"


def granted(case: str, codename: str) -> str:
    """SQL: this permission on the case, whose key the expression gives, was granted to me or to my agency."""
    return GRANTED.format(case=case, codename=codename, unexpired=UNEXPIRED)


def holds(case: str, codename: str) -> str:
    """The same by a function, that looks whether the case is shut as well: cheap to plan, dear for many rows."""
    return f"gate.holds({case}, '{codename}')"


class DatabaseRule(BaseConstraint):
    """A rule that PostgreSQL keeps about a table, written when the table is made and dropped with the rule."""

    options: tuple[str, ...] = ()

    def constraint_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Django would put it into CREATE TABLE: it follows when all tables of the migration are there."""
        if model is None or schema_editor is None:
            raise TypeError("a rule of a table needs the table")
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """The statements that begin to keep the rule."""
        raise NotImplementedError

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """The statements that end it."""
        raise NotImplementedError

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing that a form could check."""

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """The constructor's arguments, for the migration."""
        path, _, kwargs = super().deconstruct()
        return path, (), {**kwargs, **{name: getattr(self, name) for name in self.options}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


def _statement(words: str, model: type[Model] | None, editor: BaseDatabaseSchemaEditor | None) -> Any:
    if model is None or editor is None:
        raise TypeError("a rule of a table needs the table")
    return Statement(words, table=Table(model._meta.db_table, editor.quote_name))


class SeenBy(DatabaseRule):
    """The rule of a root, in SQL by hand: which rows a person sees, and which they may add, change or remove.

    `{row}` in a rule stands for the table. Without a rule for writing, who sees the row may write it.
    """

    options = ("seen", "written", "added", "removed")

    def __init__(
        self, seen: str, *, written: str = "", added: str = "", removed: str = "", name: str = SEEN
    ) -> None:
        super().__init__(name=name)
        self.seen, self.written, self.added, self.removed = seen, written, added, removed

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """One policy a command."""
        seen, written, added, removed = self.rules(model)
        words = PROTECT.format(seen=seen, written=written, added=added, removed=removed)
        return _statement(words, model, schema_editor)

    def rules(self, model: type[Model] | None) -> tuple[str, str, str, str]:
        """SQL for what is seen, changed, added and removed."""
        if model is None:
            raise TypeError("a rule of a table needs the table")
        written = self.written or self.seen
        words = (self.seen, written, self.added or written, self.removed or written)
        seen, changed, added, removed = (each.replace("{row}", model._meta.db_table) for each in words)
        return seen, changed, added, removed

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """The table is open again."""
        return _statement(UNPROTECT, model, schema_editor)


class SeenWith(SeenBy):
    """A row is seen by who sees the row that it hangs on, by a foreign key; PostgreSQL applies that one's own policy.

    `sections`: permissions on the same case, and SQL that says for which rows each is asked besides ("" for all).
    `also`: SQL that must hold besides. `{row}` stands for the table in both.
    `write`: who may add, change and remove rows: who contributes to the case, who sees the row, or nobody.
    """

    options = ("parent", "sections", "also", "write")

    def __init__(
        self,
        parent: str = "case",
        *,
        sections: Sequence[tuple[str, str]] = (),
        also: str = "",
        write: str = CONTRIBUTE,
        name: str = SEEN,
    ) -> None:
        DatabaseRule.__init__(self, name=name)
        self.parent, self.also, self.write = parent, also, write
        self.sections = tuple((str(section), when) for section, when in sections)

    def rules(self, model: type[Model] | None) -> tuple[str, str, str, str]:
        """The parent's policy, and that of the section, asked through a sub-select."""
        if model is None:
            raise TypeError("a rule of a table needs the table")
        table = model._meta.db_table
        field = _foreign_key(model, self.parent)
        above: Any = field.related_model
        parent = above._meta.db_table
        found = f"SELECT {{0}} FROM {parent} p WHERE p.{_key(field)} = {table}.{field.column} LIMIT 1"
        rule = f"COALESCE(({found}), false)"
        if field.null:
            rule = f"({table}.{field.column} IS NULL OR {rule})"
        # One look at the parent answers all: PostgreSQL plans the policies above it anew for each.
        asked = granted if parent == "cases_case" else holds
        case = case_of(above, "p")
        shown = [f"(NOT ({when or 'true'}) OR {asked(case, section)})" for section, when in self.sections]
        with_parent, seen = rule.format("true"), rule.format(" AND ".join(shown) or "true")
        if self.also:
            seen += f" AND ({self.also})"
        seen = seen.replace("{row}", table)
        # What is written into a section may be more than its writer reads of it.
        contributes = f"gate.contributes({case_of(model)})"
        written = {CONTRIBUTE: contributes, SEE: with_parent, NOBODY: "false"}[self.write]
        return seen, written, written, seen if self.write == SEE else f"{seen} AND {written}"


def case_of(model: type[Model], row: str = "") -> str:
    """SQL: the key of the case that a row of the model hangs on, by way of its parents."""
    row = row or model._meta.db_table
    if model._meta.db_table == "cases_case":
        return f"{row}.id"
    rule = next((each for each in model._meta.constraints if isinstance(each, SeenWith)), None)
    if rule is None:
        names = {each.name for each in model._meta.concrete_fields}
        return f"{row}.case_id" if "case" in names else "NULL::uuid"
    field = _foreign_key(model, rule.parent)
    above: Any = field.related_model
    if above._meta.db_table == "cases_case":
        return f"{row}.{field.column}"
    if (up := case_of(above)) == "NULL::uuid":
        return up
    table = above._meta.db_table
    return f"(SELECT {up} FROM {table} WHERE {table}.{_key(field)} = {row}.{field.column})"


def _foreign_key(model: type[Model], name: str) -> "ForeignKey[Any, Any]":
    field: Any = model._meta.get_field(name)
    return field


def _key(field: "ForeignKey[Any, Any]") -> str:
    return str(field.target_field.column)


class Frozen(DatabaseRule):
    """What was sent or agreed: the portal's own role changes and removes no row for which `when` (SQL over OLD) holds.

    The columns of `but` go on changing. Disposal, which is the owner's, takes the rows along.
    """

    options = ("when", "but")

    def __init__(self, *, when: str = "true", but: Sequence[str] = (), name: str = FROZEN) -> None:
        super().__init__(name=name)
        self.when, self.but = when, tuple(but)

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """A trigger that refuses."""
        but = ", ".join(f"'{each}'" for each in self.but)
        return _statement(FREEZE.format(when=self.when, but=but), model, schema_editor)

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """It may be changed again."""
        return _statement(UNFREEZE, model, schema_editor)


class Projected(DatabaseRule):
    """A change of these rows changes what the lists of a case's readers show: `CaseSight` is written anew for the case.

    `case` is the column with the key of the case or of its child, `when` what PostgreSQL calls the change.
    """

    options = ("case", "when")

    def __init__(self, case: str, *, when: str = "INSERT OR UPDATE OR DELETE", name: str = PROJECTED) -> None:
        super().__init__(name=name)
        self.case, self.when = case, when

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """A trigger that keeps the projection."""
        return _statement(PROJECT.format(when=self.when, case=self.case), model, schema_editor)

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Lists no longer follow these rows."""
        return _statement(UNPROJECT, model, schema_editor)
