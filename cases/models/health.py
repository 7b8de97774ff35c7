"""The health detail of a case, and the sentence that its author wrote for the others."""

from django.db import models
from django.db.models import Q

from cases.choices import HealthTopic, Section
from cases.models.case import CaseRecord
from cse_portal.audit.constraints import Watched
from cse_portal.row_security import SeenWith


class HealthNote(CaseRecord):
    """What a health agency knows, in facts. Read by those alone to whom this part of the case was given.

    Added, never changed; a correction is another note.
    """

    section = Section.HEALTH
    topic = models.CharField(max_length=10, choices=HealthTopic)
    happened_on = models.DateField()
    text = models.TextField(max_length=4000)

    class Meta:
        default_related_name = "health_notes"
        ordering = ["-happened_on", "-recorded_at"]
        indexes = [models.Index(fields=["case", "-happened_on", "-recorded_at"])]
        constraints = [
            Watched(),
            SeenWith(sections=[(Section.HEALTH, "")], write="see"),
            models.CheckConstraint(condition=~Q(text=""), name="health_note_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} {self.happened_on:%Y-%m-%d}"


class HealthSummary(CaseRecord):
    """What a health agency wants the others to know for their work, without the detail. Whoever sees the case reads it.

    It names no note: how many there are, and of what, is detail too.
    """

    text = models.CharField(max_length=500)

    class Meta:
        default_related_name = "health_summaries"
        ordering = ["-recorded_at"]
        verbose_name_plural = "health summaries"
        constraints = [
            Watched(),
            SeenWith(write="see"),
            models.CheckConstraint(condition=~Q(text=""), name="health_summary_has_words"),
        ]

    def __str__(self) -> str:
        return f"Health summary {self.recorded_at:%Y-%m-%d}"
