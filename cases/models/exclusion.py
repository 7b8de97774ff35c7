"""Conflicts of interest: what staff declare about themselves, and who is excluded from which child."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cases.choices import ExclusionBasis, Relation
from cases.models.child import Child
from cases.models.concern import Concern
from cases.querysets import ExclusionQuerySet
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenBy


class Declaration(models.Model):
    """Somebody a member of staff is, lives with, is related to or is close to. Only they themselves see it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="declarations")
    relation = models.CharField(max_length=20, choices=Relation)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    declared_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user"]), models.Index(fields=["postcode"])]
        constraints = [
            SeenBy("{row}.user_id = (SELECT gate.user_id())"),
            Watched(subject="user_id"),
            models.CheckConstraint(condition=~Q(family_name=""), name="declaration_names_somebody"),
        ]

    @property
    def name(self) -> str:
        """Whom it declares."""
        return f"{self.given_name} {self.family_name}".strip()


NOT_MINE = (
    "COALESCE({row}.user_id, {row}.agency_id) NOT IN ((SELECT gate.user_id()), (SELECT gate.agency_id()))"
)
NOT_EXCLUDED_FROM_EITHER = (
    "COALESCE({row}.child_id, {row}.concern_id) <> ALL ((SELECT gate.excluded())::uuid[])"
)
# The privacy officer decides, never about themselves. On a case that one sees, one sees who is excluded from it.
DECIDING = f"(SELECT gate.opens('EXCLUSION_DECIDE')) AND {NOT_MINE} AND {NOT_EXCLUDED_FROM_EITHER}"
EXCLUSION = f"""{DECIDING} OR {NOT_MINE}
    AND COALESCE((SELECT true FROM cases_case c WHERE c.child_id = {{row}}.child_id LIMIT 1), false)"""
# Who sees a child or a concern may propose one, and declare one's own.
PROPOSING = f"{DECIDING} OR {{row}}.proposed_by_id = (SELECT gate.user_id())"


class Exclusion(models.Model):
    """A person or an agency may not see a child's record, whatever else they hold (promise 3 of docs/security.md).

    Proposed, then confirmed or dismissed by the privacy officer within three working days. Only a confirmed one that
    has not ended shuts anybody out. It hangs on the child, or on a concern while that has no child yet.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    child = models.ForeignKey(Child, null=True, on_delete=models.PROTECT, related_name="exclusions")
    concern = models.ForeignKey(Concern, null=True, on_delete=models.PROTECT, related_name="exclusions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=20, choices=ExclusionBasis)
    reason = models.CharField(max_length=500, blank=True)
    proposed_at = models.DateTimeField(default=timezone.now)
    # Nobody, where the portal found it.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decide_by = models.DateField()
    confirmed_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_note = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user"]), models.Index(fields=["agency"])]
        constraints = [
            SeenBy(EXCLUSION, written=DECIDING, added=PROPOSING),
            Watched(case="child_id:cases_case(child_id).id", subject="child_id|concern_id"),
            models.CheckConstraint(
                condition=Q(child__isnull=True) ^ Q(concern__isnull=True),
                name="exclusion_of_one_child_or_concern",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(agency__isnull=True), name="exclusion_one_person_or_agency"
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True) | ~Q(reason=""), name="exclusion_proposed_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, dismissed_at__isnull=True, decided_by__isnull=True)
                | (Q(confirmed_at__isnull=True) ^ Q(dismissed_at__isnull=True)) & Q(decided_by__isnull=False),
                name="exclusion_decided_once_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(user__isnull=True)
                | ~Q(decided_by=F("user"))
                | Q(basis=ExclusionBasis.DECLARED, confirmed_at__isnull=False),
                name="exclusion_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(basis=ExclusionBasis.DECLARED) | Q(confirmed_at__isnull=False),
                name="exclusion_declared_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="exclusion_ended_was_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.agency}, {self.get_basis_display()}"

    @property
    def why(self) -> str:
        """What was found, what was said of it, and what was decided."""
        basis = "" if self.basis == ExclusionBasis.DECIDED else self.get_basis_display()
        words = dict.fromkeys([basis, self.reason, self.decided_note])
        return ". ".join(each.rstrip(".") for each in words if each)

    @property
    def is_waiting(self) -> bool:
        """Neither confirmed nor dismissed."""
        return self.confirmed_at is None and self.dismissed_at is None

    @property
    def is_late(self) -> bool:
        """Whether its three working days have passed without a decision."""
        return self.is_waiting and timezone.localdate() > self.decide_by
