"""Pauses of a clock, reasons for being late, and what was told of a deadline."""

from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy, SeenWith
from mase.meetings.models.meeting import Meeting


class ClockStep(TextChoices):
    """The steps of a meeting that a clock runs for (reference data say how long each may take)."""

    BOOK = "book", "Book the meeting"
    INVITATIONS = "invitations", "Send invitations"
    REPORTS = "reports", "Agency reports in"
    HELD = "held", "Hold the meeting"
    ACTIONS = "actions", "Send out the actions"
    MINUTES = "minutes", "Send out the minutes"
    REVIEW = "review", "Hold the next review"


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
    """Days on which a clock stood still, for a reason: they move its due day on by the working days among them.

    `ends_on` is the first day on which it runs again. Before a meeting is booked the pause is the case's alone; the
    booking takes it over.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clock_pauses")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.CASCADE, related_name="clock_pauses")
    step = models.CharField(max_length=12, choices=ClockStep)
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
                fields=["case", "meeting", "step"],
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


class LateReason(Keyed):
    """Why a step came after its day: one reason for each clock of a meeting, said once."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="late_reasons")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.CASCADE, related_name="late_reasons")
    step = models.CharField(max_length=12, choices=ClockStep)
    reason = models.CharField(max_length=40)
    said_at = models.DateTimeField(default=timezone.now)
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            Watched(),
            SeenWith(write="see"),
            models.UniqueConstraint(
                fields=["case", "meeting", "step"], nulls_distinct=False, name="latereason_once_a_clock"
            ),
        ]


class ClockNotice(Keyed):
    """That a step is due soon or late was told, for the day it then had: so that no morning tells anybody twice.

    It is the case's and no meeting's: what was told before the booking is not told again after it. Of a clock that
    stands still it is told again and again: `due_on` is then the day of the telling.
    """

    disclosed = False
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clock_notices")
    step = models.CharField(max_length=12, choices=ClockStep)
    told = models.CharField(max_length=10, choices=ClockTold)
    due_on = models.DateField()
    people = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(),
            SeenWith(write="see"),
            models.UniqueConstraint(
                fields=["case", "step", "told", "due_on"], name="clocknotice_once_a_state"
            ),
        ]


class CmogNotice(Keyed):
    """That a CMOG's minutes are due soon or late, or that none is booked for a month, was told: each once.

    `meeting`: whose minutes; none where a month has no CMOG, whose first day is then `due_on`. It names nobody.
    """

    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="notices")
    told = models.CharField(max_length=10, choices=ClockTold)
    due_on = models.DateField()
    people = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        verbose_name_plural = "notices of CMOGs"
        constraints = [
            Watched(subject="meeting_id"),
            SeenBy("(SELECT gate.opens('MEETING_CHAIR'))"),
            models.UniqueConstraint(
                fields=["meeting", "told", "due_on"], nulls_distinct=False, name="cmognotice_once_a_state"
            ),
        ]
