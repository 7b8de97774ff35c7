"""Who may do something by their role, to tell them that it waits for them."""

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User


def people_who_may(permission: Permission) -> list[User]:
    """The active people whose membership holds today and whose role opens this function."""
    return people_in(*(role for role, definition in ROLES.items() if permission in definition.permissions))


def people_in(*roles: Role) -> list[User]:
    """The active people whose membership holds today, in one of these roles."""
    memberships = Membership.objects.current().filter(role__in=roles, user__is_active=True)
    return [membership.user for membership in memberships.select_related("user")]
