"""Bringing a file to a case, having it checked, handing it out, and removing it."""

import uuid

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.documents.models import Document, DocumentKind, DocumentState
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.files import scanner
from cse_portal.files.store import digest
from cse_portal.jobs.services import enqueue, notify
from cse_portal.keys import free_key


class ScannerConfigured(NotAllowedNow):
    """What waits for a scanner that is there waits for its answer."""

    message = "A virus scanner is configured: it answers for what waits."


class DocumentNotOpen(NotAllowedNow):
    """Nothing is handed out before it is clean, or after it was removed."""

    message = "This document is still being checked for viruses. Try again in a few minutes."


class DocumentRemoved(NotAllowedNow):
    """It is off the case."""

    message = "This document has been removed from the case."


JOB = "cases.document_check"
FOLDER = "documents"
BATCH = 50
VIRUS = "A document that you added was refused: a virus was found in it."

log = structlog.get_logger(__name__)


@transaction.atomic
def add(
    *,
    case: Case,
    title: str,
    kind: DocumentKind,
    name: str,
    content: bytes,
    by: User,
    handling: str = "",
    key: uuid.UUID | None = None,
) -> Document:
    """Keep a file on the case, once it has been looked into; where there is a virus scanner, it waits for that.

    The same key again finds the same document.
    """
    who = gate.require_standing(by, Permission.DOCUMENT_ADD, case)
    inspected = files.inspect(name, content)
    locked = Case.objects.select_for_update(of=("self",)).select_related("lead_agency").get(pk=case.pk)
    if not locked.is_open:
        raise CaseClosed
    if key and (made := Document.objects.filter(pk=key, case=locked).first()):
        return made
    _refuse_beyond_quota(locked, len(inspected.content))
    document = Document.objects.create(
        pk=free_key(Document, key), case=locked, title=title, kind=kind, handling=handling,
        name=files.safe_name(name, inspected.extension), content_type=inspected.content_type,
        size=len(inspected.content), sha256=digest(inspected.content),
        stored_as=files.keep(FOLDER, inspected.content),
        state=DocumentState.WAITING if scanner.is_configured() else DocumentState.CLEAN,
        uploaded_by=by, agency=who.agency,
    )  # fmt: skip
    _tell_chronology(document, f"Document added: {title}.", by)
    detail = {"sha256": document.sha256, "as_given": digest(content), "size": document.size, "kind": kind}
    record(Action.DOCUMENT_ADDED, by=by, obj=document, case=locked, detail=detail)
    if scanner.is_configured():
        enqueue(kind=JOB, key=document.pk.hex, requested_by=by, payload={"document": str(document.pk)})
    return document


@transaction.atomic
def note_refused(*, case: Case, fault: files.Fault, by: User) -> None:
    """A file that was not taken: what was wrong with it, and neither its name nor anything in it."""
    record(Action.FILE_REFUSED, by=by, case=case, detail={"fault": fault.value})


def check(*, document_id: uuid.UUID) -> Document | None:
    """For the system: ask the scanner about a document. Without a clear answer it goes on waiting.

    Also where this process knows of no scanner: the one that took the file did, and its settings may be wrong here.
    """
    document = Document.objects.unscanned().filter(pk=document_id).first()
    if document is None:
        return None
    if not scanner.is_configured():
        log.warning("document_waits_without_scanner", document=str(document.pk))
        return document
    try:
        verdict = scanner.scan(files.read(document.stored_as, document.sha256))
    except (files.ScannerSilent, files.FileUnavailable) as problem:
        log.warning("document_not_checked", document=str(document.pk), error=type(problem).__name__)
        return document
    state = DocumentState.CLEAN if verdict.clean else DocumentState.REFUSED
    return _note(document.pk, state, scanned=True, found=verdict.found)


def check_waiting() -> int:
    """Every few minutes: ask again about what still waits; returns how many were answered for."""
    waiting = Document.objects.unscanned()
    if not scanner.is_configured():
        return 0
    if not scanner.answers():
        log.warning("virus_scanner_silent", waiting=waiting.count())
        return 0
    answered = [check(document_id=pk) for pk in list(waiting.values_list("pk", flat=True)[:BATCH])]
    return sum(each is not None and each.state != DocumentState.WAITING for each in answered)


