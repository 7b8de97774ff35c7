"""Professional disagreements: one, a child's, and the lists of them, for the person who asks."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import excluded_from, get_visible
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.people.selectors import own_agency
from mase.disagreements.models import (
    HEADS_OF_SERVICE,
    LAST_STAGE,
    Disagreement,
    DisagreementAnswer,
    DisagreementStage,
    DisagreementState,
    NamedStage,
    StageCall,
    StageCause,
    StagePerson,
)
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import agencies_to_invite, chairs_for, people_to_tell
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


@dataclass(frozen=True)
class History:
    """How it went: its stages in order, and what was said at each."""

    stages: list[DisagreementStage]
    answers: list[DisagreementAnswer]


def history_of(disagreement: Disagreement) -> History:
    """Anyone who asks was shown the disagreement."""
    return History(
        stages=list(disagreement.stages.select_related("started_by")),
        answers=list(disagreement.answers.select_related("by", "agency")),
    )


@dataclass(frozen=True)
class Verbs:
    """What this person may do with it now."""

    answers: bool
    escalates: bool
    calls: bool
    resolves: bool
    withdraws: bool

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return self.answers or self.escalates or self.resolves or self.withdraws


def verbs(user: User, row: Disagreement) -> Verbs:
    """Asked once a page; nothing of one that has ended."""
    answers, settles, withdraws = (
        row.is_open and gate.can(user, permission, row)
        for permission in (
            Permission.DISAGREEMENT_ANSWER, Permission.DISAGREEMENT_SETTLE, Permission.DISAGREEMENT_WITHDRAW,
        )
    )  # fmt: skip
    return Verbs(
        answers=answers,
        escalates=settles and row.stage < LAST_STAGE,
        calls=answers and not called_today(row),
        resolves=settles,
        withdraws=withdraws,
    )


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


@dataclass(frozen=True)
class Named:
    """A stage of the agency's own, and whom it names; `works_for_agency`: whether they can still be told."""

    stage: NamedStage
    person: User | None
    works_for_agency: bool


@dataclass(frozen=True)
class Called:
    """What somebody who was called reads: no word of it is the child's, nor written about the child."""

    call: StageCall
    disagreement: Disagreement
    chairs: list[User]
    sees_it: bool


def people_of_agency(agency: Agency) -> QuerySet[Membership]:
    """Who can be named: everybody who takes part for it today, and no system."""
    rows = Membership.objects.current().filter(agency=agency, suspended_at__isnull=True)
    return (
        rows.filter(user__is_active=True, user__is_system=False)
        .select_related("user", "agency")
        .order_by("user__full_name")
    )


def named_by(user: User) -> list[Named]:
    """Whom the agency of this lead names for each stage."""
    agency = own_agency(user)
    rows = StagePerson.objects.now().filter(agency=agency).select_related("person")
    people = {row.stage: row.person for row in rows}
    there = set(people_of_agency(agency).values_list("user", flat=True))
    return [
        Named(stage, person := people.get(stage), person is not None and person.pk in there)
        for stage in NamedStage
    ]


def answers_for(disagreement: Disagreement, agency: Agency, stage: int) -> list[User]:
    """Whom the agency names for the stage; its leads where it names nobody who is there and may be called."""
    if agency.pk in {each for _, each in excluded_from([disagreement.case_id])}:
        return []
    rows = StagePerson.objects.now().filter(agency=agency, stage=stage)
    named = [each.user for each in people_of_agency(agency).filter(user__in=rows.values("person"))]
    found = may_be_called(disagreement, named)
    return found or may_be_called(disagreement, leads_by_agency([agency.pk])[agency.pk])


def may_be_called(disagreement: Disagreement, people: Iterable[User]) -> list[User]:
    """Those who may hear that there is such a case: nobody who is shut out; of a restricted one, who sees it."""
    shut = {each for _, each in excluded_from([disagreement.case_id])}
    found = [each for each in people if each.pk not in shut]
    if not disagreement.case.is_restricted:
        return found
    gate.ask_together(found, Permission.CASE_VIEW, disagreement.case)
    return [each for each in found if gate.can(each, Permission.CASE_VIEW, disagreement.case)]


def called(user: User, pk: uuid.UUID) -> Called:
    """What this person was called to; NotVisible for everybody else."""
    found = get_visible(StageCall.objects.visible_to(user).select_related("agency").filter(pk=pk))
    rows = Disagreement.objects.select_related("agency", "against", "raised_by", "meeting", "case")
    with (
        acting.for_the_system()
    ):  # of a case that they need not see: its presenter tells nothing of the child
        row = rows.get(pk=found.disagreement_id)
        chairs = chairs_for(row.case)
    return Called(found, row, chairs, gate.can(user, Permission.DISAGREEMENT_VIEW, row))


def calls_of(disagreement: Disagreement) -> list[StageCall]:
    """Who was called, in order; anyone who asks was shown the disagreement."""
    return list(StageCall.objects.filter(disagreement=disagreement).select_related("person", "agency"))
