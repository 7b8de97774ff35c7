"""What the home page asks about the person it is for."""

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User


def role_of(user: User) -> Role | None:
    """What the person's membership makes them today; None once it has ended."""
    who = standing(user)
    return who.role if who else None


def reads_reports_only(user: User) -> bool:
    """Whether the board's reports are all that opens: then they are the home page."""
    return gate.can(user, Permission.BOARD_REPORT_VIEW) and not gate.can(user, Permission.RETURN_VIEW)
