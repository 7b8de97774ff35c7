"""Ending a meeting: what must be there, what takes effect, who is not marked, and how long sight lasts."""

import datetime as dt
from html import unescape

import pytest
from django.utils import timezone

from cases.assessments.models import DecisionSource
from cases.chronology.models import EntryKind
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.tasks import remove_expired_grants
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from mase.meetings.choices import AttendanceCode, MeetingState
from mase.meetings.errors import WHY_NO_QUORUM, MeetingNotEditable, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import decision, ending, sections, sessions
from mase.minutes.models import Minutes
from mase.plans.models.plan import PlanAction
from mase.plans.services import actions, verification
from mase.tasks import remind_of_actions
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import (
    bring,
    end_meeting,
    make_meeting,
    make_session,
    start_meeting,
    write_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def written(shared_cast: Cast) -> Meeting:
    """The chair has only to end it."""
    return write_all(shared_cast, start_meeting(shared_cast, make_case(shared_cast)))


@pytest.fixture(scope="module")
def ended(shared_cast: Cast) -> Meeting:
    """It raised the child from category 2 to 3."""
    return end_meeting(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM))


def test_ending_confirms_issues_dates_and_asks_for_minutes(cast: Cast, ended: Meeting) -> None:
    meeting, case = ended, Case.objects.get(pk=ended.case_id)
    assert (meeting.state, meeting.ended_by) == (MeetingState.ENDED, cast.manager)
    assert (case.category, case.exploitation_models) == (RiskCategory.HIGH, ["M3"])
    assert case.next_review_on == timezone.localdate() + dt.timedelta(days=28)
    newest = case.category_decisions.order_by("-decided_at").first()
    assert (newest.source, newest.source_id) == (DecisionSource.MEETING, meeting.pk)
    assert meeting.actions.get().issued_at is not None
    assert case.chronology.filter(
        kind=EntryKind.MEETING, source_id=meeting.pk, text__contains="held"
    ).exists()
    assert Minutes.objects.filter(meeting=meeting).exists()


def test_without_a_quorum_the_chair_says_why(cast: Cast, written: Meeting) -> None:
    meeting = written
    seat = meeting.invitations.get(agency=cast.agency("police"))
    away = {seat.pk: sections.Came(AttendanceCode.APOLOGIES)}
    sections.record_attendance(meeting=meeting, answers=away, by=cast.manager)
    with pytest.raises(MeetingRefused, match=WHY_NO_QUORUM):
        ending.end(meeting=meeting, by=cast.manager)
    ended = ending.end(meeting=meeting, by=cast.manager, no_quorum_reason="The police sent a full report.")
    assert ended.no_quorum_reason == "The police sent a full report."


@pytest.mark.parametrize("has_room", [True, False])
def test_a_review_goes_to_the_next_session_with_room_or_the_team_is_told(
    cast: Cast, written: Meeting, has_room: bool
) -> None:
    meeting, case = written, written.case
    full, later = make_session(cast, days=4, slots=1), make_session(cast, days=6, slots=1)
    for session in [full] if has_room else [full, later]:
        sessions.book(session=session, case=make_case(cast, category=RiskCategory.MEDIUM), by=cast.manager)
    day = timezone.localdate(full.starts_at)
    decision.set_review(meeting=meeting, review_on=day, session=full, by=cast.manager)
    ended = ending.end(meeting=Meeting.objects.get(pk=meeting.pk), by=cast.manager)
    booked = Meeting.objects.upcoming().filter(case=case).first()
    told = Notification.objects.filter(user=cast.manager, text__contains="review")
    if has_room:
        assert booked is not None
        assert (booked.session, ended.review_on) == (later, timezone.localdate(later.starts_at))
        assert told.get().text.startswith("The session chosen for a review is full.")
    else:
        assert booked is None
        assert told.get().url == "/meetings/to-book/"


