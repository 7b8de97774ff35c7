"""Who may see which case: guardian's rows, with why, by whom and until when; and who may not, whatever they hold."""

from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from cases.models.case import Case
from cse_portal.access.models import Exclusion as AccessExclusion
from cse_portal.access.models import Grant


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


class CaseUserObjectPermission(Grant, UserObjectPermissionBase):
    """A case granted to a person by name; the only way into a restricted case."""

    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="user_grants")

    class Meta:
        unique_together = ()
        indexes = [
            models.Index(fields=["user", "permission", "content_object"]),
            models.Index(fields=["content_object", "permission"]),
        ]
        constraints = _ledger_rules("user", "case_user_grant")


class CaseGroupObjectPermission(Grant, GroupObjectPermissionBase):
    """A case granted to an agency: to everyone whose membership of it holds today."""

    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="group_grants")

    class Meta:
        unique_together = ()
        indexes = [
            models.Index(fields=["group", "permission", "content_object"]),
            models.Index(fields=["content_object", "permission"]),
        ]
        constraints = _ledger_rules("group", "case_group_grant")


class Exclusion(AccessExclusion):
    """This person or agency may not see this case: it beats every grant, the chair's role too."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exclusions")

    class Meta(AccessExclusion.Meta):
        indexes = [models.Index(fields=["case", "user"]), models.Index(fields=["case", "agency"])]
