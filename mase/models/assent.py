"""Each agency's word on the category a meeting decides: it agrees, or its dissent stands beside the decision."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith
from mase.models.meeting import MaseMeeting


class Assent(models.Model):
    """An agency that agrees with the decision, or `left_before` it was made. One that does not has a `Dissent`."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="assents")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    left_before = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(fields=["meeting", "agency"], name="assent_once_per_agency"),
        ]
