"""Minutes in a list: the drafts that are still to be sent out."""

from django.db.models import QuerySet

from cse_portal.accounts.models import User
from mase.models import MaseMeeting, Minutes


def drafts(user: User) -> QuerySet[Minutes]:
    """Not sent out yet, of meetings this person may see; the longest waiting first."""
    meetings = MaseMeeting.objects.visible_to(user).values("pk")
    rows = Minutes.objects.filter(circulated_at__isnull=True, meeting__in=meetings)
    return rows.select_related("meeting__case__child", "meeting__chair").order_by("due_on", "id")
