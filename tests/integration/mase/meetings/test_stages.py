"""The five stages of a child's meeting: what each shows and writes, and the screens around them."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.voice.models import VoiceEntry
from mase.meetings.choices import Stage
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.presence import part_id
from mase.meetings.services import ending, sections, sessions
from mase.plans.choices import ActionState, TableWord
from mase.plans.models.plan import PlanAction
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import make_meeting, make_session, membership, read_meeting, read_room

pytestmark = pytest.mark.django_db
NAMES = ("Annabel", "Beatrix")
CAME = "She rings the nurse herself now."


@pytest.fixture(scope="module")
def owed(shared_cast: Cast) -> PlanAction:
    """The nurse's action of an earlier plan, six days late."""
    return factory.issued(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM), overdue_by=6)


def review(cast: Cast, action: PlanAction) -> Meeting:
    assert action.case is not None
    action.case.refresh_from_db()
    return factory.running(cast, action.case, people=[cast.health])


def say(
    cast: Cast, person: str, meeting: Meeting, action: PlanAction, do: str, words: str = ""
) -> tuple[int, str]:
    """What the table says of this action, at somebody's screen without scripts."""
    name = part_id("last", action.pk)
    typed = {f"{name}-do": do, f"{name}-came_of_it": words}
    answer = signed_in(cast, person).post(
        f"/meetings/{meeting.pk}/parts/last/{action.pk}/", typed, follow=True
    )
    action.refresh_from_db()
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("do", "state"), [("done", ActionState.DONE_LATE), ("not-done", ActionState.NOT_DONE)]
)
def test_an_action_ends_before_the_whole_table_and_waits_for_nobody(
    cast: Cast, owed: PlanAction, do: str, state: ActionState
) -> None:
    meeting = review(cast, owed)
    assert owed.text in read_meeting(signed_in(cast, "health"), meeting, "stage=last-actions")
    _, page = say(cast, "manager", meeting, owed, do)
    assert "Write what it changed, or why it was not done" in page
    assert owed.is_open
    assert say(cast, "health", meeting, owed, do, CAME)[0] == 403, (
        "the chair and the minute taker write it down"
    )
    assert "Saved." in say(cast, "manager", meeting, owed, do, CAME)[1]
    assert (owed.state, owed.outcome, owed.completed_by, owed.verified_by) == (
        state,
        CAME,
        cast.health,
        cast.manager,
    )
    assert not owed.waits_for_chair


def test_what_is_late_and_goes_on_has_two_weeks_more(cast: Cast, owed: PlanAction) -> None:
    meeting = review(cast, owed)
    assert "Saved." in say(cast, "manager", meeting, owed, TableWord.CARRY)[1]
    new = PlanAction.objects.get(meeting=meeting)
    today = timezone.localdate()
    assert (new.carried_from, new.text) == (owed, owed.text)
    assert today + dt.timedelta(days=7) < new.due_on <= today + dt.timedelta(days=14)
    assert f"Goes on, by {new.due_on.day} " in read_meeting(
        signed_in(cast, "manager"), meeting, "stage=last-actions"
    )


def test_the_minute_taker_writes_and_the_chair_moves_on(cast: Cast, owed: PlanAction) -> None:
    assert owed.case is not None
    owed.case.refresh_from_db()
    meeting = make_meeting(cast, owed.case, agencies=[], people=[cast.health])
    factory_seat = membership(cast.practitioner)
    meeting.invitations.create(
        role="MIN",
        takes_minutes=True,
        agency=factory_seat.agency,
        person=cast.practitioner,
        invited_by=cast.manager,
    )
    ending.start(meeting=meeting, by=cast.manager)
    assert "Saved." in say(cast, "practitioner", meeting, owed, TableWord.DONE, CAME)[1]
    taker = signed_in(cast, "practitioner")
    page = read_meeting(taker, meeting)
    assert "Family is here" in page
    assert "Next: " not in page
    assert "Close child" not in page
    assert taker.post(f"/meetings/{meeting.pk}/family/", {"present": "yes"}).status_code == 302
    assert Meeting.objects.get(pk=meeting.pk).family_in_room


def test_what_the_child_said_since_the_last_meeting_is_ready_to_be_saved(cast: Cast) -> None:
    meeting = factory.running(cast, make_case(cast, category=RiskCategory.MEDIUM))
    VoiceEntry.objects.create(
        case=meeting.case, heard_on=timezone.localdate(), heard_by="Priya Raman", seen_alone=True,
        tool="THREE_HOUSES", own_words="I want to sleep at night.", recorded_by=cast.practitioner,
        agency=cast.agency("csc"),
    )  # fmt: skip
    form = (
        signed_in(cast, "manager")
        .get(f"/meetings/{meeting.pk}/?stage=child")
        .context["meeting"]
        .voice.forms["voice"]
    )
    drawn = {name: form[name].value() for name in ("obtained", "words", "heard_by", "tool", "seen_alone")}
    assert drawn == {
        "obtained": "yes", "words": "I want to sleep at night.", "heard_by": "Priya Raman", "tool": "THREE_HOUSES",
        "seen_alone": "yes",
    }  # fmt: skip
    meeting.voice.refresh_from_db()
    assert meeting.voice.obtained is None, "nothing is said for the meeting until somebody saves it"


def test_the_day_s_children_are_named_beside_the_stage_but_not_to_a_family(cast: Cast) -> None:
    session = make_session(cast)
    cases = [
        make_case(cast, child=make_child(given_name=name), category=RiskCategory.MEDIUM) for name in NAMES
    ]
    ann, _ = (sessions.book(session=session, case=case, by=cast.manager) for case in cases)
    ending.start(meeting=ann, by=cast.manager)
    chair = signed_in(cast, "manager")
    page = read_meeting(chair, ann, "stage=new")
    assert "2 children" in page
    assert "Beatrix" in page
    assert "reports to come" in page
    sections.set_family_in_room(meeting=ann, present=True, by=cast.manager)
    assert "Beatrix" not in read_meeting(chair, ann)
    assert "Beatrix" not in read_room(chair, ann)


def test_before_the_start_what_agencies_bring_is_read_and_nothing_is_decided(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast), agencies=[], people=[cast.health])
    nurse = signed_in(cast, "health")
    about = nurse.get(f"/meetings/{meeting.pk}/").content.decode()
    assert "About this meeting" in about
    assert "Answer the invitation" in about
    for stage in (Stage.SAFETY, Stage.DECIDE):
        assert "This opens when" in read_meeting(nurse, meeting, f"stage={stage}")
    assert "This opens when" not in read_meeting(nurse, meeting, "stage=new")
    assert "We begin at" in nurse.get(f"/meetings/{meeting.pk}/room/").content.decode()
