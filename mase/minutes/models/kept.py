"""What is kept of minutes: each action as it stood, each version's words and copies, and all that was agreed."""

from django.db import models

from cases.record.choices import Section
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenWith
from mase.meetings.choices import Audience
from mase.meetings.models.agenda import AgendaItem
from mase.minutes.models.minutes import Minutes, MinutesVersion
from mase.plans.models.plan import PlanAction

OF_AN_ACTION_SEEN = (
    "COALESCE((SELECT true FROM mase_planaction a WHERE a.id = {row}.action_id LIMIT 1), false)"
)


class MinutesAction(Keyed):
    """What the minutes of a meeting say of one action: as it stood when the meeting ended, whatever becomes of it.

    Of each action the meeting agreed, and of each that an earlier plan left to do or that was finished since the last
    meeting (`earlier`). Every version draws on it, so that what is agreed is what was sent out. Who reads it is who
    reads the action, on the day they ask. `said` has its words, names and day.
    """

    disclosed = False
    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="actions")
    action = models.ForeignKey(PlanAction, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    earlier = models.BooleanField(default=False)
    said = models.JSONField()

    class Meta:
        ordering = ["order"]
        verbose_name_plural = "actions in minutes"
        constraints = [
            Watched(),
            SeenWith("minutes", also=OF_AN_ACTION_SEEN, write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["minutes", "action"], name="minutes_action_once_per_meeting"),
        ]


class SentWords(Keyed):
    """What one version says of one item of a CMOG: a copy, with its fingerprint (SHA-256 of the JSON of what it says).

    `agreed` has the actions and the disruption agreed under it as they were that day; both move on by themselves.
    `worded_by` is empty where the words are those noted at the meeting.
    """

    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="words")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="sent")
    words = models.TextField(max_length=20_000, blank=True)
    worded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.TextField(max_length=8000, blank=True)
    deferred = models.CharField(max_length=500, blank=True)
    category = models.PositiveSmallIntegerField(null=True)
    agreed = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["item__order"]
        verbose_name_plural = "words of sent minutes"
        constraints = [
            Watched(),
            SeenWith("item", write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["version", "item"], name="minutes_sent_words_once_per_item"),
        ]


class AgreedRecord(Keyed):
    """Everything that was agreed, word for word, as its fingerprint was taken of it. It never changes."""

    disclosed = False
    minutes = models.OneToOneField(Minutes, on_delete=models.PROTECT, related_name="record")
    content = models.TextField()

    class Meta:
        constraints = [
            Watched(),
            SeenWith("minutes", sections=[(Section.MINUTES, "")], write="see"),
            Frozen(),
        ]


class MinutesCopy(Keyed):
    """One version as it was composed for one audience, with its fingerprint.

    Each reader's own PDF is drawn from it when they take it, and carries their name. What is said later (objections,
    that it is agreed, corrections) is added then.
    """

    disclosed = False
    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="copies")
    audience = models.CharField(max_length=13, choices=Audience)
    page = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "copies of minutes"
        constraints = [
            Watched(hidden=("page",)),
            SeenWith("version", sections=[(Section.MINUTES, "{row}.audience = 'full'")], write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["version", "audience"], name="minutes_copy_once_per_audience"),
        ]
