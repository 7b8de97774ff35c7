"""Professional disagreements: one, a child's, and the lists of them, for the person who asks."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
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
from mase.disagreements.models import (
    HEADS_OF_SERVICE,
    LAST_STAGE,
    Disagreement,
    DisagreementState,
    StageCause,
)
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import agencies_to_invite, people_to_tell
from mase.plans.selectors.handing_over import leads_by_agency

ALL, AGENCY = "all", "agency"
OPEN, OVERDUE, ENDED = "open", "overdue", "ended"


def disagreement_for(user: User | AnonymousUser, pk: uuid.UUID) -> Disagreement:
    """The disagreement with this key; NotVisible if it does not exist for this person."""
    rows = Disagreement.objects.visible_to(user).with_context()
    found = get_visible(rows.select_related("raised_by", "ended_by", "meeting").filter(pk=pk))
    gate.note_shown(user, Permission.CASE_VIEW, found.case)
    return found


def disagreement_list(user: User, *, whose: str = ALL, show: str = OPEN) -> QuerySet[Disagreement]:
    """All I may see or my agency's: open ones soonest due first, ended ones newest first."""
    rows = Disagreement.objects.visible_to(user).with_context()
    who = user_context(user)
    if who is None:
        return rows.none()
    if whose == AGENCY:
        rows = rows.of_agency(who.agency)
    if show == ENDED:
        return rows.exclude(state=DisagreementState.OPEN).order_by("-ended_at", "id")
    return rows.run_out() if show == OVERDUE else rows.open()


def of_case(case: Case) -> list[Disagreement]:
    """All about this child, newest first; anyone who asks was shown the case."""
    return list(Disagreement.objects.filter(case=case).select_related("agency", "against"))


def open_of_case(case: Case) -> int:
    """How many of them are open."""
    return Disagreement.objects.filter(case=case).open().count()


def learning(user: User) -> list[Disagreement]:
    """What was learned from those that were resolved, newest first, on the cases this person may see."""
    rows = Disagreement.objects.visible_to(user).filter(state=DisagreementState.RESOLVED)
    return list(rows.order_by("-ended_at", "id")[:100])


def verbs(user: User, row: Disagreement) -> set[str]:
    """What this person may do with it now, by its address; nothing with one that has ended."""
    if not row.is_open:
        return set()
    found = set[str]()
    if gate.can(user, Permission.DISAGREEMENT_ANSWER, row):
        found |= {"answer"} if called_today(row) else {"answer", "safety"}
    if gate.can(user, Permission.DISAGREEMENT_SETTLE, row):
        found |= {"resolve", "further"} if row.stage < LAST_STAGE else {"resolve"}
    return found | {"withdraw"} if gate.can(user, Permission.DISAGREEMENT_WITHDRAW, row) else found


def called_today(row: Disagreement) -> bool:
    """Whether anyone who has it now was called today because a child may not be safe."""
    if row.stage < HEADS_OF_SERVICE or not row.immediate_safety:
        return False
    calls = row.stages.filter(number=row.stage, cause=StageCause.SAFETY)
    return calls.filter(started_at__date=timezone.localdate()).exists()


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


def meetings_of(case: Case) -> QuerySet[Meeting]:
    """The meetings a disagreement may have come from; anyone who asks was shown the case."""
    return Meeting.objects.filter(case=case).order_by("-scheduled_for")


def may_be_called(disagreement: Disagreement, people: Iterable[User]) -> list[User]:
    """Those who may hear that there is such a case: nobody who is shut out; of a restricted one, who sees it."""
    shut = {each for _, each in excluded_from([disagreement.case_id])}
    found = [each for each in people if each.pk not in shut]
    if not disagreement.case.is_restricted:
        return found
    gate.ask_together(found, Permission.CASE_VIEW, disagreement.case)
    return [each for each in found if gate.can(each, Permission.CASE_VIEW, disagreement.case)]


@dataclass(frozen=True)
class Called:
    """Who is called to settle a disagreement at its stage, each with their agency, and the agencies with nobody.

    None among those stands for the roles that the stage names beside the two agencies.
    """

    people: dict[User, Agency]
    silent: list[Agency | None]


def called_at(disagreement: Disagreement) -> Called:
    """The leads of the two agencies, who bring in the right person of theirs; at the last stage also whom it names.

    Anyone who is shut out of the case is not told that there is one, nor of a restricted case anyone who does not see
    it.
    """
    roles = set(stage_code(disagreement).extra.get("tells", ()))
    shut = {each for _, each in excluded_from([disagreement.case_id])}
    people: dict[User, Agency] = {}
    silent: list[Agency | None] = []
    if Role.AGENCY_LEAD in roles:
        sides = (disagreement.agency, disagreement.against)
        leads = leads_by_agency([each.pk for each in sides])
        for agency in sides:
            found = [] if agency.pk in shut else may_be_called(disagreement, leads[agency.pk])
            people |= dict.fromkeys(found, agency)
            silent += [] if found else [agency]
    if beside := roles - {Role.AGENCY_LEAD}:
        others = _others(disagreement, beside)
        people |= others
        silent += [] if others else [None]
    return Called(people, silent)


def stage_code(disagreement: Disagreement) -> Code:
    """The stage it has reached, with whom it is told to: reference data."""
    return next(each for each in codes("escalation-stage") if each.code == str(disagreement.stage))


def _others(disagreement: Disagreement, roles: set[str]) -> dict[User, Agency]:
    """Anyone who has one of these roles, wherever they work, and may be called."""
    rows = Membership.objects.current().filter(
        role__in=roles, user__is_active=True, suspended_at__isnull=True
    )
    found = {row.user: row.agency for row in rows.select_related("user", "agency")}
    shut = {each for _, each in excluded_from([disagreement.case_id])}
    return {each: found[each] for each in may_be_called(disagreement, found) if found[each].pk not in shut}