def release_waiting() -> int:
    """For the operator of a portal that has given up its scanner: open what waits for it; returns how many.

    Raises ScannerConfigured while there is one: then it answers.
    """
    if scanner.is_configured():
        raise ScannerConfigured
    waiting = Document.objects.unscanned().filter(state=DocumentState.WAITING)
    return len([_note(pk, DocumentState.CLEAN, scanned=False) for pk in waiting.values_list("pk", flat=True)])


@transaction.atomic
def download(*, document: Document, by: User) -> bytes:
    """The file, unchanged since it was stored, for anyone who may see the case; the download is on record."""
    gate.require(by, Permission.DOCUMENT_VIEW, document)
    now = Document.objects.select_for_update().get(pk=document.pk)
    if now.is_removed:
        raise DocumentRemoved
    if not now.can_be_opened:
        raise DocumentNotOpen(now.get_state_display() + "." if now.state == DocumentState.REFUSED else None)
    content = files.read(now.stored_as, now.sha256)
    record(Action.DOCUMENT_DOWNLOADED, by=by, obj=now, case=document.case, detail={"sha256": now.sha256})
    return content


@transaction.atomic
def remove(*, document: Document, reason: str, by: User) -> Document:
    """Nobody opens it any more. Row and file stay: what was once known of a child is not one person's to destroy."""
    gate.require(by, Permission.DOCUMENT_REMOVE, document)
    if not Case.objects.select_for_update().get(pk=document.case_id).is_open:
        raise CaseClosed
    locked = (
        Document.objects.select_for_update(of=("self",))
        .select_related("case__lead_agency")
        .get(pk=document.pk)
    )
    if locked.is_removed:
        raise DocumentRemoved
    locked.removed_by, locked.removed_at, locked.removed_reason = by, timezone.now(), reason
    locked.save(update_fields=["removed_by", "removed_at", "removed_reason"])
    _tell_chronology(locked, f"Document removed: {locked.title}.", by)
    record(Action.DOCUMENT_REMOVED, by=by, obj=locked, case=locked.case, reason=reason)
    return locked


def _refuse_beyond_quota(case: Case, more: int) -> None:
    held = Document.objects.filter(case=case).exclude(stored_as="").aggregate(sum=Sum("size"))["sum"] or 0
    if held + more > settings.CASE_FILES_MOST_BYTES:
        raise NotAllowedNow(
            "This case holds as many files as it may. Tell the CSE team, who can ask for more room", "file"
        )


def _tell_chronology(document: Document, text: str, by: User) -> None:
    add_entry(
        case=document.case, kind=EntryKind.DOCUMENT, happened_on=timezone.localdate(), text=text, by=by,
        source_id=document.pk,
    )  # fmt: skip


@transaction.atomic
def _note(pk: uuid.UUID, state: DocumentState, *, scanned: bool, found: str = "") -> Document:
    """Write down what came of a check, and let a refused file go once that is certain."""
    document = (
        Document.objects.select_for_update(of=("self",)).select_related("case", "uploaded_by").get(pk=pk)
    )
    stored_as = document.stored_as
    document.state, document.scanned_at = state, timezone.now() if scanned else None
    if state == DocumentState.REFUSED:
        document.stored_as = ""
        transaction.on_commit(lambda: files.forget(stored_as), robust=True)
    document.save(update_fields=["state", "scanned_at", "stored_as"])
    action = Action.DOCUMENT_REFUSED if found else Action.DOCUMENT_CHECKED
    record(action, by=None, obj=document, case=document.case, detail={"scanned": scanned, "found": found})
    if found and gate.can(document.uploaded_by, Permission.DOCUMENT_VIEW, document):
        page = reverse("cases:documents", args=[document.case.reference])
        notify(user=document.uploaded_by, text=VIRUS, url=page, case_id=document.case_id)
    return document
