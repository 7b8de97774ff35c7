"""Where a person stands today: their agency and role, or nowhere."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.recorder import membership_of


@dataclass(frozen=True)
class Standing:
    """An active person with a membership that holds today."""

    user: User
    membership: Membership
    seen: dict[Any, bool] = field(default_factory=dict, compare=False, repr=False)
    rules: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def agency(self) -> Agency:
        """The agency the person acts for."""
        return self.membership.agency

    @property
    def role(self) -> Role:
        """What the membership lets them do."""
        return Role(self.membership.role)


def standing(user: User | AnonymousUser) -> Standing | None:
    """The person's standing, or None for anyone anonymous, inactive, or whose membership does not hold today."""
    if not isinstance(user, User) and not user.is_authenticated:
        return None
    if not user.is_active:
        return None
    kept = getattr(user, "request_standing", None)
    if kept is not None:
        return kept
    membership = membership_of(user)
    return Standing(user, membership) if membership else None
