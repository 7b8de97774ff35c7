"""The desk's page: what it shows of the locked part, whom it offers, and what leaves it for the force."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import new_key
from intelligence.desk.presenters import legacy_words
from intelligence.desk.selectors.found import matches, new_ones, text_of
from intelligence.desk.services import work
from intelligence.desk.views import work as work_views
from intelligence.subjects.models import SubjectKind
from intelligence.subjects.services import add_subject
from intelligence.submissions.models import IntelligenceLine, IntelligenceSubmission, SubmissionState
from intelligence.submissions.selectors import StepAnswers
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.intelligence import RAW, SANITISED, SECRET, make_submission, second_officer


@pytest.fixture
def owen(cast: Cast) -> Client:
    return signed_in(cast, "police")


def test_the_locked_part_is_opened_for_a_reason_and_on_record(cast: Cast, owen: Client) -> None:
    submission = make_submission(cast, state=SubmissionState.RECEIVED)
    desk = f"/intelligence/inbox/{submission.reference}/"
    for page in (desk, f"{desk}review/", "/intelligence/inbox/"):
        body = owen.get(page).content.decode()
        assert SECRET not in body
        assert cast.practitioner.full_name not in body
    assert SECRET not in owen.post(desk, {"act": "open", "why": " "}, follow=True).content.decode()
    assert not AuditEvent.objects.filter(action=Action.SOURCE_OPENED).exists()
    body = owen.post(desk, {"act": "open", "why": "To warn her"}).content.decode()
    assert SECRET in body
    assert cast.practitioner.full_name in body
    assert AuditEvent.objects.get(action=Action.SOURCE_OPENED).reason == "To warn her"


def test_a_copy_for_the_force_is_marked_on_record_and_without_the_locked_part(
    cast: Cast, owen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = make_submission(cast, state=SubmissionState.ANSWERED)
    answer = owen.get(f"/api/v1/intelligence/submissions/{submission.reference}/")
    said = answer.json()
    assert said["marking"] == "OFFICIAL-SENSITIVE. Handling P."
    assert [line["handling"] for line in said["lines"]] == ["P"]
    assert SECRET not in answer.content.decode()
    assert cast.practitioner.full_name not in answer.content.decode()
    assert AuditEvent.objects.get(action=Action.SUBMISSION_COPIED).detail == {"as": "json"}
    drawn = {}
    monkeypatch.setattr(work_views, "render_pdf", lambda template, context: drawn.update(context) or b"%PDF-")
    assert owen.get(f"/intelligence/inbox/{submission.reference}/force/pdf/").status_code == 200
    paper = render_to_string("pdf/intelligence.html", drawn)
    assert "Handling P: may be shared lawfully" in paper
    assert "2BP" in paper
    assert SANITISED in paper
    for never in (SECRET, RAW, "Told by", cast.practitioner.full_name, submission.author_agency.name, "None"):
        assert never not in paper
    assert "submission_for_force" in owen.get("/api/v1/schema/").content.decode()
    receipt = {"act": "receipt", "receipt": "FIB-1", "force": "X"}
    page = owen.post(f"/intelligence/inbox/{submission.reference}/", receipt, follow=True).content.decode()
    assert f"This receipt is for FIB-1, not for {submission.reference}." in page


def test_a_child_is_never_offered_nor_kept_as_a_person_of_concern(cast: Cast, owen: Client) -> None:
    people = StepAnswers(
        rows={
            "subjects": [
                {"given_name": "Jade", "role": "CHILD_AT_RISK"},
                {"other_names": "Kez", "role": "DRIVER"},
            ]
        }
    )
    submission = make_submission(cast, state=SubmissionState.RECEIVED, people=people)
    offered, children = new_ones(submission, matches(cast.police, text_of(submission)))
    assert [each.words for each in offered if each.kind == SubjectKind.PERSON] == ["Kez"]
    assert children == ["Jade"]
    born = submission.submitted_at.date().replace(day=1)
    with pytest.raises(NotAllowedNow, match="under 18"):
        add_subject(kind=SubjectKind.PERSON, fields={"date_of_birth": born}, by=cast.police, key=new_key())


def test_what_a_colleague_types_after_they_were_relieved_is_refused_and_kept_as_a_draft(
    cast: Cast, owen: Client
) -> None:
    submission = make_submission(cast, state=SubmissionState.RECEIVED)
    work.take_over(submission=submission, by=second_officer(cast))
    typed = {"draft": f"desk:{submission.pk}", "line-1-sanitised": "A van.", "act": "save"}
    page = owen.post(f"/intelligence/inbox/{submission.reference}/", typed, follow=True).content.decode()
    assert "You do not have this submission now" in page
    assert "Una Sayle has it." in page
    assert submission.lines.get().sanitised == ""
    assert cast.police.drafts.get().key == typed["draft"]


def test_a_note_of_the_chronology_begins_a_draft_once(cast: Cast) -> None:
    case = make_case(cast)
    day = case.opened_at.date()
    note = chronology.add_entry(
        case=case, kind=EntryKind.EVENT, happened_on=day, text="A van waits.", by=cast.practitioner
    )
    priya = signed_in(cast, "practitioner")
    assert "Offer as intelligence" in priya.get(f"/cases/{case.reference}/chronology/").content.decode()
    pages = [priya.post(f"/intelligence/from/note/{note.pk}/", follow=True) for _ in range(2)]
    assert all("A van waits." in page.content.decode() for page in pages)
    assert IntelligenceSubmission.objects.get().author == cast.practitioner
    assert signed_in(cast, "outsider").post(f"/intelligence/from/note/{note.pk}/").status_code == 404


def test_an_old_grade_is_read_in_words_with_the_nearest_new_one(cast: Cast) -> None:
    assert legacy_words(IntelligenceLine(legacy="B24")) == [
        "Old grade B24: mostly reliable, known personally to the source, not to the reporter, originating agency only.",
        "Nearest on 3x5x2: 1AC, reliable, known directly to the source, shared with conditions.",
    ]
    assert legacy_words(IntelligenceLine(legacy="B")) == []
