"""A professional disagreement about a child, from the first word between two people to the board's chair."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cases.models import Case
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import Frozen, SeenWith
from mase.choices import DisagreementState, StageCause
from mase.models.meeting import MaseMeeting
from mase.querysets import DisagreementQuerySet

LAST_STAGE = 5
HEADS_OF_SERVICE = 4


class Disagreement(models.Model):
    """One agency does not agree with another about a child, and says so (Resolution and Escalation Protocol).

    `stage` and `due_on` repeat the newest `DisagreementStage` for lists. It ends with what came of it and what was
    learned, or is withdrawn for a reason; who does not answer loses no argument, the clock takes it further. When the
    last stage had run out, and this was told, stands in `last_told_at`.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disagreements")
    meeting = models.ForeignKey(
        MaseMeeting, null=True, on_delete=models.PROTECT, related_name="disagreements"
    )
    issue = models.CharField(max_length=20)
    about = models.TextField(max_length=4000)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField()
    last_told_at = models.DateTimeField(null=True)
    immediate_safety = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=DisagreementState, default=DisagreementState.OPEN)
    outcome_code = models.CharField(max_length=20, blank=True)
    outcome = models.TextField(max_length=4000, blank=True)
    learning = models.TextField(max_length=4000, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

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


class DisagreementStage(models.Model):
    """A stage as it began: who took it there and why, and the last day by the clock rule named beside it.

    Never changed: a stage ends when the next begins or the disagreement ends. Nobody started what the clock started.
    A child who may not be safe gives the stage that heads of service or the board's chair have already a row more, with
    its day: today.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="stages")
    number = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=10, choices=StageCause)
    reason = models.TextField(max_length=2000, blank=True)
    due_on = models.DateField()
    due_rule = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

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
                condition=Q(cause=StageCause.CLOCK, started_by__isnull=True)
                | ~Q(cause=StageCause.CLOCK) & Q(started_by__isnull=False),
                name="disagreement_stage_by_someone_or_the_clock",
            ),
            models.CheckConstraint(
                condition=~Q(cause__in=[StageCause.ESCALATED, StageCause.SAFETY]) | ~Q(reason=""),
                name="disagreement_stage_says_why",
            ),
        ]


class DisagreementAnswer(models.Model):
    """What somebody of either agency, or the chair, said at a stage. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="answers")
    stage = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=4000)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(),
            SeenWith("disagreement", write="see"),
            Frozen(),
            models.CheckConstraint(condition=~Q(text=""), name="disagreement_answer_says_something"),
        ]
