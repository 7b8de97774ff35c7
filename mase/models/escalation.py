"""Who answers for an agency at the stages of a disagreement above practitioners, and who was told of one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenBy
from mase.choices import NamedStage
from mase.models.disagreement import Disagreement
from mase.querysets import StageCallQuerySet, StagePersonQuerySet


class StagePerson(models.Model):
    """Whom an agency names for a stage: line manager, named or designated lead, head of service.

    The agency's lead says so. Somebody else's turn ends the row; who was named when stays.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField(choices=NamedStage)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StagePersonQuerySet.as_manager()

    class Meta:
        ordering = ["stage", "named_at"]
        verbose_name_plural = "people of stages"
        constraints = [
            Watched(subject="agency_id"),
            SeenBy("{row}.agency_id = (SELECT gate.agency_id())"),
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


# Seen with the disagreement, and by whoever is called, who need not see the case.
STAGE_CALL = """COALESCE((SELECT true FROM mase_disagreement d WHERE d.id = {row}.disagreement_id LIMIT 1), false)
    OR {row}.person_id = (SELECT gate.user_id()) AND gate.is_called({row}.disagreement_id)"""


class StageCall(models.Model):
    """That somebody was called to settle a disagreement at a stage, whether or not they see the child's case.

    It opens nothing of the case: only who disagrees with whom, at which stage, until when, and whom to ring. While the
    case is restricted it is there only for whoever sees that.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="calls")
    stage = models.PositiveSmallIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
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
