"""The files: a workbook to read, OpenDocument and CSV to load, JSON for programs. All say the same, on record."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotVisible
from cse_portal.ui.tabular import FORMATS as TABULAR
from cse_portal.ui.tabular import Cell, Sheet, write
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.returns import as_text, document_of
from reporting.returns.services.workbook import WITHHELD, workbook

_HEADINGS = (
    "Quarter", "Measure", "Name", "Definition version", "Table", "Row code", "Row", "Column code", "Column", "Value",
    "Unit",
)  # fmt: skip


@dataclass(frozen=True)
class ExportFile:
    """A file and what it is called."""

    name: str
    content_type: str
    content: bytes


def as_lines(file_format: str, document: dict[str, Any]) -> bytes:
    """One number a line; "c" where it is withheld."""
    return write(file_format, [_sheet(document)])


def as_json(document: dict[str, Any]) -> bytes:
    """The document itself."""
    return json.dumps(document, default=as_text, indent=2, ensure_ascii=False).encode()


@dataclass(frozen=True)
class _Format:
    content_type: str
    write: Callable[[dict[str, Any]], bytes]


FORMATS: dict[str, _Format] = {
    "xlsx": _Format(TABULAR["xlsx"].content_type, workbook),
    "ods": _Format(TABULAR["ods"].content_type, partial(as_lines, "ods")),
    "csv": _Format(TABULAR["csv"].content_type, partial(as_lines, "csv")),
    "json": _Format("application/json", as_json),
}


@transaction.atomic
def export(*, regional_return: RegionalReturn, file_format: str, by: User) -> ExportFile:
    """The signed-off return as a file; the download is recorded."""
    gate.require(by, Permission.RETURN_VIEW)
    if file_format not in FORMATS:
        raise NotVisible
    document = document_of(regional_return)
    record_export(regional_return=regional_return, file_format=file_format, by=by)
    written = FORMATS[file_format]
    name = f"cse-return-{regional_return.quarter}.{file_format}"
    return ExportFile(name, written.content_type, written.write(document))


def record_export(*, regional_return: RegionalReturn, file_format: str, by: User) -> None:
    """Somebody took the figures out of the portal, as a file or through the API."""
    detail = {"quarter": regional_return.quarter, "format": file_format}
    record(Action.RETURN_EXPORTED, by=by, obj=regional_return, detail=detail)


def _sheet(document: dict[str, Any]) -> Sheet:
    rows = [
        _line(document, measure, table, figure)
        for measure in document["measures"]
        for table in measure["tables"]
        for figure in table["figures"]
    ]
    return Sheet("Return", _HEADINGS, rows)


def _line(
    document: dict[str, Any], measure: dict[str, Any], table: dict[str, Any], figure: dict[str, Any]
) -> list[Cell]:
    value = WITHHELD if figure["withheld"] else "" if figure["value"] is None else figure["value"]
    texts = (
        document["quarter"], measure["code"], measure["name"], str(measure["definition_version"]), table["title"],
        figure["row"], figure["row_label"], figure["column"], figure["column_label"],
    )  # fmt: skip
    return [*texts, value, figure["unit"]]
