"""An agency's own systems: added by its lead, and let in by tokens that the lead issues and ends."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.people.rules import may_have_systems
from cse_portal.people.services.keeping import of_own_agency
from cse_portal.sign_in import tokens
from cse_portal.sign_in.models import ApiToken

A_MINUTE = dt.timedelta(minutes=1)


@transaction.atomic
def add_system(*, name: str, by: User) -> Membership:
    """It takes part for the lead's agency, and opens nothing until it has a token."""
    gate.require(by, Permission.PEOPLE_MANAGE)
    who = standing(by)
    if who is None or not may_have_systems(AgencyKind(who.agency.kind)):
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
    gate.require(by, Permission.PEOPLE_MANAGE)
    locked = of_own_agency(membership, by)
    takes_part = locked.holds_on(timezone.localdate()) and locked.suspended_at is None
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
    gate.require(by, Permission.PEOPLE_MANAGE)
    who = standing(by)
    if who is None or not token.user.memberships.filter(agency=who.agency).exists():
        raise NotVisible
    return tokens.end(token=token, by=by)
