"""Who gets the minutes of a meeting, who may be put on the list, and the drafts that are still to be sent out."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from cases.record.choices import Section
from cases.sharing.selectors.access import access_summary, who_has_access
from cse_portal.access import gate
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.querysets import opens
from mase.meetings.selectors.thresholds import is_present
from mase.minutes.models import Minutes, MinutesRecipient
from mase.plans.models.plan import PlanAction


@dataclass(frozen=True)
class Candidate:
    """A person, or everybody at an agency, who sees the case and so may get the minutes.

    `seat` is their place at the meeting, `restricted` whether their copy has the restricted part.
    """

    holder: Holder
    agency: Agency
    seat: Invitation | None = None
    restricted: bool = False
    listed: bool = False

    @property
    def name(self) -> str:
        """As the list calls them."""
        if isinstance(self.holder, Agency):
            return f"Everybody at {self.holder.name}"
        return f"{self.holder.full_name}, {self.agency.name}"


def default_recipients(minutes: Minutes, by: User) -> list[MinutesRecipient]:
    """Who attended, who took the minutes, and who owns an action; not saved yet. The caller reads every action.

    An agency as a whole only where nobody knows who came for it, or it has not named who does its action.
    """
    found = dict.fromkeys(_attended(minutes.meeting))
    actions = PlanAction.objects.filter(meeting=minutes.meeting_id).select_related("owner", "agency")
    found |= dict.fromkeys((each.agency, each.owner) for each in actions)
    return [
        MinutesRecipient(minutes=minutes, agency=agency, person=person, added_by=by)
        for agency, person in found
    ]


def candidates(minutes: Minutes) -> list[Candidate]:
    """Everybody who may be on the list, by agency and name: for who runs the meeting, who always has the minutes."""
    meeting = minutes.meeting
    found: dict[uuid.UUID, Candidate] = {}
    for seat in _seats(meeting):
        holders: list[Holder | None] = [seat.person or seat.agency, seat.deputy]
        for holder in holders:
            if holder is not None and seat.agency is not None:
                found.setdefault(holder.pk, Candidate(holder, seat.agency, seat))
    access = [each for each in who_has_access(meeting.case) if each.sees]
    for each in access:
        if agency := each.holder if isinstance(each.holder, Agency) else each.agency:
            found.setdefault(each.holder.pk, Candidate(each.holder, agency))
    rows = list(minutes.recipients.select_related("person", "agency"))
    for row in rows:
        holder = row.person or row.agency
        found.setdefault(holder.pk, Candidate(holder, row.agency))
    people = [each.holder for each in found.values() if isinstance(each.holder, User)]
    agencies = [each.holder for each in found.values() if isinstance(each.holder, Agency)]
    sight = access_summary(meeting.case, Section.MINUTES, people, agencies)
    listed = {row.person_id or row.agency_id for row in rows}
    reading = sight.part | {each.holder.pk for each in access if Section.MINUTES in each.parts}
    shown = [
        replace(each, listed=key in listed, restricted=key in reading)
        for key, each in found.items()
        if key in listed
        or key in sight.case
        and not (isinstance(each.holder, User) and opens(each.holder, Permission.MEETING_CHAIR))
    ]
    return sorted(shown, key=lambda each: (each.agency.name, each.name))


def _attended(meeting: Meeting) -> Iterator[tuple[Agency, User | None]]:
    here = [each for each in _seats(meeting) if is_present(each) or each.takes_minutes]
    named = {each.pk: each.who_came for each in here if is_present(each)}
    works = Membership.objects.current().filter(user__full_name__in=filter(None, named.values()))
    who = {(each.agency, each.user.full_name): each.user for each in works.select_related("user", "agency")}
    for seat in here:
        if seat.agency:
            came = who.get((seat.agency, named.get(seat.pk, "")))
            yield seat.agency, came or seat.deputy or seat.person


def _seats(meeting: Meeting) -> list[Invitation]:
    return list(meeting.invitations.select_related("agency", "person", "deputy"))


def drafts(user: User) -> QuerySet[Minutes]:
    """Not sent out yet, of those this person may read, of CMOGs for who runs them; the longest waiting first."""
    rows = Minutes.objects.visible_to(user).filter(circulated_at__isnull=True)
    if not gate.can(user, Permission.CMOG_BOOK):
        rows = rows.filter(meeting__case__isnull=False)
    return rows.select_related("meeting__case__child", "meeting__chair").order_by("due_on", "id")
