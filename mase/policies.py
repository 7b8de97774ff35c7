"""Who may do what with a meeting and its plan, one rule per permission. The state may only narrow."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from cases.models import Case
from cases.policies import sees_beyond_emergency, those_who_may_view_case, works_on
from cse_portal import acting
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
    LeftOut,
    MaseMeeting,
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
    """Those invited, by name, as a deputy or through their agency, and those who work on the case; for their agency.

    Not whoever sees the case in an emergency alone, which is for looking.
    """
    by_name = Q(person=standing.user) | Q(deputy=standing.user)
    invited = (by_name | Q(person__isnull=True)) & Q(agency=standing.agency)
    if works_on(standing, meeting.case):
        return True
    return sees_beyond_emergency(standing, meeting.case) and meeting.invitations.filter(invited).exists()


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

    Not whoever said that they cannot come, unless they came; nor whoever sees the case in an emergency alone, or was
    left out of the minutes by name.
    """
    if may_chair(standing, meeting):
        return True
    if not sees_beyond_emergency(standing, meeting.case):
        return False
    asked = meeting.invitations.filter(role=MINUTE_TAKER, agency=standing.agency, person__isnull=False)
    theirs = asked.filter(Q(person=standing.user, deputy=None) | Q(deputy=standing.user))
    answers = InvitationAnswer.objects.filter(invitation=OuterRef("pk"), about=meeting.scheduled_for)
    said = Subquery(answers.order_by("-answered_at", "-pk").values("kind")[:1])
    came = Q(attendance__code=AttendanceCode.ATTENDED)
    found = theirs.annotate(said=said).filter(came | Q(said=None) | ~Q(said=AnswerKind.DECLINE))
    return found.exists() and not _is_named_left_out(standing, meeting)


@rule(Permission.MINUTES_VIEW)
def may_view_minutes(standing: Standing, meeting: MaseMeeting) -> bool:
    """Whoever may see the meeting, and whom the chair has not left out of its minutes; for them there are none.

    The record of a meeting that has ended, or was broken off, is read by the same. While it runs it is everybody's who
    is there.
    """
    if not gate.allows(standing, Permission.MEETING_VIEW, meeting):
        return False
    return meeting.is_running or not _is_left_out(standing, meeting)


@rule_for_many(Permission.MINUTES_VIEW)
def those_who_may_view_minutes(people: list[Standing], meeting: MaseMeeting) -> set[uuid.UUID]:
    """The same rule from the side of the meeting."""
    see = those_who_may_view_case(people, meeting.case)
    with acting.for_the_system():  # whoever has them told need not know that anybody was left out
        is_asked = not meeting.is_running and meeting.left_out.standing_now().exists()
    if not is_asked:
        return see
    return {each.user.pk for each in people if each.user.pk in see and not _is_left_out(each, meeting)}


def _is_left_out(standing: Standing, meeting: MaseMeeting) -> bool:
    """Asked as the system: whoever was left out is not shown it."""
    with acting.for_the_system():
        return LeftOut.objects.filter(meeting=meeting).keeping_from(standing).exists()


def _is_named_left_out(standing: Standing, meeting: MaseMeeting) -> bool:
    """However the meeting stands: nobody writes what they are not to read."""
    with acting.for_the_system():
        return LeftOut.objects.filter(meeting=meeting).standing_now().naming(standing).exists()


@rule(Permission.ACTION_VIEW)
def may_view_action(standing: Standing, action: PlanAction) -> bool:
    """Whoever may see the child's case. A restricted one: its agency, and who has the restricted part. One that is not
    issued yet is of its meeting's record, and kept from whoever was left out of that.

    About no child: whoever sees the item it was agreed under, and its agency, which need not see that. An owner who
    moved to another agency is of its agency no more.
    """
    does_it = action.agency_id == standing.agency.pk
    if action.case is None:
        return does_it or _sees_item_of(standing, action)
    if not gate.allows(standing, Permission.CASE_VIEW, action.case):
        return False
    if action.issued_at is None and action.meeting is not None and _is_left_out(standing, action.meeting):
        return False
    return (
        not action.restricted
        or does_it
        or gate.allows(standing, Permission.MINUTES_RESTRICTED_VIEW, action.case)
    )


@rule(Permission.ACTION_UPDATE, seen_by=Permission.ACTION_VIEW)
def may_update_action(standing: Standing, action: PlanAction) -> bool:
    """The agency that owns it, and the CSE Team Manager who chairs; nobody who sees the child's case in an emergency
    alone.
    """
    chairs = standing.role == Role.TEAM_MANAGER and (action.case is None or works_on(standing, action.case))
    does_it = action.agency_id == standing.agency.pk
    return chairs or does_it and (action.case is None or sees_beyond_emergency(standing, action.case))


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
    """The CSE team and the police intelligence unit, so that what one of them may not see another writes down.

    Of a child, nobody who sees the case in an emergency alone.
    """
    return item.case is None or sees_beyond_emergency(standing, item.case)


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
    agency, unless they see the case in an emergency alone."""
    by_name = Q(person=standing.user) | Q(deputy=standing.user)
    invited = (by_name | Q(person__isnull=True)) & Q(agency=standing.agency)
    if works_on(standing, case):
        return True
    return (
        sees_beyond_emergency(standing, case)
        and Invitation.objects.filter(invited, meeting__case=case).exists()
    )


@rule(Permission.DISAGREEMENT_ANSWER, seen_by=Permission.DISAGREEMENT_VIEW)
def may_answer_disagreement(standing: Standing, disagreement: Disagreement) -> bool:
    """Either agency, and the CSE Team Manager who chairs."""
    is_party = standing.agency.pk in (disagreement.agency_id, disagreement.against_id)
    return is_party and _speaks_for_agency(standing, disagreement) or _chairs(standing, disagreement.case)


@rule(Permission.DISAGREEMENT_SETTLE, seen_by=Permission.DISAGREEMENT_VIEW)
def may_settle_disagreement(standing: Standing, disagreement: Disagreement) -> bool:
    """The agency that raised it, and the CSE Team Manager who chairs, unless it was raised with their own agency.

    Whom it was raised with cannot call it resolved: the other side says when it is.
    """
    if standing.agency.pk == disagreement.against_id:
        return False
    raised_it = standing.agency.pk == disagreement.agency_id
    return raised_it and _speaks_for_agency(standing, disagreement) or _chairs(standing, disagreement.case)


@rule(Permission.DISAGREEMENT_WITHDRAW, seen_by=Permission.DISAGREEMENT_VIEW)
def may_withdraw_disagreement(standing: Standing, disagreement: Disagreement) -> bool:
    """The agency that raised it."""
    return standing.agency.pk == disagreement.agency_id and _speaks_for_agency(standing, disagreement)


def _sees_item_of(standing: Standing, action: PlanAction) -> bool:
    """Through the CMOG item it was agreed under; a restricted one if they write on it."""
    if action.restricted and Permission.CMOG_WRITE not in ROLES[standing.role].permissions:
        return False
    return CmogItem.objects.about_no_child(standing.user).filter(Q(pk=action.cmog_item_id)).exists()


def _speaks_for_agency(standing: Standing, disagreement: Disagreement) -> bool:
    """Nobody who sees the case in an emergency alone."""
    return sees_beyond_emergency(standing, disagreement.case)


def _chairs(standing: Standing, case: Case) -> bool:
    return standing.role == Role.TEAM_MANAGER and works_on(standing, case)
