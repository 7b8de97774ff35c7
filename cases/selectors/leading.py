"""Who leads the work with a child: an agency, and one of its people while they still work there."""

from django.db.models import QuerySet

from cases.models import Case
from cse_portal.access.grants import Holder
from cse_portal.accounts.models import Agency, Membership


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
