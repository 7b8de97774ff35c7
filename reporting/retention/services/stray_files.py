"""Files that no row names: stored by a transaction that was rolled back, or not deleted in time.

A file is written before its row is certain, and deleted only when its row is gone for certain. So a fault leaves a file
too many, never a row without its file. They are deleted every night.
"""

import datetime as dt
from collections import Counter

import structlog
from django.db import models, transaction
from django.utils import timezone

from cases.documents.models import Document
from cases.exports.models import PeopleExport
from cse_portal import files
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from intelligence.subjects.models import Subject
from intelligence.submissions.models import SubmissionFile
from reporting.board.models import PackFile
from reporting.returns.models import SentReturn
from reporting.subject_access.models import Disclosure

# No transaction takes a day: a file older than that has its row, or will never have one.
AGE = dt.timedelta(days=1)
# By the folder that a kind of file lies in, the column that names it. A test holds this to every folder there is.
HELD_BY: dict[str, tuple[type[models.Model], str]] = {
    "documents": (Document, "stored_as"),
    "submissions": (SubmissionFile, "stored_as"),
    "exports": (PeopleExport, "stored_as"),
    "photos": (Subject, "photo"),
    "disclosures": (Disclosure, "stored_as"),
    "board-packs": (PackFile, "file_name"),
    "returns": (SentReturn, "stored_as"),
}
log = structlog.get_logger(__name__)


def sweep_strays() -> int:
    """Every night: delete what has lain in a folder for a day and no row names; returns how many files went."""
    since = timezone.now() - AGE
    with transaction.atomic():
        strays = [
            name
            for folder, (model, column) in HELD_BY.items()
            for name in _unheld(sorted(files.lying(folder, since=since)), model, column)
        ]
        if strays:
            found = Counter(name.partition("/")[0] for name in strays)
            record(Action.FILES_SWEPT, by=None, detail={"files": len(strays), "folders": dict(found)})
    return sum(_forgot(name) for name in strays)


def _unheld(names: list[str], model: type[models.Model], column: str) -> list[str]:
    """Those that no row of this kind names, asked for only after the files were listed."""
    rows = model._default_manager.filter(**{f"{column}__in": names})
    held = set(rows.values_list(column, flat=True))
    return [name for name in names if name not in held]


def _forgot(name: str) -> bool:
    try:
        files.forget(name)
    except OSError as problem:  # tomorrow again
        log.error("file_not_deleted", error=type(problem).__name__)
        return False
    return True
