"""The documents of a case in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from cases.choices import DocumentState
from cases.models import Document
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import short_date

KIND_OF_FILE = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel", "jpg": "JPEG", "png": "PNG", "txt": "Text"}


@dataclass(frozen=True)
class DocumentRow:
    """One line of the list."""

    title: str
    kind: str
    file: str
    handling: str
    by: str
    agency: str
    on: str
    waiting: bool
    refused: bool
    removed: str = ""
    removed_reason: str = ""
    url: str = ""
    remove_url: str = ""


def document_rows(documents: Iterable[Document], user: User) -> list[DocumentRow]:
    """What is on the case, and what was; with a way to open and to remove where this person may."""
    return [_row(document, user) for document in documents]


def file_words(document: Document) -> str:
    """PDF, 2.1 MB."""
    extension = document.name.rpartition(".")[2]
    return f"{KIND_OF_FILE.get(extension, extension)}, {filesizeformat(document.size)}".replace("\xa0", " ")


def _row(document: Document, user: User) -> DocumentRow:
    where = [document.case.reference, document.pk]
    removable = not document.is_removed and document.case.is_open
    may_remove = removable and gate.can(user, Permission.DOCUMENT_REMOVE, document)
    return DocumentRow(
        title=document.title,
        kind=document.get_kind_display(),
        file=file_words(document),
        handling=document.handling,
        by=document.uploaded_by.full_name,
        agency=document.agency.short_name,
        on=short_date(document.uploaded_at),
        waiting=document.waits_for_scanner and not document.is_removed,
        refused=document.state == DocumentState.REFUSED,
        removed=f"{document.removed_by}, {short_date(document.removed_at)}" if document.is_removed else "",
        removed_reason=document.removed_reason,
        url=reverse("cases:document-file", args=where) if document.can_be_opened else "",
        remove_url=reverse("cases:document-remove", args=where) if may_remove else "",
    )
