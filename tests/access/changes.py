"""What a request wrote, as PostgreSQL itself noted it: the rows of watched tables, column by column."""

import uuid
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import transaction

from cse_portal.audit.models import Change

Row = tuple[str, str, dict[str, str]]


def written(act: Callable[[], Any]) -> tuple[list[Row], int]:
    """What this does to watched rows, as PostgreSQL noted it, and its answer's status; then it is taken back."""
    with transaction.atomic():
        after = Change.objects.order_by("-id").values_list("id", flat=True).first() or uuid.UUID(int=0)
        status = act().status_code
        rows = [
            (change.of_table, change.operation, row_now(change))
            for change in Change.objects.filter(id__gt=after).order_by("id")
        ]
        transaction.set_rollback(True)
    return rows, status


def row_now(change: Change) -> dict[str, str]:
    """The row a change is about, column by column."""
    model = TABLES.get(change.of_table)
    row = model._default_manager.filter(pk=change.row_key).first() if model else None
    if row is None:
        return {}
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: str(value) for name, value in columns.items() if name in change.columns}


TABLES = {model._meta.db_table: model for model in apps.get_models()}
