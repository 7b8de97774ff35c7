"""Numbers on the manager's home page; each is the length of the list it opens."""

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cse_portal.accounts.models import User
from cse_portal.audit import context
from mase.models import PlanAction
from mase.selectors.actions import ALL, OVERDUE, WAITING, action_list
from mase.selectors.disagreements import disagreement_list
from mase.selectors.meetings import meeting_list, to_book


def overdue_actions(user: User) -> int:
    """Issued actions past their day, that this person may see."""
    return _numbers(user)[OVERDUE]


def waiting_actions(user: User) -> int:
    """Final reports the chair has not judged yet, that this person may see."""
    return _numbers(user)[WAITING]


def _numbers(user: User) -> dict[str, int]:
    """How long each of these lists is, asked together: their tiles stand on one page."""

    def count() -> dict[str, int]:
        shown = (OVERDUE, WAITING)
        numbers = [Coalesce(_length(action_list(user, whose=ALL, show=show)), 0) for show in shown]
        found = User.objects.filter(pk=user.pk).values_list(*numbers).get()
        return dict(zip(shown, found, strict=True))

    return context.remembered(("numbers of actions", user.pk), count)


def _length(rows: QuerySet[PlanAction]) -> Subquery:
    """As a part of another question."""
    one = rows.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    return Subquery(one.annotate(number=Count("pk")).values("number"))


def meetings_to_book(user: User) -> int:
    """Open cases of category 2 or 3, or with a review to hold, and no meeting ahead."""
    return to_book(user).count()


def meetings_this_week(user: User) -> int:
    """Meetings booked for this week, Monday to Sunday, cancelled ones left out."""
    return meeting_list(user, this_week=True).count()


def open_disagreements(user: User) -> int:
    """Neither resolved nor withdrawn, on the cases this person may see."""
    return disagreement_list(user).count()
