"""Somebody who works here and may be whom intelligence is about."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Conflict
from cases.models.conflicts import DECIDED_BY_SOMEONE
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenBy
from intelligence.models.concern import LocationOfConcern, PersonOfConcern
from intelligence.models.submission import IntelligenceSubmission
from intelligence.querysets import StaffConflictQuerySet


class StaffConflict(Conflict):
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
    objects = StaffConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            Watched(subject="submission_id|person_id|place_id"),
            SeenBy("(SELECT gate.opens('EXCLUSION_DECIDE'))"),
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
                condition=DECIDED_BY_SOMEONE,
                name="staffconflict_decided_by_someone",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("user")), name="staffconflict_second_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} and {self.reference}"

    @property
    def about_id(self) -> uuid.UUID | None:
        """The submission's, person's or place's."""
        return self.submission_id or self.person_id or self.place_id
