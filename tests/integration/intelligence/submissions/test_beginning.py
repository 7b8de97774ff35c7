"""Drafts that begin with what was recorded elsewhere."""

import pytest

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from intelligence.submissions.models import IntelligenceSubmission
from intelligence.submissions.services.beginning import KINDS, lines_of
from mase.meetings.models.meeting import Meeting
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_concern
from tests.factories.meetings import bring, make_meeting

BROUGHT = "- Kez waits at the school gate in a grey Audi.\n- She has a second phone."


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def meeting(cast: Cast, case: Case) -> Meeting:
    """Asked: the practitioner's agency and the nurse's, which each brought something."""
    meeting = make_meeting(cast, case, agencies=[cast.agency("csc"), cast.agency("health")])
    bring(meeting, cast.agency("csc"), cast.practitioner, new=BROUGHT, worry="She is often late.")
    bring(meeting, cast.agency("health"), cast.health, new="Seen at the clinic.")
    return meeting


def test_a_meeting_begins_a_draft_with_what_ones_own_agency_brought(cast: Cast, meeting: Meeting) -> None:
    priya = signed_in(cast, "practitioner")
    stage = priya.get(f"/meetings/{meeting.pk}/?stage=new").content.decode()
    address = f"/intelligence/from/meeting/{meeting.pk}/"
    assert stage.count(address) == 1
    pages = [priya.post(address, follow=True).content.decode() for _ in range(2)]
    draft = IntelligenceSubmission.objects.get()
    assert [each.text for each in draft.lines.all()] == [
        "Kez waits at the school gate in a grey Audi.", "She has a second phone.",
    ]  # fmt: skip
    assert (draft.strands, draft.urgency, draft.steps_done) == (["CSE"], "ROUTINE", [])
    assert draft.learned_on == meeting.contributions.filter(agency=cast.agency("csc")).first().given_at.date()
    assert "We have filled in what we can." in pages[0]
    assert all("Kez waits at the school gate" in page for page in pages)
    nurse = signed_in(cast, "health")
    nurse.post(address)
    assert [each.text for each in IntelligenceSubmission.objects.get(author=cast.health).lines.all()] == [
        "Seen at the clinic."
    ]


def test_nobody_begins_from_what_they_do_not_see_or_an_agency_that_brought_nothing(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    silent = make_meeting(cast, make_case(cast), agencies=[cast.agency("csc")])
    for person, address in {
        "outsider": f"meeting/{meeting.pk}", "police": f"meeting/{meeting.pk}", "practitioner": f"meeting/{silent.pk}",
        "manager": f"rumour/{meeting.pk}",
    }.items():  # fmt: skip
        assert signed_in(cast, person).post(f"/intelligence/from/{address}/").status_code == 404, person
    assert signed_in(cast, "board").post(f"/intelligence/from/meeting/{meeting.pk}/").status_code == 403
    assert not IntelligenceSubmission.objects.exists()


def test_a_long_text_is_cut_into_lines_and_a_long_name_into_its_box(cast: Cast) -> None:
    assert [len(each["text"]) for each in lines_of("word " * 500)] == [1999, 499]
    assert len(lines_of("a\n" * 40)) == 30
    author: User = cast.practitioner
    concern = make_concern(author)
    named = concern.mentions.create(kind="vehicle", name="Grey Audi " * 19, details="", order=1)
    signed_in(cast, "practitioner").post(f"/intelligence/from/mention/{named.pk}/")
    draft = IntelligenceSubmission.objects.get()
    assert len(draft.vehicles.get().make_and_model) == 100
    assert draft.lines.get().text == named.name.strip()


def test_the_kinds_are_those_that_pages_offer() -> None:
    assert sorted(KINDS) == ["community", "interview", "meeting", "mention", "note"]
