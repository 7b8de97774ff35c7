"""How long records are kept: what holds them, and how two people dispose of one."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.choices import RecordKind
from cse_portal.row_security import SeenBy


class HoldScope(TextChoices):
    """What a legal hold covers."""

    ALL = "all", "All records of child sexual abuse and exploitation"
    CASE = "case", "Every child’s case"
    CONCERN = "concern", "Every concern that led to no case"
    SUBMISSION = "submission", "All intelligence linked to no child"
    PERSON = "person", "Every person of concern who was not charged or convicted"
    RECORD = "record", "One record"


class DisposalState(TextChoices):
    """How far a disposal is."""

    PROPOSED = "proposed", "Waits for a second person"
    APPROVED = "approved", "Approved, can be stopped"
    STOPPED = "stopped", "Stopped"
    DONE = "done", "Disposed of"


class LegalHoldQuerySet(models.QuerySet[Any]):
    """Legal holds, by whether they hold."""

    def in_force(self) -> "LegalHoldQuerySet":
        """Those that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)


# Of a record that its reader is excluded from, not even the reference.
RETENTION = """((SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE')))
    AND ({row}.record_id IS NULL OR {row}.record_id <> ALL ((SELECT gate.excluded())::uuid[]))"""


class LegalHold(Keyed):
    """Keeps one record, or a whole class, past its day: on whose authority, why, and when to ask again.

    Nobody by name set the hold that the portal is delivered with.
    """

    scope = models.CharField(max_length=12, choices=HoldScope)
    record_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=20, blank=True)
    authority = models.CharField(max_length=150)
    reason = models.CharField(max_length=500)
    review_on = models.DateField()
    set_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.CharField(max_length=500, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-set_at"]
        indexes = [models.Index(fields=["record_id"])]
        constraints = [
            Watched(subject="record_id"),
            SeenBy(RETENTION),
            models.CheckConstraint(
                condition=Q(scope=HoldScope.RECORD, record_id__isnull=False) & ~Q(reference="")
                | ~Q(scope=HoldScope.RECORD) & Q(record_id__isnull=True, reference=""),
                name="hold_on_a_record_or_a_class",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_why="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_why=""),
                name="hold_lifted_by_someone_with_reason",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(authority=""), name="hold_says_why"),
        ]

    @property
    def covers(self) -> str:
        """The record's reference, or the class, in words."""
        return self.reference or str(HoldScope(self.scope).label)

    @property
    def is_late(self) -> bool:
        """Whether the day has passed on which to ask if it is still needed."""
        return self.lifted_at is None and self.review_on < timezone.localdate()


class Disposal(Keyed):
    """The end of one record: proposed by one person, approved by another, done a month later, certified.

    `counts` is how many rows of which table both saw; `done_counts` is what went.
    """

    WINDOW = dt.timedelta(days=30)  # between the second signature and the end, as gate.dispose_of says too

    record = models.CharField(max_length=12, choices=RecordKind)
    record_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    rule = models.CharField(max_length=300)
    due_on = models.DateField()
    counts = models.JSONField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_why = models.CharField(max_length=500, blank=True)
    stopped_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_why = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)
    done_counts = models.JSONField(default=dict)
    files = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            Watched(),
            SeenBy(RETENTION),
            models.UniqueConstraint(
                fields=["record_id"],
                condition=Q(stopped_at=None, done_at=None),
                name="disposal_one_under_way",
            ),
            models.CheckConstraint(condition=~Q(approved_by=F("proposed_by")), name="disposal_second_person"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="disposal_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(approved_by__isnull=False, stopped_at__isnull=True),
                name="disposal_done_by_two",
            ),
        ]

    @property
    def state(self) -> DisposalState:
        """How far it is."""
        if self.done_at:
            return DisposalState.DONE
        if self.stopped_at:
            return DisposalState.STOPPED
        return DisposalState.APPROVED if self.approved_at else DisposalState.PROPOSED

    @property
    def goes_at(self) -> dt.datetime | None:
        """From when on the record is deleted."""
        return self.approved_at and self.approved_at + self.WINDOW

    @property
    def is_under_way(self) -> bool:
        """Proposed or approved: it can still be stopped."""
        return self.state in (DisposalState.PROPOSED, DisposalState.APPROVED)
