"""Who may look after an agency's people: by role alone; which agency is their own, the selectors say."""

from cse_portal.access.permissions import Permission
from cse_portal.access.rules import by_role_alone

by_role_alone(Permission.PEOPLE_MANAGE)
