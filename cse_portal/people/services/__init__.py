"""The verbs of an agency's people."""

from cse_portal.people.services.invitations import accept, find, give_new_start, invite, withdraw
from cse_portal.people.services.keeping import confirm, confirm_all, reactivate, suspend_due
from cse_portal.people.services.leaving import end_membership, let_go_of_leavers

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
    # leaving
    "end_membership",
    "let_go_of_leavers",
]
