"""The Signs of Safety map: danger statements, each with one safety goal and a scale, and what is beside them."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.record.choices import Section
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenWith
from mase.meetings.models.meeting import Edited, Invitation, Meeting
from mase.plans.choices import DangerEnd, MapKind


class DangerStatement(Edited):
    """Who is worried that what may happen, in what situation, with what effect; a dispute is written into it.

    The `goal` is what must be seen to be true for the danger to be gone.
    `earlier` is the same statement at the last meeting; that has one in turn, and their scales are shown behind
    this one's. One that has ended is in this meeting's record with the reason, and is carried no further.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="dangers")
    order = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(max_length=4000)
    goal = models.TextField(max_length=4000)
    disputed_by = models.TextField(max_length=2000, blank=True)
    earlier = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="later")
    ended_code = models.CharField(max_length=10, choices=DangerEnd, blank=True)
    ended_reason = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.CheckConstraint(condition=~Q(text=""), name="danger_has_words"),
            models.CheckConstraint(condition=~Q(goal=""), name="danger_has_goal"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_code="", ended_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_code="") & ~Q(ended_reason=""),
                name="danger_ended_because",
            ),
        ]

    @property
    def at_earlier_meetings(self) -> "list[DangerStatement]":
        """The same statement at each meeting before, the last one first."""
        found, row = [], self.earlier
        while row is not None:
            found.append(row)
            row = row.earlier
        return found

    @property
    def is_ended(self) -> bool:
        """Whether the meeting has ended it."""
        return self.ended_at is not None

    @property
    def ended_words(self) -> str:
        """Why it ended; nothing while it goes on."""
        return f"{self.get_ended_code_display()}. {self.ended_reason}" if self.is_ended else ""


class ScaleScore(Keyed):
    """Where a seat places the child's safety, 0 (harm is certain) to 10 (safe enough to close).

    Without an invitation it is the child's own number, which their worker brings. Why is asked of those two or more
    from the middle. Never averaged away: the spread is what a meeting talks about.
    """

    danger = models.ForeignKey(DangerStatement, on_delete=models.CASCADE, related_name="scores")
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.CASCADE, related_name="scores")
    value = models.PositiveSmallIntegerField(validators=[MaxValueValidator(10)])
    reason = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            Watched(),
            SeenWith("danger", write="see"),
            models.UniqueConstraint(
                fields=["danger", "invitation"], nulls_distinct=False, name="scale_once_per_person"
            ),
            models.CheckConstraint(condition=Q(value__lte=10), name="scale_to_ten"),
        ]

    @property
    def is_of_family(self) -> bool:
        """The child's own, or a parent's or carer's."""
        return self.invitation is None or self.invitation.is_family


class MapEntry(Keyed):
    """One line of the map: harm, a complicating factor, a strength, existing safety, or a next step.

    A restricted one is for professionals only.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="map_entries")
    kind = models.CharField(max_length=15, choices=MapKind)
    text = models.TextField(max_length=2000)
    restricted = models.BooleanField(default=False)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["added_at"]
        verbose_name_plural = "map entries"
        constraints = [
            Watched(),
            SeenWith("meeting", sections=[(Section.MINUTES, "{row}.restricted")], write="see"),
        ]
