"""Numbers on the manager's home page; each is the length of the list it opens."""

from cse_portal.accounts.models import User
from mase.selectors.actions import ALL, OVERDUE, action_list
from mase.selectors.disagreements import disagreement_list
from mase.selectors.meetings import meeting_list, to_book


def overdue_actions(user: User) -> int:
    """Issued actions past their day, on the cases this person may see."""
    return action_list(user, whose=ALL, show=OVERDUE).count()


def meetings_to_book(user: User) -> int:
    """Open cases of category 2 or 3 with no meeting ahead."""
    return to_book(user).count()


def meetings_this_week(user: User) -> int:
    """Meetings booked for this week, Monday to Sunday, cancelled ones left out."""
    return meeting_list(user, this_week=True).count()


def open_disagreements(user: User) -> int:
    """Neither resolved nor withdrawn, on the cases this person may see."""
    return disagreement_list(user).count()
