"""Answering an invitation: coming, not coming, or sending a deputy, who then sees the case instead."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.choices import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify
from cse_portal.ui.presenters import display_datetime
from mase.choices import AnswerKind, MeetingState
from mase.errors import DeputyOfAnotherAgency, MeetingAlreadyStarted, MeetingNotEditable
from mase.models import Invitation, InvitationAnswer, MaseMeeting
from mase.selectors.answers import current_answer
from mase.selectors.chairing import chairs_now
from mase.selectors.meetings import access_until, sees_anyway
from mase.services import calendars
from mase.services.invitations import open_case_to, parts_of_role
from mase.services.locking import hold

TOLD = {
    AnswerKind.DECLINE: "Somebody who is asked to a meeting you chair cannot come.",
    AnswerKind.DEPUTY: "Somebody who is asked to a meeting you chair sends a deputy.",
}
COMES = "You come to the meeting on {when} in somebody's place. Say whether you can come."
COMES_AFTER_ALL = "You come to the meeting on {when} yourself after all."


@dataclass(frozen=True)
class Answer:
    """What somebody answers; a deputy by name, and as a colleague where they have an account."""

    kind: AnswerKind
    reason: str = ""
    deputy: User | None = None
    deputy_name: str = ""

    @property
    def name(self) -> str:
        """Who comes in their place."""
        return self.deputy.full_name if self.deputy else self.deputy_name


@transaction.atomic
def answer(*, invitation: Invitation, given: Answer, by: User) -> InvitationAnswer:
    """For oneself or one's agency; for anybody, by those who work on the case, as it was told to them.

    The last answer counts. A deputy with an account sees the case from here on, and whoever was asked by name no longer
    sees it by this invitation; into a restricted case nobody is let by somebody else's answer. Whoever is to come now
    is told and has the meeting in their calendar; from the calendar of who no longer sees it, it goes.
    """
    gate.require(by, Permission.MEETING_VIEW, invitation.meeting)
    if is_own(invitation, by):
        gate.require(by, Permission.MEETING_CONTRIBUTE, invitation.meeting)
    else:
        gate.require(by, Permission.MEETING_SCHEDULE, invitation.meeting.case)
    meeting = _not_begun(invitation.meeting)
    row = Invitation.objects.select_related("agency", "person", "deputy").get(pk=invitation.pk)
    before = current_answer(row, meeting)
    if before and (before.kind, before.reason, before.deputy_id, before.deputy_name) == _as_kept(given):
        return before
    _check_deputy(row, given)
    kind, reason, deputy_id, name = _as_kept(given)
    made = InvitationAnswer.objects.create(
        invitation=row, kind=kind, reason=reason, deputy_id=deputy_id, deputy_name=name,
        about=meeting.scheduled_for, answered_by=by,
    )  # fmt: skip
    detail = {"meeting": str(meeting.pk), "answer": given.kind.value, "for_another": not is_own(row, by)}
    record(Action.INVITATION_ANSWERED, by=by, obj=row, case=meeting.case, detail=detail)
    page = f"/meetings/{meeting.pk}/"
    for person in chairs_now(meeting) if given.kind in TOLD else []:
        if person != by:
            notify(user=person, text=TOLD[given.kind], url=page, case_id=meeting.case_id)
    _hand_sight(meeting, row, given.deputy, by)
    return made


def is_own(invitation: Invitation, person: User) -> bool:
    """Asked by name, coming in somebody's place, or of the agency that is asked."""
    if person.pk in (invitation.person_id, invitation.deputy_id):
        return True
    who = standing(person)
    whole_agency = invitation.person_id is None and invitation.agency_id is not None
    return whole_agency and who is not None and who.agency.pk == invitation.agency_id


def _as_kept(given: Answer) -> tuple[str, str, uuid.UUID | None, str]:
    deputy = given.deputy.pk if given.deputy else None
    if given.kind == AnswerKind.DEPUTY:
        return given.kind.value, "", deputy, given.name
    return given.kind.value, given.reason if given.kind == AnswerKind.DECLINE else "", None, ""


def _not_begun(meeting: MaseMeeting) -> MaseMeeting:
    held = hold(meeting)
    if held.state == MeetingState.IN_PROGRESS:
        raise MeetingAlreadyStarted
    if held.state != MeetingState.SCHEDULED:
        raise MeetingNotEditable
    return held


def _check_deputy(invitation: Invitation, given: Answer) -> None:
    if given.kind != AnswerKind.DEPUTY:
        return
    if not invitation.agency_id or (given.deputy and given.deputy.pk == invitation.person_id):
        raise DeputyOfAnotherAgency
    if given.deputy is not None:
        works = Membership.objects.current().filter(user=given.deputy, agency=invitation.agency_id)
        if not works.filter(user__is_active=True, user__is_system=False).exists():
            raise DeputyOfAnotherAgency


def _hand_sight(meeting: MaseMeeting, invitation: Invitation, deputy: User | None, by: User) -> None:
    """By the portal, as whoever hands it on may be left without it by the same answer."""
    comes = None if meeting.case.is_restricted else deputy
    before, asked = invitation.deputy, invitation.person
    if before == comes:
        return
    until = access_until(timezone.localdate(meeting.scheduled_for))
    Invitation.objects.filter(pk=invitation.pk).update(deputy=comes)
    with acting.for_the_system():
        if comes is not None and not sees_anyway(meeting, comes):
            parts = parts_of_role(meeting, comes, invitation.role, by=by)
            open_case_to(meeting, comes, until=until, parts=parts, by=by)
        if comes is None and asked is not None and invitation.gave_access:
            parts = parts_of_role(meeting, asked, invitation.role, by=by)
            open_case_to(meeting, asked, until=until, parts=parts, by=by)
        for person in (before, asked if comes else None):
            if person is not None and not _comes_otherwise(meeting, invitation, person):
                grants.withdraw(
                    meeting.case, frm=person, by=by, source=GrantSource.MEETING, source_id=meeting.pk,
                    reason="Somebody else comes to the meeting in their place",
                )  # fmt: skip
        _hand_word(meeting, invitation, comes, by)


def _hand_word(meeting: MaseMeeting, invitation: Invitation, deputy: User | None, by: User) -> None:
    """Word and calendar to who comes now, if they see the meeting; the calendar's entry from who sees it no longer."""
    comes = deputy or invitation.person
    people = {each for each in (invitation.deputy, invitation.person, deputy) if each is not None}
    gate.ask_together(people, Permission.CASE_VIEW, meeting.case)
    seeing = {person for person in people if gate.can(person, Permission.MEETING_VIEW, meeting)}
    if comes is not None and comes in seeing:
        calendars.send_to(meeting, [comes])
        if comes != by:
            words = COMES if deputy else COMES_AFTER_ALL
            when = display_datetime(meeting.scheduled_for)
            page = f"/meetings/{meeting.pk}/"
            notify(user=comes, text=words.format(when=when), url=page, case_id=meeting.case_id)
    for person in people - seeing:
        calendars.take_from(meeting, person)


def _comes_otherwise(meeting: MaseMeeting, invitation: Invitation, person: User) -> bool:
    """Whether another invitation to the same meeting is theirs, or they come in somebody else's place."""
    others = meeting.invitations.exclude(pk=invitation.pk)
    return others.filter(person=person, deputy=None).exists() or others.filter(deputy=person).exists()
