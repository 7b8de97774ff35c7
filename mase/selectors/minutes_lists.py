"""Minutes in a list: the drafts that are still to be sent out."""

from django.db.models import QuerySet

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from mase.models import CmogMeeting, CmogMinutes, Minutes


def drafts(user: User) -> QuerySet[Minutes]:
    """Not sent out yet, of those this person may read; the longest waiting first."""
    rows = Minutes.objects.visible_to(user).filter(circulated_at__isnull=True)
    return rows.select_related("meeting__case__child", "meeting__chair").order_by("due_on", "id")


def cmog_drafts(user: User) -> QuerySet[CmogMinutes]:
    """Not sent out yet, of CMOGs, for those who book and run them; the longest waiting first."""
    if not gate.can(user, Permission.CMOG_BOOK):
        return CmogMinutes.objects.none()
    meetings = CmogMeeting.objects.visible_to(user).values("pk")
    rows = CmogMinutes.objects.filter(circulated_at__isnull=True, meeting__in=meetings)
    return rows.select_related("meeting__chair").order_by("due_on", "id")


def how_many_drafts(user: User) -> int:
    """The length of both lists, in one question."""
    mase, cmog = (rows.order_by().values("pk") for rows in (drafts(user), cmog_drafts(user)))
    return mase.union(cmog, all=True).count()
