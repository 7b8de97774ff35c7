"""Who may do what with a meeting and its plan, one rule per permission. The state may only narrow."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from cases.record.models.case import Case
from cases.record.policies import those_who_may_view_case, works_on
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import by_role_alone, rule, rule_for_many
from cse_portal.access.standing import Standing
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.jobs.registry import telling_of_a_row
from mase.choices import MINUTE_TAKER, AnswerKind, AttendanceCode
from mase.models import (
    CmogItem,
    CmogMeeting,
    Disagreement,
    Invitation,
    InvitationAnswer,
    MaseMeeting,
    Minutes,
    MinutesRecipient,
    PlanAction,
    StageCall,
)

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


@telling_of_a_row
def calls_told_of(user: User, keys: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """Their own calls to settle a disagreement: none about a case that is shut to them, or restricted without them."""
    return StageCall.objects.filter(pk__in=keys).visible_to(user).values_list("pk", flat=True)


@rule(Permission.MEETING_SCHEDULE, seen_by=Permission.CASE_VIEW)
def may_schedule_meeting(standing: Standing, case: Case) -> bool:
    """Those who work on the case."""
    return works_on(standing, case)


@rule(Permission.MEETING_VIEW)
def may_view_meeting(standing: Standing, meeting: MaseMeeting) -> bool:
    """Whoever may see the child's case, as every list of meetings shows."""
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
    """Who runs it, and the minute taker: whoever was asked by name, or comes as their deputy in their place.

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


@rule(Permission.MINUTES_VIEW)
def may_view_minutes(standing: Standing, meeting: MaseMeeting) -> bool:
    """The recipients on the minutes' list who still see the meeting, and who runs such meetings."""
    if not gate.allows(standing, Permission.MEETING_VIEW, meeting):
        return False
    return _runs_meetings(standing) or Minutes.objects.filter(meeting=meeting).listing(standing).exists()


@rule_for_many(Permission.MINUTES_VIEW)
def those_who_may_view_minutes(people: list[Standing], meeting: MaseMeeting) -> set[uuid.UUID]:
    """The same rule from the side of the meeting."""
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


def _runs_meetings(standing: Standing) -> bool:
    return Permission.MEETING_CHAIR in ROLES[standing.role].permissions


@rule(Permission.ACTION_VIEW)
def may_view_action(standing: Standing, action: PlanAction) -> bool:
    """Whoever may see the child's case. A restricted one: its agency, and who has the restricted part.

    About no child: whoever sees the item it was agreed under, and its agency, which need not see that. An owner who
    moved to another agency is of its agency no more.
    """
    does_it = action.agency_id == standing.agency.pk
    if action.case is None:
        return does_it or _sees_item_of(standing, action)
    if not gate.allows(standing, Permission.CASE_VIEW, action.case):
        return False
    return (
        not action.restricted
        or does_it
        or gate.allows(standing, Permission.MINUTES_RESTRICTED_VIEW, action.case)
    )


@rule(Permission.ACTION_UPDATE, seen_by=Permission.ACTION_VIEW)
def may_update_action(standing: Standing, action: PlanAction) -> bool:
    """The agency that owns it, and the CSE Team Manager who chairs."""
    chairs = standing.role == Role.TEAM_MANAGER and (action.case is None or works_on(standing, action.case))
    return chairs or action.agency_id == standing.agency.pk


@rule(Permission.CMOG_VIEW)
def may_view_cmog(standing: Standing, meeting: CmogMeeting) -> bool:
    """Who sits on it each month, and who was asked to this one: exactly the CMOGs that the lists show."""
    return CmogMeeting.objects.visible_to(standing.user).filter(pk=meeting.pk).exists()


@rule(Permission.CMOG_ITEM_VIEW)
def may_view_cmog_item(standing: Standing, item: CmogItem) -> bool:
    """Exactly the items that this person's agenda shows."""
    return CmogItem.objects.visible_to(standing.user).filter(pk=item.pk).exists()


@rule(Permission.CMOG_WRITE, seen_by=Permission.CMOG_ITEM_VIEW)
def may_write_on_cmog_item(standing: Standing, item: CmogItem) -> bool:
    """The CSE team and the police intelligence unit, so that what one of them may not see another writes down."""
    return True


@rule(Permission.CMOG_RUN, seen_by=Permission.CMOG_VIEW)
def may_run_cmog(standing: Standing, meeting: CmogMeeting) -> bool:
    """The CSE Team Manager (local default: the strategy names no chair)."""
    return True


@rule(Permission.DISAGREEMENT_VIEW)
def may_view_disagreement(standing: Standing, disagreement: Disagreement) -> bool:
    """Whoever may see the child's case, as every list of disagreements shows."""
    return gate.allows(standing, Permission.CASE_VIEW, disagreement.case)


@rule(Permission.DISAGREEMENT_RAISE, seen_by=Permission.CASE_VIEW)
def may_raise_disagreement(standing: Standing, case: Case) -> bool:
    """Those who work on the case, and those invited to a meeting about it, by name, as a deputy or through their
    agency."""
    return works_on(standing, case) or _is_invited(
        standing, case, Invitation.objects.filter(meeting__case=case)
    )


@rule(Permission.DISAGREEMENT_ANSWER, seen_by=Permission.DISAGREEMENT_VIEW)
def may_answer_disagreement(standing: Standing, disagreement: Disagreement) -> bool:
    """Either agency, and the CSE Team Manager who chairs."""
    is_party = standing.agency.pk in (disagreement.agency_id, disagreement.against_id)
    return is_party or _chairs(standing, disagreement.case)


@rule(Permission.DISAGREEMENT_SETTLE, seen_by=Permission.DISAGREEMENT_VIEW)
def may_settle_disagreement(standing: Standing, disagreement: Disagreement) -> bool:
    """The agency that raised it, and the CSE Team Manager who chairs, unless it was raised with their own agency.

    Whom it was raised with cannot call it resolved: the other side says when it is.
    """
    if standing.agency.pk == disagreement.against_id:
        return False
    return standing.agency.pk == disagreement.agency_id or _chairs(standing, disagreement.case)


@rule(Permission.DISAGREEMENT_WITHDRAW, seen_by=Permission.DISAGREEMENT_VIEW)
def may_withdraw_disagreement(standing: Standing, disagreement: Disagreement) -> bool:
    """The agency that raised it."""
    return standing.agency.pk == disagreement.agency_id


def _sees_item_of(standing: Standing, action: PlanAction) -> bool:
    """Through the CMOG item it was agreed under; a restricted one if they write on it."""
    if action.restricted and Permission.CMOG_WRITE not in ROLES[standing.role].permissions:
        return False
    return CmogItem.objects.about_no_child(standing.user).filter(Q(pk=action.cmog_item_id)).exists()


def _is_invited(standing: Standing, case: Case, invitations: QuerySet[Invitation]) -> bool:
    """By name or as a deputy; through their agency only where the case is not restricted."""
    theirs = Q(person=standing.user) | Q(deputy=standing.user)
    if not case.is_restricted:
        theirs |= Q(person__isnull=True)
    return invitations.filter(theirs, agency=standing.agency).exists()


def _chairs(standing: Standing, case: Case) -> bool:
    return standing.role == Role.TEAM_MANAGER and works_on(standing, case)
