"""Agencies and people who may be asked to work with a child."""

from django.db.models import QuerySet

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.accounts.models import Agency, Membership

CASEWORKERS = frozenset(
    role for role, defined in ROLES.items() if Permission.CASE_CHANGE in defined.permissions
)


def working_agencies() -> QuerySet[Agency]:
    """Partners with somebody who may work on a case today."""
    at_work = Membership.objects.current().filter(role__in=CASEWORKERS, user__is_active=True)
    return Agency.objects.filter(is_active=True, pk__in=at_work.values("agency"))


def caseworkers() -> QuerySet[Membership]:
    """The memberships, by agency and name, of everyone who may be a child's lead professional."""
    at_work = Membership.objects.current().filter(role__in=CASEWORKERS, user__is_active=True)
    return at_work.select_related("user", "agency").order_by("agency__name", "user__full_name")
