"""Cases opened in an emergency: finding the child, and what there is to judge afterwards."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Func, Q, QuerySet
from django.utils import timezone

from cases.record.choices import CaseStatus
from cases.record.models.case import Case
from cases.sharing.models import BreakGlass
from cases.sharing.selectors.exclusions import excluded_records_for
from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent

# More than this many in this time is a habit, and the privacy officer is told.
MANY = 2
DAYS = 30
MOST_OF_ONE_CHILD = 10


@dataclass(frozen=True)
class Sought:
    """How somebody at the telephone identifies a child: one of the three ways."""

    reference: str = ""
    nhs_number: str = ""
    family_name: str = ""
    date_of_birth: dt.date | None = None

    @property
    def test(self) -> Q:
        """The condition on a case."""
        if self.reference:
            return Q(reference=self.reference)
        if self.nhs_number:
            return Q(child__nhs_number=self.nhs_number)
        return Q(child__family_name__iexact=self.family_name, child__date_of_birth=self.date_of_birth)


@dataclass(frozen=True)
class Judged:
    """One emergency, how many the person has had lately, and what they looked at."""

    emergency: BreakGlass
    lately: int
    looked_at: dict[str, int]

    @property
    def often(self) -> str:
        """That it is a habit, where it is one."""
        return f"Opening number {self.lately} in {DAYS} days" if self.lately > MANY else ""


def case_to_open(user: User, sought: Sought) -> Case | None:
    """The case that fits and that this person is not shut out of; None for every other answer alike. One that they see,
    if one fits, whatever else there is: whether there is more is nobody's to try out.

    A child may have two cases, one of them hidden from the person who opened the other: by the child's number both
    fit, and anyone who needs it at night is given the one that is worked on, the latest opened. All questions are
    always asked: one alone would be answered sooner, and tell that no case fits.
    """
    gate.require(user, Permission.BREAK_GLASS)
    seen = Case.objects.visible_to(user).filter(sought.test).first()
    with acting.for_the_system():  # it is asked because they do not see it
        is_worked_on = Q(status=CaseStatus.OPEN)
        rows = Case.objects.filter(sought.test).select_related("child").alias(is_worked_on=is_worked_on)
        found = list(rows.order_by("-is_worked_on", "-opened_at", "pk")[:MOST_OF_ONE_CHILD])
        is_shut = not excluded_records_for(user).isdisjoint(each.pk for each in found)
    numbers = {each.child.nhs_number for each in found}
    is_one = len(found) == 1 or len(numbers) == 1 and bool(all(numbers))
    return seen or (found[0] if found and is_one and not is_shut else None)


def emergency_of(user: User, case: Case) -> BreakGlass | None:
    """The opening that lets this person see the case now, where nothing else was given to them by name."""
    held = list(grants.sight_rows(case, User).filter(user=user.pk))
    if not held or any(each.source != GrantSource.BREAK_GLASS for each in held):
        return None
    return BreakGlass.objects.filter(pk=held[0].source_id).first()


def opened_lately(person: User) -> int:
    """How many cases this person has opened in an emergency in the last 30 days."""
    since = timezone.now() - dt.timedelta(days=DAYS)
    return BreakGlass.objects.filter(user=person, opened_at__gte=since).count()


def emergencies(user: User) -> QuerySet[Any]:
    """Every emergency, those that wait for a verdict first, the oldest of them first; of the case its reference.

    Not those of a case that the privacy officer is shut out of themselves.
    """
    gate.require(user, Permission.BREAK_GLASS_REVIEW)
    reference: Any = Func(F("case_id"), function="gate.reference_of", output_field=CharField())
    rows = (
        BreakGlass.objects.exclude(case__in=excluded_records_for(user))
        .annotate(case_reference=reference)
        .select_related("user", "agency", "reviewed_by")
    )
    return rows.order_by(F("reviewed_at").desc(nulls_first=True), "opened_at")


def emergency_for(user: User, pk: uuid.UUID) -> Judged:
    """One emergency with what the privacy officer needs to judge it; NotVisible if there is none."""
    found = get_visible(emergencies(user).filter(pk=pk))
    events = AuditEvent.objects.filter(
        actor=found.user, case_id=found.case_id, at__gte=found.opened_at, at__lte=found.ends_at
    ).exclude(action__in=(Action.GLASS_BROKEN, Action.ACCESS_GRANTED))
    looked_at = Counter(Action(each).label for each in events.order_by("at").values_list("action", flat=True))
    return Judged(found, opened_lately(found.user), dict(looked_at))


def waiting_for_verdict() -> QuerySet[BreakGlass]:
    """What nobody has judged yet."""
    return BreakGlass.objects.filter(verdict="")


def to_judge(officer: User, rows: QuerySet[BreakGlass]) -> QuerySet[BreakGlass]:
    """Those of these that this officer judges, as PostgreSQL says too: none of a case shut to them, nor their own."""
    return rows.exclude(case__in=excluded_records_for(officer)).exclude(user=officer)


def without_judge(officers: list[User]) -> QuerySet[BreakGlass]:
    """What waits for a verdict that none of these may give."""
    waiting = waiting_for_verdict()
    for officer in officers:
        waiting = waiting.exclude(pk__in=to_judge(officer, waiting_for_verdict()).values("pk"))
    return waiting


def to_tell(case: Case) -> list[User]:
    """Who answers for the case and may see it: its lead professional, else the CSE Team Managers."""
    lead = case.lead_professional
    if lead is not None and gate.can(lead, Permission.CASE_VIEW, case):
        return [lead]
    managers = people_who_may(Permission.CASE_CLOSE)
    return [each for each in managers if gate.can(each, Permission.CASE_VIEW, case)]
