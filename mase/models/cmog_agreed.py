"""What happens to a CMOG's minutes once they are sent out: versions, readers, objections, what was agreed, additions.

The item is the unit of sight here too: what is about an item is seen by whoever sees that item.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import Frozen, SeenWith
from mase.models.cmog import CmogItem
from mase.models.cmog_minutes import CmogMinutes
from mase.models.heard import ANSWERED_WITH_REASON, HadBy, Objection

OWN_OR_RUNS = "{row}.person_id = (SELECT gate.user_id()) OR (SELECT gate.opens('CMOG_RUN'))"
OF_AN_ITEM_SEEN = (
    "{row}.item_id IS NULL"
    " OR COALESCE((SELECT true FROM mase_cmogitem i WHERE i.id = {row}.item_id LIMIT 1), false)"
)


class CmogMinutesVersion(models.Model):
    """The minutes of a CMOG as they were sent out on one day, or as they were agreed."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    minutes = models.ForeignKey(CmogMinutes, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    is_final = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    objections_until = models.DateField(null=True)
    # The fingerprint of what it says of each item. They outlive an item that is disposed of with a child's record.
    digests = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "versions of CMOG minutes"
        constraints = [
            Watched(),
            SeenWith("minutes", write="see"),
            Frozen(but=("digests",)),
            models.UniqueConstraint(fields=["minutes", "number"], name="cmog_version_once"),
            models.UniqueConstraint(fields=["minutes"], condition=Q(is_final=True), name="cmog_final_once"),
            models.CheckConstraint(
                condition=Q(is_final=True, objections_until__isnull=True)
                | Q(is_final=False, objections_until__isnull=False),
                name="cmog_version_with_last_day",
            ),
        ]


class CmogSentWords(models.Model):
    """What one version says of one item: a copy, with its fingerprint (SHA-256 of the JSON of what it says).

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
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["item__order"]
        verbose_name_plural = "words of sent CMOG minutes"
        constraints = [
            Watched(),
            SeenWith("item", write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["version", "item"], name="cmog_sent_words_once_per_item"),
        ]


class CmogMinutesReader(HadBy):
    """One person and one version of a CMOG's minutes: told of it, opened it, took a copy, said they had read it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(CmogMinutesVersion, on_delete=models.PROTECT, related_name="readers")

    class Meta:
        verbose_name_plural = "readers of CMOG minutes"
        constraints = [
            Watched(),
            SeenWith("version", also=OWN_OR_RUNS, write="see"),
            models.UniqueConstraint(fields=["version", "person"], name="cmog_reader_once_per_version"),
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
            Watched(case="item_id:mase_cmogitem.case_id", subject="item_id:mase_cmogitem.person_id|place_id"),
            SeenWith("minutes", also=OF_AN_ITEM_SEEN, write="see"),
            models.UniqueConstraint(
                fields=["version", "by", "item"], nulls_distinct=False, name="cmog_objection_once_per_item"
            ),
            models.CheckConstraint(
                condition=ANSWERED_WITH_REASON,
                name="cmog_objection_answered_with_reason",
            ),
        ]


class CmogMinutesAddendum(models.Model):
    """A correction of agreed minutes of a CMOG: it stands after them, and changes nothing in them.

    Each has the fingerprint of the one before, the first that of the minutes. No reader is shown the number: it would
    count the corrections of items that they may not see.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    minutes = models.ForeignKey(CmogMinutes, on_delete=models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    item = models.ForeignKey(CmogItem, null=True, on_delete=models.CASCADE, related_name="addenda")
    text = models.TextField(max_length=8000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    follows = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "addenda to CMOG minutes"
        constraints = [
            Watched(case="item_id:mase_cmogitem.case_id", subject="item_id:mase_cmogitem.person_id|place_id"),
            SeenWith("minutes", also=OF_AN_ITEM_SEEN, write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["minutes", "number"], name="cmog_addendum_once"),
            models.CheckConstraint(condition=~Q(text=""), name="cmog_addendum_says_something"),
        ]
