"""What a meeting agrees: the category, who disagrees, and the plan's actions."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import HarmStatus, RiskCategory, Section
from cases.record.models.case import Case
from cse_portal.access.records import described
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy, SeenWith, granted
from mase.meetings.choices import AgencyWord
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Edited, Meeting
from mase.plans.choices import (
    DONE,
    OVER,
    POLICE_WORK,
    REPORTED,
    UNFINISHED,
    ActionPriority,
    ActionState,
    Escalation,
    PlanP,
    UpdateKind,
)
from mase.plans.models.querysets import ActionQuerySet
from mase.plans.models.safety_map import DangerStatement


class Decision(Edited):
    """The category and harm status a meeting decides, and why. Confirmed on the case when the meeting ends.

    `changed_at` is when either last became another than it was: what the agencies had said until then was of that one.
    Models of exploitation that it names replace those of the case.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="decision")
    category = models.PositiveSmallIntegerField(choices=RiskCategory)
    harm_status = models.CharField(max_length=2, choices=HarmStatus)
    rationale = models.TextField(max_length=8000)
    exploitation_models = models.JSONField(default=list)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.CheckConstraint(condition=~Q(rationale=""), name="decision_says_why"),
        ]


class AgencyView(Keyed):
    """What an agency says to the decision: it agrees, had left before it was made, or does not agree, and why.

    A second reason of the same agency is beside the first: neither writer replaces the other's words. When the
    meeting decides otherwise the words stand, as said of what was decided before: `of_category` and `of_harm`.
    The reason is for professionals, unless its writer ticks that the family may read it.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="views")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=9, choices=AgencyWord)
    reason = models.TextField(max_length=4000, blank=True)
    family_may_read = models.BooleanField(default=False)
    of_category = models.PositiveSmallIntegerField(null=True, choices=RiskCategory)
    of_harm = models.CharField(max_length=2, choices=HarmStatus, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(
                fields=["meeting", "agency"], condition=Q(reason=""), name="agencyview_once_without_reason"
            ),
            models.CheckConstraint(
                condition=Q(word=AgencyWord.DISAGREES) & ~Q(reason="")
                | ~Q(word=AgencyWord.DISAGREES) & Q(reason="", of_category__isnull=True),
                name="agencyview_disagrees_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(of_category__isnull=True, of_harm="")
                | Q(of_category__isnull=False) & ~Q(of_harm=""),
                name="agencyview_of_an_earlier_decision",
            ),
        ]

    @property
    def is_of_current_decision(self) -> bool:
        """Whether it was said of what is decided now, and not of what was decided before that."""
        return self.of_category is None

    @property
    def of_earlier(self) -> str:
        """The earlier decision it was said of, in words; nothing where it is of the one that stands."""
        if self.is_of_current_decision:
            return ""
        return f"{self.get_of_category_display()}. {self.get_of_harm_display()}"


# With its case or its item of a CMOG, and for the agency that does it; a restricted one where that part was given.
PLAN_ACTION = f"""(SELECT gate.opens('ACTION_VIEW')) AND CASE
    WHEN {{row}}.case_id IS NULL THEN {{row}}.agency_id = (SELECT gate.agency_id())
        OR (NOT {{row}}.restricted OR (SELECT gate.opens('CMOG_WRITE'))) AND gate.sees_item({{row}}.item_id)
    ELSE COALESCE((SELECT true FROM cases_case c WHERE c.id = {{row}}.case_id LIMIT 1), false)
        AND (NOT {{row}}.restricted OR {{row}}.agency_id = (SELECT gate.agency_id())
             OR {granted("{row}.case_id", Section.MINUTES)}) END"""


class PlanAction(Keyed):
    """One action of the plan: what, on which P, which agency, who, by when, for which safety goal, and how we shall
    know that it is done.

    Agreed at the child's own meeting, or under an item of a CMOG, and issued when that ends. It leaves open
    only with an outcome, and if done with what that changed for the child; the chair then confirms it, or sends it back
    and it is open again. Unfinished, it comes with the next meeting's plan: `carried_from` is the action it continues.
    Once issued, its agency has until `answer_by` to accept it, which says who does it, or to decline it with a reason.
    A `restricted` one is for professionals only: read by those who have the restricted part, and by who does it. The
    chair changes that afterwards, too. What an agency suggested for professionals is in no copy for the family, nor is
    what a CMOG agreed: `family_may_read`.
    Agreed under a theme, topic or subject of concern it has no `case`, for good: then it is read by who sees that
    item, and by who does it, who need not see the item. Of such a one `effect_on_child` is what it changed.
    `done_on` is the day it was done, `completed_at` the moment somebody said so. `told` has the steps of its clock that
    were taken, each with the day it then had, so that no morning tells anybody twice: a new day starts its clock anew.
    `escalation` repeats the highest about its present day, for lists.
    """

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="plan_actions")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="actions")
    item = models.ForeignKey(AgendaItem, null=True, on_delete=models.CASCADE, related_name="actions")
    p = models.CharField(max_length=10, choices=PlanP)
    text = models.TextField(max_length=4000)
    restricted = models.BooleanField(default=False)
    family_may_read = models.BooleanField(default=True)
    measure_of_success = models.TextField(max_length=1000, blank=True)
    priority = models.CharField(max_length=6, choices=ActionPriority, default=ActionPriority.MEDIUM)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    danger = models.ForeignKey(DangerStatement, null=True, on_delete=models.SET_NULL, related_name="actions")
    state = models.CharField(max_length=12, choices=ActionState, default=ActionState.OPEN)
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    answer_by = models.DateField(null=True)
    declined = models.BooleanField(default=False)
    outcome = models.TextField(max_length=4000, blank=True)
    effect_on_child = models.TextField(max_length=4000, blank=True)
    done_on = models.DateField(null=True)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    told = ArrayField(models.CharField(max_length=41), default=list)
    escalation = models.PositiveSmallIntegerField(choices=Escalation, default=Escalation.NONE)
    carried_from = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="carried_to"
    )
    version = models.PositiveIntegerField(default=1)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["case", "state"]),
            models.Index(fields=["owner", "state", "due_on"]),
            models.Index(fields=["agency", "state", "due_on"]),
            models.Index(fields=["state", "due_on"]),
            models.Index(
                fields=["completed_at"], name="action_waits_for_chair", condition=Q(verified_at__isnull=True)
            ),
        ]
        constraints = [
            Watched(subject="item_id:mase_agendaitem.subject_id"),
            SeenBy(PLAN_ACTION),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, completed_at__isnull=True, completed_by__isnull=True)
                | ~Q(state__in=UNFINISHED)
                & Q(completed_at__isnull=False, completed_by__isnull=False)
                & ~Q(outcome=""),
                name="action_finished_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(meeting__isnull=False, item__isnull=True, case__isnull=False)
                | Q(meeting__isnull=True, item__isnull=False),
                name="action_of_a_mase_or_a_cmog",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DONE) | ~Q(effect_on_child="") & Q(done_on__isnull=False),
                name="action_done_with_effect_on_child",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False, state__in=OVER),
                name="action_verified_by_someone",
            ),
        ]

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("mase:action", args=[self.pk])

    @property
    def goal(self) -> str:
        """The safety goal it serves, in words."""
        return self.danger.goal if self.danger else ""

    @property
    def is_open(self) -> bool:
        """Not finished."""
        return self.state in UNFINISHED

    @property
    def is_accepted(self) -> bool:
        """Issued, and its agency does it."""
        return self.issued_at is not None and self.answer_by is None and not self.declined

    def accept(self) -> None:
        """Its agency does it."""
        self.answer_by, self.declined = None, False

    def finish(
        self,
        outcome: str,
        by: User,
        *,
        effect: str = "",
        done_on: dt.date | None = None,
        confirmed_by: User | None = None,
    ) -> None:
        """It was done on that day, or else it was not; not saved yet."""
        late = done_on is not None and done_on > self.due_on
        done = ActionState.DONE_LATE if late else ActionState.DONE
        self.state = done if done_on else ActionState.NOT_DONE
        self.outcome, self.effect_on_child, self.done_on = outcome, effect, done_on
        self.completed_at, self.completed_by = timezone.now(), by
        if confirmed_by is not None:
            self.verified_at, self.verified_by = self.completed_at, confirmed_by
        self.accept()

    @property
    def is_overdue(self) -> bool:
        """Open after its day."""
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def waits_for_chair(self) -> bool:
        """Reported as final; the chair has not said yet whether it is."""
        return self.state in REPORTED and self.verified_at is None

    @property
    def is_confirmed_alone(self) -> bool:
        """Of a child in category 3: the chair reads its report before they confirm it."""
        return self.case is not None and self.case.category == RiskCategory.HIGH

    @property
    def is_settled(self) -> bool:
        """Ended, and no later plan need go on with it: done, cancelled, or not done with the chair's word."""
        given_up = self.state == ActionState.NOT_DONE and self.verified_at is not None
        return self.state in (*DONE, ActionState.CANCELLED) or given_up

    @property
    def standing(self) -> str:
        """How it stands, in words: what was reported is not settled before the chair has said so."""
        label = ActionState(self.state).label
        if self.is_own_report:
            return f"{label}, confirmed by who reported it"
        return f"Reported {label.lower()}: waits for the chair" if self.waits_for_chair else label

    @property
    def is_own_report(self) -> bool:
        """Confirmed by the one who reported it, as nobody else might chair."""
        return (
            self.state in REPORTED
            and self.verified_at is not None
            and self.verified_by_id == self.completed_by_id
        )

    @property
    def is_escalated(self) -> bool:
        """Late, and more than its owner know."""
        return self.is_open and self.escalation != Escalation.NONE

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Without how far its clock is."""
        return [("Part of the plan", self.get_p_display()), *described(self, without=("p", "escalation"))]

    @property
    def is_police_work(self) -> bool:
        """Whether it is against those who do harm: the police release it to the child or not."""
        return self.p in POLICE_WORK


class ActionUpdate(Keyed):
    """What somebody reported on an issued action: never changed, so the action's history is complete.

    Each says how the action stood before (`was_…`): what was counted at the end of a quarter can be counted again,
    whatever happened to the action since.
    """

    action = models.ForeignKey(PlanAction, on_delete=models.PROTECT, related_name="updates")
    kind = models.CharField(max_length=12, choices=UpdateKind)
    text = models.TextField(max_length=9000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    was_state = models.CharField(max_length=12, choices=ActionState)
    was_due_on = models.DateField()
    was_done_on = models.DateField(null=True)
    was_completed_at = models.DateTimeField(null=True)
    was_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(subject="action_id:mase_planaction.item_id:mase_agendaitem.subject_id"),
            SeenWith("action", write="see"),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(kind__in=[UpdateKind.DECLINED, UpdateKind.SENT_BACK]),
                name="actionupdate_says_why",
            ),
        ]


class StepDownPoint(Keyed):
    """One point of the step-down checklist, by its reference code: met, or not met and why the meeting goes on.

    The answer to a point that the reference data marks as restricted is for professionals only.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="step_down_points")
    code = models.CharField(max_length=40)
    met = models.BooleanField()
    restricted = models.BooleanField(default=False)
    why = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            Watched(),
            SeenWith("meeting", sections=[(Section.MINUTES, "{row}.restricted")], write="see"),
            models.UniqueConstraint(fields=["meeting", "code"], name="step_down_point_once"),
            models.CheckConstraint(
                condition=Q(met=True) | ~Q(why=""), name="step_down_point_not_met_says_why"
            ),
        ]

    @property
    def in_words(self) -> str:
        """The answer and, where there is one, why."""
        return f"{'met' if self.met else 'not met'}{f'. {self.why}' if self.why else ''}"
