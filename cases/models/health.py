"""The health detail of a case, and the sentence that its author wrote for the others."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.choices import HealthTopic, Section
from cases.models.case import Case
from cases.querysets import HealthNoteQuerySet
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith


class HealthNote(models.Model):
    """What a health agency knows, in facts. Read by those alone to whom this part of the case was given.

    Added, never changed; a correction is another note.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="health_notes")
    topic = models.CharField(max_length=10, choices=HealthTopic)
    happened_on = models.DateField()
    text = models.TextField(max_length=4000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = HealthNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-recorded_at"]
        indexes = [models.Index(fields=["case", "-happened_on", "-recorded_at"])]
        constraints = [
            Watched(),
            SeenWith(sections=[(Section.HEALTH, "")], write="see"),
            models.CheckConstraint(condition=~Q(text=""), name="health_note_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} {self.happened_on:%Y-%m-%d}"


class HealthSummary(models.Model):
    """What a health agency wants the others to know for their work, without the detail. Whoever sees the case reads it.

    It names no note: how many there are, and of what, is detail too.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="health_summaries")
    text = models.CharField(max_length=500)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-written_at"]
        verbose_name_plural = "health summaries"
        constraints = [
            Watched(),
            SeenWith(write="see"),
            models.CheckConstraint(condition=~Q(text=""), name="health_summary_has_words"),
        ]

    def __str__(self) -> str:
        return f"Health summary {self.written_at:%Y-%m-%d}"
