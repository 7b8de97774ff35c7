"""Who may read minutes."""

import uuid

from cases.record.policies import those_who_may_view_case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule, rule_for_many
from cse_portal.access.user_context import UserContext
from mase.meetings.models.meeting import Meeting
from mase.meetings.policies import _runs_meetings
from mase.minutes.models import Minutes, MinutesRecipient


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


@rule_for_many(Permission.MINUTES_VIEW)
def those_who_may_view_minutes(people: list[UserContext], meeting: Meeting) -> set[uuid.UUID]:
    """The same rule from the side of the meeting."""
    if meeting.case_id is None:
        return {each.user.pk for each in people if may_view_minutes(each, meeting)}
    see = those_who_may_view_case(people, meeting.case)
    rows = MinutesRecipient.objects.filter(minutes__meeting=meeting).values_list("agency", "person")
    listed = set(rows)
    return {
        each.user.pk
        for each in people
        if each.user.pk in see
        and (
            _runs_meetings(each)
            or not listed.isdisjoint({(each.agency.pk, each.user.pk), (each.agency.pk, None)})
        )
    }
