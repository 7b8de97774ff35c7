"""Documents on a child's case: who adds, opens and removes them, and that none is handed out before it is clean."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from cases.chronology.models import ChronologyEntry
from cases.documents import services as documents
from cases.documents.models import Document, DocumentState
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cases.sharing.services import access
from cases.tasks import check_documents
from cse_portal import files
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.documents import EICAR, WORDS, make_document, pdf, word
from tests.integration.cases.chronology.test_chronology_and_closing import close
from tests.integration.cases.documents.scanner import FakeClamd, fake_clamd
from tests.signing_in import forget_tries

As = Callable[[str], Client]
SICK = ("hangs up", "slow", "error", "other error", "half", "nonsense", "empty", "flood")


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> Path:
    """A files folder of the test's own."""
    forget_tries()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def clamd(settings: Settings) -> Iterator[FakeClamd]:
    """A virus scanner this portal knows of."""
    with fake_clamd() as scanner:
        settings.CLAMD_ADDRESS, settings.CLAMD_TIMEOUT_SECONDS = scanner.address, 1
        yield scanner


def post(client: Client, case: Case, name: str = "note.txt", content: bytes = WORDS, **more: str) -> Any:
    given = {"title": "A note", "kind": "letter", "handling": "", **more}
    upload = SimpleUploadedFile(name, content)
    upload.name = name  # as sent, not as Django would tidy it
    return client.post(f"/cases/{case.reference}/documents/new/", {**given, "file": upload})


def address(document: Document) -> str:
    return f"/cases/{document.case.reference}/documents/{document.pk}/"


# ------------------------------------------------------------------------------------------ adding and opening


def test_a_letter_is_added_read_in_the_list_and_opened_as_a_file(case: Case, as_: As) -> None:
    practitioner = as_("practitioner")
    added = post(
        practitioner,
        case,
        "Zoë's letter.pdf",
        pdf(),
        title="Letter from the school",
        handling="Not for the family",
    )
    assert added["Location"] == f"/cases/{case.reference}/documents/"
    document = Document.objects.get()
    page = practitioner.get(added["Location"]).content.decode()
    assert "Letter from the school" in page
    assert "Not for the family" in page
    assert "PDF, 2." in page
    file = practitioner.get(address(document))
    assert file.content.startswith(b"%PDF-")
    assert files.read(document.stored_as, document.sha256) == file.content
    assert file["Content-Disposition"] == "attachment; filename*=utf-8''Zo%C3%AB%27s%20letter.pdf"
    assert file["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Cache-Control"] == "private, no-store"


def test_every_step_is_on_record_and_the_chronology_tells_of_it(case: Case, as_: As) -> None:
    practitioner = as_("practitioner")
    post(practitioner, case)
    document = Document.objects.get()
    practitioner.get(address(document))
    practitioner.post(f"{address(document)}remove/", {"reason": "About another family"})
    acts = AuditEvent.objects.filter(object_id=document.pk).order_by("at").values_list("action", flat=True)
    assert list(acts) == [Action.DOCUMENT_ADDED, Action.DOCUMENT_DOWNLOADED, Action.DOCUMENT_REMOVED]
    told = ChronologyEntry.objects.filter(source_id=document.pk).order_by("recorded_at")
    assert [entry.text for entry in told] == ["Document added: A note.", "Document removed: A note."]
    details = [event.detail for event in AuditEvent.objects.filter(object_id=document.pk)]
    assert "note.txt" not in str(details)


def test_the_same_page_sent_twice_adds_one_document(case: Case, as_: As) -> None:
    practitioner = as_("practitioner")
    for _ in range(2):
        post(practitioner, case, form_token="019de4cc-61e5-7bb8-a6d6-3c3e5c1d4d1e")
    assert Document.objects.count() == 1


