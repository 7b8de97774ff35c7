"""Who leads the work with a child, or may be asked to: an agency, and its people while they still work there."""

from django.db.models import QuerySet

from cases.models import Case
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.accounts.models import Agency, Membership

CASEWORKERS = frozenset(
    role for role, defined in ROLES.items() if Permission.CASE_CHANGE in defined.permissions
)


def leads(case: Case, holder: Holder) -> bool:
    """Whether it is the lead agency, or the lead professional who still works there.

    Whoever left it leads on paper only, until somebody names the next: nothing of the case is theirs by that.
    """
    if isinstance(holder, Agency):
        return holder.pk == case.lead_agency_id
    at_work = holder.memberships.current().filter(agency=case.lead_agency_id)
    return holder.pk == case.lead_professional_id and at_work.exists()


def without_lead(people: QuerySet[Membership], case: Case) -> QuerySet[Membership]:
    """These memberships, but the lead professional's: who leads on paper only is one of the others."""
    return people.exclude(user=case.lead_professional_id, agency=case.lead_agency_id)


def working_agencies() -> QuerySet[Agency]:
    """Partners with somebody who may work on a case today."""
    at_work = Membership.objects.current().filter(role__in=CASEWORKERS, user__is_active=True)
    return Agency.objects.filter(is_active=True, pk__in=at_work.values("agency"))


def caseworkers() -> QuerySet[Membership]:
    """The memberships, by agency and name, of everyone who may be a child's lead professional."""
    at_work = Membership.objects.current().filter(role__in=CASEWORKERS, user__is_active=True)
    return at_work.select_related("user", "agency").order_by("agency__name", "user__full_name")
