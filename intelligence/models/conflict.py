"""Somebody who works here and may be whom intelligence is about."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cases.choices import ConflictBasis, ConflictOutcome
from cse_portal.keys import new_key
from intelligence.models.concern import LocationOfConcern, PersonOfConcern
from intelligence.models.submission import IntelligenceSubmission
from intelligence.querysets import StaffConflictQuerySet


class StaffConflict(models.Model):
    """Shuts them out of what names them, and of every report about it, unless the privacy officer dismisses it.

    Of a submission from when it is sent, of a person or place of concern from when the unit made one of it. The
    reference is the target's, for a privacy officer who does not see the target.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey(
        IntelligenceSubmission, null=True, on_delete=models.PROTECT, related_name="conflicts"
    )
    person = models.ForeignKey(PersonOfConcern, null=True, on_delete=models.PROTECT, related_name="conflicts")
    place = models.ForeignKey(
        LocationOfConcern, null=True, on_delete=models.PROTECT, related_name="conflicts"
    )
    reference = models.CharField(max_length=20)
    basis = models.CharField(max_length=20, choices=ConflictBasis)
    found_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=20, choices=ConflictOutcome, blank=True)
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = StaffConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(submission__isnull=False, person=None, place=None)
                | Q(submission=None, person__isnull=False, place=None)
                | Q(submission=None, person=None, place__isnull=False),
                name="staffconflict_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["user", "submission", "person", "place"],
                name="staffconflict_found_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True)
                | ~Q(outcome="") & Q(decided_by__isnull=False),
                name="staffconflict_decided_by_someone",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("user")), name="staffconflict_second_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} and {self.reference}"
