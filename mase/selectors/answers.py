"""How the invitations to a meeting are answered, and who may still be asked."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from cases.models import Case
from cases.selectors.access import who_has_access
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.errors import NotVisible
from cse_portal.reference.selectors import find_code
from mase.choices import role_of
from mase.models import Invitation, InvitationAnswer, MaseMeeting
from mase.selectors.meetings import agencies_to_invite, people_to_invite
from mase.selectors.record import QUORUM, counts_as
from mase.selectors.together import read_together


def current_answer(invitation: Invitation, meeting: MaseMeeting) -> InvitationAnswer | None:
    """The last answer for the time the meeting is at now; one for another time is none."""
    return invitation.answers.filter(about=meeting.scheduled_for).order_by("-answered_at", "-pk").first()


def answers_to(meeting: MaseMeeting) -> dict[uuid.UUID, InvitationAnswer]:
    """By invitation, the answer that counts."""
    rows = InvitationAnswer.objects.filter(invitation__meeting=meeting, about=meeting.scheduled_for)
    (found,) = read_together(meeting, rows.order_by("answered_at", "pk"))
    return {each.invitation_id: each for each in found}


def invitation_of(meeting: MaseMeeting, pk: uuid.UUID) -> Invitation:
    """The invitation of this meeting with this key; another meeting's does not exist here."""
    rows = meeting.invitations.select_related("agency", "person", "deputy", "meeting__case__lead_agency")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible
    found.meeting = meeting
    return found


def colleagues(invitation: Invitation) -> QuerySet[Membership]:
    """Who may come in somebody's place: people of the same agency who work with children."""
    if invitation.agency_id is None:
        return Membership.objects.none()
    return people_to_invite().filter(agency=invitation.agency_id).exclude(user=invitation.person_id)


@dataclass(frozen=True)
class Suggested:
    """Who holds the case now and is not asked yet; of them, those whose role belongs at the table; who is missing."""

    agencies: QuerySet[Agency]
    people: QuerySet[Membership]
    expected_agencies: list[Agency]
    expected_people: list[Membership]
    missing: list[str]


def suggested(case: Case, meeting: MaseMeeting | None = None) -> Suggested:
    """From the grants of the case; the roles that belong at every table, and the quorum, are reference data."""
    invited = list(meeting.invitations.select_related("agency")) if meeting else []
    asked = {(each.agency_id, each.person_id) for each in invited}
    at_table = {each.agency_id for each in invited}
    access = who_has_access(case)
    holders = [each.holder for each in access if each.sees]
    agencies = [] if case.is_restricted else [each for each in holders if isinstance(each, Agency)]
    wanted = agencies_to_invite().filter(
        pk__in=[each.pk for each in agencies if (each.pk, None) not in asked]
    )
    people = people_to_invite().filter(user__in=[each for each in holders if isinstance(each, User)])
    people = people.exclude(user__in=[person for _, person in asked if person])
    here = {part for each in invited for part in counts_as(each)}
    return Suggested(
        agencies=wanted,
        people=people,
        expected_agencies=[each for each in wanted if is_expected(each) and each.pk not in at_table],
        expected_people=[each for each in people if is_expected(each.agency)],
        missing=[words for part, words in QUORUM.items() if part not in here],
    )


def is_expected(agency: Agency) -> bool:
    """Whether an agency of this kind belongs at every table."""
    role = find_code("meeting-role", role_of(agency))
    return bool(role and role.extra.get("expected"))
