"""The strategy's action plan: objectives under the four Ps with actions beneath, and what was reported on each."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, TextChoices
from django.urls import reverse
from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy, SeenWith
from mase.meetings.models.querysets import opens
from mase.plans.choices import PlanP


class Rag(TextChoices):
    """How a part of the strategy's plan stands, from best to worst."""

    DONE = "DONE", "Done"
    GREEN = "GREEN", "On track"
    AMBER = "AMBER", "Behind"
    RED = "RED", "Off track"


class ObjectiveQuerySet(models.QuerySet[Any]):
    """Parts of the plan, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ObjectiveQuerySet":
        """The whole plan, for who reads it by their role and for who owns a part of it."""
        who = user_context(user)
        reads = who is not None and (opens(user, Permission.STRATEGIC_VIEW) or self.owned_by(who).exists())
        return self.all() if reads else self.none()

    def owned_by(self, who: UserContext) -> "ObjectiveQuerySet":
        """What this person owns in the agency they act for today."""
        return self.filter(owner=who.user, agency=who.agency)


class StrategicObjective(Keyed):
    """What the partnership has set out to do (strategy 11 to 18): an objective, or an action `under` one.

    It names no child. It says by whom and by when it is to be reached and how that will be known, perhaps as a number:
    the `target`. How it stands follows from its updates, its day and its actions: see ObjectiveRecord.
    """

    code = models.SlugField(max_length=40, unique=True)
    under = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="actions")
    p = models.CharField(max_length=10, choices=PlanP)
    order = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=1000)
    measure = models.TextField(max_length=1000)
    target = models.PositiveIntegerField(null=True)
    unit = models.CharField(max_length=20, blank=True)
    lower_is_better = models.BooleanField(default=False)
    section = models.CharField(max_length=40, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenBy(
                "(SELECT gate.opens('STRATEGIC_VIEW')) OR (SELECT gate.owns_objective())",
                written="(SELECT gate.opens('STRATEGIC_CHANGE'))",
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(agency__isnull=False), name="objective_owner_works_somewhere"
            ),
        ]

    def get_absolute_url(self) -> str:
        """Its page, from which its owner reports."""
        return reverse("mase:objective", args=[self.pk])


class StrategicUpdate(Keyed):
    """What was said of a part of the plan at a moment, with evidence. Rows are added, never changed.

    A report says how it stands (`rag`); without that it is a change of the plan.
    """

    objective = models.ForeignKey(StrategicObjective, on_delete=models.PROTECT, related_name="updates")
    rag = models.CharField(max_length=5, choices=Rag, blank=True)
    value = models.PositiveIntegerField(null=True)
    evidence = models.TextField(max_length=4000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            Watched(),
            SeenWith("objective", write="see"),
            Frozen(),
            models.CheckConstraint(condition=~Q(evidence=""), name="objective_update_has_evidence"),
        ]
