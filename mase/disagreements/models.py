"""A professional disagreement about a child, stage by stage."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, IntegerChoices, Q, TextChoices
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import among
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy, SeenWith
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.querysets import opens


class DisagreementState(TextChoices):
    """Where a professional disagreement stands."""

    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"
    WITHDRAWN = "withdrawn", "Withdrawn"


class StageCause(TextChoices):
    """How a disagreement came to a stage."""

    RAISED = "raised", "Raised"
    ESCALATED = "escalated", "Taken further"
    SAFETY = "safety", "Called the same day, for a child’s safety"


class NamedStage(IntegerChoices):
    """The stages of a disagreement for which each agency names somebody of its own."""

    LINE_MANAGERS = 2, "Line managers"
    NAMED_LEADS = 3, "Named or designated leads"
    HEADS_OF_SERVICE = 4, "Heads of service"


class DisagreementQuerySet(models.QuerySet[Any]):
    """Professional disagreements, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisagreementQuerySet":
        """Those about the cases this person may see. DISAGREEMENT_VIEW is defined as being in here."""
        if not opens(user, Permission.DISAGREEMENT_VIEW):
            return self.none()
        return self.filter(among("case", Case.objects.visible_to(user).values("pk")))

    def open(self) -> "DisagreementQuerySet":
        """Neither resolved nor withdrawn, the soonest due first."""
        return self.filter(state=DisagreementState.OPEN).order_by("due_on", "id")

    def run_out(self) -> "DisagreementQuerySet":
        """Open after the day of their stage."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def of_agency(self, agency: Agency) -> "DisagreementQuerySet":
        """Those this agency raised, and those raised with it."""
        return self.filter(models.Q(agency=agency) | models.Q(against=agency))

    def with_context(self) -> "DisagreementQuerySet":
        """Everything a list row and the identity bar show."""
        return self.select_related(
            "case__child", "case__lead_agency", "case__lead_professional", "agency", "against"
        )


class StagePersonQuerySet(models.QuerySet[Any]):
    """Whom agencies name for the stages of a disagreement."""

    def now(self) -> "StagePersonQuerySet":
        """Whose turn it is."""
        return self.filter(ended_at__isnull=True)


class StageCallQuerySet(models.QuerySet[Any]):
    """Who was called to settle a disagreement."""

    def visible_to(self, user: User | AnonymousUser) -> "StageCallQuerySet":
        """One's own, for the agency one takes part for today. People who are shut out of the child's case find none.

        Nor, while the case is restricted, do people who do not see it. PostgreSQL keeps that rule, and is asked for
        this person: they read neither whose case it is, nor from whom it is shut.
        """
        who = user_context(user)
        if who is None:
            return self.none()
        mine = self.filter(person=who.user, agency=who.agency)
        with acting.acting(who.actor):
            open_to = list(mine.values_list("pk", flat=True))
        return mine.filter(pk__in=open_to)


LAST_STAGE = 5
HEADS_OF_SERVICE = 4


class Disagreement(Keyed):
    """One agency does not agree with another about a child, and says so (Resolution and Escalation Protocol).

    `stage` and `due_on` repeat the newest `DisagreementStage` for lists. It ends with what came of it and what was
    learned, or is withdrawn for a reason. A person takes it to the next stage; `last_told_at` is when the portal told
    that the time of its stage is over.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disagreements")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="disagreements")
    issue = models.CharField(max_length=20)
    about = models.TextField(max_length=4000)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField()
    last_told_at = models.DateTimeField(null=True)
    immediate_safety = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=DisagreementState, default=DisagreementState.OPEN)
    outcome_code = models.CharField(max_length=20, blank=True)
    outcome = models.TextField(max_length=4000, blank=True)
    learning = models.TextField(max_length=4000, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = DisagreementQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at"]
        indexes = [models.Index(fields=["state", "due_on"]), models.Index(fields=["case", "state"])]
        constraints = [
            Watched(),
            SeenWith(write="see"),
            models.CheckConstraint(condition=~Q(agency=F("against")), name="disagreement_of_two_agencies"),
            models.CheckConstraint(
                condition=Q(stage__gte=1, stage__lte=LAST_STAGE), name="disagreement_stage"
            ),
            models.CheckConstraint(condition=~Q(about=""), name="disagreement_says_what_about"),
            models.CheckConstraint(
                condition=Q(state=DisagreementState.OPEN, ended_at__isnull=True, ended_by__isnull=True)
                | Q(state=DisagreementState.WITHDRAWN, ended_at__isnull=False, ended_by__isnull=False)
                & ~Q(outcome="")
                | Q(state=DisagreementState.RESOLVED, ended_at__isnull=False, ended_by__isnull=False)
                & ~Q(outcome="")
                & ~Q(outcome_code="")
                & ~Q(learning=""),
                name="disagreement_ended_with_outcome",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Neither resolved nor withdrawn."""
        return self.state == DisagreementState.OPEN

    @property
    def is_overdue(self) -> bool:
        """Open after the day of its stage."""
        return self.is_open and self.due_on < timezone.localdate()


class DisagreementStage(Keyed):
    """A stage as it began: who took it there and why, and the last day by the clock rule named beside it.

    Never changed: a stage ends when the next begins or the disagreement ends.
    A child who may not be safe gives the stage that heads of service or the board's chair have already a row more, with
    its day: today.
    """

    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="stages")
    number = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=10, choices=StageCause)
    reason = models.TextField(max_length=2000, blank=True)
    due_on = models.DateField()
    due_rule = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number", "started_at"]
        constraints = [
            Watched(),
            SeenWith("disagreement", write="see"),
            Frozen(),
            models.UniqueConstraint(
                fields=["disagreement", "number"],
                condition=~Q(cause=StageCause.SAFETY),
                name="disagreement_stage_once",
            ),
            models.CheckConstraint(
                condition=~Q(cause__in=[StageCause.ESCALATED, StageCause.SAFETY]) | ~Q(reason=""),
                name="disagreement_stage_says_why",
            ),
        ]


class DisagreementAnswer(Keyed):
    """What somebody of either agency, or the chair, said at a stage. Never changed."""

    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="answers")
    stage = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=4000)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(),
            SeenWith("disagreement", write="see"),
            Frozen(),
            models.CheckConstraint(condition=~Q(text=""), name="disagreement_answer_says_something"),
        ]


class StagePerson(Keyed):
    """Whom an agency names for a stage: line manager, named or designated lead, head of service.

    The agency's lead says so. Somebody else's turn ends the row; who was named when stays.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField(choices=NamedStage)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = StagePersonQuerySet.as_manager()

    class Meta:
        ordering = ["stage", "named_at"]
        verbose_name_plural = "people of stages"
        constraints = [
            Watched(subject="agency_id"),
            SeenBy(
                "(SELECT gate.user_id()) IS NOT NULL",
                written="{row}.agency_id = (SELECT gate.agency_id())",
            ),
            models.UniqueConstraint(
                fields=["agency", "stage"], condition=Q(ended_at__isnull=True), name="stageperson_one_a_stage"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=NamedStage.values), name="stageperson_of_a_stage_that_is_named"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="stageperson_ended_by_someone",
            ),
        ]


# Seen with the disagreement, and by anyone who is called, who need not see the case.
STAGE_CALL = """COALESCE((SELECT true FROM mase_disagreement d WHERE d.id = {row}.disagreement_id LIMIT 1), false)
    OR {row}.person_id = (SELECT gate.user_id()) AND gate.is_called({row}.disagreement_id)"""


class StageCall(Keyed):
    """That somebody was called to settle a disagreement at a stage, whether or not they see the child's case.

    It opens nothing of the case: only who disagrees with whom, at which stage, until when, and whom to ring. While the
    case is restricted it is there only for anyone who sees that.
    """

    disclosed = False
    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="calls")
    stage = models.PositiveSmallIntegerField()
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = StageCallQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(case="disagreement_id:mase_disagreement.case_id"),
            SeenBy(STAGE_CALL),
            models.UniqueConstraint(
                fields=["disagreement", "stage", "person"], name="stagecall_once_a_person_and_stage"
            ),
        ]
