"""Who is in the room, and so what a screen may show that everybody there sees."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cases.choices import Section
from cases.selectors.access import sight_of, who_sees
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from mase.choices import AttendanceCode
from mase.models import Invitation, MaseMeeting, Reveal
from mase.selectors.seats import is_in_room, name_of


class Sight(StrEnum):
    """How much of a meeting a screen shows: all of it, all but what is restricted, or nothing of the child."""

    ALL = "all"
    OPEN = "open"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Room:
    """The seats whose people are in the room. A seat nobody is named for, or a deputy's, may be one without an account.

    `may_not_read` are those who may not read the restricted part, `may_not_know` those who may not see the case at
    all: while one of them is there, a screen the room sees shows nothing of the child. Those `without_agency`, an
    interpreter or a foster carer, were asked because they may know of the child, and are shown what is restricted as
    little as the family is. `reveal` is the chair's word, as long as it holds for this room.
    """

    seats: frozenset[uuid.UUID]
    may_not_read: tuple[str, ...]
    may_not_know: tuple[str, ...]
    without_agency: tuple[str, ...]
    family: bool
    reveal: Reveal | None

    @property
    def may_be_revealed(self) -> bool:
        """Whether the chair could show the restricted part to this room."""
        return bool(self.seats) and not (self.family or self.may_not_know or self.without_agency)

    @property
    def shows_restricted(self) -> bool:
        """Everybody here may read it, or it was shown to exactly these."""
        return self.may_be_revealed and (not self.may_not_read or self.reveal is not None)


def room_of(meeting: MaseMeeting) -> Room:
    """The room as attendance has it now. Whoever was there and has left sits in it no more."""
    present = _present(
        meeting, meeting.invitations.select_related("agency", "person", "deputy", "attendance")
    )
    seats = frozenset(each.pk for each in present)
    reveal = meeting.reveals.filter(ended_at__isnull=True).first()
    accounts = _accounts(present)
    sight = sight_of(meeting.case, Section.MINUTES, accounts, _agencies(present))
    return Room(
        seats=seats,
        may_not_read=tuple(
            name_of(each) for each in present if not {_key(who) for who in sitting(each)} <= sight.part
        ),
        may_not_know=_strangers(meeting, present, sight.case),
        without_agency=tuple(name_of(each) for each in present if each.without_agency),
        family=meeting.family_in_room,
        reveal=reveal if reveal is not None and seats <= set(reveal.seats) else None,
    )


def strangers(meeting: MaseMeeting, invitations: list[Invitation]) -> tuple[str, ...]:
    """Who is there and may not see the case at all: `may_not_know` of the room, of seats that have been read."""
    present = _present(meeting, invitations)
    accounts, agencies = _accounts(present), _agencies(present)
    see = who_sees(meeting.case, accounts, agencies) if accounts or agencies else frozenset()
    return _strangers(meeting, present, see)


def reads_restricted(user: User, meeting: MaseMeeting, *, projecting: bool = False) -> bool:
    """Whether this person may read the restricted part now; on a screen the room sees, whether the room may."""
    return sight_on(user, meeting, projecting=projecting) is Sight.ALL


def sight_on(user: User, meeting: MaseMeeting, *, projecting: bool = False) -> Sight:
    """How much this person's screen shows now; `projecting`: it is one the room sees.

    Once the meeting has ended nobody keeps count of who is still in the room, so such a screen shows nothing.
    """
    if projecting and not meeting.is_running:
        return Sight.NOTHING
    room = room_of(meeting) if projecting else None
    if room is not None and room.may_not_know:
        return Sight.NOTHING
    family = meeting.family_in_room and meeting.is_open
    if family or not gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case):
        return Sight.OPEN
    return Sight.ALL if room is None or room.shows_restricted else Sight.OPEN


def sitting(seat: Invitation) -> tuple[User | None, ...]:
    """Whoever may sit on a taken seat; None is somebody of the agency whose account is not known.

    A deputy whom the answer named has one. Where it named one and the person asked is marked as there, it is either.
    """
    person, deputy, written = seat.person, seat.deputy, seat.attendance.who_came
    if seat.attendance.code == AttendanceCode.DEPUTY or written not in (
        "",
        person.full_name if person else "",
    ):
        return (deputy if deputy and written in ("", deputy.full_name) else None,)
    return tuple(filter(None, (person, deputy))) or (None,)


def _present(meeting: MaseMeeting, invitations: Iterable[Invitation]) -> list[Invitation]:
    return [
        each for each in invitations if is_in_room(each) and (meeting.family_in_room or not each.is_family)
    ]


def _accounts(present: list[Invitation]) -> list[User]:
    """Of everybody who sits there, and of whoever was asked where somebody unknown came in their place."""
    people = [who for each in present for who in (*sitting(each), each.person) if who]
    return list({each.pk: each for each in people}.values())


def _agencies(present: list[Invitation]) -> list[Agency]:
    """From which somebody unknown came."""
    return [each.agency for each in present if each.agency and None in sitting(each)]


def _strangers(meeting: MaseMeeting, present: list[Invitation], see: frozenset[uuid.UUID]) -> tuple[str, ...]:
    return tuple(
        name_of(each)
        for each in present
        if each.agency and any(not _knows(meeting, each, who, see) for who in sitting(each))
    )


def _knows(meeting: MaseMeeting, seat: Invitation, who: User | None, see: frozenset[uuid.UUID]) -> bool:
    """Somebody unknown may know what their agency may; where it was let in by one name only, that one may send another.

    Not into a restricted case, which is open to names alone.
    """
    if who is not None:
        return who.pk in see
    by_person = seat.person_id in see and not meeting.case.is_restricted
    return seat.agency_id in see or by_person


def _key(who: User | None) -> uuid.UUID | None:
    return who.pk if who else None
