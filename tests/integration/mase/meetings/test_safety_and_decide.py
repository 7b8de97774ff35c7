"""Stages 4 and 5 on one's own screen: a number, the word of an agency, lines of the plan, and the next slot."""

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from cases.record.choices import HarmStatus, RiskCategory
from cse_portal.keys import new_key
from cse_portal.reference.working_days import last_working_day
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.checks import review_limit
from mase.meetings.selectors.presence import part_id
from mase.meetings.services import decision, ending, sections
from mase.meetings.services.decision import Decided
from mase.plans.choices import ActionPriority, PlanP
from mase.plans.models.safety_map import DangerStatement
from mase.plans.services import safety_map
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import everyone_attends, make_session, start_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> Meeting:
    """Everybody is there, one danger waits for its numbers, and category 3 is decided."""
    cast = shared_cast
    row = start_meeting(cast, make_case(cast, category=RiskCategory.HIGH))
    everyone_attends(row, cast.manager)
    said = safety_map.Danger("Adults collect her.", "Home by ten.")
    safety_map.add_danger(meeting=row, key=new_key(), danger=said, by=cast.manager)
    decided = Decided(RiskCategory.HIGH, HarmStatus.H1, "The car came back.")
    decision.save_decision(meeting=row, decided=decided, version=0, by=cast.manager)
    return Meeting.objects.get(pk=row.pk)


@pytest.fixture
def danger(meeting: Meeting) -> DangerStatement:
    return meeting.dangers.get()


def post(cast: Cast, person: str, meeting: Meeting, kind: str, key: Any, **typed: str) -> str:
    """One part sent as a browser without scripts sends it; the page that follows, in plain words."""
    sent = {f"{part_id(kind, key)}-{name}": value for name, value in typed.items()}
    address = f"/meetings/{meeting.pk}/parts/{kind}/{key}/"
    return unescape(signed_in(cast, person).post(address, sent, follow=True).content.decode())


def stage(cast: Cast, who: str, meeting: Meeting, name: str) -> str:
    page = signed_in(cast, who).get(f"/meetings/{meeting.pk}/", {"stage": name})
    return unescape(page.content.decode())


def seat_of(meeting: Meeting, code: str) -> str:
    return str(meeting.invitations.get(agency__code=code, person=None).pk)


def test_the_numbers_of_others_are_there_once_ones_own_is_given(
    cast: Cast, meeting: Meeting, danger: DangerStatement
) -> None:
    police = meeting.invitations.get(agency__code="police", person=None)
    safety_map.score(danger=danger, seat=police, value=7, by=cast.manager)
    before = stage(cast, "health", meeting, "safety")
    assert "Give your number. Then you see the others’." in before
    assert "7 today" not in before
    assert "7 today" in stage(cast, "manager", meeting, "safety")
    post(cast, "health", meeting, "score", danger.pk, seat=seat_of(meeting, "health"), value="3")
    after = stage(cast, "health", meeting, "safety")
    assert "From 3 to 7" in after
    assert "says 3. Why?" in after, "two from the middle"


@pytest.mark.parametrize("value", ["11", "-1", "many"])
def test_a_number_outside_the_scale_is_refused_beside_the_scale(
    cast: Cast, meeting: Meeting, danger: DangerStatement, value: str
) -> None:
    page = post(cast, "manager", meeting, "score", danger.pk, seat="CHILD", value=value)
    assert "Choose a number from 0 to 10" in page
    assert not danger.scores.exists()


def test_an_agency_says_its_word_in_one_press_and_disagrees_with_a_reason(
    cast: Cast, meeting: Meeting
) -> None:
    health = str(cast.agency("health").pk)
    said = {"agency": health, "of": "3 H1"}
    post(cast, "health", meeting, "word", meeting.pk, **said, word="agrees")
    assert [each.word for each in meeting.views.all()] == ["agrees"]
    assert "Say why the agency" in post(cast, "health", meeting, "word", meeting.pk, **said, word="disagrees")
    post(
        cast, "health", meeting, "word", meeting.pk, **said, word="disagrees", reason="She keeps every visit."
    )
    assert [each.word for each in meeting.views.all()] == ["disagrees"]
    page = post(cast, "manager", meeting, "word", meeting.pk, **said, word="agrees")
    assert "Read it, then say again" in page, "the chair has not seen the reason"
    stale = {**said, "of": "2 H1"}
    assert "changed meanwhile" in post(cast, "health", meeting, "word", meeting.pk, **stale, word="agrees")
    assert meeting.views.get().reason == "She keeps every visit."
    everyone = {"agency": "all", "of": "3 H1", "word": "agrees"}
    post(cast, "manager", meeting, "word", meeting.pk, **everyone)
    assert cast.agency("police") in [each.agency for each in meeting.views.filter(word="agrees")]


