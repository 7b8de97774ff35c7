"""Ending a meeting: what must be there, what takes effect, who is not marked, and how long sight lasts."""

import datetime as dt
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
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
from mase.meetings.choices import AttendanceCode, Audience, MeetingState
from mase.meetings.errors import (
    AgenciesSilent,
    MeasureReasonMissing,
    MeetingNotEditable,
    QuorumReasonMissing,
    SeatsNotMarked,
)
from mase.meetings.models.meeting import Attendance, Invitation, Meeting
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services import attendance, ending
from mase.meetings.services.attendance import Came
from mase.minutes.models import Minutes
from mase.minutes.presenters.minutes import document, facts
from mase.minutes.selectors.minutes import draft_record
from mase.plans.models.plan import PlanAction
from mase.plans.services import actions, verification
from mase.tasks import remind_of_actions
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import bring, end_meeting, make_meeting, start_meeting, write_all

pytestmark = pytest.mark.django_db


def test_ending_confirms_issues_dates_and_asks_for_minutes(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    meeting = end_meeting(cast, case)
    case.refresh_from_db()
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


def test_without_a_quorum_the_chair_says_why(cast: Cast) -> None:
    meeting = write_all(cast, start_meeting(cast, make_case(cast)))
    seat = meeting.invitations.get(agency=cast.agency("police"))
    away = {seat.pk: attendance.Came(AttendanceCode.APOLOGIES)}
    attendance.record_attendance(meeting=meeting, answers=away, by=cast.manager)
    with pytest.raises(QuorumReasonMissing):
        ending.end(meeting=meeting, by=cast.manager)
    ended = ending.end(meeting=meeting, by=cast.manager, no_quorum_reason="The police sent a full report.")
    assert ended.no_quorum_reason == "The police sent a full report."


def test_actions_nobody_can_measure_are_issued_only_for_a_reason_on_record(cast: Cast) -> None:
    meeting = write_all(cast, start_meeting(cast, make_case(cast)))
    PlanAction.objects.filter(meeting=meeting).update(measure_of_success="")
    with pytest.raises(MeasureReasonMissing):
        ending.end(meeting=meeting, by=cast.manager)
    client, page = Client(), reverse("mase:end", args=[meeting.pk])
    client.force_login(cast.manager)
    assert "Complete the actions, or say why" in client.post(page, {}).content.decode()
    client.post(page, {"no_measure_reason": "The school says on Friday."})
    ended = Meeting.objects.get(pk=meeting.pk)
    assert (ended.state, ended.no_measure_reason) == (MeetingState.ENDED, "The school says on Friday.")
    assert "The school says on Friday." in dict(facts(ended)).values()


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
    with pytest.raises(MeetingNotEditable):
        bring(meeting, cast.agency("health"), cast.health, new="Later")


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


def owed_by_the_nurse(cast: Cast, case: Case, *, due_in: int) -> PlanAction:
    """A meeting that the nurse and the police were asked to, ended with an action that is the nurse's."""
    meeting = write_all(
        cast, start_meeting(cast, case, agencies=[cast.agency("police")], people=[cast.health]),
        owner=cast.practitioner,
    )  # fmt: skip
    factory.agreed(cast, meeting, due_on=timezone.localdate() + dt.timedelta(days=due_in))
    ending.end(meeting=Meeting.objects.get(pk=meeting.pk), by=cast.manager)
    return PlanAction.objects.get(owner=cast.health)


@pytest.mark.parametrize(("due_in", "days"), [(80, 95), (5, 60)])
def test_whoever_owes_an_action_sees_the_case_until_it_is_finished(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, due_in: int, days: int
) -> None:
    case = make_case(cast)
    owed = owed_by_the_nurse(cast, case, due_in=due_in)
    assert seen_in(days, cast.health, case, monkeypatch)
    told = Notification.objects.filter(user=cast.health, text__contains="of yours.")
    late = days > due_in + 3
    assert told.filter(text__startswith="Overdue").exists() is late
    actions.complete(action=owed, outcome="Seen", effect="She feels heard.", by=cast.health)
    assert gate.can(cast.health, Permission.CASE_VIEW, case), "the chair may send it back"


def test_sight_ends_with_the_action(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(cast)
    owed = owed_by_the_nurse(cast, case, due_in=5)
    assert not seen_in(40, cast.police, case, monkeypatch), "who owes nothing sees it until the next review"
    assert seen_in(40, cast.health, case, monkeypatch)
    done = actions.complete(action=owed, outcome="Seen", effect="She feels heard.", by=cast.health)
    verification.confirm(action=done, by=cast.manager)
    assert seen_in(20, cast.health, case, monkeypatch), "until the next review, as everybody"
    assert not seen_in(40, cast.health, case, monkeypatch)


def test_sight_passes_to_whom_the_action_is_handed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(cast)
    owed = owed_by_the_nurse(cast, case, due_in=5)
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
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(cast)
    owed_by_the_nurse(cast, case, due_in=5)
    Case.objects.filter(pk=case.pk).update(status="closed")
    case.refresh_from_db()
    assert seen_in(40, cast.health, case, monkeypatch)
    assert not seen_in(40, cast.police, case, monkeypatch)


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, category=RiskCategory.HIGH)


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast, case: Case) -> Meeting:
    """Everything is written; nobody has marked whether the police came, and nothing is recorded of them."""
    cast = shared_cast
    row = write_all(cast, start_meeting(cast, case))
    Attendance.objects.filter(invitation=police_seat(cast, row)).delete()
    row.assents.filter(agency=cast.agency("police")).delete()
    return Meeting.objects.get(pk=row.pk)


