"""How long records are kept: what holds them, what keeps them longer, and how two people let one go.

These rows name a record by key and reference, never by a foreign key: a certificate outlives what it certifies.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.reference.choices import RecordKind
from cse_portal.row_security import SeenBy
from reporting.choices import DisposalState, HoldScope
from reporting.querysets import LegalHoldQuerySet

_WENT_FURTHER = ~Q(state=DisposalState.PROPOSED) & ~Q(state=DisposalState.WITHDRAWN)


class LegalHold(models.Model):
    """Nothing that this covers is disposed of, whatever is due: one record, or a whole class of them.

    On whose authority, why, and when somebody asks again whether it is still needed. Nobody by name set the one the
    portal is delivered with.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    scope = models.CharField(max_length=12, choices=HoldScope)
    record_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=20, blank=True)
    authority = models.CharField(max_length=150)
    reason = models.CharField(max_length=500)
    review_on = models.DateField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.CharField(max_length=500, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-set_at"]
        indexes = [models.Index(fields=["record_id"])]
        constraints = [
            Watched(subject="record_id"),
            SeenBy("(SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE'))"),
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
    def holds(self) -> bool:
        """Whether nobody has lifted it."""
        return self.lifted_at is None

    def covers(self, kind: str, record_id: uuid.UUID) -> bool:
        """Whether this record is the one, or of the class."""
        return self.record_id == record_id or self.scope in (HoldScope.ALL, kind)


class KeptLonger(models.Model):
    """A record that is due and is needed for longer: why, and until when. The newest row counts."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    record_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    until = models.DateField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["record_id", "-decided_at"])]
        constraints = [
            Watched(subject="record_id"),
            SeenBy("(SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE'))"),
            models.CheckConstraint(condition=~Q(reason=""), name="kept_longer_says_why"),
        ]


class Disposal(models.Model):
    """One record on its way out: proposed by one person, approved by another, done a month later, certified for good.

    `counts` is what both signed: how many rows of which table. `done_counts` is what went. PostgreSQL lets nobody
    change what was signed, and takes each step from the person who takes it alone.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    state = models.CharField(max_length=10, choices=DisposalState, default=DisposalState.PROPOSED)
    record = models.CharField(max_length=12, choices=RecordKind)
    record_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    record_class = models.CharField(max_length=150)
    rule = models.CharField(max_length=40)
    rule_words = models.CharField(max_length=300)
    ended_on = models.DateField()
    due_on = models.DateField()
    counts = models.JSONField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=500, blank=True)
    goes_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=500, blank=True)
    stopped_why = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    done_counts = models.JSONField(default=dict)
    files_left = ArrayField(models.CharField(max_length=100), default=list)

    class Meta:
        ordering = ["-proposed_at"]
        indexes = [models.Index(fields=["record_id"]), models.Index(fields=["state", "goes_at"])]
        constraints = [
            Watched(),
            SeenBy("(SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE'))"),
            models.UniqueConstraint(
                fields=["record_id"],
                condition=Q(state__in=[DisposalState.PROPOSED, DisposalState.APPROVED]),
                name="disposal_one_under_way",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="disposal_second_person"),
            models.CheckConstraint(
                condition=~_WENT_FURTHER | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="disposal_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DisposalState.APPROVED, DisposalState.DONE])
                | Q(goes_at__isnull=False),
                name="disposal_approved_for_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state=DisposalState.DONE, done_at__isnull=False)
                | ~Q(state=DisposalState.DONE) & Q(done_at__isnull=True),
                name="disposal_done_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state=DisposalState.WITHDRAWN, withdrawn_by__isnull=False) & ~Q(withdrawn_why="")
                | ~Q(state=DisposalState.WITHDRAWN) & Q(withdrawn_by__isnull=True, withdrawn_why=""),
                name="disposal_withdrawn_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"Disposal of {self.reference}"

    @property
    def is_under_way(self) -> bool:
        """Proposed or approved: it can still be withdrawn."""
        return self.state in (DisposalState.PROPOSED, DisposalState.APPROVED)
