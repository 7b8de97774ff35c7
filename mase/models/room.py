"""What is shown to a room: the restricted part on a screen that somebody there may not read is a deliberate act."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith
from mase.models.meeting import MaseMeeting


class Reveal(models.Model):
    """The chair showed the restricted part to a room in which not everybody may read it, and why.

    It holds for the seats that were taken at that moment: whoever comes in later ends it.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="reveals")
    reason = models.CharField(max_length=500)
    seats = ArrayField(models.UUIDField())
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.CheckConstraint(condition=~Q(reason=""), name="reveal_says_why"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(ended_at__isnull=True), name="reveal_one_at_a_time"
            ),
        ]
