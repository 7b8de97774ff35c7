"""A professional disagreement about a child, stage by stage."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import among
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.selectors import label
from cse_portal.row_security import Frozen, SeenWith
from mase.meetings.models.querysets import opens


class EntryKind(TextChoices):
    """What was done: it came to a stage, somebody answered, or it ended."""

    RAISED = "raised", "Raised"
    ESCALATED = "escalated", "Taken further"
    SAFETY = "safety", "Called the same day, for a child’s safety"
    ANSWERED = "answered", "Answered"
    RESOLVED = "resolved", "Resolved"
    WITHDRAWN = "withdrawn", "Withdrawn"


BEGINS_STAGE = (EntryKind.RAISED, EntryKind.ESCALATED, EntryKind.SAFETY)


class DisagreementQuerySet(models.QuerySet[Any]):
    """Professional disagreements, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisagreementQuerySet":
        """Those about the cases this person may see. DISAGREEMENT_VIEW is defined as being in here."""
        if not opens(user, Permission.DISAGREEMENT_VIEW):
            return self.none()
        return self.filter(among("case", Case.objects.visible_to(user).values("pk")))

    def open(self) -> "DisagreementQuerySet":
        """Neither resolved nor withdrawn, the soonest due first."""
        return self.filter(ended_at=None).order_by("due_on", "id")

    def run_out(self) -> "DisagreementQuerySet":
        """Open after the day of their stage."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def with_context(self) -> "DisagreementQuerySet":
        """Everything a list row and the identity bar show."""
        return self.select_related(
            "case__child", "case__lead_agency", "case__lead_professional", "agency", "against"
        )


LAST_STAGE = 5
HEADS_OF_SERVICE = 4


def stage_words(number: int, on: dt.date | None = None) -> str:
    """Stage 2: line managers."""
    return f"Stage {number}: {label('escalation-stage', str(number), on).lower()}"


class Disagreement(Keyed):
    """One agency does not agree with another about a child, and says so (Resolution and Escalation Protocol).

    `stage` and `due_on` repeat the newest stage of `entries` for lists. It ends with what came of it and what was
    learned, or is withdrawn for a reason, without an `outcome_code`. A person takes it to the next stage;
    `last_told_at` is when the portal told that the time of its stage is over.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disagreements")
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
    outcome_code = models.CharField(max_length=20, blank=True)
    outcome = models.TextField(max_length=4000, blank=True)
    learning = models.TextField(max_length=4000, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = DisagreementQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at"]
        indexes = [models.Index(fields=["due_on"], name="disagreement_open", condition=Q(ended_at=None))]
        constraints = [
            Watched(),
            SeenWith(write="see"),
            models.CheckConstraint(condition=~Q(agency=F("against")), name="disagreement_of_two_agencies"),
            models.CheckConstraint(
                condition=Q(stage__gte=1, stage__lte=LAST_STAGE), name="disagreement_stage"
            ),
            models.CheckConstraint(condition=~Q(about=""), name="disagreement_says_what_about"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, outcome_code="")
                | Q(ended_at__isnull=False, ended_by__isnull=False)
                & ~Q(outcome="")
                & (Q(outcome_code="") | ~Q(learning="")),
                name="disagreement_ended_with_outcome",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Neither resolved nor withdrawn."""
        return self.ended_at is None

    @property
    def is_overdue(self) -> bool:
        """Open after the day of its stage."""
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def issue_words(self) -> str:
        """What it is about, in the words of its day."""
        return label("escalation-issue", self.issue, self.raised_at.date())

    @property
    def outcome_words(self) -> str:
        """How it was resolved; nothing while it is open, or where it was withdrawn."""
        return (
            label("escalation-outcome", self.outcome_code, self.ended_at.date())
            if self.outcome_code and self.ended_at
            else ""
        )

    @property
    def sides(self) -> str:
        """Health with CSC."""
        return f"{self.agency.short_name} with {self.against.short_name}"

    @property
    def stage_words(self) -> str:
        """Stage 2: line managers."""
        return stage_words(self.stage, self.raised_at.date())


class DisagreementEntry(Keyed):
    """One line of its history: how it came to a stage and until when, what somebody answered, how it ended.

    Never changed. A child who may not be safe gives the stage that heads of service or the board's chair have already
    a line more, with its day: today. `called` names the people who were told of it by their place in an agency or on
    the board; `due_rule` is the clock rule that gave the day.
    """

    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    stage = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=4000)
    called = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    due_rule = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        verbose_name_plural = "disagreement entries"
        constraints = [
            Watched(),
            SeenWith("disagreement", write="see"),
            Frozen(),
            models.UniqueConstraint(
                fields=["disagreement", "stage"],
                condition=Q(kind__in=[EntryKind.RAISED, EntryKind.ESCALATED]),
                name="disagreement_stage_once",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="disagreement_entry_says_something"),
            models.CheckConstraint(
                condition=~Q(kind__in=BEGINS_STAGE) | Q(due_on__isnull=False),
                name="disagreement_stage_has_day",
            ),
        ]

    @property
    def stage_words(self) -> str:
        """Stage 2: line managers."""
        return stage_words(self.stage, self.at.date())
