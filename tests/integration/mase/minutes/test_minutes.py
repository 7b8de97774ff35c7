"""Minutes: drafted from what the meeting wrote down, sent out, each reader's own copy, read only through the gate."""

from unittest import mock

import pytest

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import new_key
from mase.meetings.choices import Audience, MinutesState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import sections
from mase.minutes import services as minutes
from mase.minutes.models import Minutes
from mase.plans.choices import MapKind
from mase.plans.services import safety_map
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import bring
from tests.factories.minutes import circulated
from tests.papers import pages_of, words_of


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    child = make_child(given_name="Amara", family_name="Testley")
    return make_case(shared_cast, child=child, category=RiskCategory.MEDIUM)


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast, case: Case) -> Meeting:
    """An ended meeting with something in every part."""
    cast = shared_cast
    row = factory.running(cast, case, people=[cast.health], agencies=[cast.agency("police")])
    danger = safety_map.Danger(
        "Amara may be hurt by adults who collect her.", "Amara gets home with a trusted adult."
    )
    statement = safety_map.add_danger(meeting=row, key=new_key(), danger=danger, by=cast.manager)
    nurse = row.invitations.get(person=cast.health)
    safety_map.score(danger=statement, seat=nurse, value=4, by=cast.manager)
    safety_map.explain(score=statement.scores.get(), reason="She has stopped answering.", by=cast.manager)
    safety_map.add_entry(
        meeting=row, key=new_key(), kind=MapKind.STRENGTH, text="Trusts her form tutor.", by=cast.manager
    )
    write(cast, row, "people-places", "The garage on the High Street.")
    write(cast, row, "education", "Attendance is at 82 per cent.")
    bring(row, cast.agency("health"), cast.health, new="Seen at the clinic on Monday.")
    factory.agreed(cast, row)
    return factory.end(cast, row)


def write(cast: Cast, meeting: Meeting, code: str, notes: str) -> AgendaItem:
    item = meeting.agenda.get(code=code)
    return sections.save_notes(item=item, notes=notes, version=item.version, by=cast.manager)


def downloaded(cast: Cast, name: str, meeting: Meeting) -> list[str]:
    """The pages of this reader's own copy."""
    answer = signed_in(cast, name).get(f"/meetings/{meeting.pk}/minutes.pdf")
    assert answer.status_code == 200
    return pages_of(answer.content)


def test_ending_a_meeting_drafts_its_minutes(cast: Cast, meeting: Meeting) -> None:
    row = Minutes.objects.get(meeting=meeting)
    assert row.state == MinutesState.DRAFT
    assert row.due_on > meeting.ended_at.date()  # type: ignore[union-attr]


@pytest.mark.usefixtures("undrawn")
def test_a_draft_is_its_chairs(cast: Cast, meeting: Meeting) -> None:
    nurse = signed_in(cast, "health")
    page = nurse.get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    assert "The chair is preparing the minutes" in page
    assert "82 per cent" not in page
    assert nurse.get(f"/meetings/{meeting.pk}/minutes.pdf").status_code == 302
    assert nurse.get(f"/meetings/{meeting.pk}/minutes-draft.pdf").status_code == 403
    answer = signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/minutes-draft.pdf")
    text = words_of(answer.content)
    assert "Draft – not sent. Not to be passed on" in text
    copy = AuditEvent.objects.get(action=Action.MINUTES_DOWNLOADED).detail["copy"]
    assert f"Copy {copy} for {cast.manager.full_name}" in text
    assert "Attendance is at 82 per cent." in text


@pytest.mark.usefixtures("undrawn")
def test_the_minutes_hold_what_was_said_and_agreed(cast: Cast, meeting: Meeting) -> None:
    other = make_case(cast, child=make_child(given_name="Zeborah", family_name="Elsewhere"))
    factory.issued(cast, other, text="An action for somebody else entirely.")
    circulated(cast, meeting)
    [text] = downloaded(cast, "health", meeting)
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
        "Medium priority. We shall know that it is done by: She says that it has happened.",
        "OFFICIAL-SENSITIVE",
        "Version 1, sent out on",
    ):
        assert said in text, said
    first, _, later = text.partition("I want people to stop asking me the same things.")
    order = ("Category 2: medium", "Next review, at the latest", "Actions, by agency", "See the young person")
    assert sorted(order, key=first.index) == list(order), "on page 1, before the child's words"
    assert later.index("Seen at the clinic") < later.index("Amara may be hurt") < later.index("Who was there")
    for filler in ("Nothing was recorded", "Not named", "No information was given", "No agency disagreed"):
        assert filler not in text
    for hidden in ("Zeborah", "Elsewhere", other.reference, "somebody else entirely", "Worded by the chair"):
        assert hidden not in text


@pytest.mark.usefixtures("undrawn")
def test_restricted_parts_are_marked(cast: Cast, meeting: Meeting) -> None:
    circulated(cast, meeting)
    [text] = downloaded(cast, "manager", meeting)
    before, _, after = text.partition("The garage on the High Street.")
    assert after
    assert before.rstrip().endswith("Restricted: professionals only.")


def test_every_page_names_its_reader_and_a_number_that_leads_back(cast: Cast, meeting: Meeting) -> None:
    circulated(cast, meeting)
    for name, audience in (("manager", Audience.FULL), ("health", Audience.PROFESSIONALS)):
        reader, pages = cast.people[name], downloaded(cast, name, meeting)
        event = AuditEvent.objects.get(action=Action.MINUTES_DOWNLOADED, actor=reader)
        assert (event.object_id, event.detail["audience"]) == (meeting.pk, audience)
        assert len(pages) >= 2
        for foot in pages:
            assert f"Copy {event.detail['copy']} for {reader.full_name}, " in foot
            assert foot.count(event.detail["copy"]) == 2, "at the foot, and across the page"
    assert AuditEvent.objects.filter(action=Action.MINUTES_DOWNLOADED).count() == 2


def test_a_copy_that_was_changed_is_not_given_out(cast: Cast, meeting: Meeting) -> None:
    circulated(cast, meeting)
    with (
        mock.patch("mase.minutes.services.circulating.fingerprint", return_value="0"),
        pytest.raises(NotAllowedNow, match="damaged"),
    ):
        minutes.hand_out(meeting=meeting, by=cast.manager)
    assert not AuditEvent.objects.filter(action=Action.MINUTES_DOWNLOADED).exists()
