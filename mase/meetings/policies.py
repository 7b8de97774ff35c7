"""Who may do what with a meeting."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from cases.record.models.case import Case
from cases.record.policies import works_on
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import by_role_alone, rule
from cse_portal.access.standing import Standing
from cse_portal.accounts.choices import Role
from mase.meetings.choices import MINUTE_TAKER, AnswerKind, AttendanceCode
from mase.meetings.models.meeting import Invitation, InvitationAnswer, MaseMeeting

by_role_alone(
    Permission.MEETING_LIST,
    Permission.ACTION_LIST,
    Permission.ACTION_HAND_OVER,
    Permission.DISAGREEMENT_LIST,
    Permission.CMOG_LIST,
    Permission.CMOG_BOOK,
    Permission.STRATEGIC_VIEW,
    Permission.STRATEGIC_CHANGE,
)


@rule(Permission.MEETING_SCHEDULE, seen_by=Permission.CASE_VIEW)
def may_schedule_meeting(standing: Standing, case: Case) -> bool:
    """Those who work on the case."""
    return works_on(standing, case)


@rule(Permission.MEETING_VIEW)
def may_view_meeting(standing: Standing, meeting: MaseMeeting) -> bool:
    """Anyone who may see the child's case, as every list of meetings shows."""
    return gate.allows(standing, Permission.CASE_VIEW, meeting.case)


@rule(Permission.MEETING_CONTRIBUTE, seen_by=Permission.MEETING_VIEW)
def may_contribute(standing: Standing, meeting: MaseMeeting) -> bool:
    """Those invited, by name, as a deputy or through their agency, and those who work on the case; for their agency."""
    return works_on(standing, meeting.case) or _is_invited(standing, meeting.case, meeting.invitations.all())


@rule(Permission.MEETING_TAKE_PART, seen_by=Permission.MEETING_VIEW)
def may_take_part(standing: Standing, meeting: MaseMeeting) -> bool:
    """The same: those invited, by name or through their agency, and those who work on the case."""
    return may_contribute(standing, meeting)


@rule(Permission.MEETING_CHAIR, seen_by=Permission.MEETING_VIEW)
def may_chair(standing: Standing, meeting: MaseMeeting) -> bool:
    """The CSE Team Manager, where they work on the case (strategy 14.3)."""
    return standing.role == Role.TEAM_MANAGER and works_on(standing, meeting.case)


@rule(Permission.MEETING_NOTE, seen_by=Permission.MEETING_VIEW)
def may_note(standing: Standing, meeting: MaseMeeting) -> bool:
    """Who runs it, and the minute taker: the person who was asked by name, or comes as their deputy in their place.

    Not who said that they cannot come, unless they came.
    """
    if may_chair(standing, meeting):
        return True
    asked = meeting.invitations.filter(role=MINUTE_TAKER, agency=standing.agency, person__isnull=False)
    theirs = asked.filter(Q(person=standing.user, deputy=None) | Q(deputy=standing.user))
    answers = InvitationAnswer.objects.filter(invitation=OuterRef("pk"), about=meeting.scheduled_for)
    said = Subquery(answers.order_by("-answered_at", "-pk").values("kind")[:1])
    came = Q(attendance__code=AttendanceCode.ATTENDED)
    found = theirs.annotate(said=said).filter(came | Q(said=None) | ~Q(said=AnswerKind.DECLINE))
    return found.exists()


def _runs_meetings(standing: Standing) -> bool:
    return Permission.MEETING_CHAIR in ROLES[standing.role].permissions


def _is_invited(standing: Standing, case: Case, invitations: QuerySet[Invitation]) -> bool:
    """By name or as a deputy; through their agency only where the case is not restricted."""
    theirs = Q(person=standing.user) | Q(deputy=standing.user)
    if not case.is_restricted:
        theirs |= Q(person__isnull=True)
    return invitations.filter(theirs, agency=standing.agency).exists()


def _chairs(standing: Standing, case: Case) -> bool:
    return standing.role == Role.TEAM_MANAGER and works_on(standing, case)
