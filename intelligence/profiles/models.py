"""Facts about a subject of concern, each with its source and grade; reviews of its standing; and merges."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.access.rows import among
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.selectors import clock_rule
from cse_portal.row_security import Frozen, SeenWith
from intelligence.desk.models import IntelligenceReport
from intelligence.subjects.models import IN_THE_UNIT, Handling, Subject, works_in_intelligence_unit


class FactQuerySet(models.QuerySet["Fact"]):
    """Facts about subjects of concern, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "FactQuerySet":
        """Of a subject one sees: what a report that one may read says, or may be shared (P). The unit: all."""
        who = user_context(user)
        if who is None:
            return self.none()
        rows = self.filter(among("subject", Subject.objects.visible_to(user).values("pk")))
        if works_in_intelligence_unit(who):
            return rows
        read = among(
            "report", IntelligenceReport.objects.visible_to(user).filter(withdrawn_at=None).values("pk")
        )
        return rows.filter(Q(report=None, grade__endswith=Handling.P) | Q(read), removed_at=None)


# What a report says is seen with that report; what comes from elsewhere where it may be shared. The unit sees all.
FACT = f"""{IN_THE_UNIT} OR {{row}}.removed_at IS NULL AND CASE WHEN {{row}}.report_id IS NULL
    THEN right({{row}}.grade, 1) = 'P' ELSE COALESCE((SELECT true FROM intelligence_intelligencereport r
        WHERE r.id = {{row}}.report_id AND r.withdrawn_at IS NULL LIMIT 1), false) END"""


class Fact(Keyed):
    """One thing that is known of a subject: from which report or in whose words, how graded, and when last confirmed.

    What is not confirmed within its review time fades and is proposed for removal; nothing removes it by itself.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="facts")
    text = models.CharField(max_length=500)
    report = models.ForeignKey(IntelligenceReport, null=True, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=200, blank=True)
    grade = models.CharField(max_length=3)
    first_on = models.DateField(default=timezone.localdate)
    confirmed_on = models.DateField(default=timezone.localdate)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["-confirmed_on", "-first_on", "id"]
        constraints = [
            Watched(),
            SeenWith("subject", also=FACT, write="see"),
            models.CheckConstraint(
                condition=Q(report__isnull=True) & ~Q(source="") | Q(report__isnull=False, source=""),
                name="fact_from_a_report_or_in_words",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__gte=models.F("first_on")), name="fact_confirmed_since_first_known"
            ),
        ]

    @property
    def confirm_by(self) -> Any:
        """By when it is to be confirmed again."""
        return clock_rule("FACT_REVIEW").due(self.confirmed_on)

    @property
    def has_faded(self) -> bool:
        """Not confirmed in time: it is proposed for removal."""
        return bool(self.confirm_by < timezone.localdate())


class SubjectReview(Keyed):
    """How a subject stood from a day on, why, and when that is looked at again. Every review stays."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="reviews")
    standing = models.CharField(max_length=30)
    standing_since = models.DateField()
    reason = models.CharField(max_length=500)
    review_on = models.DateField()
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-reviewed_at"]
        constraints = [Watched(), SeenWith("subject", write="see"), Frozen()]


class SubjectMerge(Keyed):
    """Two records turned out to be one subject. What was moved is kept, so that it can be taken apart again."""

    kept = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    other_names = models.CharField(max_length=200, blank=True)
    moved = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    merged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-merged_at"]
        constraints = [
            Watched(),
            SeenWith("kept", also=IN_THE_UNIT, write="see"),
            models.CheckConstraint(condition=~Q(kept=models.F("merged")), name="merge_of_two_subjects"),
        ]
