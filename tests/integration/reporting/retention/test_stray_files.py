"""No file outlives what named it: what a crash, a rollback or a full disk leaves behind goes the next night."""

import ast
import datetime as dt
import os
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from cases.documents import services as documents
from cases.documents.models import Document, DocumentKind, DocumentState
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.demo.services import ROOT
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from reporting.retention.services.stray_files import HELD_BY
from reporting.subject_access.services import JOB as DISCLOSURE
from reporting.tasks import sweep_strays
from tests.access.places import build
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.documents import make_document
from tests.factories.subject_access import disclosed, second_reader

AGED = dt.timedelta(days=1, minutes=5)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A files folder of the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


class Stopped(Exception):
    """The server stopped within a transaction."""


def lie_a_day(folder: Path) -> list[str]:
    """Every file as if it had been written more than a day ago; returns their names."""
    then = (timezone.now() - AGED).timestamp()
    found = [each for each in folder.rglob("*") if each.is_file()]
    for each in found:
        os.utime(each, (then, then))
    return sorted(str(each.relative_to(folder)) for each in found)


def test_what_a_rollback_left_goes_a_day_later_and_is_on_record(cast: Cast, folder: Path) -> None:
    case = make_case(cast)
    kept = make_document(cast, case)
    with suppress(Stopped), transaction.atomic():
        documents.add(
            case=case, title="A note", kind=DocumentKind.LETTER, name="note.txt", content=b"Never certain.",
            by=cast.practitioner,
        )  # fmt: skip
        raise Stopped
    assert len(list((folder / "documents").iterdir())) == 2
    assert sweep_strays() == 0, "one not a day old may still become somebody's"
    lie_a_day(folder)
    assert sweep_strays() == 1
    assert [each.name for each in (folder / "documents").iterdir()] == [kept.stored_as.partition("/")[2]]
    (event,) = AuditEvent.objects.filter(action=Action.FILES_SWEPT)
    assert (event.actor_id, event.detail) == (None, {"files": 1, "folders": {"documents": 1}})
    assert sweep_strays() == 0
    assert AuditEvent.objects.filter(action=Action.FILES_SWEPT).count() == 1


def test_what_could_not_be_deleted_when_its_row_let_go_goes_later(
    cast: Cast,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    case = make_case(cast)
    document = make_document(cast, case)
    refuse(monkeypatch)
    with django_capture_on_commit_callbacks(execute=True):
        documents._note(document.pk, DocumentState.REFUSED, scanned=True, found="Eicar")
    assert Document.objects.get(pk=document.pk).stored_as == ""
    assert len(lie_a_day(folder)) == 1, "no row names it any more"
    assert sweep_strays() == 0, "the disk still refuses"
    monkeypatch.undo()
    assert sweep_strays() == 1
    assert lie_a_day(folder) == []


def refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """A storage that deletes nothing."""

    def cannot(_: str) -> None:
        raise PermissionError("read-only file system")

    monkeypatch.setattr(default_storage, "delete", cannot)


@pytest.mark.long
def test_no_file_that_a_row_of_any_kind_names_is_ever_swept(cast: Cast, folder: Path) -> None:
    build(cast)
    disclosure = disclosed(make_case(cast), cast.manager, second_reader(cast))
    run_job(job_id=Job.objects.get(kind=DISCLOSURE, key=disclosure.pk.hex).pk)
    before = lie_a_day(folder)
    assert {name.partition("/")[0] for name in before} == set(HELD_BY)
    assert (sweep_strays(), lie_a_day(folder)) == (0, before)


def test_every_folder_that_files_are_kept_in_is_swept() -> None:
    """By what the code says: each call that stores a file names a folder the sweep knows."""
    named: set[str] = set()
    for room in ("cases", "mase", "intelligence", "reporting", "cse_portal"):
        for path in (ROOT / room).rglob("*.py"):
            named |= _folders(ast.parse(path.read_text()))
    assert named == set(HELD_BY)


def _folders(tree: ast.Module) -> set[str]:
    texts = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        owner, first = ast.unparse(node.func), node.args[0]
        if owner == "files.keep":
            assert isinstance(first, ast.Name)
            found.add(texts[first.id])
        elif owner == "default_storage.save" and isinstance(first, ast.JoinedStr):
            folder = str(first.values[0].value) if isinstance(first.values[0], ast.Constant) else ""
            if folder:
                found.add(folder.strip("/"))
    return found
