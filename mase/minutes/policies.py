"""Who may read minutes."""

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.user_context import UserContext
from mase.meetings.models.meeting import Meeting
from mase.meetings.policies import _runs_meetings
from mase.minutes.models import Minutes


@rule(Permission.MINUTES_VIEW)
def may_view_minutes(user_context: UserContext, meeting: Meeting) -> bool:
    """The recipients on the minutes' list who still see the meeting, and who runs such meetings; of a meeting about no
    one child everybody who sees it.
    """
    if not gate.allows(user_context, Permission.MEETING_VIEW, meeting):
        return False
    return (
        meeting.case_id is None
        or _runs_meetings(user_context)
        or Minutes.objects.filter(meeting=meeting).listing(user_context).exists()
    )
