"""What anyone who runs the portal does before anybody can sign in: agencies, their first leads, and the officers.

By commands alone, on record as the system's.
"""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Agency, Membership
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from cse_portal.people.errors import NotAnAddress
from cse_portal.people.rules import roles_no_lead_gives
from cse_portal.people.services.invitations import send
from cse_portal.people.services.keeping import let_in


@transaction.atomic
def add_agency(*, code: str, name: str, short_name: str, kind: AgencyKind) -> Agency:
    """A partner takes part; nobody works for it yet. What it is called was checked before."""
    agency = accounts.add_agency(code=code, name=name, short_name=short_name, kind=kind)
    record(Action.AGENCY_ADDED, by=None, obj=agency, detail={"code": code, "kind": kind.value})
    return agency


@transaction.atomic
def appoint(*, agency: Agency, email: str, full_name: str, role: Role = Role.AGENCY_LEAD) -> str:
    """Invite them; if they have the role there already, confirm them, and let them in again if suspended.

    No form has looked at the address: NotAnAddress if no mail can go there.
    """
    if role not in (Role.AGENCY_LEAD, *roles_no_lead_gives()):
        raise NotPermitted
    try:
        validate_email(email.strip())
    except ValidationError as problem:
        raise NotAnAddress from problem
    rows = Membership.objects.current().select_for_update(of=("self",)).select_related("user")
    there = rows.filter(agency=agency, user__email=email.strip().lower(), role=role).first()
    if there is None:
        send(agency=agency, email=email, full_name=full_name, role=role, by=None)
        return "Invited. The link works for seven days."
    if there.suspended_at is not None:
        let_in(there, by=None)
        return "Let in again, and confirmed."
    there.last_confirmed_on = timezone.localdate()
    there.save(update_fields=["last_confirmed_on"])
    record(Action.PERSON_CONFIRMED, by=None, obj=there)
    return "Confirmed."
