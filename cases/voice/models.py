"""What a child or young person said, and what changed because of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.record.models.case import CaseRecord
from cse_portal.reference import selectors as reference
from cse_portal.row_security import Frozen
from cse_portal.ui.presenters import display_date


class VoiceEntry(CaseRecord):
    """Somebody listened to the child: when, how, whether alone, the child's own words, and what they want.

    `what_changed` and `told_on` are added later, once each; the words themselves are never changed. `tool` and
    `themes` are codes of the lists voice-tool (Signs of Safety: Three Houses, Words and Pictures) and voice-theme.
    """

    heard_on = models.DateField()
    heard_by = models.CharField("who listened", max_length=200)
    seen_alone = models.BooleanField()
    tool = models.CharField(max_length=40)
    own_words = models.TextField(max_length=6000)
    wants = models.TextField("what they want", max_length=2000, blank=True)
    themes = ArrayField(models.CharField(max_length=20), default=list)
    what_changed = models.TextField("what changed because of it", max_length=4000, blank=True)
    told_on = models.DateField("the child was told on", null=True)

    class Meta:
        default_related_name = "voice_entries"
        ordering = ["-heard_on", "-recorded_at"]
        indexes = [models.Index(fields=["case", "-heard_on"])]
        verbose_name_plural = "voice entries"
        constraints = [
            *CaseRecord.Meta.constraints,
            Frozen(but=("what_changed", "told_on")),
            models.CheckConstraint(condition=~Q(own_words=""), name="voice_entry_has_words"),
            models.CheckConstraint(
                condition=Q(told_on__isnull=True) | Q(told_on__gte=F("heard_on")) & ~Q(what_changed=""),
                name="voice_entry_told_after_heard",
            ),
        ]

    @property
    def source(self) -> str:
        """Whose ears, when, whether alone, and how."""
        alone = "alone" if self.seen_alone else "not alone"
        how = reference.label("voice-tool", self.tool)
        return f"{self.heard_by} listened on {display_date(self.heard_on)}, {alone}. {how}"

    @property
    def theme_words(self) -> str:
        """What it is about, in words."""
        return ", ".join(reference.label("voice-theme", each) for each in self.themes)

    @property
    def is_answered(self) -> bool:
        """Whether the child was told what changed."""
        return self.told_on is not None
