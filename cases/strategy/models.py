"""A strategy discussion about one child: who took part, and what they decided."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, TextChoices

from cases.record.models.case import CaseRecord
from cse_portal.row_security import Frozen


class StrategyOutcome(TextChoices):
    """What followed (Children Act 1989, sections 17 and 47)."""

    S47_SINGLE = "s47_single", "Section 47 enquiry, social care alone"
    S47_JOINT = "s47_joint", "Section 47 enquiry, jointly with the police"
    CHILD_IN_NEED = "child_in_need", "Child in need (section 17)"
    NONE = "none", "No enquiry"


class StrategyDiscussion(CaseRecord):
    """A strategy discussion that was held. Added, never changed. `took_part` has the agencies' names of that day."""

    held_on = models.DateField()
    took_part = ArrayField(models.CharField(max_length=150))
    outcome = models.CharField(max_length=15, choices=StrategyOutcome)
    why = models.TextField(max_length=8000)

    class Meta:
        default_related_name = "strategy_discussions"
        ordering = ["-held_on", "-recorded_at"]
        constraints = [
            *CaseRecord.Meta.constraints,
            Frozen(),
            models.CheckConstraint(
                condition=~Q(why="") & Q(took_part__len__gte=2), name="strategy_discussion_says_why_and_who"
            ),
        ]

    def __str__(self) -> str:
        return f"Strategy discussion {self.held_on:%Y-%m-%d}"
