"""The clock of the nurse's action: reminders before, on and after its day; then its agency's lead, then the chair."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.accounts import services as accounts
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from cse_portal.reference.working_days import LONDON, add_working_days
from mase.meetings.services import sight
from mase.plans.choices import Escalation, NoticeStep
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import (
    ALL,
    ESCALATED,
    WITHOUT_OWNER,
    action_list,
    escalated_to,
)
from mase.plans.services import actions, rows, verification
from mase.tasks import remind_of_actions
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import LAWFUL_BASIS, make_case, share_with
from tests.factories.meetings import colleague

OF_ITS_DAY = [step for step in NoticeStep if step is not NoticeStep.UNANSWERED]


@pytest.fixture(scope="module")
def action(shared_cast: Cast) -> PlanAction:
    row = factory.issued(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM))
    Notification.objects.all().delete()
    return row


def due_in(action: PlanAction, days: int) -> None:
    PlanAction.objects.filter(pk=action.pk).update(due_on=timezone.localdate() + dt.timedelta(days=days))


def told(person: User) -> list[str]:
    return list(
        Notification.objects.filter(user=person).order_by("created_at").values_list("text", flat=True)
    )


def steps(action: PlanAction) -> list[str]:
    return [key.split()[0] for key in PlanAction.objects.get(pk=action.pk).told]


def test_day_by_day_each_step_is_taken_once(
    cast: Cast, action: PlanAction, health_lead: User, time_machine: time_machine.TimeMachineFixture
) -> None:
    start = timezone.now()
    due_in(action, 5)
    for day in range(24):
        time_machine.move_to(start + dt.timedelta(days=day))
        remind_of_actions()
        remind_of_actions()
    assert told(cast.health) == [
        "Due soon: 1 action of yours.", "Due today: 1 action of yours.", "Overdue: 1 action of yours.",
    ]  # fmt: skip
    assert told(health_lead) == ["Overdue and escalated to you: 1 action of your agency."] * 2
    assert told(cast.manager) == ["Overdue and escalated to you: 1 action of a plan you chair."]
    assert steps(action) == [step.value for step in OF_ITS_DAY]
    assert {each.url for each in Notification.objects.filter(user=health_lead)} == {"/actions/people/"}
    for text, url in Notification.objects.exclude(user=health_lead).values_list("text", "url"):
        assert url == f"/actions/{action.pk}/"
        assert action.case.child.given_name not in text
        assert action.case.reference not in text
    assert PlanAction.objects.get(pk=action.pk).escalation == Escalation.CHAIR


def test_missed_days_are_caught_up_and_nobody_is_told_twice(
    cast: Cast, action: PlanAction, health_lead: User
) -> None:
    due_in(action, -30)
    assert remind_of_actions() == len(OF_ITS_DAY)
    assert told(cast.health) == ["Overdue: 1 action of yours."]
    assert len(told(health_lead)) == len(told(cast.manager)) == 1
    assert remind_of_actions() == 0
    event = AuditEvent.objects.filter(action=Action.ACTIONS_REMINDED).get()
    assert (event.actor, event.detail) == (None, {"actions": 1, "steps": len(OF_ITS_DAY)})
    assert steps(action) == [step.value for step in OF_ITS_DAY]


def test_an_action_that_is_not_answered_is_told_to_the_agencys_manager_once(
    cast: Cast, health_lead: User, time_machine: time_machine.TimeMachineFixture
) -> None:
    """To the chair where the agency has nobody who answers for its people."""
    day = add_working_days(timezone.localdate(), 3)
    last = add_working_days(day, 2)
    afternoon = dt.datetime.combine(day, dt.time(16, 30), LONDON)
    time_machine.move_to(afternoon, tick=False)
    case = make_case(cast, category=RiskCategory.MEDIUM)
    meeting = factory.running(cast, case, agencies=[cast.agency("health")])
    action = factory.agreed(cast, meeting, agency=cast.agency("health"), owner=None)
    factory.end(cast, meeting)
    words = "Neither accepted nor declined in time: 1 action of "
    for has_lead in (True, False):
        time_machine.move_to(afternoon, tick=False)
        with transaction.atomic():
            if not has_lead:
                accounts.end_membership(membership=factory.membership(health_lead), on=timezone.localdate())
            Notification.objects.all().delete()
            for today, is_late in ((last, False), (last + dt.timedelta(days=1), True)):
                time_machine.move_to(dt.datetime.combine(today, dt.time(9), LONDON), tick=False)
                row = PlanAction.objects.select_related("agency", "owner", "case").get(pk=action.pk)
                assert row.answer_by == last
                listed = action_list(cast.manager, whose=ALL, show=WITHOUT_OWNER)
                assert listed.filter(pk=action.pk).exists() is is_late
                remind_of_actions()
                remind_of_actions()
            assert told(health_lead) == ([words + "your agency."] if has_lead else [])
            assert told(cast.manager) == ([] if has_lead else [words + "a plan you chair."])
            assert not has_lead or Notification.objects.get(user=health_lead).url == "/actions/people/"
            transaction.set_rollback(True)


def test_the_escalation_is_in_the_lists_until_it_is_done(
    cast: Cast, action: PlanAction, health_lead: User
) -> None:
    due_in(action, -8)
    remind_of_actions()
    row = PlanAction.objects.get(pk=action.pk)
    assert (row.escalation, row.is_escalated) == (Escalation.AGENCY, True)
    assert escalated_to(row) == [health_lead]
    assert escalated_to(PlanAction(agency=row.agency, meeting=row.meeting, escalation=Escalation.CHAIR)) == [
        health_lead, cast.manager,
    ]  # fmt: skip
    assert list(action_list(cast.manager, whose=ALL, show=ESCALATED)) == [action]
    with context.request():
        actions.complete(action=action, outcome="Seen", effect="She feels heard.", by=cast.health)
    assert not action_list(cast.manager, whose=ALL, show=ESCALATED).exists()
    due = timezone.localdate() + dt.timedelta(days=2)
    verification.send_back(action=action, reason="Once more", due_on=due, by=cast.manager)
    Notification.objects.all().delete()
    remind_of_actions()
    assert told(cast.health) == ["Due soon: 1 action of yours."]


def test_an_agency_without_a_lead_is_the_chairs_at_once(cast: Cast, action: PlanAction) -> None:
    due_in(action, -8)
    remind_of_actions()
    assert told(cast.manager) == ["Overdue and escalated to you: 1 action of a plan you chair."]
    assert PlanAction.objects.get(pk=action.pk).escalation == Escalation.CHAIR


@pytest.mark.parametrize("why", ["shut out", "restricted"])
def test_a_lead_who_may_not_know_of_the_case_is_told_nothing_and_the_chair_is(
    cast: Cast, action: PlanAction, health_lead: User, why: str
) -> None:
    case = action.case
    assert case is not None
    if why == "shut out":
        exclusions.exclude(case=case, user=health_lead, reason="Knows the family", by=cast.privacy)
    else:
        access.restrict(
            case=case, reason_code="WITNESS_PROTECTION", people=[cast.health], lawful_basis=LAWFUL_BASIS,
            by=cast.manager,
        )  # fmt: skip
    Notification.objects.all().delete()
    due_in(action, -8)
    remind_of_actions()
    assert told(health_lead) == []
    assert told(cast.manager) == ["Overdue and escalated to you: 1 action of a plan you chair."]


def test_what_a_case_leaves_to_do_when_it_closes_is_reminded_of_until_it_is_withdrawn(
    cast: Cast, action: PlanAction, health_lead: User
) -> None:
    Case.objects.filter(pk=action.case_id).update(status="closed")
    sight.settle()
    due_in(action, -8)
    remind_of_actions()
    assert told(cast.health) == ["Overdue: 1 action of yours."]
    assert told(health_lead) == ["Overdue and escalated to you: 1 action of your agency."]
    verification.cancel(action=action, reason="She moved to another town.", by=cast.manager)
    due_in(action, -30)
    assert remind_of_actions() == 0


def test_what_is_over_is_nobodys_concern(cast: Cast, action: PlanAction, health_lead: User) -> None:
    actions.not_done(action=action, reason="She moved.", by=cast.health)
    Notification.objects.all().delete()
    PlanAction.objects.filter(pk=action.pk).update(due_on=timezone.localdate() - dt.timedelta(days=30))
    assert remind_of_actions() == 0
    assert not Notification.objects.exists()


def test_an_owner_who_left_is_not_told_and_colleagues_who_see_the_case_are(
    cast: Cast, action: PlanAction
) -> None:
    other = colleague(cast.agency("health"), "Nadia Osei")
    accounts.end_membership(membership=factory.membership(cast.health), on=timezone.localdate())
    due_in(action, -3)
    remind_of_actions()
    assert told(cast.health) == told(other) == []
    assert list(action_list(cast.manager, whose=ALL, show=WITHOUT_OWNER)) == [action]
    share_with(action.case, other, by=cast.manager)
    Notification.objects.all().delete()
    due_in(action, -4)
    remind_of_actions()
    assert told(other) == ["Overdue: 1 action of your agency that nobody there does yet."]


@pytest.mark.parametrize(("due_in", "answer_in"), [(-3, 0), (0, 0), (30, None)])
def test_no_agency_answers_after_the_actions_own_day(
    action: PlanAction, due_in: int, answer_in: int | None
) -> None:
    action.due_on = timezone.localdate() + dt.timedelta(days=due_in)
    rows.ask(action)
    assert action.answer_by is not None
    assert answer_in is None or action.answer_by == timezone.localdate() + dt.timedelta(days=answer_in)
