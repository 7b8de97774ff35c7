"""Who may see which case: guardian's rows, with why, by whom and until when."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from cases.choices import CaseStatus, EmergencyKind, EmergencyVerdict, RiskCategory
from cases.models.case import Case
from cases.querysets import CaseSightQuerySet
from cse_portal.access.models import Grant
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import Projected, SeenBy


def _ledger_rules(holder: str, name: str) -> list[models.BaseConstraint]:
    """A grant has a reason and a lawful basis, and one row per holder, permission and source."""
    return [
        models.CheckConstraint(condition=~Q(reason="") & ~Q(lawful_basis=""), name=f"{name}_says_why"),
        models.UniqueConstraint(
            fields=[holder, "permission", "content_object", "source", "source_id"],
            name=f"{name}_once_per_source",
            nulls_distinct=False,
        ),
    ]


ME = "{row}.user_id = (SELECT gate.user_id())"
NOT_EXCLUDED = "{row}.case_id <> ALL ((SELECT gate.excluded())::uuid[])"
# What was given to me, and on a case that I see what was given to others.
GRANT_TO_ME = f"{ME} OR gate.sees_case({{row}}.content_object_id)"
GRANT_TO_MY_AGENCY = "{row}.group_id = (SELECT gate.group_id()) OR gate.sees_case({row}.content_object_id)"
# By who contributes, never to themselves and never more than they hold. What comes by rule the system gives.
GIVING = "gate.may_give({row}.content_object_id, {row}.permission_id)"
GIVING_TO_OTHERS = f"{{row}}.user_id <> (SELECT gate.user_id()) AND {GIVING}"
TAKING = "gate.contributes({row}.content_object_id)"
TAKING_FROM_ME = f"{ME} OR {TAKING}"
JUDGING_EMERGENCY = f"(SELECT gate.opens('BREAK_GLASS_REVIEW')) AND NOT ({ME}) AND {NOT_EXCLUDED}"
EMERGENCY = f"{ME} OR {JUDGING_EMERGENCY} OR gate.sees_case({{row}}.case_id)"
BREAKING_GLASS = f"(SELECT gate.opens('BREAK_GLASS')) AND {ME} AND {NOT_EXCLUDED}"


class CaseUserObjectPermission(Grant, UserObjectPermissionBase):
    """A case granted to a person by name; the only way into a restricted case."""

    disclosed = False
    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="user_grants")

    class Meta:
        unique_together = ()
        indexes = [
            models.Index(fields=["user", "permission", "content_object"]),
            models.Index(fields=["content_object", "permission"]),
        ]
        constraints = [
            Watched(case="content_object_id"),
            Projected("content_object_id"),
            SeenBy(GRANT_TO_ME, written=GIVING_TO_OTHERS, removed=TAKING_FROM_ME),
            *_ledger_rules("user", "case_user_grant"),
        ]


class CaseGroupObjectPermission(Grant, GroupObjectPermissionBase):
    """A case granted to an agency: to everyone whose membership of it holds today."""

    disclosed = False
    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="group_grants")

    class Meta:
        unique_together = ()
        indexes = [
            models.Index(fields=["group", "permission", "content_object"]),
            models.Index(fields=["content_object", "permission"]),
        ]
        constraints = [
            Watched(case="content_object_id"),
            Projected("content_object_id"),
            SeenBy(GRANT_TO_MY_AGENCY, written=GIVING, removed=TAKING),
            *_ledger_rules("group", "case_group_grant"),
        ]


# The orders that the caseload offers, and what each index has beside its own, to be read without the table.
ORDERS = {
    "activity": ["-last_activity_at"],
    "name": ["family_name", "given_name"],
    "category": ["-category"],
    "review": ["next_review_on"],
}
ENDS = ["expires_at", "granted_at"]
SIGHT = """(SELECT gate.opens('CASE_VIEW')) AND {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[])
    AND ({row}.expires_at IS NULL OR {row}.expires_at > (SELECT gate.moment()))
    AND ({row}.principal = (SELECT gate.agency_id())
        OR {row}.principal = (SELECT gate.user_id()) AND {row}.granted_at <@ (SELECT gate.posts_here()))"""


class CaseSight(models.Model):
    """Which case a person or an agency was granted to see, beside what lists of cases are narrowed and ordered by.

    PostgreSQL writes it from the grants and the case (`Projected`), and nobody else does. It holds nothing that they do
    not: what it says is asked again of the case's own rule before anything is shown. No foreign key: it goes with them.
    """

    pk = models.CompositePrimaryKey("principal", "case_id", "granted_at")
    principal = models.UUIDField()
    case_id = models.UUIDField()
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=CaseStatus)
    category = models.PositiveSmallIntegerField(choices=RiskCategory)
    last_activity_at = models.DateTimeField()
    next_review_on = models.DateField(null=True)
    lead_agency_id = models.UUIDField()
    family_name = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)

    objects = CaseSightQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case_id"]),
            *(
                models.Index(
                    name=f"case_sight_{name}", fields=["principal", "status", *order, "case_id"], include=ENDS
                )
                for name, order in ORDERS.items()
            ),
            models.Index(fields=["principal", "lead_agency_id"]),
        ]
        constraints = [
            SeenBy(SIGHT, written="false"),
        ]


class BreakGlass(models.Model):
    """A case opened in an emergency by somebody who had not been given it: seen for four hours, judged afterwards.

    The grant it gave is guardian's row whose `source_id` is this key.
    """

    LASTS = dt.timedelta(hours=4)

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="emergencies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=EmergencyKind)
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    review_by = models.DateField()
    verdict = models.CharField(max_length=20, choices=EmergencyVerdict, blank=True)
    verdict_note = models.CharField(max_length=500, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
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
