"""What was told about an action's day: reminders, and to whom it was taken when it stayed late."""

from django.db import models
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith
from mase.choices import NoticeStep
from mase.models.plan import PlanAction


class ActionNotice(models.Model):
    """One step of one action's clock was taken: so that no morning tells anybody twice, and none is left out.

    `due_on` is the day the action then had: a new day starts its clock anew. `told` is how many people were told;
    none, where a later step had come by the time the clock ran, or nobody was there who may know of the action.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    action = models.ForeignKey(PlanAction, on_delete=models.PROTECT, related_name="notices")
    step = models.CharField(max_length=30, choices=NoticeStep)
    due_on = models.DateField()
    told = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(subject="action_id:mase_planaction.cmog_item_id:mase_cmogitem.person_id|place_id"),
            SeenWith("action", write="see"),
            models.UniqueConstraint(fields=["action", "step", "due_on"], name="actionnotice_once_per_step"),
        ]
