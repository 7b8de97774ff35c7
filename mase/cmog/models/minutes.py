"""The minutes of a CMOG: how they are worded, versions, readers, objections, additions; in whose calendar it stands.

The item is the unit of sight here too: what is about an item is seen by anyone who sees that item.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenWith
from mase.cmog.models.cmog import CmogItem, CmogMeeting
from mase.meetings.models.bases import (
    AGREED_WITH_FINGERPRINT,
    ANSWERED_WITH_REASON,
    SENT_OUT_WITH_LAST_DAY,
    AnyAddendum,
    AnyMinutes,
    AnyVersion,
    Edited,
    MinutesReceipt,
    Objection,
)


class CmogMinutes(AnyMinutes):
    """The minutes of a CMOG: a draft when it ends, then sent out, in the end agreed and from there on frozen.

    Each reader's copy is drawn for them, so there is no stored document. `due_on` is the last day to send them out.
    `sha256` is the fingerprint of the agreed version, over what each reader may see and may not.
    """

    meeting = models.OneToOneField(CmogMeeting, on_delete=models.PROTECT, related_name="minutes")

    class Meta:
        verbose_name_plural = "minutes of CMOGs"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.CheckConstraint(condition=AGREED_WITH_FINGERPRINT, name="cmog_minutes_agreed_by_someone"),
        ]


class CmogWording(Edited):
    """What the minutes say under one item where the chair words it otherwise than it was noted; the notes stay."""

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


class CmogCalendarEntry(Keyed):
    """A person who was sent a CMOG for their calendar, so that its moves and its end reach the same calendar."""

    meeting = models.ForeignKey(CmogMeeting, on_delete=models.CASCADE, related_name="calendar_entries")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["first_sent_at", "id"]
        verbose_name_plural = "calendar entries of CMOGs"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(fields=["meeting", "person"], name="cmog_calendarentry_once_a_person"),
        ]


OWN_OR_RUNS = "{row}.person_id = (SELECT gate.user_id()) OR (SELECT gate.opens('CMOG_RUN'))"
OF_AN_ITEM_SEEN = (
    "{row}.item_id IS NULL"
    " OR COALESCE((SELECT true FROM mase_cmogitem i WHERE i.id = {row}.item_id LIMIT 1), false)"
)


class CmogMinutesVersion(AnyVersion):
    """The minutes of a CMOG as they were sent out on one day, or as they were agreed."""

    minutes = models.ForeignKey(CmogMinutes, on_delete=models.PROTECT, related_name="versions")
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
            models.CheckConstraint(condition=SENT_OUT_WITH_LAST_DAY, name="cmog_version_with_last_day"),
        ]


class CmogSentWords(Keyed):
    """What one version says of one item: a copy, with its fingerprint (SHA-256 of the JSON of what it says).

    `agreed` has the actions and the disruption agreed under it as they were that day; both move on by themselves.
    `worded_by` is empty where the words are those noted at the meeting.
    """

    version = models.ForeignKey(CmogMinutesVersion, on_delete=models.PROTECT, related_name="words")
    item = models.ForeignKey(CmogItem, on_delete=models.PROTECT, related_name="sent")
    words = models.TextField(max_length=20_000, blank=True)
    worded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
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


class CmogMinutesReader(MinutesReceipt):
    """One person and one version of a CMOG's minutes: told of it, opened it, took a copy, said they had read it."""

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


class CmogMinutesAddendum(AnyAddendum):
    """A correction of agreed minutes of a CMOG: it stands after them, and changes nothing in them.

    Each has the fingerprint of the one before, the first that of the minutes. No reader is shown the number: it would
    count the corrections of items that they may not see.
    """

    minutes = models.ForeignKey(CmogMinutes, on_delete=models.PROTECT, related_name="addenda")
    item = models.ForeignKey(CmogItem, null=True, on_delete=models.CASCADE, related_name="addenda")

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
