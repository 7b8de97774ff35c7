"""A strategy discussion about one child: who took part, and what they decided."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, TextChoices

from cases.concerns.models import Concern
from cases.record.models.case import Case, CaseRecord
from cases.record.models.querysets import CaseRecordQuerySet
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.row_security import Frozen, SeenBy


class StrategyOutcome(TextChoices):
    """What followed (Children Act 1989, sections 17 and 47)."""

    S47_SINGLE = "s47_single", "Section 47 enquiry, social care alone"
    S47_JOINT = "s47_joint", "Section 47 enquiry, jointly with the police"
    CHILD_IN_NEED = "child_in_need", "Child in need (section 17)"
    NONE = "none", "No enquiry"


class StrategyDiscussionQuerySet(CaseRecordQuerySet["StrategyDiscussion"]):
    """Strategy discussions, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "StrategyDiscussionQuerySet":
        """Those of the cases this person sees; while there is no case, triage sees those of its concerns."""
        who = user_context(user)
        seen = among("case", Case.objects.visible_to(user).values("pk"))
        if who is not None and Permission.CONCERN_TRIAGE in ROLES[who.role].permissions:
            concerns = Concern.objects.visible_to(user).values("pk")
            seen |= Q(case__isnull=True) & among("concern", concerns)
        return self.filter(seen)


SEEN_WITH_CASE = "COALESCE((SELECT true FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1), false)"
IN_TRIAGE = """{row}.case_id IS NULL AND (SELECT gate.opens('CONCERN_TRIAGE'))
    AND COALESCE((SELECT true FROM cases_concern n WHERE n.id = {row}.concern_id LIMIT 1), false)"""


class StrategyDiscussion(CaseRecord):
    """A strategy discussion that was held. Added, never changed. `took_part` has the agencies' names of that day.

    Recorded on a concern at triage, it has no case; it goes with the concern into its case.
    """

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT)  # type: ignore[assignment]
    concern = models.ForeignKey(Concern, null=True, on_delete=models.PROTECT)
    held_on = models.DateField()
    took_part = ArrayField(models.CharField(max_length=150))
    outcome = models.CharField(max_length=15, choices=StrategyOutcome)
    why = models.TextField(max_length=8000)

    objects = StrategyDiscussionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        default_related_name = "strategy_discussions"
        ordering = ["-held_on", "-recorded_at"]
        constraints = [
            Watched(case="case_id", subject="concern_id"),
            SeenBy(
                f"{SEEN_WITH_CASE} OR {IN_TRIAGE}",
                written=f"gate.contributes({{row}}.case_id) OR {IN_TRIAGE}",
            ),
            Frozen(but=["case_id"]),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(concern__isnull=False),
                name="strategy_discussion_of_case_or_concern",
            ),
            models.CheckConstraint(
                condition=~Q(why="") & Q(took_part__len__gte=2), name="strategy_discussion_says_why_and_who"
            ),
        ]
