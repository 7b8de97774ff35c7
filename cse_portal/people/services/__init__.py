"""The verbs of an agency's people."""

from cse_portal.people.services.appointing import add_system, end_token, issue_token
from cse_portal.people.services.invitations import accept, find, give_new_start, invite, withdraw
from cse_portal.people.services.keeping import (
    confirm,
    confirm_all,
    end_membership,
    reactivate,
    revoke_leavers_access,
    suspend_due,
)

__all__ = [
    # coming
    "invite",
    "give_new_start",
    "withdraw",
    "find",
    "accept",
    # staying
    "confirm",
    "confirm_all",
    "reactivate",
    "suspend_due",
    # other systems
    "add_system",
    "issue_token",
    "end_token",
    # leaving
    "end_membership",
    "revoke_leavers_access",
]