def test_somebody_shown_the_case_opens_its_documents_and_adds_none(cast: Cast, case: Case, as_: As) -> None:
    document = make_document(cast, case)
    access.share(case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    nurse = as_("health")
    assert nurse.get(address(document)).content == WORDS
    assert post(nurse, case).status_code == 403
    assert nurse.get(f"{address(document)}remove/").status_code == 403
    with pytest.raises(NotPermitted):
        make_document(cast, case, by=cast.health)


def test_for_somebody_without_the_case_a_document_is_not_there(cast: Cast, case: Case, as_: As) -> None:
    document = make_document(cast, case)
    outsider = as_("outsider")
    unknown = outsider.get(f"/cases/{case.reference}/documents/{'0' * 8}-0000-7000-8000-000000000000/")
    for path in (address(document), f"{address(document)}remove/", f"/cases/{case.reference}/documents/"):
        assert outsider.get(path).status_code == unknown.status_code == 404
    with pytest.raises(NotVisible):
        documents.download(document=document, by=cast.outsider)


def test_a_document_is_not_reached_through_another_childs_case(cast: Cast, case: Case, as_: As) -> None:
    document, other = make_document(cast, case), make_case(cast)
    practitioner = as_("practitioner")
    for tail in ("", "remove/"):
        assert practitioner.get(f"/cases/{other.reference}/documents/{document.pk}/{tail}").status_code == 404
    assert practitioner.get(f"/api/v1/cases/{other.reference}/documents/{document.pk}/").status_code == 404


# ------------------------------------------------------------------------------------------ what is not taken


def test_a_file_that_is_refused_is_not_kept(cast: Cast, case: Case, own_files: Path) -> None:
    for name, content in {
        "letter.docx": word({"word/vbaProject.bin": b"x"}),
        "letter.pdf": b"MZ",
        "a.exe": b"MZ",
    }.items():
        with pytest.raises(files.FileRefused):
            make_document(cast, case, name=name, content=content)
    assert not Document.objects.exists()
    assert [path for path in own_files.rglob("*") if path.is_file()] == []


def test_what_is_wrong_is_said_beside_the_file_and_nothing_typed_is_lost(case: Case, as_: As) -> None:
    answer = post(
        as_("practitioner"),
        case,
        "letter.docx",
        word({"word/vbaProject.bin": b"x"}),
        title="The school’s letter",
    )
    form = answer.context["form"]
    assert list(form.errors) == ["file"]
    assert "holds macros" in form.errors["file"][0]
    assert 'value="The school’s letter"' in answer.content.decode()


def test_a_closed_case_takes_none_and_gives_up_none(cast: Cast, case: Case, as_: As) -> None:
    document = make_document(cast, case)
    close(case, cast)
    practitioner = as_("practitioner")
    assert practitioner.get(address(document)).content == WORDS
    assert "Add a document" not in practitioner.get(f"/cases/{case.reference}/documents/").content.decode()
    assert "is closed" in post(practitioner, case).context["form"].non_field_errors()[0]
    with pytest.raises(CaseClosed):
        documents.remove(document=document, reason="Wrong", by=cast.practitioner)


# ------------------------------------------------------------------------------------------ taking off the case


def test_removing_hides_the_file_and_keeps_the_record(cast: Cast, case: Case, as_: As) -> None:
    document = make_document(cast, case)
    practitioner = as_("practitioner")
    assert practitioner.post(f"{address(document)}remove/", {"reason": ""}).context["form"].errors
    practitioner.post(f"{address(document)}remove/", {"reason": "It was about another family"})
    document.refresh_from_db()
    assert document.removed_by == cast.practitioner
    assert default_storage.exists(document.stored_as)
    page = practitioner.get(f"/cases/{case.reference}/documents/").content.decode()
    assert "It was about another family" in page
    assert practitioner.get(address(document)).status_code == 302
    assert practitioner.get(f"/api/v1/cases/{case.reference}/documents/{document.pk}/").status_code == 409
    again = practitioner.post(f"{address(document)}remove/", {"reason": "Again"})
    assert "has been removed" in again.context["form"].non_field_errors()[0]


def test_another_agencys_document_is_removed_by_them_by_the_lead_or_by_the_manager(
    cast: Cast, case: Case, as_: As
) -> None:
    access.share(
        case=case,
        to=cast.agency("police"),
        reason="Joint",
        lawful_basis=LAWFUL_BASIS,
        may_change=True,
        by=cast.practitioner,
    )
    ours, theirs = make_document(cast, case), make_document(cast, case, by=cast.police)
    assert as_("police").get(f"{address(ours)}remove/").status_code == 403
    for name in ("police", "practitioner", "manager"):
        assert as_(name).get(f"{address(theirs)}remove/").status_code == 200


def test_a_file_that_was_changed_on_the_disk_is_not_handed_out(
    cast: Cast, case: Case, as_: As, own_files: Path
) -> None:
    document = make_document(cast, case)
    (own_files / document.stored_as).write_bytes(b"something else")
    answer = as_("practitioner").get(address(document), follow=True)
    assert "missing or has been damaged" in answer.content.decode()
    (own_files / document.stored_as).unlink()
    assert as_("practitioner").get(address(document)).status_code == 302


# ------------------------------------------------------------------------------------------ the virus scanner


@pytest.mark.django_db(transaction=True)
def test_a_clean_file_opens_once_the_scanner_has_said_so(
    cast: Cast, case: Case, as_: As, clamd: FakeClamd
) -> None:
    practitioner = as_("practitioner")
    post(practitioner, case)
    assert clamd.scanned == [WORDS]
    document = Document.objects.get()
    assert (document.state, document.scanned_at is not None) == (DocumentState.CLEAN, True)
    assert practitioner.get(address(document)).content == WORDS


@pytest.mark.django_db(transaction=True)
def test_a_virus_is_refused_deleted_and_told(
    cast: Cast, case: Case, as_: As, clamd: FakeClamd, own_files: Path
) -> None:
    practitioner = as_("practitioner")
    post(practitioner, case, "note.txt", EICAR)
    document = Document.objects.get()
    assert document.state == DocumentState.REFUSED
    assert [path for path in own_files.rglob("*") if path.is_file()] == []
    assert practitioner.get(address(document)).status_code == 302
    assert "A virus was found" in practitioner.get(f"/cases/{case.reference}/documents/").content.decode()
    assert Notification.objects.get(user=cast.practitioner).text == documents.VIRUS
    event = AuditEvent.objects.get(action=Action.DOCUMENT_REFUSED)
    assert (event.actor, event.detail["found"]) == (None, "Eicar-Test-Signature")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mood", SICK)
def test_anything_but_a_clear_answer_leaves_the_file_waiting(
    cast: Cast, case: Case, as_: As, clamd: FakeClamd, mood: str
) -> None:
    clamd.mood = mood
    practitioner = as_("practitioner")
    page = post(practitioner, case, content=EICAR, name="note.txt")
    document = Document.objects.get()
    assert document.state == DocumentState.WAITING
    assert "once it has been checked" in practitioner.get(page["Location"]).content.decode()
    for path in (address(document), f"/api/v1/cases/{case.reference}/documents/{document.pk}/"):
        assert practitioner.get(path).status_code in (302, 409)
    clamd.mood = "well"
    assert check_documents() == 1
    document.refresh_from_db()
    assert document.state == DocumentState.REFUSED


@pytest.mark.django_db(transaction=True)
def test_a_scanner_that_is_down_is_asked_again_until_it_answers(
    cast: Cast, case: Case, as_: As, settings: Settings
) -> None:
    settings.CLAMD_ADDRESS, settings.CLAMD_TIMEOUT_SECONDS = "127.0.0.1:9", 1
    practitioner = as_("practitioner")
    post(practitioner, case)
    document = Document.objects.get()
    assert check_documents() == 0
    assert practitioner.get(address(document)).status_code == 302
    notes = practitioner.get("/readyz").json()["notes"]
    assert "the virus scanner does not answer: new files wait" in notes
    with fake_clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        assert check_documents() == 1
        assert check_documents() == 0
    assert practitioner.get(address(document)).content == WORDS


# ------------------------------------------------------------------------------------------ programs
