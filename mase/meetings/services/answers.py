"""Answering an invitation: coming, not coming, or sending a deputy, who then sees the case instead."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify
from cse_portal.ui.presenters import display_datetime
from mase.meetings.choices import AnswerKind
from mase.meetings.errors import SAME_AGENCY, WRITER_SAYS_WHO, MeetingRefused
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.answers import works_for_agency
from mase.meetings.selectors.chairing import chairs_now
from mase.meetings.selectors.meetings import access_until, sees_anyway
from mase.meetings.services import calendars
from mase.meetings.services.locking import hold_ahead, hold_case
from mase.meetings.services.sight import granted_by_meeting, open_case_to, parts_of_role

TOLD = {
    AnswerKind.DECLINE: "Somebody who is asked to a meeting you chair cannot come.",
    AnswerKind.DEPUTY: "Somebody who is asked to a meeting you chair sends a deputy.",
}
Told = set[tuple[User, str]]  # whom this answer has told what
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
    def kept(self) -> dict[str, Any]:
        """As the invitation keeps it: a reason with a refusal alone, and who comes instead with a deputy."""
        deputy, name = None, ""
        if self.kind == AnswerKind.DEPUTY:
            deputy, name = self.deputy, self.deputy.full_name if self.deputy else self.deputy_name
        reason = self.reason if self.kind == AnswerKind.DECLINE else ""
        return {"answer": self.kind, "answer_reason": reason, "deputy_named": deputy, "deputy_name": name}


@dataclass(frozen=True)
class Handing:
    """Who comes in somebody's place from now on; to whom the invitation's sight moves, of which parts, from whom."""

    deputy: User | None
    to: User | None = None
    parts: frozenset[str] = frozenset()
    frm: tuple[User, ...] = ()


@transaction.atomic
def answer(*, invitation: Invitation, given: Answer, by: User, told: Told | None = None) -> None:
    """For oneself or one's agency; for anybody, by those who work on the case, as it was told to them.

    The last answer counts; the same again is none, unless it hands on what it could not before. A deputy with an
    account who needs it sees the case from here on, instead of the person who was asked by name (`handing_of`). Anyone
    who is to come now is told and has the meeting in their calendar; from the calendar of who no longer sees it, it
    goes. Nobody restricts the case meanwhile.
    """
    hold_case(invitation.meeting.case_id)
    gate.require(by, Permission.MEETING_VIEW, invitation.meeting)
    if is_own(invitation, by):
        gate.require(by, Permission.MEETING_CONTRIBUTE, invitation.meeting)
    else:
        gate.require(by, Permission.MEETING_SCHEDULE, invitation.meeting.case)
    meeting = hold_ahead(invitation.meeting)
    row = Invitation.objects.select_related("agency", "person", "deputy", "deputy_named").get(
        pk=invitation.pk
    )
    row.meeting = meeting
    handing = handing_of(row, given, by)
    if handing is None and all(getattr(row, name) == said for name, said in given.kept.items()):
        return
    _check_deputy(row, given, by)
    Invitation.objects.filter(pk=row.pk).update(answered_by=by, **given.kept)
    detail = {"meeting": str(meeting.pk), "answer": given.kind.value, "for_another": not is_own(row, by)}
    record(Action.INVITATION_ANSWERED, by=by, obj=row, case=meeting.case, detail=detail)
    told = set() if told is None else told
    for person in chairs_now(meeting) if given.kind in TOLD else []:
        _tell(person, TOLD[given.kind], meeting, by, told)
    if handing is not None:
        _hand_sight(row, handing, by, told)


def _tell(person: User, words: str, meeting: Meeting, by: User, told: Told) -> None:
    """Once, however many children of a session it is about; the line leads to the session."""
    if person != by and (person, words) not in told:
        told.add((person, words))
        page = (meeting.session or meeting).get_absolute_url()
        notify(user=person, text=words, url=page, case_id=None if meeting.session else meeting.case_id)


def handing_of(invitation: Invitation, given: Answer, by: User) -> Handing | None:
    """What this answer hands on; None where all stays as it is, and the answer alone is kept.

    The sight that this invitation gave moves to who comes and needs it, and back; what was stopped moves nowhere. Who
    sees the case in an emergency, or as the guest of another meeting, gives and takes nothing. Who sees a restricted
    case is said by who restricts it. Who cannot come keeps what they have: nobody is let in by that.
    """
    meeting, before = invitation.meeting, invitation.deputy
    if given.kind == AnswerKind.DECLINE or given.deputy == before or not sees_anyway(meeting, by):
        return None
    if meeting.case.is_restricted:
        return Handing(None) if before else None
    comes, moving = given.deputy or invitation.person, _moving(invitation)
    needs = given.deputy is not None and not sees_anyway(meeting, given.deputy)
    if needs and not moving:
        return None
    holds = comes if needs else invitation.person
    leave = tuple(each for each in _leaving(invitation, before, invitation.person) if each != holds)
    if holds is None or not moving or sees_anyway(meeting, holds) or not works_for_agency(invitation, holds):
        return Handing(given.deputy, frm=leave)
    parts = parts_of_role(meeting, holds, invitation.role, by=by)
    return Handing(given.deputy, to=holds, parts=moving.intersection(parts), frm=leave)


def gives_sight(invitation: Invitation) -> bool:
    """Whether a deputy would see the case by it."""
    return not invitation.meeting.case.is_restricted and bool(_moving(invitation))


def _moving(invitation: Invitation) -> frozenset[str]:
    """What this invitation's own grant gives today to who was asked by name, or to the deputy to whom it went.

    Nothing by who works for another agency by now: what they hold is not this one's to pass on.
    """
    people = (each for each in (invitation.deputy, invitation.person) if each is not None)
    theirs = (each for each in people if works_for_agency(invitation, each))
    return frozenset().union(*(granted_by_meeting(invitation.meeting, each) for each in theirs))


def is_own(invitation: Invitation, person: User) -> bool:
    """Of the agency that is asked; of one who was asked by name, they or who comes in their place. Nobody who moved."""
    who = user_context(person)
    if who is None or who.agency.pk != invitation.agency_id:
        return False
    return invitation.person_id is None or person.pk in (invitation.person_id, invitation.deputy_id)


def _check_deputy(invitation: Invitation, given: Answer, by: User) -> None:
    """Of the same agency. The minute taker writes for the chair: only these two say who does instead."""
    if given.kind != AnswerKind.DEPUTY:
        return
    comes = given.deputy
    if comes is not None and (comes.pk == invitation.person_id or not works_for_agency(invitation, comes)):
        raise MeetingRefused(SAME_AGENCY)
    if not invitation.agency_id:
        raise MeetingRefused(SAME_AGENCY)
    theirs = by.pk == invitation.person_id and is_own(invitation, by)
    if (
        invitation.takes_minutes
        and not theirs
        and not gate.can(by, Permission.MEETING_CHAIR, invitation.meeting)
    ):
        raise MeetingRefused(WRITER_SAYS_WHO)


def _leaving(invitation: Invitation, *people: User | None) -> tuple[User, ...]:
    """Those of them who hold the case by this meeting, and are asked to it in no other way."""
    others = invitation.meeting.invitations.exclude(pk=invitation.pk)
    held = [each for each in people if each and granted_by_meeting(invitation.meeting, each)]
    return tuple(
        each for each in held if not others.filter(Q(person=each, deputy=None) | Q(deputy=each)).exists()
    )


def _hand_sight(invitation: Invitation, handing: Handing, by: User, told: Told) -> None:
    """By the portal, as nobody writes whose seat it is, and anyone who hands it on may lose sight by the same
    answer.
    """
    meeting = invitation.meeting
    until = access_until(timezone.localdate(meeting.scheduled_for))
    with acting.for_the_system():
        Invitation.objects.filter(pk=invitation.pk).update(deputy=handing.deputy)
        if handing.to is not None:
            open_case_to(meeting, handing.to, until=until, parts=handing.parts - {"view_case"}, by=by)
        for person in handing.frm:
            grants.withdraw(
                meeting.case, frm=person, by=by, source=GrantSource.MEETING, source_id=meeting.pk,
                reason="Somebody else comes to the meeting in their place",
            )  # fmt: skip
        _hand_word(meeting, invitation, handing.deputy, by, told)


def _hand_word(meeting: Meeting, invitation: Invitation, deputy: User | None, by: User, told: Told) -> None:
    """Word and calendar to who comes now, if they see the meeting; the calendar's entry from who sees it no longer."""
    comes = deputy or invitation.person
    people = {each for each in (invitation.deputy, invitation.person, deputy) if each is not None}
    gate.ask_together(people, Permission.CASE_VIEW, meeting.case)
    seeing = {person for person in people if gate.can(person, Permission.MEETING_VIEW, meeting)}
    if comes is not None and comes in seeing:
        calendars.send_to(meeting, [comes])
        when = meeting.session.starts_at if meeting.session else meeting.scheduled_for
        words = (COMES if deputy else COMES_AFTER_ALL).format(when=display_datetime(when))
        _tell(comes, words, meeting, by, told)
    for person in people - seeing:
        calendars.take_out(meeting, person)
