"""Who is in the room, and so what a screen may show that everybody there sees."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cases.choices import Section
from cases.selectors.access import sight_of, who_sees
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from mase.models import Invitation, MaseMeeting, Reveal
from mase.selectors.seats import is_in_room, name_of


class Sight(StrEnum):
    """How much of a meeting a screen shows: all of it, all but what is restricted, or nothing of the child."""

    ALL = "all"
    OPEN = "open"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Room:
    """The seats that are taken. A seat nobody is named for, or a deputy's, counts as somebody without an account.

    `may_not_read` are those who may not read the restricted part, `may_not_know` those who may not see the case at
    all: while one of them is there, a screen the room sees shows nothing of the child. `reveal` is the chair's word, as
    long as it holds for this room.
    """

    seats: frozenset[uuid.UUID]
    may_not_read: tuple[str, ...]
    may_not_know: tuple[str, ...]
    family: bool
    reveal: Reveal | None

    @property
    def may_be_revealed(self) -> bool:
        """Whether the chair could show the restricted part to this room."""
        return bool(self.seats) and not self.family and not self.may_not_know

    @property
    def shows_restricted(self) -> bool:
        """Everybody here may read it, or it was shown to exactly these."""
        return self.may_be_revealed and (not self.may_not_read or self.reveal is not None)


def room_of(meeting: MaseMeeting) -> Room:
    """The room as attendance has it now. Family who were there and have left sit in it no more."""
    rows = meeting.invitations.select_related("agency", "person", "attendance")
    present = _present(meeting, rows)
    seats = frozenset(each.pk for each in present)
    reveal = meeting.reveals.filter(ended_at__isnull=True).first()
    accounts = _accounts(present)
    sight = sight_of(meeting.case, Section.MINUTES, list(accounts.values()))
    readers = {seat for seat, person in accounts.items() if person.pk in sight.part}
    strangers = {seat for seat, person in accounts.items() if person.pk not in sight.case}
    return Room(
        seats=seats,
        may_not_read=tuple(name_of(each) for each in present if each.pk not in readers),
        may_not_know=tuple(name_of(each) for each in present if each.pk in strangers),
        family=meeting.family_in_room,
        reveal=reveal if reveal is not None and seats <= set(reveal.seats) else None,
    )


def strangers(meeting: MaseMeeting, invitations: list[Invitation]) -> tuple[str, ...]:
    """Who is there and may not see the case at all: `may_not_know` of the room, of seats that have been read."""
    present = _present(meeting, invitations)
    accounts = _accounts(present)
    see = who_sees(meeting.case, list(accounts.values())) if accounts else frozenset()
    return tuple(name_of(each) for each in present if each.pk in accounts and accounts[each.pk].pk not in see)


def reads_restricted(user: User, meeting: MaseMeeting, *, projecting: bool = False) -> bool:
    """Whether this person may read the restricted part now; on a screen the room sees, whether the room may."""
    return sight_on(user, meeting, projecting=projecting) is Sight.ALL


def sight_on(user: User, meeting: MaseMeeting, *, projecting: bool = False) -> Sight:
    """How much this person's screen shows now; `projecting`: it is one the room sees."""
    room = room_of(meeting) if projecting else None
    if room is not None and room.may_not_know:
        return Sight.NOTHING
    family = meeting.family_in_room and meeting.is_open
    if family or not gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case):
        return Sight.OPEN
    return Sight.ALL if room is None or room.shows_restricted else Sight.OPEN


def _present(meeting: MaseMeeting, invitations: Iterable[Invitation]) -> list[Invitation]:
    return [
        each for each in invitations if is_in_room(each) and (meeting.family_in_room or not each.is_family)
    ]


def _accounts(present: list[Invitation]) -> dict[uuid.UUID, User]:
    return {each.pk: person for each in present if (person := _account(each))}


def _account(seat: Invitation) -> User | None:
    """Who sits there, where it is the person invited and no deputy."""
    came_instead = seat.attendance.code == "D" or bool(seat.attendance.who_came)
    return None if came_instead else seat.person
