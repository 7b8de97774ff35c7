"""Files of a submission: what is taken, what is refused and how, and that only its readers open them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from cases.sharing.services import access
from cse_portal import files
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.files.receiving import MOST_POSTED
from intelligence.submissions import services as sending
from intelligence.submissions.models import IntelligenceSubmission, SubmissionFile, SubmissionState
from intelligence.submissions.selectors import hints, written
from reporting.retention.services.stray_files import sweep_strays
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.documents import EICAR, WORDS, jpeg_with_a_place
from tests.factories.intelligence import add_file, make_report, make_submission
from tests.integration.cases.documents.scanner import FakeClamd, fake_clamd

LOOKED = {"title": "Screenshot of a message", "no_image": "on"}
NOT_KEPT = "Choose the file again"


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> Path:
    """A files folder of the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


@pytest.fixture
def clamd(settings: Settings) -> Iterator[FakeClamd]:
    """A virus scanner this portal knows of."""
    with fake_clamd() as scanner:
        settings.CLAMD_ADDRESS, settings.CLAMD_TIMEOUT_SECONDS = scanner.address, 1
        yield scanner


@pytest.fixture
def draft(cast: Cast) -> IntelligenceSubmission:
    with acting_for(cast.practitioner):
        return sending.start(by=cast.practitioner)


def post(
    client: Client, draft: IntelligenceSubmission, name: str = "Priya's phone.txt", content: bytes = WORDS,
    said: dict[str, str] = LOOKED, **more: str,
) -> Any:  # fmt: skip
    """The file page, sent."""
    upload = SimpleUploadedFile(name, content)
    return client.post(
        f"/intelligence/{draft.reference}/files/", {**said, **more, "file": upload}, follow=True
    )


def test_a_picture_is_cleaned_and_kept_under_names_that_say_nothing(
    cast: Cast, draft: IntelligenceSubmission, own_files: Path
) -> None:
    priya = signed_in(cast, "practitioner")
    page = post(priya, draft, "Priya's phone.jpg", jpeg_with_a_place()).content.decode()
    kept = SubmissionFile.objects.get()
    assert "has been added" in page
    assert "JPEG" in page
    opened = priya.get(f"/intelligence/{draft.reference}/files/{kept.pk}/")
    assert opened["Content-Disposition"] == f'attachment; filename="{draft.reference}-1.jpg"'
    assert b"refuge" not in opened.content
    assert [each.name for each in own_files.rglob("*.jpg")] == []
    assert "Priya" not in str(list(AuditEvent.objects.filter(object_id=draft.pk).values_list("detail")))
    check = priya.get(f"/intelligence/{draft.reference}/check/").content.decode()
    assert kept.title in check


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": "A screenshot"}, "Confirm that the file holds no indecent image of a child"),
        ({"title": "Indecent image attached", "no_image": "on"}, "An indecent image is never sent here."),
        ({"title": "", "no_image": "on"}, "Say what the file is"),
    ],
)
def test_without_the_confirmation_nothing_is_taken_and_nothing_typed_is_lost(
    cast: Cast, draft: IntelligenceSubmission, said: dict[str, str], words: str
) -> None:
    page = post(signed_in(cast, "practitioner"), draft, said=said).content.decode()
    assert words in page
    assert NOT_KEPT in page
    assert f'value="{said["title"]}"' in page or not said["title"]
    assert f'Give them the reference <strong class="app-nowrap">{draft.reference}</strong>' in page
    assert not SubmissionFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.exe", b"MZ", "Choose a file of one of these kinds"),
        ("note.txt", b"", "Choose a file that is not empty"),
        ("picture.jpg", b"not a picture", "is something else"),
        ("large.txt", b"a" * (20 * 1024 * 1024 + 1), "Choose a file smaller than 20"),
    ],
)
def test_a_refused_file_is_answered_beside_it_and_loses_no_text(
    cast: Cast, draft: IntelligenceSubmission, name: str, content: bytes, words: str
) -> None:
    priya = signed_in(cast, "practitioner")
    typed = {"lines-TOTAL_FORMS": "1", "lines-0-text": "A van waits.", "leave": "1"}
    priya.post(f"/intelligence/{draft.reference}/write/learned/", typed)
    page = post(priya, draft, name, content).content.decode()
    assert words in page
    assert 'value="Screenshot of a message"' in page
    assert not SubmissionFile.objects.exists()
    assert "A van waits." in priya.get(f"/intelligence/{draft.reference}/write/learned/").content.decode()
    assert AuditEvent.objects.get(action=Action.FILE_REFUSED).object_id == draft.pk


def test_a_file_far_too_large_is_answered_before_it_is_read(
    cast: Cast, draft: IntelligenceSubmission
) -> None:
    answer = signed_in(cast, "practitioner").generic(
        "POST", f"/intelligence/{draft.reference}/files/", b"--x--\r\n", "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(MOST_POSTED + 1),
    )  # fmt: skip
    assert answer.status_code == 413
    assert "a file must be smaller than 20 MB." in answer.content.decode()


