"""Ending a meeting: what must be there, what takes effect, and that it happens once."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.choices import DecisionSource, EntryKind, RiskCategory
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotPermitted
from mase.choices import AttendanceCode, MeetingState
from mase.errors import (
    MeetingAlreadyEnded,
    MeetingIncomplete,
    MeetingNotEditable,
    MeetingNotStarted,
    QuorumReasonMissing,
)
from mase.models import MaseMeeting, Minutes
from mase.services import attendance, ending, sections
from mase.services.sections import Edit
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import end_meeting, make_meeting, start_meeting, write_all

pytestmark = pytest.mark.django_db


def test_ending_confirms_issues_dates_and_asks_for_minutes(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    meeting = end_meeting(cast, case)
    case.refresh_from_db()
    assert (meeting.state, meeting.ended_by) == (MeetingState.ENDED, cast.manager)
    assert case.category == RiskCategory.HIGH
    assert case.next_review_on == timezone.localdate() + dt.timedelta(days=28)
    newest = case.category_decisions.order_by("-decided_at").first()
    assert (newest.source, newest.source_id) == (DecisionSource.MEETING, meeting.pk)
    assert meeting.actions.get().issued_at is not None
    assert case.chronology.filter(
        kind=EntryKind.MEETING, source_id=meeting.pk, text__contains="held"
    ).exists()
    assert Minutes.objects.filter(meeting=meeting).exists()


def test_ending_twice_changes_nothing(cast: Cast) -> None:
    case = make_case(cast)
    meeting = end_meeting(cast, case)
    decisions = case.category_decisions.count()
    with pytest.raises(MeetingAlreadyEnded):
        ending.end(meeting=meeting, by=cast.manager)
    assert case.category_decisions.count() == decisions


def test_what_is_missing_keeps_it_open(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    with pytest.raises(MeetingNotStarted):
        ending.end(meeting=meeting, by=cast.manager)
    ending.start(meeting=meeting, by=cast.manager)
    with pytest.raises(MeetingIncomplete):
        ending.end(meeting=meeting, by=cast.manager)
    meeting.refresh_from_db()
    assert meeting.is_running


def test_without_a_quorum_the_chair_says_why(cast: Cast) -> None:
    meeting = write_all(cast, start_meeting(cast, make_case(cast)))
    seat = meeting.invitations.get(agency=cast.agency("police"))
    away = {seat.pk: attendance.Came(AttendanceCode.APOLOGIES)}
    attendance.record_attendance(meeting=meeting, answers=away, by=cast.manager)
    with pytest.raises(QuorumReasonMissing):
        ending.end(meeting=meeting, by=cast.manager)
    ended = ending.end(meeting=meeting, by=cast.manager, no_quorum_reason="The police sent a full report.")
    assert ended.no_quorum_reason == "The police sent a full report."


def test_only_the_chair_starts_and_ends(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    for person in (cast.practitioner, cast.health):
        with pytest.raises(NotPermitted):
            ending.start(meeting=meeting, by=person)
    ending.start(meeting=meeting, by=cast.manager)
    with pytest.raises(NotPermitted):
        ending.end(meeting=meeting, by=cast.practitioner)


def test_an_ended_meeting_is_a_record(cast: Cast) -> None:
    meeting = end_meeting(cast, make_case(cast))
    row = meeting.information.get(agency=cast.agency("health"))
    with pytest.raises(MeetingNotEditable):
        sections.save_information(information=row, text="Later", edit=Edit(1), by=cast.health)


def test_whoever_has_an_action_sees_the_case_until_it_is_due(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(cast)
    meeting = write_all(cast, start_meeting(cast, case))
    due = timezone.localdate() + dt.timedelta(days=80)
    meeting.actions.update(due_on=due)
    ending.end(meeting=MaseMeeting.objects.get(pk=meeting.pk), by=cast.manager)
    for days, seen in ((79, True), (82, False)):
        later = timezone.now() + dt.timedelta(days=days)
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda later=later: later)
            assert gate.can(cast.health, Permission.CASE_VIEW, case) is seen
