"""The first migration of an app: all of its tables at once."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel, Migration
from django.db.migrations.state import ProjectState


class TablesTogether(Migration):
    """Makes every table from the state that its migration ends in.

    Django renders all related models anew after each operation. Of 140 tables that refer to the same few, that takes
    most of a migration's time. Here a table has from the start what a later AddField or AddConstraint gives it, so
    only CreateModel asks something of the database.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """Give the state after the migration, its tables made."""
        project_state.__dict__.pop("apps", None)  # rendered once, below, instead of after each operation
        self.mutate_state(project_state, preserve=False)
        for operation in self.operations:
            if isinstance(operation, CreateModel):
                operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        return project_state
