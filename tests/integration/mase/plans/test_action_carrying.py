"""What a plan leaves undone comes into the next one by itself when that meeting ends."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.chronology.models import ChronologyEntry
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.jobs.models import Notification
from mase.meetings.choices import Audience
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.lists import pack
from mase.meetings.selectors.checks import checklist
from mase.meetings.selectors.record import record_of
from mase.meetings.selectors.reports import pack_record
from mase.meetings.services.ending import adjourn
from mase.minutes.presenters.minutes import document as minutes_of
from mase.minutes.selectors.minutes import draft_record
from mase.plans.choices import ActionState, Escalation, NoticeStep, PlanP, UpdateKind
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.selectors.actions import action_list
from mase.plans.services import actions, carrying, safety_map, verification
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import read_meeting


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, category=RiskCategory.MEDIUM)


def make_late(cast: Cast, case: Case) -> PlanAction:
    """The nurse's action, six days late; its agency's lead has been told."""
    action = factory.issued(cast, case, overdue_by=6, measure_of_success="She knows the clinic.")
    told = [NoticeStep.AGENCY.taken_for(action.due_on)]
    PlanAction.objects.filter(pk=action.pk).update(escalation=Escalation.AGENCY, told=told)
    action.refresh_from_db()
    return action


def review(cast: Cast, case: Case) -> Meeting:
    case.refresh_from_db()
    return factory.running(cast, case, people=[cast.health])


@pytest.fixture(scope="module")
def late(shared_cast: Cast) -> PlanAction:
    """Of the plan before the meeting that goes on."""
    return make_late(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM))


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast, late: PlanAction) -> Meeting:
    """The review of the plan in which the nurse is late goes on."""
    return review(shared_cast, late.case)


def review_after(cast: Cast, case: Case, running: Meeting | None) -> Meeting:
    """The next review, once the one that runs has ended."""
    if running is not None:
        factory.end(cast, running)
    return review(cast, case)


def test_it_comes_by_itself_with_its_owner_and_its_day(
    cast: Cast, late: PlanAction, meeting: Meeting
) -> None:
    Notification.objects.all().delete()
    factory.end(cast, meeting)
    new = PlanAction.objects.get(meeting=meeting)
    assert (new.carried_from, new.text, new.measure_of_success) == (late, late.text, late.measure_of_success)
    assert (new.agency, new.owner, new.due_on) == (late.agency, cast.health, late.due_on)
    assert new.issued_at is not None
    assert (new.is_overdue, new.escalation) == (True, Escalation.AGENCY)
    assert new.told == [NoticeStep.AGENCY.taken_for(new.due_on)]
    old = PlanAction.objects.get(pk=late.pk)
    assert (old.state, old.completed_by) == (ActionState.SUPERSEDED, cast.manager)
    assert ActionUpdate.objects.get(action=old).kind == UpdateKind.CARRIED
    assert list(action_list(cast.health)) == [new]
    # whose action only came along has it already
    assert not Notification.objects.filter(user=cast.health, text__contains="new action").exists()
    entry = ChronologyEntry.objects.filter(source_id=meeting.pk, text__startswith="Plan issued").get()
    assert entry.text.endswith("1 of them comes from earlier plans, not finished yet.")


def test_what_was_finished_cancelled_or_given_a_new_day_is_left_as_it_is(cast: Cast, case: Case) -> None:
    first = factory.running(cast, case, people=[cast.health])
    done, dropped, moved = (factory.agreed(cast, first) for _ in range(3))
    factory.end(cast, first)
    actions.not_done(action=done, reason="She moved.", by=cast.health)
    verification.confirm(action=done, by=cast.manager)
    verification.cancel(action=dropped, reason="Not needed.", by=cast.manager)
    meeting = review(cast, case)
    due = timezone.localdate() + dt.timedelta(days=20)
    new = carrying.carry_forward(action=moved, meeting=meeting, due_on=due, by=cast.manager)
    factory.end(cast, meeting)
    assert list(PlanAction.objects.filter(meeting=meeting)) == [new]
    new.refresh_from_db()
    assert (new.due_on, new.issued_at is not None) == (due, True)


def test_what_a_meeting_that_was_broken_off_took_along_comes_to_the_next_one(cast: Cast, case: Case) -> None:
    """The fire alarm ends the review for good: the action is where it was, and is not left behind for ever."""
    first = factory.running(cast, case, people=[cast.health])
    late, restricted = factory.agreed(cast, first), factory.agreed(cast, first, restricted=True)
    factory.end(cast, first)
    meeting = review(cast, case)
    due = timezone.localdate() + dt.timedelta(days=20)
    for each in (late, restricted):
        carrying.carry_forward(action=each, meeting=meeting, due_on=due, by=cast.manager)
    adjourn(meeting=meeting, reason="The fire alarm went off.", to=None, by=cast.manager)
    again = review(cast, case)
    moved = carrying.carry_forward(action=late, meeting=again, due_on=due, by=cast.manager)
    factory.end(cast, again)
    plan = PlanAction.objects.filter(meeting=again)
    assert {each.carried_from for each in plan} == {late, restricted}
    late.refresh_from_db()
    moved.refresh_from_db()
    assert (late.state, moved.due_on, moved.issued_at is not None) == (ActionState.SUPERSEDED, due, True)


def test_what_was_reported_not_done_comes_too_unless_the_chair_confirmed_it(cast: Cast, case: Case) -> None:
    late = make_late(cast, case)
    actions.not_done(action=late, reason="No staff.", by=cast.health)
    meeting = review(cast, case)
    Notification.objects.all().delete()
    factory.end(cast, meeting)
    new = PlanAction.objects.get(meeting=meeting)
    assert (new.carried_from, new.state, new.owner) == (late, ActionState.OPEN, cast.health)
    assert (new.due_on, new.escalation) == (late.due_on, Escalation.AGENCY)
    old = PlanAction.objects.get(pk=late.pk)
    assert old.state == ActionState.SUPERSEDED
    assert old.outcome.startswith("Reported not done, not confirmed by the chair: No staff.")
    kinds = [each.kind for each in ActionUpdate.objects.filter(action=old)]
    assert kinds == [UpdateKind.FINISHED, UpdateKind.CARRIED]
    assert not PlanAction.objects.filter(case=case).waiting_for_chair().exists()
    (told,) = Notification.objects.filter(user=cast.health, url=f"/actions/{new.pk}/")
    assert told.text == "An action that was reported as not done goes on in the next plan."


def test_what_the_chair_carried_goes_on_where_it_is_reported_as_not_done(
    cast: Cast, late: PlanAction, meeting: Meeting
) -> None:
    due = timezone.localdate() + dt.timedelta(days=20)
    new = carrying.carry_forward(action=late, meeting=meeting, due_on=due, by=cast.manager)
    actions.not_done(action=late, reason="No staff.", by=cast.health)
    factory.end(cast, meeting)
    late.refresh_from_db()
    assert (late.state, list(PlanAction.objects.filter(meeting=meeting))) == (ActionState.SUPERSEDED, [new])


@pytest.mark.parametrize("how", ["done", "cancelled", "not_done"])
def test_what_ends_after_the_chair_carried_it_is_not_issued_once_more(
    cast: Cast, late: PlanAction, meeting: Meeting, how: str
) -> None:
    """The nurse saw her on the morning of the review: nobody tells her that it goes on, and it counts once."""
    due = timezone.localdate() + dt.timedelta(days=20)
    carrying.carry_forward(action=late, meeting=meeting, due_on=due, by=cast.manager)
    if how == "done":
        actions.complete(action=late, outcome="Seen.", effect="She feels heard.", by=cast.health)
    elif how == "cancelled":
        verification.cancel(action=late, reason="Not needed.", by=cast.manager)
    else:
        actions.not_done(action=late, reason="She moved.", by=cast.health)
        verification.confirm(action=late, by=cast.manager)
    Notification.objects.all().delete()
    factory.end(cast, meeting)
    assert not PlanAction.objects.filter(meeting=meeting).exists()
    late.refresh_from_db()
    assert late.state == {"done": "DONE_LATE", "cancelled": "CANCELLED", "not_done": "NOT_DONE"}[how]
    assert not Notification.objects.filter(user=cast.health, text__contains="action").exists()
    assert minutes_of(draft_record(meeting, Audience.PROFESSIONALS))["plan"] == []


def test_the_table_sees_what_waits_for_the_chair_and_what_was_finished(
    cast: Cast, case: Case, client: Client
) -> None:
    first = factory.running(cast, case, people=[cast.health])
    names = ("Seen by the nurse.", "Met at school.", "Rung the hostel.", "Asked the police.")
    done, confirmed, not_done, apart = (
        factory.agreed(cast, first, text=name, restricted=name == "Asked the police.") for name in names
    )
    factory.end(cast, first)
    for each in (done, confirmed, apart):
        actions.complete(
            action=each, outcome=f"{each.text} It went well.", effect="She is calm.", by=cast.health
        )
    actions.not_done(action=not_done, reason="No staff.", by=cast.health)
    verification.confirm(action=confirmed, by=cast.manager)
    meeting = review(cast, case)
    record = record_of(meeting, restricted=False)
    assert (record.outstanding, record.finished) == ([], [confirmed])
    assert {each.pk for each in record.waiting} == {done.pk, not_done.pk}
    point = next(each for each in checklist(record) if each.code == "ACTIONS")
    assert (point.told, point.holds) == ("1 action of earlier plans not finished.", False)
    papers = {
        each["text"]: each["standing"] for each in pack(pack_record(cast.health, meeting))["open_actions"]
    }
    assert papers["Rung the hostel."] == "Reported not done: waits for the chair"
    client.force_login(cast.manager)
    page = read_meeting(client, meeting, "stage=last-actions")
    assert "Reported not done: waits for the chair: No staff." in page
    assert "Reported done: waits for the chair" in page
    assert "Met at school. It went well. She is calm." in page
    assert "Nothing is left from earlier meetings" not in page
    later = review_after(cast, case, meeting)
    assert record_of(later, restricted=False).finished == []
    assert [each.pk for each in record_of(later, restricted=False).waiting] == [done.pk]
    assert [each.text for each in record_of(later, restricted=False).outstanding] == ["Rung the hostel."]


def test_what_is_for_professionals_only_stays_apart_when_it_is_reported(cast: Cast, case: Case) -> None:
    apart = factory.issued(cast, case, restricted=True)
    actions.not_done(action=apart, reason="No staff.", by=cast.health)
    meeting = review(cast, case)
    assert record_of(meeting, restricted=False).waiting == []
    assert record_of(meeting, restricted=True).waiting == [apart]
    factory.end(cast, meeting)
    assert minutes_of(draft_record(meeting, Audience.PROFESSIONALS))["earlier"] == []
    (line,) = minutes_of(draft_record(meeting, Audience.FULL))["earlier"]
    assert "No staff." in line["outcome"]
    assert PlanAction.objects.get(meeting=meeting).restricted


def test_a_goal_goes_on_in_the_next_meetings_map(cast: Cast, case: Case) -> None:
    meeting = factory.running(cast, case, people=[cast.health])
    danger = safety_map.add_danger(
        meeting=meeting, key=case.pk, danger=safety_map.Danger("She is driven away.", "She goes home by bus."),
        by=cast.manager,
    )  # fmt: skip
    factory.agreed(cast, meeting, danger=danger)
    factory.end(cast, meeting)
    second = factory.end(cast, review(cast, case))
    new = PlanAction.objects.get(meeting=second)
    assert new.danger is not None
    assert (new.danger.meeting, new.goal) == (second, "She goes home by bus.")


MANY = 200


def crowd(cast: Cast, meeting: Meeting, number: int = MANY) -> None:
    """The nurse's, on all four Ps, due on one day after another."""
    today = timezone.localdate()
    PlanAction.objects.bulk_create(
        PlanAction(
            case=meeting.case, meeting=meeting, p=PlanP.values[count % 4], text=f"Action {count}.",
            agency=cast.agency("health"), owner=cast.health, due_on=today + dt.timedelta(days=count % 20),
            set_by=cast.manager, measure_of_success="She says that it has happened.",
        )
        for count in range(number)
    )  # fmt: skip


