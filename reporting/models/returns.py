"""The regional return of a quarter."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from cse_portal.row_security import Frozen
from reporting.choices import ReturnState
from reporting.querysets import ReturnQuerySet


class RegionalReturn(models.Model):
    """One per quarter: worked out by a job, checked by an analyst, signed off by somebody else, then frozen.

    `requested_revision` is the set of figures asked for, `revision` the complete set everyone reads; they differ
    while the job runs. Once signed, the database itself refuses a change to this row and to its figures.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    quarter = models.CharField(max_length=10, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReturnState, default=ReturnState.DRAFT)
    requested_revision = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveSmallIntegerField(default=0)
    code_version = models.CharField(max_length=60, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    computed_at = models.DateTimeField(null=True)
    check_note = models.TextField(max_length=4000, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            Watched(),
            Frozen(when="OLD.state = 'signed'"),
            models.CheckConstraint(
                condition=Q(state=ReturnState.DRAFT, checked_at__isnull=True, checked_by__isnull=True)
                | ~Q(state=ReturnState.DRAFT) & Q(checked_at__isnull=False, checked_by__isnull=False),
                name="return_checked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.SIGNED, signed_at__isnull=False, signed_by__isnull=False)
                | ~Q(state=ReturnState.SIGNED) & Q(signed_at__isnull=True, signed_by__isnull=True),
                name="return_signed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True)
                | ~Q(signed_by=F("checked_by"))
                & (Q(prepared_by__isnull=True) | ~Q(signed_by=F("prepared_by"))),
                name="return_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(revision__lte=F("requested_revision")), name="return_revision_was_requested"
            ),
        ]

    def get_absolute_url(self) -> str:
        """The return's own page."""
        return reverse("reporting:return", args=[self.quarter])

    @property
    def period(self) -> Quarter:
        """The quarter this return is about."""
        return Quarter.parse(self.quarter)

    @property
    def label(self) -> str:
        """The quarter as people write it."""
        return self.period.label

    @property
    def is_signed(self) -> bool:
        """Whether its figures are frozen."""
        return self.state == ReturnState.SIGNED

    @property
    def is_computing(self) -> bool:
        """Whether a set of figures has been asked for that is not complete."""
        return self.revision < self.requested_revision
