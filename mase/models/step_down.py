"""The points a meeting goes through before a child's category falls or the work ends."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.choices import Section
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith
from mase.models.meeting import MaseMeeting


class StepDownPoint(models.Model):
    """One point of the step-down checklist, by its reference code: met, or not met and why the meeting goes on.

    Where the record speaks against what is said to be met, `why` says why it is all the same.

    The answer to a point that the reference data marks as restricted is for professionals only.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="step_down_points")
    code = models.CharField(max_length=40)
    met = models.BooleanField()
    restricted = models.BooleanField(default=False)
    why = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            Watched(),
            SeenWith("meeting", sections=[(Section.MINUTES, "{row}.restricted")], write="see"),
            models.UniqueConstraint(fields=["meeting", "code"], name="step_down_point_once"),
            models.CheckConstraint(
                condition=Q(met=True) | ~Q(why=""), name="step_down_point_not_met_says_why"
            ),
        ]

    @property
    def in_words(self) -> str:
        """The answer and, where there is one, why."""
        return f"{'met' if self.met else 'not met'}{f'. {self.why}' if self.why else ''}"
