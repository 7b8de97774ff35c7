"""Work that goes over the border of the authority, and each decision to share outside the portal or not."""

from django.db import models
from django.db.models import Q

from cases.record.models.case import CaseRecord
from cse_portal.reference.selectors import label
from cse_portal.row_security import Frozen

ELSEWHERE = "OTHER"  # of the list local-authority


class AuthorityTransfer(CaseRecord):
    """The case was sent on to another authority, which acknowledges it (strategy 15.2, 16.2).

    A case does not close as moved and transferred before that. One that was sent in error is withdrawn.
    """

    authority = models.CharField(max_length=20)
    authority_name = models.CharField(max_length=100, blank=True)
    contact = models.CharField(max_length=200)
    sent_on = models.DateField()
    acknowledged_on = models.DateField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    their_reference = models.CharField(max_length=60, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        default_related_name = "transfers"
        ordering = ["-sent_on", "-recorded_at"]
        constraints = [
            *CaseRecord.Meta.constraints,
            Frozen(when="OLD.acknowledged_on IS NOT NULL OR OLD.withdrawn_reason <> ''"),
            models.CheckConstraint(
                condition=Q(acknowledged_on__isnull=True, acknowledged_by="")
                | Q(acknowledged_on__gte=models.F("sent_on"), withdrawn_reason="") & ~Q(acknowledged_by=""),
                name="transfer_acknowledged_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(authority=ELSEWHERE) | ~Q(authority_name=""),
                name="transfer_names_the_authority",
            ),
        ]

    @property
    def to(self) -> str:
        """The authority's name."""
        return self.authority_name or label("local-authority", self.authority)

    @property
    def is_waiting(self) -> bool:
        """Whether the authority has still to acknowledge it."""
        return self.acknowledged_on is None and not self.withdrawn_reason


class PlacingNotice(CaseRecord):
    """The authority that placed the child here was told of the work with them. Added, never changed."""

    authority = models.CharField(max_length=100)
    told_on = models.DateField()
    social_worker = models.CharField(max_length=150)
    contact = models.CharField(max_length=200)

    class Meta:
        default_related_name = "placing_notices"
        ordering = ["-told_on", "-recorded_at"]
        constraints = [*CaseRecord.Meta.constraints, Frozen()]


class SharingDecision(CaseRecord):
    """A decision to share something with somebody outside the portal, or not to, and why. Added, never changed.

    Who was let into the record itself is in the ledger of grants, with the same reason and lawful basis.
    """

    decided_on = models.DateField()
    with_whom = models.CharField(max_length=200)
    what = models.TextField(max_length=2000)
    shares = models.BooleanField()
    lawful_basis = models.CharField(max_length=40)
    reason = models.TextField(max_length=2000)

    class Meta:
        default_related_name = "sharing_decisions"
        ordering = ["-decided_on", "-recorded_at"]
        constraints = [
            *CaseRecord.Meta.constraints,
            Frozen(),
            models.CheckConstraint(condition=~Q(reason=""), name="sharing_decision_says_why"),
        ]

    @property
    def basis(self) -> str:
        """The lawful basis in words."""
        return label("lawful-basis", self.lawful_basis)
