"""Numbers on the manager's home page; each is the length of the list it opens."""

from django.db.models import Count

from cse_portal.accounts.models import User
from cse_portal.audit import context
from mase.disagreements.selectors import disagreement_list
from mase.meetings.models.querysets import is_overdue, waits_for_chair
from mase.meetings.selectors.meetings import meeting_list
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import OVERDUE, WAITING


def overdue_actions(user: User) -> int:
    """Issued actions past their day, that this person may see."""
    return _numbers(user)[OVERDUE]


def waiting_actions(user: User) -> int:
    """Final reports the chair has not judged yet, that this person may see."""
    return _numbers(user)[WAITING]


def _numbers(user: User) -> dict[str, int]:
    """How long each of these lists is, asked together: their tiles stand on one page."""

    def count() -> dict[str, int]:
        seen = PlanAction.objects.visible_to(user).issued().filter(is_overdue() | waits_for_chair())
        found: dict[str, int] = seen.aggregate(
            **{OVERDUE: Count("pk", filter=is_overdue()), WAITING: Count("pk", filter=waits_for_chair())}
        )
        return found

    return context.remembered(("numbers of actions", user.pk), count)


def meetings_this_week(user: User) -> int:
    """Meetings booked for this week, Monday to Sunday, cancelled ones left out."""
    return meeting_list(user, this_week=True).count()


def open_disagreements(user: User) -> int:
    """Neither resolved nor withdrawn, on the cases this person may see."""
    return disagreement_list(user).count()
