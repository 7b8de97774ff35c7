"""Who answers for an agency at a stage of a disagreement, and what whoever is called to one may read of it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.errors import NotVisible
from cse_portal.people.selectors import own_agency
from mase.choices import NamedStage
from mase.models import Disagreement, StageCall, StagePerson
from mase.selectors.handing_over import leads_by_agency, shut_out_of
from mase.selectors.meetings import chairs_for


@dataclass(frozen=True)
class Named:
    """A stage of the agency's own, and whom it names; `works_there`: whether they can still be told."""

    stage: NamedStage
    person: User | None
    works_there: bool


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
    if agency.pk in {each for _, each in shut_out_of([disagreement.case_id])}:
        return []
    with acting.for_the_system():  # whom another agency names is nobody's to read
        rows = StagePerson.objects.now().filter(agency=agency, stage=stage)
        there = people_of_agency(agency).filter(user__in=rows.values("person"))
        named = [each.user for each in there]
    found = may_be_called(disagreement, named)
    return found or may_be_called(disagreement, leads_by_agency([agency.pk])[agency.pk])


def may_be_called(disagreement: Disagreement, people: Iterable[User]) -> list[User]:
    """Those who may hear that there is such a case: nobody who is shut out; of a restricted one, who sees it."""
    shut = {each for _, each in shut_out_of([disagreement.case_id])}
    found = [each for each in people if each.pk not in shut]
    if not disagreement.case.is_restricted:
        return found
    gate.ask_together(found, Permission.CASE_VIEW, disagreement.case)
    return [each for each in found if gate.can(each, Permission.CASE_VIEW, disagreement.case)]


def called(user: User, pk: uuid.UUID) -> Called:
    """What this person was called to; NotVisible for everybody else."""
    found = StageCall.objects.visible_to(user).select_related("agency").filter(pk=pk).first()
    if found is None:
        raise NotVisible
    rows = Disagreement.objects.select_related("agency", "against", "raised_by", "meeting", "case")
    with (
        acting.for_the_system()
    ):  # of a case that they need not see: its presenter tells nothing of the child
        row = rows.get(pk=found.disagreement_id)
        chairs = chairs_for(row.case)
    return Called(found, row, chairs, gate.can(user, Permission.DISAGREEMENT_VIEW, row))


def calls_of(disagreement: Disagreement) -> list[StageCall]:
    """Who was called, in order; whoever asks was shown the disagreement."""
    return list(StageCall.objects.filter(disagreement=disagreement).select_related("person", "agency"))
