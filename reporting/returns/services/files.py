"""The files: a paper and a workbook to read, OpenDocument and CSV to load, JSON for programs. All are on record."""

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
from cse_portal.ui.pdf import render_pdf
from cse_portal.ui.tabular import FORMATS as TABULAR
from cse_portal.ui.tabular import Sheet, write
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.document import as_text, document_of
from reporting.returns.services.paper import paper
from reporting.returns.services.workbook import shown, workbook

_HEADINGS = (
    "Authority", "Quarter", "Version", "Why restated", "Measure", "Name", "Definition version", "Table", "Row code",
    "Row", "Column code", "Column", "Value", "Unit", "Value in the version before", "Why it changed since last quarter",
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


def as_paper(document: dict[str, Any]) -> bytes:
    """A PDF: a table a section, with last quarter and last year beside."""
    return render_pdf("pdf/return.html", paper(document))


@dataclass(frozen=True)
class _Format:
    content_type: str
    write: Callable[[dict[str, Any]], bytes]


FORMATS: dict[str, _Format] = {
    "pdf": _Format("application/pdf", as_paper),
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
    name = export_name(regional_return, file_format)
    return ExportFile(name, written.content_type, written.write(document))


def export_name(regional_return: RegionalReturn, file_format: str) -> str:
    """What the file is called."""
    return f"cse-return-{regional_return.slug}.{file_format}"


def record_export(*, regional_return: RegionalReturn, file_format: str, by: User) -> None:
    """Somebody took the figures out of the portal, as a file or through the API."""
    detail = {"quarter": regional_return.slug, "format": file_format}
    record(Action.RETURN_EXPORTED, by=by, obj=regional_return, detail=detail)


def _sheet(document: dict[str, Any]) -> Sheet:
    before = {_place(each): shown(each["before"]) for each in document["restated"]}
    reasons = {_place(each): each["explanation"] for each in document["headlines"]}
    version = (document["authority"], document["quarter"], document["version"], document["restated_because"])
    rows = []
    for measure in document["measures"]:
        about = (measure["code"], measure["name"], str(measure["definition_version"]))
        for table in measure["tables"]:
            for each in table["figures"]:
                place = (measure["code"], table["dimension"], each["row"], each["column"])
                words = (table["title"], each["row"], each["row_label"], each["column"], each["column_label"])
                beside = ("", "") if table["period"] else (before.get(place), reasons.get(place, ""))
                number = (shown(each), each["unit"], *beside)
                rows.append([*version, *about, *words, *number])
    return Sheet("Return", _HEADINGS, rows)


def _place(each: dict[str, Any]) -> tuple[str, str, str, str]:
    return each["measure"], each["dimension"], each["row"], each["column"]
