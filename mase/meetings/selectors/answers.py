"""How the invitations to a meeting are answered, and who may still be asked."""

import uuid
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from cases.history.selectors import school_of
from cases.record.models.case import Case
from cse_portal.access import grants
from cse_portal.access.rows import excluded_from, get_visible
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.selectors import find_code
from mase.meetings.choices import AT_EVERY_TABLE, role_of
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.meetings import agencies_to_invite, people_to_invite
from mase.meetings.selectors.record import QUORUM, counts_as


def invitation_of(meeting: Meeting, pk: uuid.UUID) -> Invitation:
    """The invitation of this meeting with this key; another meeting's does not exist here."""
    rows = meeting.invitations.select_related("agency", "person", "deputy", "meeting__case__lead_agency")
    found = get_visible(rows.filter(pk=pk))
    found.meeting = meeting
    return found


def works_for_agency(invitation: Invitation, person: User) -> bool:
    """Whether somebody works for the agency that is asked, today."""
    works = Membership.objects.current().filter(user=person, agency=invitation.agency_id)
    return works.filter(user__is_active=True, user__is_system=False).exists()


def colleagues(invitation: Invitation) -> QuerySet[Membership]:
    """Who may come in somebody's place: people of the same agency who work with children."""
    if invitation.agency_id is None:
        return Membership.objects.none()
    return people_to_invite().filter(agency=invitation.agency_id).exclude(user=invitation.person_id)


@dataclass(frozen=True)
class Suggested:
    """Who holds the case now and is not asked yet, and the child's school; who belongs there; who is missing."""

    agencies: QuerySet[Agency]
    people: QuerySet[Membership]
    invited: list[Invitation]
    school: Agency | None = None

    @cached_property
    def expected_agencies(self) -> list[Agency]:
        """Those to tick, unless somebody of theirs is at the table already."""
        at_table = {each.agency_id for each in self.invited}
        belongs = (each for each in self.agencies if is_expected(each) or each == self.school)
        return [each for each in belongs if each.pk not in at_table]

    @cached_property
    def expected_people(self) -> list[Membership]:
        """Those to tick."""
        return [each for each in self.people if is_expected(each.agency)]

    @property
    def people_to_book(self) -> list[Membership]:
        """Those to tick beside these agencies, which each of their people reads of anyway."""
        through = {each.pk for each in self.expected_agencies}
        return [each for each in self.expected_people if each.agency_id not in through]

    @property
    def missing(self) -> list[str]:
        """The agencies that a quorum needs and nobody is asked from, in words."""
        here = {part for each in self.invited for part in counts_as(each)}
        return [words for part, words in QUORUM.items() if part not in here]


def suggested(case: Case, meeting: Meeting | None = None) -> Suggested:
    """From the grants of the case; the roles that belong at every table, and the quorum, are reference data."""
    invited = list(meeting.invitations.select_related("agency")) if meeting else []
    whole = [each.agency_id for each in invited if each.person_id is None and each.agency_id]
    groups = grants.sight_rows(case, Agency).values("group_id")
    users = grants.sight_rows(case, User).values("user_id")
    people = people_to_invite().filter(user__in=users)
    people = people.exclude(user__in=[each.person_id for each in invited if each.person_id])
    school = school_of(case)
    belong = [school.pk] if school else []
    if meeting is None:
        belong += _at_every_table(case, people)
    known = Q(group__in=groups) | Q(pk__in=belong)
    agencies = agencies_to_invite().filter(known).exclude(pk__in=whole)
    return Suggested(agencies.none() if case.is_restricted else agencies, people, invited, school)


def _at_every_table(case: Case, people: QuerySet[Membership]) -> list[uuid.UUID]:
    """Police, social care, health and education (strategy 14.3), where the partnership has one agency of that kind.

    Of several only those who hold the case belong there; where somebody holds it by name, they and not the agency; and
    nobody who is excluded from it.
    """
    rows = agencies_to_invite().filter(kind__in=AT_EVERY_TABLE)
    named = set(people.values_list("agency", flat=True))
    kinds = Counter(each.kind for each in rows)
    shut = named.union(who for _, who in excluded_from([case.pk]))
    return [each.pk for each in rows if kinds[each.kind] == 1 and each.pk not in shut]


def is_expected(agency: Agency) -> bool:
    """Whether an agency of this kind belongs at every table."""
    role = find_code("meeting-role", role_of(agency))
    return bool(role and role.extra.get("expected"))
