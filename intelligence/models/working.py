"""What the police intelligence unit makes of a submission: lines graded, detail asked for, the author answered."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith
from intelligence.choices import Handling
from intelligence.models.submission import IntelligenceSubmission


class IntelligenceLine(models.Model):
    """One fact, so that it can be graded by itself (3x5x2: source 1-3, assessment A-E, handling P or C).

    `text` is the author's and never changes; `sanitised` is the unit's, and nothing else of the line goes further.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(max_length=2000)
    happened = models.CharField(max_length=100, blank=True)
    source_evaluation = models.CharField(max_length=1, blank=True)
    assessment = models.CharField(max_length=1, blank=True)
    handling = models.CharField(max_length=1, choices=Handling, blank=True)
    conditions = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    sanitised = models.TextField(max_length=4000, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
            models.CheckConstraint(
                condition=Q(source_evaluation="", assessment="", handling="", sanitised="")
                | Q(source_evaluation__in="123", assessment__in="ABCDE", handling__in="PC"),
                name="line_graded_wholly_or_not",
            ),
            models.CheckConstraint(
                condition=Q(handling="C") | Q(conditions=[]), name="line_conditions_only_with_c"
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.order}"

    @property
    def grade(self) -> str:
        """The grade as police write it: 2BP."""
        return f"{self.source_evaluation}{self.assessment}{self.handling}"


class DetailRequest(models.Model):
    """The unit asks the author for more; the author's reply is new lines on the submission."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.PROTECT, related_name="requests")
    question = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reply = models.TextField(max_length=4000, blank=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(replied_at__isnull=True), name="detailrequest_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"Detail asked for {self.asked_at:%Y-%m-%d}"


class IntelligenceFeedback(models.Model):
    """What the author may know of what became of it: a code F0-F4, what the unit did, and words."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.PROTECT, related_name="feedback")
    code = models.CharField(max_length=4)
    outcome = models.CharField(max_length=30)
    text = models.TextField(max_length=4000, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    read_by_author_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at"]
        verbose_name_plural = "intelligence feedback"
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.given_at:%Y-%m-%d}"
