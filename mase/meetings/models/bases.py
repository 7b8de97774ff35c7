"""What rows of this floor have in common: a key, an editor, and the course of a meeting and its minutes."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.accounts.models import Agency, User
from cse_portal.keys import Keyed
from mase.meetings.choices import MeetingState, MinutesState

# Conditions on the rows of the classes below.
_OVER, _CANCELLED = Q(state=MeetingState.ENDED), Q(state=MeetingState.CANCELLED)
ENDED_BY_SOMEONE = _OVER & Q(ended_at__isnull=False, ended_by__isnull=False, started_at__isnull=False) | (
    ~_OVER & Q(ended_at__isnull=True, ended_by__isnull=True)
)
CANCELLED_WITH_REASON = _CANCELLED & Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(
    cancelled_reason=""
) | ~_CANCELLED & Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancelled_reason="")
AGREED_WITH_FINGERPRINT = Q(agreed_at__isnull=True, agreed_by__isnull=True, sha256="") | Q(
    agreed_at__isnull=False, agreed_by__isnull=False, circulated_at__isnull=False
) & ~Q(sha256="")
SENT_OUT_WITH_LAST_DAY = Q(is_final=True, objections_until__isnull=True) | Q(
    is_final=False, objections_until__isnull=False
)
# An answer is yes or no, by somebody, on a day, with a reason; or there is none yet.
ANSWERED_WITH_REASON = Q(
    accepted__isnull=True, answered_by__isnull=True, answered_at__isnull=True, answer=""
) | Q(accepted__isnull=False, answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")


class Edited(Keyed):
    """A row two people may edit: `version` refuses a stale save; both texts are shown and neither is lost."""

    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class AnyMeeting(Keyed):
    """A meeting from booking to its end or its being cancelled."""

    state = models.CharField(max_length=12, choices=MeetingState, default=MeetingState.SCHEDULED)
    scheduled_for = models.DateTimeField()
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(default=timezone.now)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether its record can still be written."""
        return self.state in (MeetingState.SCHEDULED, MeetingState.IN_PROGRESS)

    @property
    def is_running(self) -> bool:
        """Started, not ended."""
        return self.state == MeetingState.IN_PROGRESS

    @property
    def is_on_another_day(self) -> bool:
        """Still to be held, and not booked for today: anyone who starts it is asked first."""
        day = timezone.localdate(self.scheduled_for)
        return self.state == MeetingState.SCHEDULED and day != timezone.localdate()


class AnyMinutes(Keyed):
    """A draft when the meeting ends, then sent out, then agreed. `due_on` is the last day to send it out."""

    due_on = models.DateField()
    circulated_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True

    @property
    def state(self) -> MinutesState:
        """Where they stand."""
        if self.agreed_at:
            return MinutesState.AGREED
        return MinutesState.CIRCULATED if self.circulated_at else MinutesState.DRAFT

    @property
    def is_late(self) -> bool:
        """Sent out after their day, or not yet on a later one."""
        out_on = timezone.localdate(self.circulated_at) if self.circulated_at else timezone.localdate()
        return out_on > self.due_on


class AnyVersion(Keyed):
    """Minutes as they were sent out on one day, or as they were agreed."""

    number = models.PositiveSmallIntegerField()
    is_final = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    objections_until = models.DateField(null=True)

    class Meta:
        abstract = True


class AnyAddendum(Keyed):
    """A correction after agreed minutes. Its fingerprint is taken of it and of the one before it."""

    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=8000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    follows = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True


class MinutesReceipt(Keyed):
    """One person, told of a version: opened its page, took a copy, said they had read it."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Objection(Keyed):
    """What one person says against a version, and what they are answered."""

    text = models.TextField(max_length=4000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    accepted = models.BooleanField(null=True)
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_answered(self) -> bool:
        """Whether somebody has said yes or no."""
        return self.accepted is not None
