"""Who may do what with a meeting."""

from django.db.models import Q, QuerySet

from cases.record.models.case import Case
from cases.record.policies import works_on
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import by_role, rule
from cse_portal.access.user_context import UserContext
from cse_portal.accounts.choices import Role
from mase.meetings.choices import AnswerKind, AttendanceCode
from mase.meetings.models.meeting import Invitation, Meeting

by_role(
    Permission.MEETING_LIST,
    Permission.ACTION_LIST,
    Permission.ACTION_HAND_OVER,
    Permission.DISAGREEMENT_LIST,
    Permission.CMOG_LIST,
    Permission.CMOG_BOOK,
    Permission.SESSION_BOOK,
    Permission.STRATEGIC_VIEW,
    Permission.STRATEGIC_CHANGE,
)
rule(Permission.MEETING_SCHEDULE, seen_by=Permission.CASE_VIEW)(works_on)


@rule(Permission.MEETING_VIEW)
def may_view_meeting(user_context: UserContext, meeting: Meeting) -> bool:
    """Anyone who may see the child's case; of one about no one child exactly those that the lists show."""
    if meeting.case_id is None:
        return Meeting.objects.visible_to(user_context.user).filter(pk=meeting.pk).exists()
    return gate.allows(user_context, Permission.CASE_VIEW, meeting.case)


@rule(Permission.MEETING_CONTRIBUTE, seen_by=Permission.MEETING_VIEW)
def may_contribute(user_context: UserContext, meeting: Meeting) -> bool:
    """Those invited, by name, as a deputy or through their agency, and those who work on the case; for their agency."""
    return works_on(user_context, meeting.case) or _is_invited(
        user_context, meeting.case, meeting.invitations.all()
    )


@rule(Permission.MEETING_TAKE_PART, seen_by=Permission.MEETING_VIEW)
def may_take_part(user_context: UserContext, meeting: Meeting) -> bool:
    """The same: those invited, by name or through their agency, and those who work on the case; who sees a CMOG."""
    return meeting.case_id is None or may_contribute(user_context, meeting)


@rule(Permission.MEETING_CHAIR, seen_by=Permission.MEETING_VIEW)
def may_chair(user_context: UserContext, meeting: Meeting) -> bool:
    """The CSE Team Manager, of a child's where they work on the case (strategy 14.3; of a CMOG a local default)."""
    return _chairs(user_context, meeting.case)


@rule(Permission.MEETING_NOTE, seen_by=Permission.MEETING_VIEW)
def may_note(user_context: UserContext, meeting: Meeting) -> bool:
    """Who runs it, and the minute taker: the person who was asked by name, or comes as their deputy in their place.

    Not who said that they cannot come, unless they came.
    """
    if may_chair(user_context, meeting):
        return True
    asked = meeting.invitations.filter(takes_minutes=True, agency=user_context.agency)
    theirs = asked.filter(Q(person=user_context.user, deputy=None) | Q(deputy=user_context.user))
    return theirs.filter(Q(came_as=AttendanceCode.ATTENDED) | ~Q(answer=AnswerKind.DECLINE)).exists()


def _runs_meetings(user_context: UserContext) -> bool:
    return Permission.MEETING_CHAIR in ROLES[user_context.role].permissions


def _is_invited(user_context: UserContext, case: Case, invitations: QuerySet[Invitation]) -> bool:
    """By name or as a deputy; through their agency only where the case is not restricted."""
    theirs = Q(person=user_context.user) | Q(deputy=user_context.user)
    if not case.is_restricted:
        theirs |= Q(person__isnull=True)
    return invitations.filter(theirs, agency=user_context.agency).exists()


def _chairs(user_context: UserContext, case: Case | None) -> bool:
    return user_context.role == Role.TEAM_MANAGER and (case is None or works_on(user_context, case))
