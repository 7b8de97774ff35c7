"""Minutes: made once, from what the meeting wrote down, read only through the gate."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pypdf import PdfReader

from cases.choices import RiskCategory
from cases.models import Case
from cse_portal.accounts.services import end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job
from cse_portal.jobs.selectors import may_watch
from cse_portal.jobs.services import run_job
from cse_portal.keys import new_key
from mase.choices import Audience, MapKind
from mase.errors import MinutesNotReady
from mase.models import AgendaItem, MaseMeeting, Minutes, PlanAction
from mase.services import actions, minutes, safety_map, sections
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, make_child


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    """Each test's files in a place of their own."""
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@pytest.fixture
def case(cast: Cast) -> Case:
    child = make_child(given_name="Amara", family_name="Testley")
    return make_case(cast, child=child, category=RiskCategory.MEDIUM)


@pytest.fixture
def meeting(cast: Cast, case: Case) -> MaseMeeting:
    """An ended meeting with something in every part."""
    row = factory.running(cast, case, people=[cast.health], agencies=[cast.agency("police")])
    danger = safety_map.Danger(
        "Amara may be hurt by adults who collect her.", "Amara gets home with a trusted adult."
    )
    statement = safety_map.add_danger(meeting=row, key=new_key(), danger=danger, by=cast.manager)
    nurse = row.invitations.get(person=cast.health)
    given = {nurse.pk: safety_map.Score(4, "She has stopped answering.")}
    safety_map.score(danger=statement, scores=given, by=cast.manager)
    safety_map.add_entry(
        meeting=row, key=new_key(), kind=MapKind.STRENGTH, text="Trusts her form tutor.", by=cast.manager
    )
    write(cast, row, "people-places", "The garage on the High Street.")
    write(cast, row, "education", "Attendance is at 82 per cent.")
    told = row.information.get(agency=cast.agency("health"))
    sections.save_information(
        information=told,
        text="Seen at the clinic on Monday.",
        edit=sections.Edit(version=told.version),
        by=cast.health,
    )
    factory.agreed(cast, row)
    return factory.end(cast, row)


def write(cast: Cast, meeting: MaseMeeting, code: str, notes: str) -> AgendaItem:
    item = meeting.agenda.get(code=code)
    return sections.save_notes(
        item=item, notes=notes, edit=sections.Edit(version=item.version), by=cast.manager
    )


def make(meeting: MaseMeeting) -> Minutes:
    run_job(job_id=Job.objects.get(kind="mase.minutes", key=str(meeting.pk)).pk)
    return Minutes.objects.get(meeting=meeting)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_ending_a_meeting_asks_for_its_minutes(cast: Cast, meeting: MaseMeeting) -> None:
    row = Minutes.objects.get(meeting=meeting)
    assert not row.is_ready
    assert row.due_on > meeting.ended_at.date()  # type: ignore[union-attr]
    assert Job.objects.get(kind="mase.minutes").payload == {"meeting": str(meeting.pk)}


def test_the_minutes_hold_what_was_said_and_agreed(cast: Cast, meeting: MaseMeeting) -> None:
    other = make_case(cast, child=make_child(given_name="Zeborah", family_name="Elsewhere"))
    factory.issued(cast, other, text="An action for somebody else entirely.")
    make(meeting)
    text = words(minutes.download(meeting=meeting, by=cast.health).pdf)
    for said in (
        "Amara Testley",
        meeting.case.reference,
        "I want people to stop asking me the same things.",
        "Priya Raman",
        "Three Houses",
        "Seen at the clinic on Monday.",
        "Amara may be hurt by adults who collect her.",
        "Amara gets home with a trusted adult.",
        "She has stopped answering.",
        "Trusts her form tutor.",
        "Attendance is at 82 per cent.",
        "Category 2: medium",
        "Older people are collecting her from school",
        "See the young person at school and talk about sexual health.",
        "No agency disagreed with the decision.",
        "OFFICIAL-SENSITIVE",
        "Page 1 of ",
    ):
        assert said in text, said
    for hidden in ("Zeborah", "Elsewhere", other.reference, "somebody else entirely"):
        assert hidden not in text


def test_restricted_parts_are_marked(cast: Cast, meeting: MaseMeeting) -> None:
    make(meeting)
    text = words(minutes.download(meeting=meeting, by=cast.manager).pdf)
    mark = "Restricted: professionals only."
    before, _, after = text.partition("The garage on the High Street.")
    assert after
    assert before.rstrip().endswith("Leave this part out of any copy for the family.")
    assert mark in before


def test_every_page_names_its_copy(cast: Cast, meeting: MaseMeeting) -> None:
    row = make(meeting)
    for reader, audience in ((cast.manager, Audience.FULL), (cast.health, Audience.OPEN)):
        number = row.copies.get(audience=audience).pk.hex[-10:].upper()
        pages = PdfReader(BytesIO(minutes.download(meeting=meeting, by=reader).pdf)).pages
        assert len(pages) >= 2
        for page in pages:
            assert number in page.extract_text()


