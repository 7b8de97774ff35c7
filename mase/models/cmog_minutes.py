"""The minutes of a CMOG from draft to agreed, how they are worded, and in whose calendar a CMOG stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith
from mase.choices import MinutesState
from mase.models.cmog import CmogItem, CmogMeeting
from mase.models.edited import Edited


class CmogMinutes(models.Model):
    """The minutes of a CMOG: a draft when it ends, then sent out, in the end agreed and from there on frozen.

    Each reader's copy is drawn for them, so there is no stored document. `due_on` is the last day to send them out.
    `sha256` is the fingerprint of the agreed version, over what each reader may see and may not.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.OneToOneField(CmogMeeting, on_delete=models.PROTECT, related_name="minutes")
    due_on = models.DateField()
    circulated_at = models.DateTimeField(null=True)
    circulated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name_plural = "minutes of CMOGs"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.CheckConstraint(
                condition=Q(circulated_at__isnull=True, circulated_by__isnull=True)
                | Q(circulated_at__isnull=False, circulated_by__isnull=False),
                name="cmog_minutes_sent_out_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True, sha256="")
                | Q(agreed_at__isnull=False, agreed_by__isnull=False, circulated_at__isnull=False)
                & ~Q(sha256=""),
                name="cmog_minutes_agreed_by_someone",
            ),
        ]

    @property
    def state(self) -> MinutesState:
        """Where they stand."""
        if self.agreed_at is not None:
            return MinutesState.AGREED
        return MinutesState.CIRCULATED if self.circulated_at else MinutesState.DRAFT

    @property
    def is_late(self) -> bool:
        """Sent out after their day, or not yet on a later one."""
        out_on = timezone.localdate(self.circulated_at) if self.circulated_at else timezone.localdate()
        return out_on > self.due_on


class CmogWording(Edited):
    """What the minutes say under one item where the chair words it otherwise than it was noted; the notes stay."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    minutes = models.ForeignKey(CmogMinutes, on_delete=models.PROTECT, related_name="wordings")
    item = models.OneToOneField(CmogItem, on_delete=models.PROTECT, related_name="wording")
    text = models.TextField(max_length=20_000)

    class Meta:
        ordering = ["item__order"]
        verbose_name_plural = "wordings of CMOG minutes"
        constraints = [
            Watched(),
            SeenWith("item", write="see"),
            models.CheckConstraint(condition=~Q(text=""), name="cmog_wording_says_something"),
        ]


class CmogCalendarEntry(models.Model):
    """A person who was sent a CMOG for their calendar, so that its moves and its end reach the same calendar."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(CmogMeeting, on_delete=models.CASCADE, related_name="calendar_entries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["first_sent_at", "id"]
        verbose_name_plural = "calendar entries of CMOGs"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(fields=["meeting", "person"], name="cmog_calendarentry_once_a_person"),
        ]
