"""The strategy's objectives under the four Ps, and how each stands."""

from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy, SeenWith
from mase.plans.choices import PlanP


class Rag(TextChoices):
    """How an objective of the strategy stands."""

    RED = "RED", "Red: off track"
    AMBER = "AMBER", "Amber: behind, and being put right"
    GREEN = "GREEN", "Green: on track"
    DONE = "DONE", "Blue: done"

    @property
    def words(self) -> str:
        """The same without its colour."""
        return {"RED": "Off track", "AMBER": "Behind", "GREEN": "On track", "DONE": "Done"}[self.value]


class ObjectiveUpdate(TextChoices):
    """What was reported on an objective."""

    REPORTED = "REPORTED", "Reported"
    CHANGED = "CHANGED", "Changed"


class StrategicObjective(Keyed):
    """What the partnership has set out to do (strategy 11 to 18), by whom, by when, and how it will be known.

    It names no child. How it stands is the newest of its updates.
    """

    code = models.SlugField(max_length=40, unique=True)
    p = models.CharField(max_length=10, choices=PlanP)
    order = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=1000)
    measure = models.TextField(max_length=1000)
    section = models.CharField(max_length=40, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenBy(
                "(SELECT gate.opens('STRATEGIC_VIEW'))", written="(SELECT gate.opens('STRATEGIC_CHANGE'))"
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(agency__isnull=False), name="objective_owner_works_somewhere"
            ),
        ]


class StrategicUpdate(Keyed):
    """How an objective stood from a moment on, and the evidence. Rows are added, never changed."""

    objective = models.ForeignKey(StrategicObjective, on_delete=models.PROTECT, related_name="updates")
    kind = models.CharField(max_length=10, choices=ObjectiveUpdate)
    rag = models.CharField(max_length=5, choices=Rag, blank=True)
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
            models.CheckConstraint(
                condition=Q(kind=ObjectiveUpdate.CHANGED) | ~Q(rag=""), name="objective_report_has_a_colour"
            ),
        ]
