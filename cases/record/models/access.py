"""Who may see which case: guardian's rows, with why, by whom and until when."""

from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.models.querysets import CaseSightQuerySet
from cse_portal.access.models import Grant
from cse_portal.audit.constraints import Watched
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
TAKING = "gate.contributes({row}.content_object_id)"
HELD = "SELECT p.codename FROM public.auth_permission p WHERE p.id = {row}.permission_id"
GIVING = f"{TAKING} AND gate.holds({{row}}.content_object_id, ({HELD}))"
GIVING_TO_OTHERS = f"{{row}}.user_id <> (SELECT gate.user_id()) AND {GIVING}"
TAKING_FROM_ME = f"{ME} OR {TAKING}"


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
    "risk": ["missing_since", "-category", "next_review_on"],
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
    missing_since = models.DateTimeField(null=True)
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