def new_row(cast: Cast, meeting: Meeting, **typed: str) -> str:
    police = cast.agency("police")
    row = {"p": "PURSUE", "text": "Serve the notice.", "who": f"{police.pk}:", "weeks": "2", **typed}
    return post(cast, "manager", meeting, "action", meeting.pk, **row)


def test_a_line_of_the_plan_is_added_changed_and_kept_from_the_family_by_its_lock(
    cast: Cast, meeting: Meeting
) -> None:
    new_row(cast, meeting)
    row = meeting.actions.get()
    fortnight = last_working_day(timezone.localdate() + dt.timedelta(weeks=2))
    assert (row.p, row.due_on, row.restricted) == (PlanP.PURSUE, fortnight, True)
    day = fortnight.isoformat()
    line = {"p": "PURSUE", "text": "Serve it.", "who": f"{row.agency_id}:", "due_on": day, "version": "1"}
    line |= {"measure_of_success": "He stays away.", "priority": ActionPriority.HIGH}
    post(cast, "manager", meeting, "row", row.pk, **line, weeks="1")
    row.refresh_from_db()
    assert (row.text, row.restricted) == ("Serve it.", False), "its lock was opened"
    assert (row.measure_of_success, row.priority) == ("He stays away.", ActionPriority.HIGH), "what is folded"
    assert row.due_on == last_working_day(timezone.localdate() + dt.timedelta(weeks=1))
    page = post(cast, "manager", meeting, "row", row.pk, **{**line, "text": "Mine, meanwhile."}, weeks="1")
    assert "Not saved." in page
    assert "Mine, meanwhile." in page


def test_what_is_wrong_with_a_line_is_told_beside_it(cast: Cast, meeting: Meeting) -> None:
    yesterday = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    for typed, words in (
        ({"weeks": ""}, "Choose 1, 2 or 4 weeks, or enter a date"),
        ({"due_on": yesterday}, "enter today’s date or one in the future"),
        ({"due_on": "soon"}, "enter a day like"),
        ({"text": "x" * 5000}, "it has 5000"),
        ({"who": "nobody"}, "Select one of the answers listed"),
    ):
        assert words in new_row(cast, meeting, **typed)
    cast.agency("police").__class__.objects.filter(code="police").update(is_active=False)
    assert "does not take part any more. Choose another" in new_row(cast, meeting)
    assert not meeting.actions.exists()


def test_the_next_slot_is_a_free_one_of_a_session_or_another_working_day(
    cast: Cast, meeting: Meeting
) -> None:
    session = make_session(cast, days=4)
    day = timezone.localdate(session.starts_at)
    page = stage(cast, "manager", meeting, "decide")
    assert f"{day:%a} {day.day} {day:%b}, 09:30" in page
    post(cast, "manager", meeting, "review", meeting.pk, slot=day.isoformat())
    meeting.refresh_from_db()
    assert (meeting.review_on, meeting.review_session) == (day, session)
    late = review_limit(RiskCategory.HIGH) + dt.timedelta(days=3)
    typed = {f"review_on_{name}": str(getattr(late, name)) for name in ("day", "month", "year")}
    assert "Choose an earlier date" in post(cast, "manager", meeting, "review", meeting.pk, **typed)
    assert "Choose a slot" in post(cast, "manager", meeting, "review", meeting.pk)
    heard = ChildVoice(
        obtained=True, words="I feel safer.", heard_by="A youth worker", tool="CONVERSATION", seen_alone=True
    )
    sections.save_voice(voice=meeting.voice, said=heard, version=1, by=cast.manager)
    ending.end(meeting=Meeting.objects.get(pk=meeting.pk), by=cast.manager, no_quorum_reason="In writing.")
    booked = Meeting.objects.get(session=session)
    assert (booked.case, booked.scheduled_for) == (meeting.case, session.starts_at), "booked as it ended"
