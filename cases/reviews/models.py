"""The reviews of children in category 1, which the lead professional holds without a meeting."""

from django.db import models
from django.db.models import F, Q, TextChoices

from cases.record.choices import RiskCategory
from cases.record.models.case import CaseRecord
from cse_portal.row_security import Frozen


class ReviewConclusion(TextChoices):
    """What the review says of the category. It changes none: the CSE team, a meeting or the closing does."""

    STAYS = "stays", "The category stays as it is"
    RISES = "rises", "The risk is higher: the category should rise"
    OVER = "over", "The risk is over: the case can close"


class CaseReview(CaseRecord):
    """The lead professional's review of a child in category 1, every 12 weeks. Added, never changed.

    `due_on` is the day by which it was due, as the case said it then; `category` the one that was reviewed.
    """

    held_on = models.DateField()
    due_on = models.DateField(null=True)
    category = models.PositiveSmallIntegerField(choices=RiskCategory)
    seen_by = models.CharField(max_length=150, blank=True)
    seen_alone = models.BooleanField(null=True)
    conclusion = models.CharField(max_length=10, choices=ReviewConclusion)
    why = models.TextField(max_length=8000)
    next_on = models.DateField()

    class Meta:
        default_related_name = "reviews"
        ordering = ["-held_on", "-recorded_at"]
        indexes = [models.Index(fields=["due_on"]), models.Index(fields=["held_on"])]
        constraints = [
            *CaseRecord.Meta.constraints,
            Frozen(),
            models.CheckConstraint(condition=~Q(why=""), name="case_review_says_why"),
            models.CheckConstraint(
                condition=Q(next_on__gte=F("held_on")), name="case_review_next_is_not_before"
            ),
            models.CheckConstraint(
                condition=Q(seen_by="", seen_alone__isnull=True)
                | ~Q(seen_by="") & Q(seen_alone__isnull=False),
                name="case_review_seen_by_someone",
            ),
        ]

    @property
    def in_time(self) -> bool:
        """Held on or before its last day."""
        return self.due_on is None or self.held_on <= self.due_on
