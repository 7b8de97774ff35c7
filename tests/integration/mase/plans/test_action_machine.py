"""A plan action's life as a state machine: whatever people do, in whatever order, its rules hold."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowed, NotAllowedNow
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import kind_of_next
from mase.meetings.services.reminders import remind
from mase.plans.choices import DONE, ESCALATES, REPORTED, UNFINISHED, ActionState, Escalation, UpdateKind
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.models.querysets import ActionQuerySet
from mase.plans.services import actions, carrying, verification
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case

WORDS = st.sampled_from(["Rang her.", "Seen at school."])
DAYS = st.integers(min_value=-12, max_value=12)
PEOPLE = st.sampled_from(["health", "manager", "practitioner", "outsider"])
CHAIRS = ("manager",)
# Who is named for an action, and at which agency; the police were never asked, and see nothing of the case.
OWNERS = st.sampled_from(
    [("health", "health"), ("health", None), ("csc", "practitioner"), ("csc", None), ("police", "police")]
)


# What people say of an action: the words, what it changed, and a day where one is given.
ACTS: dict[str, Callable[[PlanAction, User, str, str, dt.date | None], object]] = {
    "reports": lambda row, by, words, effect, due: actions.progress(action=row, note="Rang.", by=by),
    "accepts": lambda row, by, words, effect, due: actions.answer(
        action=row, accepted=True, words=words, by=by
    ),
    "declines": lambda row, by, words, effect, due: actions.answer(
        action=row, accepted=False, words=words, by=by
    ),
    "finishes": lambda row, by, words, effect, due: actions.complete(
        action=row, outcome=words, effect=effect, by=by
    ),
    "gives up": lambda row, by, words, effect, due: actions.not_done(action=row, reason=words, by=by),
    "confirms": lambda row, by, words, effect, due: verification.confirm(action=row, by=by),
    "sends back": lambda row, by, words, effect, due: verification.send_back(
        action=row, reason=words, due_on=due, by=by
    ),
    "cancels": lambda row, by, words, effect, due: verification.cancel(action=row, reason=words, by=by),
}
OF_THE_AGENCY = ("accepts", "declines")
OF_THE_CHAIR = ("confirms", "sends back", "cancels")


class LifeOfAPlan(RuleBasedStateMachine):
    """One child's plan, from meeting to meeting: the model is who may act, what needs words, and what is open."""

    cast: Cast
    case: Case

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.meeting: Meeting | None = None

    def teardown(self) -> None:
        """Everything is taken back, as far as it came."""
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def any_action(self, number: int) -> PlanAction | None:
        rows = list(PlanAction.objects.filter(case=self.case).order_by("id"))
        return rows[number % len(rows)] if rows else None

    def owes(self, who: str, row: PlanAction) -> bool:
        """Anyone who works for the agency that owes it."""
        agency = factory.membership(getattr(self.cast, who)).agency
        return agency.pk == PlanAction.objects.get(pk=row.pk).agency_id

    def works_on(self, who: str, row: PlanAction) -> bool:
        """Who chairs, and who owes it."""
        return who in CHAIRS or self.owes(who, row)

    def attempt(self, act: Callable[[], object], *, allowed: bool) -> None:
        """Anyone who may not act is refused; what the state forbids is refused, and nothing is half done."""
        try:
            with transaction.atomic():
                act()
        except NotAllowed:
            assert not allowed
        except NotAllowedNow:
            pass
        else:
            assert allowed

    @initialize(due=DAYS)
    def a_plan_was_agreed_and_a_review_runs(self, due: int) -> None:
        self.a_meeting_begins(agreed=2, due=due)
        self.the_meeting_ends()
        self.a_meeting_begins(agreed=0, due=0)

    @precondition(lambda self: self.meeting is None)
    @rule(agreed=st.integers(min_value=0, max_value=2), due=DAYS)
    def a_meeting_begins(self, agreed: int, due: int) -> None:
        self.case.refresh_from_db()
        self.meeting = factory.running(self.cast, self.case, people=[self.cast.health])
        for _ in range(agreed):
            day = timezone.localdate() + dt.timedelta(days=due)
            factory.agreed(self.cast, self.meeting, due_on=day)

    @precondition(lambda self: self.meeting is not None)
    @rule()
    def the_meeting_ends(self) -> None:
        assert self.meeting is not None
        ended = factory.end(self.cast, self.meeting)
        assert ended.state == MeetingState.ENDED
        left = PlanAction.objects.filter(case=self.case).left_undone().exclude(meeting=ended)
        assert not left.exists()  # nothing undone is in an older plan
        self.meeting = None

    @rule(who=PEOPLE, number=st.integers(0, 9), to=OWNERS)
    def somebody_hands_it_on(self, who: str, number: int, to: tuple[str, str | None]) -> None:
        if row := self.any_action(number):
            by, agency = getattr(self.cast, who), self.cast.agency(to[0])
            owner = getattr(self.cast, to[1]) if to[1] else None
            here = PlanAction.objects.get(pk=row.pk).agency_id == agency.pk
            self.attempt(
                lambda: actions.reassign(action=row, agency=agency, owner=owner, reason="Theirs.", by=by),
                allowed=who in CHAIRS or here and self.works_on(who, row),
            )

    @rule(
        who=PEOPLE, number=st.integers(0, 9), what=st.sampled_from(sorted(ACTS)), words=WORDS, effect=WORDS,
        days=st.none() | DAYS,
    )  # fmt: skip
    def somebody_says_something_of_it(
        self, who: str, number: int, what: str, words: str, effect: str, days: int | None
    ) -> None:
        if row := self.any_action(number):
            due = None if days is None else timezone.localdate() + dt.timedelta(days=days)
            self.attempt(
                lambda: ACTS[what](row, getattr(self.cast, who), words, effect, due),
                allowed=self.owes(who, row)
                if what in OF_THE_AGENCY
                else who in CHAIRS or what not in OF_THE_CHAIR and self.works_on(who, row),
            )

    @precondition(lambda self: self.meeting is not None)
    @rule(who=PEOPLE, number=st.integers(0, 9), days=DAYS)
    def somebody_carries_it_forward(self, who: str, number: int, days: int) -> None:
        meeting, row = self.meeting, self.any_action(number)
        assert meeting is not None
        if row is not None:
            by, due = getattr(self.cast, who), timezone.localdate() + dt.timedelta(days=days)
            self.attempt(
                lambda: carrying.carry_forward(action=row, meeting=meeting, due_on=due, by=by),
                allowed=who in CHAIRS,
            )

    @precondition(lambda self: self.to_carry().exists())
    @rule(number=st.integers(0, 9), how=st.sampled_from(["done", "cancelled", "not done"]))
    def the_chair_carries_one_that_ends_all_the_same(self, number: int, how: str) -> None:
        assert self.meeting is not None
        rows, by, today = list(self.to_carry().order_by("id")), self.cast.manager, timezone.localdate()
        row = rows[number % len(rows)]
        carrying.carry_forward(action=row, meeting=self.meeting, due_on=today, by=by)
        if how == "cancelled":
            verification.cancel(action=row, reason="She moved.", by=by)
        elif how == "done":
            actions.complete(action=row, outcome="Seen.", effect="She is calm.", by=by)
        else:
            actions.not_done(action=row, reason="She moved.", by=by)
            verification.confirm(action=row, by=by)

    def to_carry(self) -> ActionQuerySet:
        """What the chair of the meeting that runs can take along."""
        rows = PlanAction.objects.filter(case=self.case, carried_to=None).issued().unfinished()
        return rows.exclude(meeting=self.meeting) if self.meeting else rows.none()

    @rule()
    def a_morning_comes(self) -> None:
        remind()
        assert remind() == 0

    @invariant()
    def every_action_holds(self) -> None:
        rows = PlanAction.objects.filter(case=self.case)
        for row in rows:
            said = list(ActionUpdate.objects.filter(action=row).order_by("at", "id"))
            self.it_ends_only_with_its_words(row)
            self.its_history_says_what_it_is(row, said)
            self.who_owes_it_and_who_was_told(row)
        assert not rows.unfinished().issued().filter(carried_to__issued_at__isnull=False).exists()

    def it_ends_only_with_its_words(self, row: PlanAction) -> None:
        if row.state in UNFINISHED:
            assert (row.completed_at, row.completed_by, row.outcome) == (None, None, "")
        else:
            assert row.outcome.strip()
            assert row.completed_by is not None
        if row.state in DONE:
            assert row.effect_on_child.strip()
            assert row.done_on is not None
        if row.verified_at:
            assert row.verified_by == self.cast.manager
            assert row.state in (*REPORTED, ActionState.CANCELLED)
        if row.state == ActionState.SUPERSEDED:
            assert row.carried_to.issued_at is not None
        if row.issued_at and row.carried_from:
            assert row.carried_from.state == ActionState.SUPERSEDED, "what has ended goes on in no plan"

    def its_history_says_what_it_is(self, row: PlanAction, said: list[ActionUpdate]) -> None:
        kinds = [each.kind for each in said]
        assert not row.declined or UpdateKind.DECLINED in kinds
        assert not (row.declined and row.answer_by), "who has answered is not asked"
        reported = kinds.count(UpdateKind.FINISHED) - kinds.count(UpdateKind.SENT_BACK)
        given_up = row.state == ActionState.SUPERSEDED and row.outcome.startswith(carrying.NOT_CONFIRMED)
        assert reported == (1 if row.state in REPORTED or given_up else 0)

    def who_owes_it_and_who_was_told(self, row: PlanAction) -> None:
        if row.state in UNFINISHED and row.owner:
            assert gate.can(row.owner, Permission.CASE_VIEW, self.case)
            assert factory.membership(row.owner).agency_id == row.agency_id
        taken = [above for step, above in ESCALATES.items() if step.taken_for(row.due_on) in row.told]
        reached = max(taken, default=Escalation.NONE)
        # (health has no lead here: its late actions are the chair's at once)
        assert row.escalation == (Escalation.CHAIR if reached else Escalation.NONE)


@pytest.mark.long
def test_whatever_people_do_the_rules_of_an_action_hold(cast: Cast) -> None:
    LifeOfAPlan.cast, LifeOfAPlan.case = cast, make_case(cast, category=RiskCategory.MEDIUM)
    assert kind_of_next(LifeOfAPlan.case)
    run_state_machine_as_test(
        LifeOfAPlan,
        settings=settings(
            max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
