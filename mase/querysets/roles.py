"""What a role opens, whatever the row."""

from django.contrib.auth.models import AnonymousUser

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User


def opens(user: User | AnonymousUser, permission: Permission) -> bool:
    """Whether this person's role carries the permission, whatever the row."""
    who = standing(user)
    return who is not None and permission in ROLES[who.role].permissions
