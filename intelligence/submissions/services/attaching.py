"""Files of a submission: its author adds them, also when the unit asks for more; who reads it opens them."""

import uuid
from functools import partial

from django.db import transaction
from django.utils import timezone

from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.files import scanner
from cse_portal.files.store import digest
from cse_portal.keys import free_key
from intelligence.submissions.models import IntelligenceSubmission, SubmissionFile
from intelligence.submissions.services import lock_draft

FOLDER = "submissions"
MOST = 5


class FilesFull(NotAllowedNow):
    """A submission holds so many files and no more."""

    message = f"A submission holds {MOST} files. Remove one first, or send the others in another submission"
    field = "file"


@transaction.atomic
def add(
    *, submission: IntelligenceSubmission, title: str, name: str, content: bytes, by: User, key: uuid.UUID
) -> SubmissionFile:
    """Keep a file, once it has been looked into and scanned. The same key again finds the same file.

    The scanner answers at once or the file is not taken: nothing of a submission waits when it is sent. Raises
    NotAllowedNow unless the submission takes files.
    """
    gate.require(by, Permission.SUBMISSION_EDIT, submission)
    inspected = files.inspect(name, content)
    scanned_at = timezone.now() if scanner.require_clean(inspected.content) else None
    locked = IntelligenceSubmission.objects.select_for_update().get(pk=submission.pk)
    if not locked.takes_files:
        raise NotAllowedNow("This intelligence has been sent to the police. They are not waiting for a file.")
    rows = list(locked.files.all())
    if there := next((each for each in rows if each.pk == key), None):
        return there
    if len(rows) >= MOST:
        raise FilesFull
    kept = SubmissionFile.objects.create(
        pk=free_key(SubmissionFile, key), submission=locked, order=max((each.order for each in rows), default=0) + 1,
        title=title, extension=inspected.extension, content_type=inspected.content_type,
        size=len(inspected.content), sha256=digest(inspected.content),
        stored_as=files.keep(FOLDER, inspected.content), scanned_at=scanned_at,
    )  # fmt: skip
    detail = {"sha256": kept.sha256, "as_given": digest(content), "size": kept.size}
    record(Action.SUBMISSION_FILE_ADDED, by=by, obj=locked, detail=detail)
    return kept


@transaction.atomic
def note_refused(*, submission: IntelligenceSubmission, fault: files.Fault, by: User) -> None:
    """A file that was not taken: what was wrong with it, and neither its name nor anything in it."""
    record(Action.FILE_REFUSED, by=by, obj=submission, detail={"fault": fault.value})


@transaction.atomic
def remove(*, submission: IntelligenceSubmission, pk: uuid.UUID, by: User) -> None:
    """The author takes a file out of the draft; nobody else has read it, so it is gone for good."""
    locked = lock_draft(submission, by)
    for kept in locked.files.filter(pk=pk):
        kept.delete()
        record(Action.SUBMISSION_FILE_REMOVED, by=by, obj=locked, detail={"sha256": kept.sha256})
        transaction.on_commit(partial(files.forget, kept.stored_as), robust=True)


@transaction.atomic
def open_file(*, kept: SubmissionFile, by: User) -> bytes:
    """The file, unchanged since it was stored, and on record; what came before there was a scanner is scanned first."""
    gate.require(by, Permission.SUBMISSION_VIEW, kept.submission)
    content = files.read(kept.stored_as, kept.sha256)
    if kept.scanned_at is None and scanner.require_clean(content):
        SubmissionFile.objects.filter(pk=kept.pk).update(scanned_at=timezone.now())
    record(Action.SUBMISSION_FILE_OPENED, by=by, obj=kept.submission, detail={"sha256": kept.sha256})
    return content
