"""The strategy's action plan, for who may read it: each objective with how it stands and how it stood."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import codes
from mase.strategy.models import Rag, StrategicObjective, StrategicUpdate

OBJECTIVES = "strategic-objective"


@dataclass(frozen=True)
class ObjectiveRecord:
    """An objective and its history, newest first."""

    objective: StrategicObjective
    updates: list[StrategicUpdate]

    @property
    def rag(self) -> Rag | None:
        """How it stands: the colour last reported."""
        return next((Rag(each.rag) for each in self.updates if each.rag), None)

    @property
    def reported(self) -> StrategicUpdate | None:
        """The report that said so."""
        return next((each for each in self.updates if each.rag), None)

    @property
    def is_overdue(self) -> bool:
        """Past its day and not done."""
        due: dt.date | None = self.objective.due_on
        return due is not None and due < timezone.localdate() and self.rag != Rag.DONE


def plan(user: User) -> list[ObjectiveRecord]:
    """Every objective, in the order of the plan."""
    gate.require(user, Permission.STRATEGIC_VIEW)
    return [ObjectiveRecord(each, list(each.updates.all())) for each in _objectives()]


def objective_for(user: User, pk: uuid.UUID) -> ObjectiveRecord:
    """One objective; NotVisible if there is none for this person."""
    gate.require(user, Permission.STRATEGIC_VIEW)
    found = get_visible(_objectives().filter(pk=pk))
    return ObjectiveRecord(found, list(found.updates.all()))


def to_set_out() -> list[Code]:
    """Objectives of the strategy that the plan does not have yet."""
    there = set(StrategicObjective.objects.values_list("code", flat=True))
    return [each for each in codes(OBJECTIVES) if each.code not in there]


def agencies_to_own() -> list[Agency]:
    """Any partner of the board."""
    return list(Agency.objects.filter(is_active=True).order_by("name"))


def people_to_own_objectives() -> list[Membership]:
    """Any person of a partner, by agency and name."""
    people = Membership.objects.current().filter(user__is_active=True, user__is_system=False)
    rows = people.filter(agency__is_active=True).select_related("user", "agency")
    return list(rows.order_by("agency__name", "user__full_name"))


def _objectives() -> QuerySet[StrategicObjective]:
    updates = StrategicUpdate.objects.select_related("by", "agency")
    rows = StrategicObjective.objects.select_related("agency", "owner", "set_by")
    return rows.prefetch_related(Prefetch("updates", updates)).order_by("order")
