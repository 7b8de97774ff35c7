"""Opening a case, giving it a lead professional, closing it and re-opening it."""

from django.db import transaction
from django.utils import timezone

from cases.choices import EntryKind, EpisodeKind
from cases.models import Case, Child, Concern, Episode
from cases.services.access import grant_on_opening
from cases.services.chronology import add_entry
from cases.services.exclusions import find_of
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.keys import free_reference


@transaction.atomic
def open_case(
    *,
    child: Child,
    lead_agency: Agency,
    lead_professional: User | None,
    reason: str,
    lawful_basis: str,
    by: User,
    concern: Concern | None = None,
) -> Case:
    """Triage opens a child's case: its first episode, and by rule the grants of everyone responsible for it.

    The exclusions of the concern that it is opened from hold for the child.
    """
    gate.require(by, Permission.CONCERN_TRIAGE)
    case = Case.objects.create(
        reference=free_reference(Case, "CSE"),
        child=child,
        lead_agency=lead_agency,
        lead_professional=lead_professional,
    )
    cse_team = Agency.objects.get(kind=AgencyKind.CSE_TEAM)
    grant_on_opening(case=case, cse_team=cse_team, lawful_basis=lawful_basis, by=by)
    Episode.objects.create(
        case=case, kind=EpisodeKind.NEW, opened_by=by, opening_reason=reason, opened_at=case.opened_at
    )
    add_entry(case=case, kind=EntryKind.CASE, happened_on=timezone.localdate(), text="Case opened.", by=by)
    record(Action.CASE_OPENED, by=by, obj=case, case=case)
    find_of(case, moved=concern)
    return case