def police_seat(cast: Cast, meeting: Meeting) -> Invitation:
    return meeting.invitations.select_related("agency", "person").get(agency=cast.agency("police"))


def attendance_in_minutes(meeting: Meeting) -> dict[str, str]:
    found = document(draft_record(meeting, Audience.FULL))
    return {each.agency: each.attendance for each in found.people}


def test_the_meeting_does_not_end_past_them(cast: Cast, meeting: Meeting) -> None:
    name = name_of(police_seat(cast, meeting))
    with pytest.raises(SeatsNotMarked, match=name):
        ending.end(meeting=meeting, by=cast.manager, no_quorum_reason="They sent a report.")
    assert Meeting.objects.get(pk=meeting.pk).is_running


def test_whoever_came_is_asked_what_they_say(cast: Cast, meeting: Meeting) -> None:
    seat, police = police_seat(cast, meeting), cast.agency("police")
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/end/"
    page = unescape(client.get(url).content.decode())
    assert "Some who were asked are not marked" in page
    assert f"{name_of(seat)}: did they come?" in page
    refused = unescape(client.post(url, {"no_quorum_reason": "They sent a report."}).content.decode())
    assert f"Say whether {name_of(seat)} came, or that it is not known" in refused
    came = {f"came_{seat.pk.hex}": "Y"}
    asked = unescape(client.post(url, came).content.decode())
    assert f"Say whether {police.name} agrees" in asked
    assert "Why could the meeting go ahead without them?" not in asked, "they were there, so it was quorate"
    with pytest.raises(AgenciesSilent):
        ending.end(meeting=meeting, by=cast.manager, came={seat.pk: Came(AttendanceCode.ATTENDED)})
    against = {f"word_{police.pk.hex}": "dissents", f"why_{police.pk.hex}": "The car was seen on Monday."}
    assert client.post(url, {**came, **against}).status_code == 302
    ended = Meeting.objects.get(pk=meeting.pk)
    assert [each.agency for each in ended.dissents.all()] == [police]
    assert attendance_in_minutes(ended)[police.short_name].startswith("Attended")


def test_of_whom_nobody_knows_it_says_so_and_nothing_is_made_up(cast: Cast, meeting: Meeting) -> None:
    seat, client = police_seat(cast, meeting), signed_in(cast, "manager")
    answers = {f"came_{seat.pk.hex}": "?", "no_quorum_reason": "They sent a report."}
    assert client.post(f"/meetings/{meeting.pk}/end/", answers).status_code == 302
    ended = Meeting.objects.get(pk=meeting.pk)
    assert attendance_in_minutes(ended)[cast.agency("police").short_name] == "Not recorded"