def test_only_the_chair_starts_and_ends(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    for person in (cast.practitioner, cast.health):
        with pytest.raises(NotPermitted):
            ending.start(meeting=meeting, by=person)
    ending.start(meeting=meeting, by=cast.manager)
    with pytest.raises(NotPermitted):
        ending.end(meeting=meeting, by=cast.practitioner)


def test_an_ended_meeting_is_a_record(cast: Cast, ended: Meeting) -> None:
    with pytest.raises(MeetingNotEditable):
        bring(ended, cast.agency("health"), cast.health, new="Later")


def seen_in(days: int, person: User, case: Case, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether somebody sees the case that many days from now, with the morning's work of the last two days done."""
    start, now = timezone.now(), timezone.now
    with monkeypatch.context() as patch:
        for day in (days - 1, days):
            patch.setattr(
                timezone, "now", lambda day=day: start + dt.timedelta(days=day, seconds=now().second)
            )
            remove_expired_grants()
            remind_of_actions()
        return gate.can(person, Permission.CASE_VIEW, case)


@pytest.fixture(scope="module")
def owing(shared_cast: Cast) -> Meeting:
    """The nurse and the police were asked to it, and what is still to be agreed is for the nurse to do."""
    cast, case = shared_cast, make_case(shared_cast)
    begun = start_meeting(cast, case, agencies=[cast.agency("police")], people=[cast.health])
    return write_all(cast, begun, owner=cast.practitioner)


def owed_by_the_nurse(cast: Cast, meeting: Meeting, *, due_in: int) -> PlanAction:
    """The meeting has ended with an action that is the nurse's."""
    factory.agreed(cast, meeting, due_on=timezone.localdate() + dt.timedelta(days=due_in))
    ending.end(meeting=Meeting.objects.get(pk=meeting.pk), by=cast.manager)
    return PlanAction.objects.get(owner=cast.health)


@pytest.mark.parametrize(("due_in", "days"), [(80, 95), (5, 60)])
def test_whoever_owes_an_action_sees_the_case_until_it_is_finished(
    cast: Cast, owing: Meeting, monkeypatch: pytest.MonkeyPatch, due_in: int, days: int
) -> None:
    owed, case = owed_by_the_nurse(cast, owing, due_in=due_in), owing.case
    assert seen_in(days, cast.health, case, monkeypatch)
    told = Notification.objects.filter(user=cast.health, text__contains="of yours.")
    late = days > due_in + 3
    assert told.filter(text__startswith="Overdue").exists() is late
    actions.complete(action=owed, outcome="Seen", effect="She feels heard.", by=cast.health)
    assert gate.can(cast.health, Permission.CASE_VIEW, case), "the chair may send it back"


def test_sight_ends_with_the_action(cast: Cast, owing: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    owed, case = owed_by_the_nurse(cast, owing, due_in=5), owing.case
    assert not seen_in(40, cast.police, case, monkeypatch), "who owes nothing sees it until the next review"
    assert seen_in(40, cast.health, case, monkeypatch)
    done = actions.complete(action=owed, outcome="Seen", effect="She feels heard.", by=cast.health)
    verification.confirm(action=done, by=cast.manager)
    assert seen_in(20, cast.health, case, monkeypatch), "until the next review, as everybody"
    assert not seen_in(40, cast.health, case, monkeypatch)


def test_sight_passes_to_whom_the_action_is_handed(
    cast: Cast, owing: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed, case = owed_by_the_nurse(cast, owing, due_in=5), owing.case
    actions.reassign(
        action=owed,
        agency=cast.agency("police"),
        owner=cast.police,
        reason="Theirs after all",
        by=cast.manager,
    )
    assert seen_in(60, cast.police, case, monkeypatch)
    assert not seen_in(60, cast.health, case, monkeypatch)


def test_a_closed_case_stays_in_sight_of_whoever_still_owes_an_action(
    cast: Cast, owing: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = owing.case
    owed_by_the_nurse(cast, owing, due_in=5)
    Case.objects.filter(pk=case.pk).update(status="closed")
    case.refresh_from_db()
    assert seen_in(40, cast.health, case, monkeypatch)
    assert not seen_in(40, cast.police, case, monkeypatch)


def test_the_page_counts_what_is_carried_and_what_is_new_by_agency(cast: Cast, ended: Meeting) -> None:
    """Silent agencies, unmarked seats and actions without a measure are reminders; it ends all the same."""
    meeting = write_all(cast, start_meeting(cast, Case.objects.get(pk=ended.case_id)), agree=False)
    PlanAction.objects.filter(meeting=meeting).update(measure_of_success="")
    meeting.invitations.filter(agency=cast.agency("police")).update(came_as="")
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/end/"
    page = unescape(client.get(url).content.decode())
    assert "Actions: 1 carried, 1 new" in page
    assert "Not discussed (" in page
    for words in (
        "Attendance: 1 seat is not marked.",
        "No word on the decision yet from",
        "1 action without how",
    ):
        assert words in page
    assert client.post(url, {"no_quorum_reason": "They sent a report."}).status_code == 302
    ended = Meeting.objects.get(pk=meeting.pk)
    assert ended.state == MeetingState.ENDED
    assert ended.actions.count() == 2
