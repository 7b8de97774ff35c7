"""The papers of a meeting: what one reader may see of the child before it, with their name on every page."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cases.assessments import services as assessments
from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.concerns.choices import IndicatorTiming
from cases.exports.selectors import find_paper
from cases.family import services as health
from cases.family.models import HealthTopic
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from cse_portal.reference.selectors import indicators
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending, sections
from reporting.oversight.selectors.oversight import events_of_case
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import bring, make_meeting
from tests.papers import pages_of as read

KNOWN = "Medium priority. We shall know that it is done by: She says that it has happened."
BEFORE = "She was seen by the garage in spring."
SINCE = "She was seen by the park last week."
CLINIC = "Treated at the clinic."
APART = "The man with the red car."
TOLD = "She comes to school every day."
EVIDENCE = "Collected from school by a man nobody knows."


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    child = make_child(given_name="Amara", family_name="Testley", address="4 Quiet Lane", postcode="B70 9LD")
    return make_case(shared_cast, child=child, category=RiskCategory.MEDIUM)


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast, case: Case) -> Meeting:
    """A review ahead: the last meeting left an action, something happened since, and reports are in."""
    cast = shared_cast
    long_ago = timezone.now() - dt.timedelta(days=30)
    with time_machine.travel(long_ago, tick=False):
        event(cast, case, BEFORE, long_ago.date() - dt.timedelta(days=20))
        assess(cast, case)
        factory.issued(cast, Case.objects.get(pk=case.pk), text="Meet her at the gate.")
    fresh = Case.objects.get(pk=case.pk)
    event(cast, fresh, SINCE, timezone.localdate() - dt.timedelta(days=5))
    row = make_meeting(cast, fresh, agencies=[cast.agency("police")], people=[cast.health])
    health.add_note(
        case=fresh, topic=HealthTopic.GENERAL, happened_on=timezone.localdate(), text=CLINIC, for_others="",
        by=cast.health,
    )  # fmt: skip
    bring(row, cast.agency("health"), cast.health, new=TOLD)
    bring(row, cast.agency("police"), cast.police, apart=APART)
    return row


def event(cast: Cast, case: Case, text: str, day: dt.date) -> None:
    add_entry(case=case, kind=EntryKind.EVENT, happened_on=day, text=text, by=cast.practitioner)


def assess(cast: Cast, case: Case) -> None:
    code = indicators()[0].code
    answer = assessments.Answer(IndicatorTiming.CURRENT, EVIDENCE)
    judgement = assessments.Judgement(RiskCategory.HIGH, HarmStatus.H1, "Worrying.", "More than the points.")
    assessments.record_assessment(
        case=case, answers=assessments.Answers({code: answer}), judgement=judgement, by=cast.practitioner,
        key=new_key(),
    )  # fmt: skip


def pages_of(cast: Cast, name: str, meeting: Meeting) -> list[str]:
    answer = signed_in(cast, name).get(f"/meetings/{meeting.pk}/papers.pdf")
    assert answer.status_code == 200, name
    assert answer["Cache-Control"] == "private, no-store"
    return read(answer.content)


@pytest.mark.usefixtures("undrawn")
def test_the_papers_tell_what_is_known_before_the_meeting(cast: Cast, meeting: Meeting) -> None:
    text = " ".join(pages_of(cast, "manager", meeting))
    for said in (
        "Amara Testley", meeting.case.reference, "Agree a plan that keeps her safe.", EVIDENCE, "Worrying.", TOLD,
        SINCE, "Meet her at the gate.", KNOWN, "Older people are collecting her from school", "Category 2: medium",
    ):  # fmt: skip
        assert said in text, said
    for hidden in (BEFORE, "4 Quiet Lane"):
        assert hidden not in text, hidden


@pytest.mark.usefixtures("undrawn")
def test_each_readers_papers_hold_what_they_may_see(cast: Cast, meeting: Meeting) -> None:
    for name, sees in (
        ("manager", {APART}), ("police", {APART}), ("health", {CLINIC}), ("practitioner", {APART, CLINIC}),
    ):  # fmt: skip
        text = " ".join(pages_of(cast, name, meeting))
        assert {words for words in (APART, CLINIC) if words in text} == sees, name
        assert ("The restricted part is in yours" in text) == (APART in sees), name


def test_every_page_is_marked_and_leads_back(cast: Cast, meeting: Meeting) -> None:
    pages = pages_of(cast, "health", meeting)
    taken = AuditEvent.objects.get(action=Action.PACK_DOWNLOADED)
    assert (taken.actor, taken.case_id) == (cast.health, meeting.case_id)
    copy = taken.detail["copy"]
    assert len(pages) >= 2
    for page in pages:
        assert "OFFICIAL-SENSITIVE" in page
        assert f"Copy {copy} for {cast.health.full_name}, {cast.agency('health').name}, " in page
    found = signed_in(cast, "privacy").post("/copies/", {"copy": copy.replace("-", " ")}).content.decode()
    for said in ("Took the papers of a meeting", cast.health.full_name, meeting.case.reference):
        assert said in found, said
    assert "Amara" not in found
    event = AuditEvent.objects.get(action=Action.COPY_VIEWED)
    assert (event.case_id, event.detail) == (meeting.case_id, {"copy": copy})
    assert event in events_of_case(cast.privacy, meeting.case.reference)[1]


@pytest.mark.usefixtures("undrawn")
def test_the_letters_of_a_case_lead_nowhere_for_a_privacy_officer_who_is_shut_out_of_it(
    cast: Cast, meeting: Meeting
) -> None:
    pages_of(cast, "health", meeting)
    copy = AuditEvent.objects.get(action=Action.PACK_DOWNLOADED).detail["copy"]
    assert find_paper(cast.privacy, copy)
    exclusions.exclude(case=meeting.case, user=cast.privacy, reason="Their own family", by=cast.privacy)
    assert find_paper(cast.privacy, copy) is None
    page = signed_in(cast, "privacy").post("/copies/", {"copy": copy}).content.decode()
    assert "No copy has this number" in page


@pytest.mark.usefixtures("undrawn")
def test_nothing_restricted_is_printed_while_the_family_is_there(cast: Cast, meeting: Meeting) -> None:
    ending.start(meeting=meeting, by=cast.manager)
    sections.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    for name in ("manager", "practitioner", "police"):
        text = " ".join(pages_of(cast, name, meeting))
        assert APART not in text, name
        assert CLINIC not in text


def test_after_the_meeting_there_are_its_minutes(cast: Cast, meeting: Meeting) -> None:
    ended = factory.end(cast, ending.start(meeting=meeting, by=cast.manager))
    answer = signed_in(cast, "manager").get(f"/meetings/{ended.pk}/papers.pdf", follow=True)
    assert "This meeting is over" in answer.content.decode()
