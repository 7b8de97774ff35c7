"""From a return home interview to a draft of intelligence: what is filled in, once, and for its author alone."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.missing.models import InterviewStep, ReturnHomeInterview
from cases.missing.selectors.told import leads_in_interview
from cases.missing.services import episodes as missing
from cases.record.models.case import Case
from cse_portal.audit.models import AuditEvent
from intelligence.submissions.models import IntelligenceSubmission
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.missing import went_missing

WRITTEN = ["learned", "people", "things"]  # pages that the interview answers
pytestmark = pytest.mark.django_db


@pytest.fixture
def held(cast: Cast) -> ReturnHomeInterview:
    episode = went_missing(cast, make_case(cast), days=2, hours=9)
    step = missing.Step(
        InterviewStep.HELD, timezone.now() - dt.timedelta(hours=1), cast.agency("health"), "Sam Aldous", True,
        text="I felt sick.", where_they_went="Castle Street car park; a flat above a shop", with_whom="“Tee”, about 19",
        transport="White van", phones="07700 900633", gifts="Food, vapes", contact_since="Messages every day",
        would_help="Somebody there after school", push_factors=["UNHAPPY_PLACED"],
    )  # fmt: skip
    return missing.interview(episode=episode, step=step, by=cast.practitioner)


def test_what_was_ticked_is_filled_in_once_with_its_source(cast: Cast, held: ReturnHomeInterview) -> None:
    client = signed_in(cast, "practitioner")
    shown = client.get(f"/cases/{held.episode.case.reference}/missing/").content.decode()
    assert "Send this to intelligence" in shown
    ticked = [each.key for each in leads_in_interview(held) if "flat" not in each.words]
    pages = [client.post(f"/intelligence/from/interview/{held.pk}/", {"line": ticked}) for _ in range(2)]
    assert pages[0]["Location"] == pages[1]["Location"]
    draft = IntelligenceSubmission.objects.get()
    assert (draft.source_interview, draft.steps_done, draft.is_draft) == (held.pk, WRITTEN, True)
    assert [each.name for each in draft.places.all()] == ["Castle Street car park"]
    assert [each.description for each in draft.subjects.all()] == ["“Tee”, about 19"]
    assert [each.value for each in draft.contacts.all()] == ["07700 900633"]
    assert draft.source.name.startswith(held.episode.case.child.name)
    said = " ".join(f"{each.text} {each.happened}" for each in draft.lines.all())
    assert "Given: Food, vapes." in said
    assert "Contact since: Messages every day. Since " in said, "not while the child was away"
    for never in ("sick", "after school", held.episode.case.child.given_name):
        assert never not in said
    assert all(each.grade == "" for each in draft.lines.all())


def test_nobody_else_finds_the_interview_beside_the_draft(cast: Cast, held: ReturnHomeInterview) -> None:
    case = held.episode.case
    client = signed_in(cast, "practitioner")
    client.post(
        f"/intelligence/from/interview/{held.pk}/", {"line": [each.key for each in leads_in_interview(held)]}
    )
    draft = IntelligenceSubmission.objects.get()
    assert draft.reference not in client.get(f"/cases/{case.reference}/missing/").content.decode()
    events = AuditEvent.objects.filter(object_id=draft.pk)
    assert events.exists()
    assert not events.filter(case_id=case.pk).exists()
    assert not any(str(held.pk) in str(each.detail) for each in events)
    assert case.reference in client.get(f"/intelligence/{draft.reference}/check/").content.decode(), (
        "its author"
    )
    with acting_for(cast.manager):
        assert not IntelligenceSubmission.objects.exists()


def test_an_interview_of_a_hidden_case_is_not_found(cast: Cast, held: ReturnHomeInterview) -> None:
    client = signed_in(cast, "outsider")
    assert client.post(f"/intelligence/from/interview/{held.pk}/", {}).status_code == 404
    assert not IntelligenceSubmission.objects.exists()


def test_case_closed_or_not_an_empty_interview_offers_no_draft(cast: Cast) -> None:
    case: Case = make_case(cast)
    episode = went_missing(cast, case, days=2, hours=9)
    step = missing.Step(
        InterviewStep.HELD, timezone.now(), cast.agency("health"), "Sam Aldous", True, text="Nothing."
    )
    made = missing.interview(episode=episode, step=step, by=cast.practitioner)
    assert leads_in_interview(made) == []
    shown = signed_in(cast, "practitioner").get(f"/cases/{case.reference}/missing/").content.decode()
    assert "Send this to intelligence" not in shown
