"""What anyone who runs the portal does before anybody can sign in: agencies, their first leads, and the officers.

By commands alone, on record as the system's.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.people.policies import may_have_systems, roles_no_lead_gives
from cse_portal.people.services.invitations import NotAnAddress, send
from cse_portal.people.services.keeping import let_in, of_own_agency
from cse_portal.sign_in import tokens
from cse_portal.sign_in.models import ApiToken


@transaction.atomic
def add_agency(*, code: str, name: str, short_name: str, kind: AgencyKind) -> Agency:
    """A partner takes part; nobody works for it yet. What it is called was checked before."""
    agency = accounts.add_agency(code=code, name=name, short_name=short_name, kind=kind)
    record(Action.AGENCY_ADDED, by=None, obj=agency, detail={"code": code, "kind": kind.value})
    return agency


@transaction.atomic
def appoint(*, agency: Agency, email: str, full_name: str, role: Role) -> str:
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


A_MINUTE = dt.timedelta(minutes=1)


@transaction.atomic
def add_system(*, name: str, by: User) -> Membership:
    """It takes part for the lead's agency, and opens nothing until it has a token."""
    who = gate.require_standing(by, Permission.PEOPLE_MANAGE)
    if not may_have_systems(AgencyKind(who.agency.kind)):
        raise NotPermitted
    there = Membership.objects.current().filter(agency=who.agency, role=Role.API_CLIENT)
    if there.filter(user__full_name__iexact=name).exists():
        raise NotAllowedNow("Your agency has a system of this name already. Choose another name.")
    membership = accounts.add_system(name=name, agency=who.agency)
    record(Action.SYSTEM_ADDED, by=by, obj=membership)
    return membership


@transaction.atomic
def issue_token(*, membership: Membership, days: int, networks: list[str], by: User) -> tuple[ApiToken, str]:
    """A new token for a system of the lead's agency, and its words: for the lead's eyes, once."""
    locked = of_own_agency(membership, by)
    takes_part = locked.is_valid_on(timezone.localdate()) and locked.suspended_at is None
    if locked.role != Role.API_CLIENT or not takes_part:
        raise NotAllowedNow(
            "Tokens are for other systems that take part for your agency now, and are not suspended."
        )
    if ApiToken.objects.filter(user=locked.user, issued_at__gt=timezone.now() - A_MINUTE).exists():
        raise NotAllowedNow(
            "A token was issued to this system just now. If you did not see it, end it, and wait a minute."
        )
    return tokens.issue(user=locked.user, by=by, days=days, networks=networks)


@transaction.atomic
def end_token(*, token: ApiToken, by: User) -> ApiToken:
    """It opens nothing any more."""
    who = gate.require_standing(by, Permission.PEOPLE_MANAGE)
    if not token.user.memberships.filter(agency=who.agency).exists():
        raise NotVisible
    return tokens.end(token=token, by=by)
