"""An agency's first lead, appointed by whoever runs the portal."""

from django.db import transaction
from django.utils import timezone

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.people.services.invitations import send
from cse_portal.people.services.keeping import let_in


@transaction.atomic
def appoint(*, agency: Agency, email: str, full_name: str) -> str:
    """Invite them; if they are the agency's lead already, confirm them, and let them in again if suspended."""
    rows = Membership.objects.current().select_for_update(of=("self",)).select_related("user")
    lead = rows.filter(agency=agency, user__email=email.strip().lower(), role=Role.AGENCY_LEAD).first()
    if lead is None:
        send(agency=agency, email=email, full_name=full_name, role=Role.AGENCY_LEAD, by=None)
        return "Invited. The link works for seven days."
    if lead.suspended_at is not None:
        let_in(lead, by=None)
        return "Let in again, and confirmed."
    lead.last_confirmed_on = timezone.localdate()
    lead.save(update_fields=["last_confirmed_on"])
    record(Action.PERSON_CONFIRMED, by=None, obj=lead)
    return "Confirmed."
