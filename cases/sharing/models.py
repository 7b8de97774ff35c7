"""Emergency access, what staff declare about themselves, and who is excluded from which child."""

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, TextChoices
from django.db.models.expressions import RawSQL
from django.utils import timezone

from cases.concerns.models import Concern
from cases.record.models.access import ME, NOT_EXCLUDED
from cases.record.models.case import Case
from cases.record.models.child import Child
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import excluded_records
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy


class EmergencyKind(TextChoices):
    """Why somebody opens a case that they have not been given."""

    DANGER = "danger", "The child is in danger now"
    MISSING = "missing", "The child is missing"
    HEALTH = "health", "The child needs urgent medical care"
    SAFE_PLACE = "safe_place", "The child needs a safe place to stay tonight"


class EmergencyVerdict(TextChoices):
    """What the privacy officer found."""

    JUSTIFIED = "justified", "It was right to open the case"
    UNNECESSARY = "unnecessary", "It was not needed, but honestly meant"
    MISUSE = "misuse", "It was misuse"


class Relation(TextChoices):
    """Who somebody declares."""

    MYSELF = "myself", "Myself, at home"
    HOUSEHOLD = "household", "Someone I live with"
    FAMILY = "family", "A relative"
    CLOSE = "close", "A friend or former partner, or a child of theirs"


class ExclusionBasis(TextChoices):
    """On what ground somebody is, or should be, excluded from a child; says nothing of the child."""

    DECLARED = "declared", "They said that they know the family"
    DECIDED = "decided", "Decided by the privacy officer"
    ADDRESS = "address", "Same home address as they, or as somebody they declared"
    NAME_AND_BIRTH = "name_birth", "Same name and date of birth as they, or as somebody they declared"


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """Who is excluded from which child, and who is proposed to be."""

    def holding(self) -> "ExclusionQuerySet":
        """Confirmed and not ended: these shut somebody out."""
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)

    def waiting(self) -> "ExclusionQuerySet":
        """Proposed, and neither confirmed nor dismissed: these shut nobody out."""
        return self.filter(confirmed_at__isnull=True, dismissed_at__isnull=True)

    def of(self, case: "Case") -> "ExclusionQuerySet":
        """Those of the case's child, under whichever case they are recorded."""
        together = RawSQL("SELECT other_id FROM gate.kept_together(ARRAY[%s::uuid])", [case.pk])
        return self.filter(child__case__in=together)

    def visible_to(self, user: User | AnonymousUser) -> "ExclusionQuerySet":
        """All of them, for the privacy officer, but those that name the officer or the officer's agency, and those of
        a child or concern that the officer is excluded from.
        """
        who = user_context(user)
        if who is None or Permission.EXCLUSION_DECIDE not in ROLES[who.role].permissions:
            return self.none()
        shut = excluded_records(who)
        rows = self.exclude(user=who.user).exclude(agency=who.agency)
        return rows.exclude(child__in=shut).exclude(concern__in=shut)


JUDGING_EMERGENCY = f"(SELECT gate.opens('BREAK_GLASS_REVIEW')) AND NOT ({ME}) AND {NOT_EXCLUDED}"
EMERGENCY = f"{ME} OR {JUDGING_EMERGENCY} OR gate.sees_case({{row}}.case_id)"
BREAKING_GLASS = f"(SELECT gate.opens('BREAK_GLASS')) AND {ME} AND {NOT_EXCLUDED}"


class BreakGlass(Keyed):
    """A case opened in an emergency by somebody who had not been given it: seen for four hours, judged afterwards.

    The grant it gave is guardian's row whose `source_id` is this key.
    """

    LASTS = dt.timedelta(hours=4)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="emergencies")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=EmergencyKind)
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    review_by = models.DateField()
    verdict = models.CharField(max_length=20, choices=EmergencyVerdict, blank=True)
    verdict_note = models.CharField(max_length=500, blank=True)
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "emergency opening"
        indexes = [models.Index(fields=["user", "-opened_at"]), models.Index(fields=["case"])]
        constraints = [
            Watched(),
            SeenBy(EMERGENCY, written=JUDGING_EMERGENCY, added=BREAKING_GLASS),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_by__isnull=True, reviewed_at__isnull=True)
                | ~Q(verdict="") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="break_glass_reviewed_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(reviewed_by=models.F("user")), name="break_glass_second_person"
            ),
        ]

    @property
    def is_late(self) -> bool:
        """Whether its two working days have passed without a verdict."""
        return not self.verdict and timezone.localdate() > self.review_by


class Declaration(Keyed):
    """Somebody a member of staff is, lives with, is related to or is close to. Only they themselves see it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="declarations")
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


class Exclusion(Keyed):
    """A person or an agency may not see a child's record, whatever else they hold (promise 3 of docs/security.md).

    Proposed, then confirmed or dismissed by the privacy officer within three working days. Only a confirmed one that
    has not ended shuts anybody out. It hangs on the child, or on a concern while that has no child yet.
    """

    child = models.ForeignKey(Child, null=True, on_delete=models.PROTECT, related_name="exclusions")
    concern = models.ForeignKey(Concern, null=True, on_delete=models.PROTECT, related_name="exclusions")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=20, choices=ExclusionBasis)
    reason = models.CharField(max_length=500, blank=True)
    proposed_at = models.DateTimeField(default=timezone.now)
    # Nobody, where the portal found it.
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decide_by = models.DateField()
    confirmed_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
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
