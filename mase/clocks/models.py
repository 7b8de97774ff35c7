"""Pauses of a clock, reasons for being late, and what was told of a deadline."""

from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.selectors import label
from cse_portal.row_security import SeenWith
from mase.meetings.models.meeting import Meeting


class ClockStep(TextChoices):
    """The steps of a meeting that a clock runs for (reference data say how long each may take)."""

    BOOK = "book", "Book the meeting"
    HELD = "held", "Hold the meeting"
    MINUTES = "minutes", "Send out the minutes"
    REVIEW = "review", "Hold the next review"
    ADULT = "adult", "A step towards adult services"


class ClockState(TextChoices):
    """How a clock stands."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    IN_TIME = "in_time", "In time"
    LATE = "late", "Late"
    EXPLAINED = "explained", "Late, with a reason"


class ClockTold(TextChoices):
    """What was told of a step's clock: each once for its day. That a meeting still runs is told for each day anew."""

    SOON = "soon", "Due soon"
    LATE = "late", "Late"
    EXPLAINED = "explained", "Late, with a reason"
    PAUSED = "paused", "Still paused"
    RUNS = "runs", "Still running"


class ClockPause(Keyed):
    """Days on which a meeting's clock stood still, for a reason: they move the day it is held by on by the working days
    among them.

    `ends_on` is the first day on which it runs again. Before a meeting is booked the pause is the case's alone; the
    booking takes it over.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clock_pauses")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.CASCADE, related_name="clock_pauses")
    reason = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    paused_at = models.DateTimeField(default=timezone.now)
    paused_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    resumed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            Watched(),
            SeenWith(write="see"),
            models.UniqueConstraint(
                fields=["case", "meeting"],
                nulls_distinct=False,
                condition=Q(ends_on__isnull=True),
                name="clockpause_one_running",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="clockpause_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True, resumed_by__isnull=True)
                | Q(ends_on__isnull=False, resumed_by__isnull=False),
                name="clockpause_ended_by_someone",
            ),
        ]

    @property
    def reason_words(self) -> str:
        """Why, in words."""
        return label("pause-reason", self.reason)


class ClockNotice(Keyed):
    """That a step is due soon or late was told, for the day it then had: so that no morning tells anybody twice.

    Of a child it is the case's, so that a booking tells nothing again; else of a CMOG; or of a month without one, whose
    first day is `due_on`. What goes on is told again and again: `due_on` is then the day of the telling.
    """

    disclosed = False
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="clock_notices")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=12, choices=ClockStep)
    told = models.CharField(max_length=10, choices=ClockTold)
    due_on = models.DateField()
    people = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(),
            SeenWith(write="nobody"),
            models.UniqueConstraint(
                fields=["case", "meeting", "step", "told", "due_on"],
                nulls_distinct=False,
                name="clocknotice_once_a_state",
            ),
        ]