@contextmanager
def at_most(number: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as asked:
        yield
    assert len(asked) <= number, f"{len(asked)} questions"


@pytest.mark.long
def test_a_meeting_with_two_hundred_agreed_and_two_hundred_outstanding(
    client: Client, cast: Cast, case: Case
) -> None:
    first = factory.running(cast, case, people=[cast.health])
    crowd(cast, first)
    factory.end(cast, first)
    case.refresh_from_db()
    meeting = factory.running(cast, case, people=[cast.health])
    client.force_login(cast.manager)
    client.get(f"/meetings/{meeting.pk}/")
    with CaptureQueriesContext(connection) as before:
        client.get(f"/meetings/{meeting.pk}/")
    crowd(cast, meeting)
    with at_most(len(before)):
        page = read_meeting(client, meeting)
    assert page.count("Action 199.") >= 2
    factory.end_later(cast, meeting)
    with at_most(560):
        client.post(f"/meetings/{meeting.pk}/end/", {"no_quorum_reason": "The others sent reports."})
    meeting.refresh_from_db()
    assert meeting.ended_at is not None
    assert PlanAction.objects.filter(meeting=meeting, issued_at__isnull=False).count() == 2 * MANY
    assert PlanAction.objects.filter(case=case).unfinished().count() == 2 * MANY
    with at_most(21):
        listed = client.get("/actions/?whose=all").content.decode()
    assert "400 actions still to do that you may see" in listed
