"""What happens to a CMOG's minutes once they are sent out: versions, readers, objections, what was agreed, additions.

The item is the unit of sight here too: what is about an item is seen by whoever sees that item.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.keys import new_key
from mase.models.cmog import CmogItem
from mase.models.cmog_minutes import CmogMinutes
from mase.models.heard import ANSWERED_WITH_REASON, HadBy, Objection


class CmogMinutesVersion(models.Model):
    """The minutes of a CMOG as they were sent out on one day, or as they were agreed."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    minutes = models.ForeignKey(CmogMinutes, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    is_final = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    objections_until = models.DateField(null=True)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "versions of CMOG minutes"
        constraints = [
            models.UniqueConstraint(fields=["minutes", "number"], name="cmog_version_once"),
            models.UniqueConstraint(fields=["minutes"], condition=Q(is_final=True), name="cmog_final_once"),
            models.CheckConstraint(
                condition=Q(is_final=True, objections_until__isnull=True)
                | Q(is_final=False, objections_until__isnull=False),
                name="cmog_version_with_last_day",
            ),
        ]


class CmogSentWords(models.Model):
    """What one version says of one item. PostgreSQL copies it, of every item, whoever sends the minutes out.

    `agreed` has the actions and the disruption agreed under it as they were that day; both move on by themselves.
    `worded_by` is empty where the words are those noted at the meeting.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(CmogMinutesVersion, on_delete=models.PROTECT, related_name="words")
    item = models.ForeignKey(CmogItem, on_delete=models.PROTECT, related_name="sent")
    words = models.TextField(max_length=20_000, blank=True)
    worded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.TextField(max_length=8000, blank=True)
    deferred = models.CharField(max_length=500, blank=True)
    category = models.PositiveSmallIntegerField(null=True)
    agreed = models.JSONField(default=list)

    class Meta:
        ordering = ["item__order"]
        verbose_name_plural = "words of sent CMOG minutes"
        constraints = [
            models.UniqueConstraint(fields=["version", "item"], name="cmog_sent_words_once_per_item")
        ]


class CmogMinutesReader(HadBy):
    """One person and one version of a CMOG's minutes: told of it, opened it, took a copy, said they had read it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(CmogMinutesVersion, on_delete=models.PROTECT, related_name="readers")

    class Meta:
        verbose_name_plural = "readers of CMOG minutes"
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="cmog_reader_once_per_version")
        ]


class CmogMinutesObjection(Objection):
    """One person's objection to what a version says of an item, or to the whole, and its answer. Both stand."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    minutes = models.ForeignKey(CmogMinutes, on_delete=models.PROTECT, related_name="objections")
    version = models.ForeignKey(CmogMinutesVersion, on_delete=models.PROTECT, related_name="objections")
    item = models.ForeignKey(CmogItem, null=True, on_delete=models.CASCADE, related_name="objections")

    class Meta:
        ordering = ["at", "id"]
        verbose_name_plural = "objections to CMOG minutes"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "by", "item"], nulls_distinct=False, name="cmog_objection_once_per_item"
            ),
            models.CheckConstraint(
                condition=ANSWERED_WITH_REASON,
                name="cmog_objection_answered_with_reason",
            ),
        ]  # fmt: skip


class CmogMinutesAddendum(models.Model):
    """A correction of agreed minutes of a CMOG: it stands after them, and changes nothing in them.

    PostgreSQL gives it its number and its place in the chain of fingerprints. No reader is shown the number: it would
    count the corrections of items that they may not see.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    minutes = models.ForeignKey(CmogMinutes, on_delete=models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField(default=0)
    item = models.ForeignKey(CmogItem, null=True, on_delete=models.CASCADE, related_name="addenda")
    text = models.TextField(max_length=8000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    follows = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "addenda to CMOG minutes"
        constraints = [
            models.UniqueConstraint(fields=["minutes", "number"], name="cmog_addendum_once"),
            models.CheckConstraint(condition=~Q(text=""), name="cmog_addendum_says_something"),
        ]


class CmogPrint(models.Model):
    """The fingerprint of one part of agreed minutes: of an item, an addendum, or the whole without them.

    It has no words and outlives what it was taken of, so that minutes can still be checked when the record of a child
    has gone: `may_go` says of which part that can be. Nobody reads it, for how many there are would count what a reader
    may not see. PostgreSQL writes and compares them.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    minutes = models.ForeignKey(CmogMinutes, on_delete=models.PROTECT, related_name="+")
    part = models.UUIDField()
    addendum = models.PositiveSmallIntegerField(default=0)
    may_go = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "fingerprints of CMOG minutes"
        constraints = [models.UniqueConstraint(fields=["minutes", "part"], name="cmog_print_once_per_part")]
