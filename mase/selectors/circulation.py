"""Who gets the minutes of a meeting: everybody asked and everybody who has the case, but whom the chair left out."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from cases.choices import Section
from cases.selectors.access import Access, Sight, sight_of, who_has_access
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.standing import standing
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.errors import NotVisible
from mase.choices import MINUTE_TAKER, MeetingState
from mase.models import Invitation, LeftOut, MaseMeeting

UNTOLD = (Role.AGENCY_LEAD, Role.API_CLIENT)  # as `people_to_tell` says it of one agency


class Stays(StrEnum):
    """Why somebody cannot be left out."""

    CHAIRS = "chairs"
    RUNS = "runs"
    TAKES_MINUTES = "takes minutes"


@dataclass(frozen=True)
class Place:
    """The seat at the table somebody has the minutes through; without one they have the case anyway.

    `told`: word of the minutes reaches them, where others only find them with the case.
    """

    seat: Invitation | None
    told: bool


@dataclass(frozen=True)
class Recipient:
    """A person, or everybody at an agency that was asked or has the case without a name.

    `restricted`: their copy has the restricted part. `leads`: they are the child's lead professional.
    """

    holder: Holder
    agency: Agency
    place: Place
    restricted: bool
    leads: bool = False
    stays: Stays | None = None

    @property
    def is_agency(self) -> bool:
        """Everybody there, rather than one person."""
        return isinstance(self.holder, Agency)

    @property
    def name(self) -> str:
        """As the list calls them."""
        if isinstance(self.holder, Agency):
            return f"Everybody at {self.holder.name}"
        return str(self.holder.full_name)

    @property
    def within_a_sentence(self) -> str:
        """The same, in the middle of one."""
        return f"everybody at {self.agency.name}" if self.is_agency else self.name

    @property
    def is_deputy(self) -> bool:
        """Comes in the place of whoever was asked."""
        return self.place.seat is not None and self.holder.pk == self.place.seat.deputy_id


@dataclass(frozen=True)
class Circulation:
    """Who gets the minutes as things stand, by agency, and who was left out of them."""

    getting: list[Recipient]
    left_out: list[LeftOut]

    def recipient(self, key: uuid.UUID) -> Recipient | None:
        """Who has this key, if they get the minutes."""
        return next((each for each in self.getting if each.holder.pk == key), None)


def circulation(meeting: MaseMeeting) -> Circulation:
    """The list for whoever runs the meeting: who may see the case, whether asked or not. Nobody else is shown it."""
    seats = [
        each
        for each in meeting.invitations.select_related("agency", "person", "deputy", "attendance")
        if each.agency
    ]
    access = [each for each in who_has_access(meeting.case) if each.sees]
    rows = list(meeting.left_out.standing_now().select_related("person", "agency", "by"))
    out = {each.person_id or each.agency_id for each in rows}
    agencies, named = _agencies(seats, access), _named(meeting, seats)
    places = _places(named, agencies, access)
    asked_about = [agency for agency, _ in agencies.values()]
    sight = sight_of(meeting.case, Section.MINUTES, list(places), asked_about)
    getting = [
        _whole(agency, place, access) for agency, place in agencies.values() if agency.pk in sight.case - out
    ]
    for person, place in places.items():
        found = _one(meeting, person, place, sight) if person.pk in sight.case - out else None
        if found and (found.agency.pk not in out or (person in named and not left_out_now(meeting, person))):
            getting.append(found)
    return Circulation(sorted(getting, key=_in_order), rows)


def left_out_now(meeting: MaseMeeting, person: User) -> bool:
    """Whether the chair left this person out, by name or with their agency: for who runs the meeting, or the system."""
    who = standing(person)
    return who is not None and meeting.left_out.standing_now().naming(who).exists()


def has_list(meeting: MaseMeeting) -> bool:
    """Whether there is anything to send or to read: not of a meeting that was cancelled before it ever began."""
    return meeting.state != MeetingState.CANCELLED or meeting.broken_off.exists()


def left_out_row(meeting: MaseMeeting, pk: uuid.UUID) -> LeftOut:
    """One of those who were left out; NotVisible if this meeting has none with this key. The gate has been asked."""
    row = meeting.left_out.select_related("person", "agency").filter(pk=pk).first()
    if row is None:
        raise NotVisible
    return row


def _named(meeting: MaseMeeting, seats: list[Invitation]) -> dict[User, Place]:
    """Whom a seat or the case itself names: those asked by name, deputies, the chair, the lead professional there."""
    found: dict[User, Place] = {}
    # Whoever has two seats takes the minutes.
    for seat in sorted(seats, key=lambda each: each.role != MINUTE_TAKER):
        for person in filter(None, (seat.person, seat.deputy)):
            found.setdefault(person, Place(seat, told=True))
    lead = meeting.case.lead_professional
    found.setdefault(meeting.chair, Place(None, told=False))
    if lead is not None and _leads(meeting, lead):
        found.setdefault(lead, Place(None, told=False))
    return found


def _agencies(seats: list[Invitation], access: list[Access]) -> dict[uuid.UUID, tuple[Agency, Place]]:
    """Those asked without a name, and those that have the case."""
    found: dict[uuid.UUID, tuple[Agency, Place]] = {}
    for seat in seats:
        if seat.agency and seat.person_id is None:
            found.setdefault(seat.agency.pk, (seat.agency, Place(seat, told=True)))
    for each in access:
        if isinstance(each.holder, Agency):
            found.setdefault(each.holder.pk, (each.holder, Place(None, told=False)))
    return found


def _places(
    named: dict[User, Place], agencies: dict[uuid.UUID, tuple[Agency, Place]], access: list[Access]
) -> dict[User, Place]:
    """Everybody there is: those named, whom word to an agency that was asked reaches, who has the case by name."""
    found = dict(named)
    asked = {key: place for key, (_, place) in agencies.items() if place.told}
    rows = Membership.objects.current().filter(agency__in=asked, user__is_active=True).select_related("user")
    for row in rows.exclude(role__in=UNTOLD).order_by("user__full_name"):
        found.setdefault(row.user, asked[row.agency_id])
    for each in access:
        if isinstance(each.holder, User):
            found.setdefault(each.holder, Place(None, told=False))
    return found


def _whole(agency: Agency, place: Place, access: list[Access]) -> Recipient:
    given = {part for each in access if each.holder == agency for part in each.parts}
    return Recipient(agency, agency, place, restricted=Section.MINUTES in given)


def _one(meeting: MaseMeeting, person: User, place: Place, sight: Sight) -> Recipient | None:
    """One person as the gate sees them."""
    who = standing(person)
    if who is None:
        return None
    leads = _leads(meeting, person)
    stays = _stays(meeting, person, who.role, place.seat)
    return Recipient(person, who.agency, place, restricted=person.pk in sight.part, leads=leads, stays=stays)


def _leads(meeting: MaseMeeting, person: User) -> bool:
    """The child's lead professional, while they work for the lead agency: whoever moved leads on paper only."""
    who = standing(person)
    at_work = who is not None and who.agency.pk == meeting.case.lead_agency_id
    return at_work and person.pk == meeting.case.lead_professional_id


def _stays(meeting: MaseMeeting, person: User, role: Role, seat: Invitation | None) -> Stays | None:
    if person.pk == meeting.chair_id:
        return Stays.CHAIRS
    if Permission.MEETING_CHAIR in ROLES[role].permissions:
        return Stays.RUNS
    by_name = seat is not None and person.pk in (seat.person_id, seat.deputy_id)
    return Stays.TAKES_MINUTES if by_name and seat and seat.role == MINUTE_TAKER else None


def _in_order(each: Recipient) -> tuple[str, bool, str]:
    name = "" if isinstance(each.holder, Agency) else each.holder.full_name
    return each.agency.name, not each.is_agency, name