def test_what_the_scanner_refuses_or_does_not_answer_for_is_not_kept(
    cast: Cast, draft: IntelligenceSubmission, clamd: FakeClamd, own_files: Path
) -> None:
    priya = signed_in(cast, "practitioner")
    assert "A virus was found in this file" in post(priya, draft, content=EICAR).content.decode()
    clamd.mood = "half"
    assert "The virus scanner does not answer now" in post(priya, draft).content.decode()
    assert not SubmissionFile.objects.exists()
    assert not list(own_files.rglob("*"))
    clamd.mood = "well"
    post(priya, draft)
    assert SubmissionFile.objects.get().scanned_at is not None


def test_what_came_before_the_scanner_is_scanned_when_it_is_opened(
    cast: Cast, draft: IntelligenceSubmission, clamd: FakeClamd
) -> None:
    kept = add_file(draft)
    priya, address = signed_in(cast, "practitioner"), f"/intelligence/{draft.reference}/files/{kept.pk}/"
    clamd.mood = "half"
    assert "does not answer now" in priya.get(address, follow=True).content.decode()
    clamd.mood = "well"
    assert priya.get(address).content == WORDS
    kept.refresh_from_db()
    assert kept.scanned_at is not None


def test_five_files_go_with_one_submission_and_one_can_be_taken_out(
    cast: Cast, draft: IntelligenceSubmission, own_files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    priya = signed_in(cast, "practitioner")
    for number in range(6):
        post(priya, draft, content=WORDS + bytes([65 + number]))
    assert SubmissionFile.objects.count() == 5
    kept = SubmissionFile.objects.filter(order=2).get()
    with django_capture_on_commit_callbacks(execute=True):
        priya.post(f"/intelligence/{draft.reference}/files/", {"remove": str(kept.pk)})
    assert list(SubmissionFile.objects.values_list("order", flat=True)) == [1, 3, 4, 5]
    assert not (own_files / kept.stored_as).exists()
    with django_capture_on_commit_callbacks(execute=True), acting_for(cast.practitioner):
        sending.discard(submission=draft, by=cast.practitioner)
    assert not [each for each in own_files.rglob("*") if each.is_file()]


def test_the_author_and_the_unit_open_it_and_no_reader_of_the_report_does(cast: Cast) -> None:
    case = make_case(cast)
    police = cast.agency("police")
    access.share(case=case, to=police, reason="Joint", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    report = make_report(cast, case=case)
    kept = add_file(report.submission)
    address = reverse("intelligence:file", args=[report.submission.reference, kept.pk])
    for person, status in {"practitioner": 200, "police": 200, "manager": 404, "outsider": 404}.items():
        assert signed_in(cast, person).get(address).status_code == status, person
    opened = AuditEvent.objects.filter(action=Action.SUBMISSION_FILE_OPENED)
    assert opened.count() == 2
    maya = signed_in(cast, "manager")
    assert kept.title not in maya.get(f"/intelligence/reports/{report.reference}/").content.decode()
    desk = signed_in(cast, "police").get(f"/intelligence/inbox/{report.submission.reference}/")
    assert kept.title in desk.content.decode()


def test_what_was_sent_keeps_its_files(cast: Cast) -> None:
    sent = make_submission(cast, state=SubmissionState.RECEIVED)
    kept = add_file(sent)
    priya = signed_in(cast, "practitioner")
    for answer in (
        post(priya, sent),
        priya.post(f"/intelligence/{sent.reference}/files/", {"remove": kept.pk}),
    ):
        assert answer.status_code in (200, 302)
    assert SubmissionFile.objects.get() == kept
    sweep_strays()
    assert files.read(kept.stored_as, kept.sha256) == WORDS


def test_a_line_that_tells_of_such_an_image_is_stopped_before_it_is_sent(
    cast: Cast, draft: IntelligenceSubmission
) -> None:
    for text, stops in {"He has naked photos of her.": True, "He takes photos of cars.": False}.items():
        draft.lines.all().delete()
        draft.lines.create(text=text, order=1)
        said = [hint.text for hint in hints(written(IntelligenceSubmission.objects.get(pk=draft.pk)))]
        assert any("Never copy, print or send an indecent image" in each for each in said) is stops


def test_the_author_adds_a_file_when_the_unit_asks_for_more_and_takes_none_out(cast: Cast) -> None:
    sent = make_submission(cast, state=SubmissionState.RECEIVED)
    priya = signed_in(cast, "practitioner")
    assert "has been added" not in post(priya, sent).content.decode()
    returned = make_submission(cast, state=SubmissionState.RETURNED)
    assert (
        f"/intelligence/{returned.reference}/files/"
        in priya.get(f"/intelligence/{returned.reference}/reply/").content.decode()
    )
    page = post(priya, returned).content.decode()
    assert "Go on to your answer" in page
    kept = SubmissionFile.objects.get()
    assert "Remove" not in page
    priya.post(f"/intelligence/{returned.reference}/files/", {"remove": kept.pk})
    assert SubmissionFile.objects.get() == kept
    desk = (
        signed_in(cast, "police")
        .get(reverse("intelligence:desk", args=[returned.reference]))
        .content.decode()
    )
    assert kept.title in desk