def test_what_people_wrote_is_text_in_the_document(cast: Cast, case: Case) -> None:
    row = factory.running(cast, case, people=[cast.health])
    hostile = '<img src="file:///etc/passwd"><script>alert(1)</script>'
    write(cast, row, "education", hostile)
    ended = factory.end(cast, row)
    make(ended)
    assert "<script>alert(1)</script>" in words(minutes.download(meeting=ended, by=cast.manager).pdf)


def test_making_them_twice_makes_them_once(cast: Cast, meeting: MaseMeeting) -> None:
    first = make(meeting)
    before = set(first.copies.values_list("pk", "file", "sha256"))
    job = Job.objects.get(kind="mase.minutes")
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, finished_at=None, checkpoint={})
    second = make(meeting)
    assert second.pk == first.pk
    assert set(second.copies.values_list("pk", "file", "sha256")) == before
    assert len(default_storage.listdir("minutes")[1]) == len(Audience)
    assert AuditEvent.objects.filter(action=Action.MINUTES_RENDERED).count() == len(Audience)
    assert minutes.queue(meeting=meeting, by=cast.manager).pk == first.pk
    assert Job.objects.filter(kind="mase.minutes").count() == 1


def test_the_file_has_a_name_that_says_nothing(cast: Cast, meeting: MaseMeeting) -> None:
    for copy in make(meeting).copies.all():
        assert copy.file.startswith("minutes/")
        assert meeting.case.reference not in copy.file
        with default_storage.open(copy.file) as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == copy.sha256


def test_a_file_that_was_changed_is_not_given_out(cast: Cast, meeting: MaseMeeting) -> None:
    make(meeting).copies.update(sha256="0" * 64)
    with pytest.raises(MinutesNotReady):
        minutes.download(meeting=meeting, by=cast.manager)


def test_the_download_is_private_and_on_record(cast: Cast, meeting: MaseMeeting, client: Client) -> None:
    make(meeting)
    client.force_login(cast.health)
    answer = client.get(f"/meetings/{meeting.pk}/minutes.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer["Cache-Control"] == "private, no-store"
    assert "attachment" in answer["Content-Disposition"]
    assert "Amara" not in answer["Content-Disposition"]
    event = AuditEvent.objects.get(action=Action.MINUTES_DOWNLOADED)
    assert (event.actor, event.case_id) == (cast.health, meeting.case_id)


def test_minutes_on_their_way_are_not_downloaded(cast: Cast, meeting: MaseMeeting, client: Client) -> None:
    client.force_login(cast.manager)
    assert client.get(f"/meetings/{meeting.pk}/minutes.pdf").status_code == 302
    page = client.get(f"/meetings/{meeting.pk}/minutes/")
    assert page["Refresh"] == "4"
    assert "Writing the minutes" in page.content.decode()


def test_nobody_else_finds_them(cast: Cast, meeting: MaseMeeting, client: Client) -> None:
    make(meeting)
    end_membership(membership=factory.membership(cast.leaver), on=meeting.ended_at.date())  # type: ignore[union-attr]
    for name in ("outsider", "analyst", "board", "privacy", "administrator", "leaver"):
        client.force_login(getattr(cast, name))
        unknown = client.get(f"/meetings/{new_key()}/minutes/").status_code
        for address in (f"/meetings/{meeting.pk}/minutes/", f"/meetings/{meeting.pk}/minutes.pdf"):
            assert client.get(address).status_code == unknown == 404, name
    assert not AuditEvent.objects.filter(action=Action.MINUTES_DOWNLOADED).exists()


def test_who_may_read_the_minutes_may_watch_them_being_made(cast: Cast, meeting: MaseMeeting) -> None:
    job = Job.objects.get(kind="mase.minutes")
    assert may_watch(cast.health, job)
    assert not may_watch(cast.outsider, job)


def test_there_are_no_minutes_before_the_end(cast: Cast, case: Case, client: Client) -> None:
    row = factory.running(cast, case, people=[cast.health])
    with pytest.raises(MinutesNotReady):
        minutes.queue(meeting=row, by=cast.manager)
    client.force_login(cast.manager)
    page = client.get(f"/meetings/{row.pk}/minutes/").content.decode()
    assert "There are no minutes yet" in page


def test_a_review_prints_what_was_outstanding(cast: Cast, meeting: MaseMeeting) -> None:
    action = PlanAction.objects.get(meeting=meeting)
    case = Case.objects.get(pk=meeting.case_id)
    review = factory.running(cast, case, people=[cast.health])
    actions.complete(action=action, outcome="Seen at school.", effect="She feels heard.", by=cast.health)
    ended = factory.end(cast, review)
    make(ended)
    text = words(minutes.download(meeting=ended, by=cast.manager).pdf)
    assert "Actions outstanding from last time" in text
    assert "Seen at school." in text
    assert "For the child: She feels heard." in text


def test_minutes_whose_file_is_lost_say_so(cast: Cast, meeting: MaseMeeting) -> None:
    for copy in make(meeting).copies.all():
        default_storage.delete(copy.file)
    with pytest.raises(MinutesNotReady, match="damaged or missing"):
        minutes.download(meeting=meeting, by=cast.health)
