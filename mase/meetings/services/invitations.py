"""Asking agencies and people to a meeting, and letting them see the child's case for as long as that takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import granted_in_agency
from cse_portal.access.user_context import people_who_may, user_context
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.selectors import find_code
from cse_portal.ui.presenters import display_datetime
from mase.meetings.choices import MINUTE_TAKER, SITS_ON_EVERY, MeetingKind, role_of
from mase.meetings.errors import (
    ANOTHER_ROLE,
    CHAIR_SAYS_WHO_WRITES,
    COMES_FOR_AN_AGENCY,
    ONE_PERSON_WRITES,
    MeetingRefused,
)
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.chairing import require_planner
from mase.meetings.selectors.meetings import access_until, guests_of, people_to_tell, sees_anyway
from mase.meetings.services import calendars
from mase.meetings.services.locking import hold_open, hold_to_plan
from mase.meetings.services.sight import open_case_to, parts_of_role
from mase.plans.services.handing_over import take_over

CHAIR, CHILD, PARENT = "CHAIR", "CHILD", "PAR"
WRITES = "You take the minutes of a meeting you are asked to."


@dataclass(frozen=True)
class Asked:
    """An agency, or one person of it by name; the role they come in follows from the agency unless it is said."""

    agency: Agency
    person: User | None = None
    role: str = ""

    @classmethod
    def of(cls, membership: Membership, role: str = "") -> "Asked":
        """One person of their agency."""
        return cls(membership.agency, membership.user, role)

    @property
    def comes_as(self) -> str:
        """Their role at the meeting."""
        return self.role or role_of(self.agency)


@dataclass(frozen=True)
class Alone:
    """Somebody who comes without an agency, and as what."""

    name: str
    role: str


@transaction.atomic
def invite(*, meeting: Meeting, asked: Iterable[Asked], alone: Iterable[Alone] = (), by: User) -> Meeting:
    """Ask more agencies or people; where one may not be asked so, nobody is.

    Those who do not see the case yet see it until the minutes are settled. A restricted case is opened to named people
    only. A role says which of the parts that are kept apart come with the case. About no one child only people are
    asked, by name, who do not sit on every one: it opens no case to them. Somebody who is asked already takes the
    minutes from their own seat.

    Refused where an agency is to take the minutes, or where it is not who runs the meeting that says
    who does, and where somebody comes already, in another role.
    """
    hold_to_plan(meeting, by)
    held, everyone = hold_open(meeting), list(asked)
    if held.case_id is None:
        people = [user_context(each.person) if each.person else None for each in everyone]
        if not all(who and who.role in guests_of(held.kind) for who in people):
            raise NotPermitted
    takers = [each for each in everyone if each.role == MINUTE_TAKER]
    if takers and not gate.can(by, Permission.MEETING_CHAIR, held):
        raise MeetingRefused(CHAIR_SAYS_WHO_WRITES, "role")
    if any(each.person is None for each in takers):
        raise MeetingRefused(ONE_PERSON_WRITES, "role")
    for each in everyone:
        rows = held.invitations.filter(agency=each.agency, person=each.person)
        if each.role == MINUTE_TAKER:
            _tell(rows.filter(takes_minutes=False), held, WRITES, by=by, calendar=False)
            rows.update(takes_minutes=True)
        elif each.role and rows.exclude(role=each.role).exists():
            raise MeetingRefused(ANOTHER_ROLE, "role")
    ask(held, everyone, by=by)
    for who in alone:
        seat(meeting=held, who=who, by=by)
    return held


@transaction.atomic
def seat(*, meeting: Meeting, who: Alone, by: User) -> Invitation:
    """A place at the table for an interpreter, a foster carer, an advocate: by name, also once the meeting has begun.

    Nothing is opened to them and nobody is told: anyone who asks them rings them. Refused for a role in
    which, by the reference data, only somebody of an agency comes.
    """
    require_planner(by, meeting)
    held, role = hold_open(meeting), find_code("meeting-role", who.role)
    if role is None or not role.extra.get("alone"):
        raise MeetingRefused(COMES_FOR_AN_AGENCY, "alone_role")
    row, is_new = Invitation.objects.get_or_create(
        meeting=held,
        role=who.role,
        name=who.name.strip(),
        agency=None,
        person=None,
        defaults={"invited_by": by},
    )
    if is_new:
        _record(held, row, by)
    return row


def _record(meeting: Meeting, row: Invitation, by: User) -> None:
    ids = {"meeting": meeting.pk, "agency": row.agency_id, "person": row.person_id}
    detail = {name: str(key) if key else None for name, key in ids.items()} | {"role": row.role}
    record(Action.MEETING_INVITED, by=by, obj=row, case=meeting.case, detail=detail)


def ask(meeting: Meeting, everyone: Iterable[Asked], *, by: User) -> None:
    """Anyone who has no invitation yet gets one, with sight of the case where it is lacking, and word of it.

    Who is only another meeting's guest lacks it too. One from before somebody came back counts no more and is renewed.
    """
    before = {(row.agency_id, row.person_id): row for row in meeting.invitations.select_related("person")}
    asked: dict[object, Asked] = {}
    for each in everyone:
        asked.setdefault((each.agency.pk, each.person.pk if each.person else None), each)
    new = [each for key, each in asked.items() if key not in before]
    renewed = [row for key, row in before.items() if key in asked and _is_from_before(row)]
    meeting.invitations.filter(pk__in=[row.pk for row in renewed]).update(
        invited_at=timezone.now(), invited_by=by
    )
    made = Invitation.objects.bulk_create([_opened_to(meeting, each, by) for each in new])
    invitations = [*made, *renewed]
    for invitation in invitations:
        _record(meeting, invitation, by)
    if meeting.case_id is not None:
        take_over(meeting)
    if (session := meeting.session) is None:
        words = f"You are invited to a meeting on {display_datetime(meeting.scheduled_for)}."
        _tell(invitations, meeting, words, by=by)
        return
    # One line a person and day for all the children of a session, and one entry in their calendar.
    today = calendars.in_session(meeting).filter(first_sent_at__date=timezone.localdate())
    told = {by, *(each.person for each in today.select_related("person"))}
    when = display_datetime(session.starts_at)
    words = f"You are asked to a MASE session on {when}. Say whether you can come."
    _tell(invitations, meeting, words, by=by, told=told, page=session.get_absolute_url())


def _is_from_before(row: Invitation) -> bool:
    """Whether they have left the agency since they were asked, and come back."""
    who = user_context(row.person) if row.person else None
    rows = Invitation.objects.filter(pk=row.pk)
    return who is not None and not rows.filter(granted_in_agency(who, "invited_at")).exists()


def _opened_to(meeting: Meeting, asked: Asked, by: User) -> Invitation:
    """The invitation, unsaved, of somebody who sees the case from here on, whatever else let them see it ends."""
    holder: Holder = asked.person or asked.agency
    lacks = meeting.case_id is not None and not sees_anyway(meeting, holder)
    if lacks:
        until = access_until(timezone.localdate(meeting.scheduled_for))
        parts = parts_of_role(meeting, holder, asked.comes_as, chosen=asked.role not in ("", CHAIR), by=by)
        open_case_to(meeting, holder, until=until, parts=parts, by=by)
    return Invitation(
        meeting=meeting, role=asked.comes_as, takes_minutes=asked.role == MINUTE_TAKER, agency=asked.agency,
        person=asked.person, gave_access=lacks, invited_by=by,
    )  # fmt: skip


def ask_family(meeting: Meeting, by: User) -> None:
    """The child and a parent or carer stand on the list of a meeting they are invited to.

    The person who came, or placed the child's safety at a meeting that was broken off, stays on it: what they said
    does.
    """
    for role, invited in ((CHILD, meeting.child_invited), (PARENT, meeting.parent_invited)):
        if invited:
            Invitation.objects.get_or_create(
                meeting=meeting, role=role, agency=None, person=None, defaults={"invited_by": by}
            )
        else:
            meeting.invitations.filter(role=role, came_as="", scores=None).delete()


def tell_invited(
    meeting: Meeting, words: str, *, by: User, calendar: bool, told: set[User] | None = None
) -> None:
    """A sentence to everyone asked, except the person who did it, and perhaps the new time for their calendars.

    Those in `told` know; who hears of it now is added to them.
    """
    rows = meeting.invitations.select_related("agency", "person", "deputy")
    sits = SITS_ON_EVERY.get(MeetingKind(meeting.kind))
    standing = people_who_may(sits) if sits else []
    _tell(rows, meeting, words, by=by, calendar=calendar, told=told, standing=standing)


def _tell(
    invitations: Iterable[Invitation],
    meeting: Meeting,
    words: str,
    *,
    by: User,
    calendar: bool = True,
    told: set[User] | None = None,
    standing: Sequence[User] = (),
    page: str = "",
) -> None:
    """Leave the sentence once with each person reached who can open what it leads to: `page`, or the meeting.

    With those who sit on each meeting of its kind, too.
    """
    told = {by} if told is None else told
    seeing = list(dict.fromkeys([*standing, *_seeing(invitations, meeting)]))
    notify_all(
        Notification(
            user=person,
            text=words,
            url=page or meeting.get_absolute_url(),
            case_id=None if page else meeting.case_id,
        )
        for person in seeing
        if person not in told
    )
    told.update(seeing)
    if calendar:
        calendars.send_to(meeting, seeing)


def _seeing(invitations: Iterable[Invitation], meeting: Meeting) -> list[User]:
    people = reached(invitations)
    if meeting.case_id is not None:
        gate.ask_together(people, Permission.CASE_VIEW, meeting.case)
    return [person for person in people if gate.can(person, Permission.MEETING_VIEW, meeting)]


def reached(invitations: Iterable[Invitation]) -> dict[User, None]:
    """Everybody whom these invitations reach, each once: those asked by name, their deputies, an agency's people."""
    people: dict[User, None] = {}
    for each in invitations:
        if each.agency is not None:
            named = [person for person in (each.person, each.deputy) if person]
            people.update(dict.fromkeys(named if each.person else [*named, *people_to_tell(each.agency)]))
    return people
