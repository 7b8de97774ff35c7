"""Asking agencies and people to a meeting, and letting them see the child's case for as long as that takes."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cases.services.access import grant_for_meeting
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.choices import GrantSource
from cse_portal.access.grants import Holder, holds
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify
from cse_portal.ui.presenters import display_datetime
from mase.models import AgencyInformation, Invitation, MaseMeeting, RestrictedInformation
from mase.selectors.meetings import access_until, has_access, people_to_tell
from mase.services.locking import hold_open

LAWFUL_BASIS = "6_1_E"
REASON = "Invited to a meeting about this child"
CHAIR, CHILD, PARENT = "CHAIR", "CHILD", "PAR"
ROLES = {
    AgencyKind.SOCIAL_CARE: "SW", AgencyKind.CSE_TEAM: "CSEW", AgencyKind.POLICE: "POL", AgencyKind.HEALTH: "HLT",
    AgencyKind.HOSPITAL: "HLT", AgencyKind.EDUCATION: "EDU", AgencyKind.EARLY_HELP: "CSEW",
    AgencyKind.YOUTH_OFFENDING: "YOS", AgencyKind.HOUSING: "HOU", AgencyKind.VOLUNTARY: "VCS",
    AgencyKind.NEIGHBOUR: "OLA",
}  # fmt: skip


@transaction.atomic
def invite(
    *, meeting: MaseMeeting, agencies: Iterable[Agency], people: Iterable[Membership], by: User
) -> MaseMeeting:
    """Ask more agencies or people. Those who do not see the case yet see it until the minutes are settled.

    A restricted case is opened to named people only.
    """
    gate.require(by, Permission.MEETING_SCHEDULE, meeting.case)
    held = hold_open(meeting)
    for agency in agencies:
        ask(held, agency=agency, person=None, by=by)
    for membership in people:
        ask(held, agency=membership.agency, person=membership.user, by=by)
    return held


def ask(meeting: MaseMeeting, *, agency: Agency, person: User | None, by: User, role: str = "") -> Invitation:
    """One invitation, sight of the case where it is lacking, a place for the agency's information, and word of it."""
    role = role or ROLES.get(AgencyKind(agency.kind), "CSEW")
    asked = meeting.invitations.filter(agency=agency, person=person).first()
    if asked is not None:
        return asked
    holder: Holder = person or agency
    lacks = not has_access(meeting.case, holder)
    invitation = Invitation.objects.create(
        meeting=meeting, role=role, agency=agency, person=person, gave_access=lacks, invited_by=by
    )
    if lacks:
        open_case_to(meeting, holder, until=access_until(timezone.localdate(meeting.scheduled_for)), by=by)
    if role != CHAIR:
        _make_room_for(meeting, agency)
    detail = {
        "meeting": str(meeting.pk),
        "agency": str(agency.pk),
        "person": str(person.pk) if person else None,
    }
    record(Action.MEETING_INVITED, by=by, obj=invitation, case=meeting.case, detail=detail)
    words = f"You are invited to a meeting on {display_datetime(meeting.scheduled_for)}."
    tell([person] if person else people_to_tell(agency), meeting, words, by=by)
    return invitation


def _make_room_for(meeting: MaseMeeting, agency: Agency) -> None:
    """A place for what the agency knows, and one for what only professionals may; the second its asker may not see."""
    AgencyInformation.objects.get_or_create(meeting=meeting, agency=agency)
    with acting.for_the_system():
        RestrictedInformation.objects.get_or_create(meeting=meeting, agency=agency)


def ask_family(meeting: MaseMeeting, by: User) -> None:
    """The child and a parent or carer stand on the list of a meeting they are invited to."""
    for role, invited in ((CHILD, meeting.child_invited), (PARENT, meeting.parent_invited)):
        if invited:
            Invitation.objects.get_or_create(
                meeting=meeting, role=role, agency=None, person=None, defaults={"invited_by": by}
            )
        else:
            meeting.invitations.filter(role=role, attendance__isnull=True).delete()


def open_case_to(meeting: MaseMeeting, holder: Holder, *, until: dt.date, by: User) -> None:
    """Sight of the case to the end of a day."""
    grant_for_meeting(
        case=meeting.case, to=holder, meeting_id=meeting.pk, reason=REASON, lawful_basis=LAWFUL_BASIS,
        expires_at=end_of(until), by=by,
    )  # fmt: skip


def renew_access(meeting: MaseMeeting, *, until: dt.date, by: User) -> None:
    """Those who still hold the case through this meeting see it until another day.

    What was stopped since is not given back, and a case restricted since is opened to no agency.
    """
    for each in meeting.invitations.filter(gave_access=True).select_related("agency", "person"):
        holder = each.person or each.agency
        if holder is None or (each.person is None and meeting.case.is_restricted):
            continue
        if holds(meeting.case, holder, source=GrantSource.MEETING, source_id=meeting.pk):
            open_case_to(meeting, holder, until=until, by=by)


def tell_invited(meeting: MaseMeeting, words: str, *, by: User) -> None:
    """A sentence to everyone asked, except whoever did it."""
    people: dict[object, User] = {}
    for each in meeting.invitations.filter(agency__isnull=False).select_related("agency", "person"):
        reached = [each.person] if each.person else people_to_tell(each.agency)  # type: ignore[arg-type]
        people.update({person.pk: person for person in reached})
    tell(people.values(), meeting, words, by=by)


def tell(people: Iterable[User], meeting: MaseMeeting, words: str, *, by: User) -> None:
    """Leave the sentence with each of them who can open what it leads to."""
    for person in people:
        if person != by and gate.can(person, Permission.MEETING_VIEW, meeting):
            notify(user=person, text=words, url=f"/meetings/{meeting.pk}/")


def end_of(day: dt.date) -> dt.datetime:
    """The last moment of a day in this country."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))
