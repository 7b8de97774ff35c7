"""Several short lists of one meeting in one question to the database."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from mase.models import MaseMeeting


def read_together(meeting: MaseMeeting, *lists: QuerySet[Any]) -> list[list[Any]]:
    """The rows of each list, in its own order; each row knows the meeting, and nothing else that is related."""
    found = MaseMeeting.objects.filter(pk=meeting.pk).values_list(*(_as_json(rows) for rows in lists)).get()
    return [
        [_row(rows, values, meeting) for values in stored] for rows, stored in zip(lists, found, strict=True)
    ]


def _as_json(rows: QuerySet[Any]) -> ArraySubquery:
    columns = [field.attname for field in rows.model._meta.concrete_fields]
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in columns})))


def _row(rows: QuerySet[Any], values: dict[str, Any], meeting: MaseMeeting) -> Any:
    fields = rows.model._meta.concrete_fields
    stored = [field.to_python(values[field.attname]) for field in fields]
    row = rows.model.from_db(rows.db, [field.attname for field in fields], stored)
    row.meeting = meeting
    return row
