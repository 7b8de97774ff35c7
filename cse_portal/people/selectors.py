"""What a lead sees of the people of their own agency."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.errors import NotVisible
from cse_portal.people.models import Invitation
from cse_portal.people.policies import ASK_AFTER
from cse_portal.sign_in.models import ApiToken

SHOWN_AFTER_END = dt.timedelta(days=90)


@dataclass(frozen=True)
class Waiting:
    """How many people wait for a lead to say something."""

    to_confirm: int
    suspended: int

    def __bool__(self) -> bool:
        return bool(self.to_confirm or self.suspended)


def own_agency(user: User) -> Agency:
    """The agency whose people this lead looks after."""
    return gate.require_standing(user, Permission.PEOPLE_MANAGE).agency


def people_of(user: User) -> list[Membership]:
    """Who takes part for the lead's agency, will, or did until lately; by name."""
    lately = timezone.localdate() - SHOWN_AFTER_END
    rows = Membership.objects.not_over(lately).filter(agency=own_agency(user))
    return list(rows.select_related("user").order_by("user__full_name", "-starts_on"))


def person_of(user: User, pk: uuid.UUID) -> Membership:
    """One of them; a person of another agency is not there."""
    return get_visible(
        Membership.objects.filter(pk=pk, agency=own_agency(user)).select_related("user", "agency")
    )


def tokens_of(user: User, pk: uuid.UUID) -> tuple[Membership, list[ApiToken]]:
    """One of the agency's systems, and its tokens, the newest first."""
    membership = person_of(user, pk)
    if membership.role != Role.API_CLIENT:
        raise NotVisible
    rows = ApiToken.objects.filter(user=membership.user).select_related("issued_by", "ended_by")
    return membership, list(rows)


def token_of(user: User, pk: uuid.UUID) -> ApiToken:
    """A token of one of the agency's systems."""
    systems = Membership.objects.filter(agency=own_agency(user), role=Role.API_CLIENT)
    return get_visible(ApiToken.objects.filter(pk=pk, user__in=systems.values("user")).select_related("user"))


def open_invitations(user: User) -> list[Invitation]:
    """Those nobody has accepted or withdrawn yet."""
    rows = Invitation.objects.filter(
        agency=own_agency(user), accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    return list(rows.select_related("invited_by"))


def invitation_of(user: User, pk: uuid.UUID) -> Invitation:
    """One of the agency's invitations."""
    return get_visible(Invitation.objects.filter(pk=pk, agency=own_agency(user)))


def waiting_for(user: User) -> Waiting:
    """Whom the lead is asked to confirm, and who is suspended."""
    rows = Membership.objects.current().filter(agency=own_agency(user)).exclude(user=user)
    return Waiting(
        to_confirm=rows.filter(suspended_at__isnull=True, last_confirmed_on__lte=asked_since()).count(),
        suspended=rows.filter(suspended_at__isnull=False).count(),
    )


def asked_since() -> dt.date:
    """The person who was last confirmed on this day or before is asked about."""
    return timezone.localdate() - dt.timedelta(days=ASK_AFTER)
