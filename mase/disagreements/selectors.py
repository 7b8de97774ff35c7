"""Professional disagreements: one, a child's, and the lists of them, for the person who asks."""

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import excluded_from, get_visible
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import codes
from mase.disagreements.models import HEADS_OF_SERVICE, LAST_STAGE, Disagreement, EntryKind
from mase.meetings.selectors.meetings import agencies_to_invite, people_to_tell

OPEN, OVERDUE, ENDED = "open", "overdue", "ended"
BOARD = "The board"


def disagreement_for(user: User | AnonymousUser, pk: uuid.UUID) -> Disagreement:
    """The disagreement with this key; NotVisible if it does not exist for this person."""
    rows = Disagreement.objects.visible_to(user).with_context()
    found = get_visible(rows.select_related("raised_by", "ended_by").filter(pk=pk))
    gate.note_shown(user, Permission.CASE_VIEW, found.case)
    return found


def disagreement_list(user: User, *, show: str = OPEN) -> QuerySet[Disagreement]:
    """All I may see: open ones soonest due first, ended ones newest first."""
    rows = Disagreement.objects.visible_to(user).with_context()
    if show == ENDED:
        return rows.exclude(ended_at=None).order_by("-ended_at", "id")
    return rows.run_out() if show == OVERDUE else rows.open()


def of_case(case: Case) -> list[Disagreement]:
    """All about this child, newest first; anyone who asks was shown the case."""
    return list(Disagreement.objects.filter(case=case).select_related("agency", "against"))


def open_of_case(case: Case) -> int:
    """How many of them are open."""
    return Disagreement.objects.filter(case=case).open().count()


MAY = {
    EntryKind.ANSWERED: Permission.DISAGREEMENT_ANSWER,
    EntryKind.ESCALATED: Permission.DISAGREEMENT_SETTLE,
    EntryKind.SAFETY: Permission.DISAGREEMENT_ANSWER,
    EntryKind.RESOLVED: Permission.DISAGREEMENT_SETTLE,
    EntryKind.WITHDRAWN: Permission.DISAGREEMENT_WITHDRAW,
}


def open_to(user: User, row: Disagreement) -> list[EntryKind]:
    """What this person may do with it now; nothing with one that has ended."""
    spent = {EntryKind.ESCALATED: row.stage >= LAST_STAGE, EntryKind.SAFETY: called_today(row)}
    asked = {kind: may for kind, may in MAY.items() if row.is_open and not spent.get(kind)}
    return [kind for kind, may in asked.items() if gate.can(user, may, row)]


def called_today(row: Disagreement) -> bool:
    """Whether anyone who has it now was called today because a child may not be safe."""
    if row.stage < HEADS_OF_SERVICE or not row.immediate_safety:
        return False
    calls = row.entries.filter(stage=row.stage, kind=EntryKind.SAFETY)
    return calls.filter(at__date=timezone.localdate()).exists()


def is_heard(row: Disagreement) -> bool:
    """Whether anybody of the agency it was raised with sees the case, and so can answer.

    Not why nobody does: that an agency is shut out is nobody's to learn from a page.
    """
    people = people_to_tell(row.against)
    gate.ask_together(people, Permission.CASE_VIEW, row.case)
    return any(gate.can(person, Permission.DISAGREEMENT_VIEW, row) for person in people)


def others(user: User) -> QuerySet[Agency]:
    """The agencies one can disagree with: all that work with children but one's own."""
    who = user_context(user)
    agencies = agencies_to_invite()
    return agencies.exclude(pk=who.agency.pk) if who else agencies.none()


def called_at(row: Disagreement) -> tuple[dict[User, Agency], list[str]]:
    """Who is called to settle it at its stage, each with their agency, and who has nobody to call.

    The leads of the two agencies, who bring in the right person of theirs; at the last stage also whom it names.

    Anyone who is shut out of the case is not told that there is one, nor of a restricted case anyone who does not see
    it.
    """
    roles = set(stage_code(row).extra.get("tells", ()))
    shut = {each for _, each in excluded_from([row.case_id])}
    members = Membership.objects.current().filter(
        role__in=roles, user__is_active=True, suspended_at__isnull=True
    )
    sides = (row.agency, row.against)
    members = members.exclude(Q(user__in=shut) | Q(agency__in=shut))
    members = members.filter(Q(agency__in=sides) | ~Q(role=Role.AGENCY_LEAD))
    people: dict[User, Agency] = {}
    answering: set[str] = set()
    for each in members.select_related("user", "agency"):
        if row.case.is_restricted and not gate.can(each.user, Permission.CASE_VIEW, row.case):
            continue
        people[each.user] = each.agency
        answering.add(each.agency.short_name if each.role == Role.AGENCY_LEAD else BOARD)
    asked = [each.short_name for each in sides] if Role.AGENCY_LEAD in roles else []
    asked += [BOARD] if roles - {Role.AGENCY_LEAD} else []
    return people, [each for each in asked if each not in answering]


def stage_code(row: Disagreement) -> Code:
    """The stage it has reached, with whom it is told to: reference data."""
    return next(each for each in codes("escalation-stage") if each.code == str(row.stage))
