"""Where a child lived and learned, as far as it may be seen."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from cases.history.models import LifePeriod, PeriodKind
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import Agency, User
from cse_portal.reference.selectors import find_code

SIXTEEN, EIGHTEEN = 16, 18


@dataclass(frozen=True)
class OfConcern:
    """A person, place or thing of concern that a child is tied to: how, when, and who says so, in words."""

    key: uuid.UUID
    name: str
    kind: str
    words: str
    url: str
    said: list[str]


_of_concern: list[Callable[[User, Case], list[OfConcern]]] = []


def register_of_concern(look: Callable[[User, Case], list[OfConcern]]) -> None:
    """The floor that keeps people and places of concern says how they are found."""
    _of_concern.append(look)


def of_concern(user: User, case: Case) -> list[OfConcern]:
    """Whom and what a child is tied to, as far as this person may see it: what is hidden is not counted."""
    return [each for look in _of_concern for each in look(user, case)]


def periods_of(user: User, case: Case) -> list[LifePeriod]:
    """Every period on record, of each kind the newest first."""
    rows = LifePeriod.objects.visible_to(user).filter(case=case)
    return list(rows.select_related("recorded_by", "agency", "school").order_by("kind", "-began_on"))


def period_for(user: User, reference: str, pk: uuid.UUID) -> LifePeriod:
    """One period of this very case; NotVisible for any other."""
    rows = LifePeriod.objects.visible_to(user).filter(pk=pk, case__reference=reference)
    return get_visible(
        rows.select_related("school", "case__child", "case__lead_agency", "case__lead_professional")
    )


def school_of(case: Case) -> Agency | None:
    """The agency that is the child's present school, where the school is a partner; who asks was shown the case."""
    rows = case.life_periods.filter(kind=PeriodKind.SCHOOL, ended_on__isnull=True, school__isnull=False)
    found = rows.select_related("school").first()
    return found.school if found else None


def placement_alert(case: Case, placement: LifePeriod | None, age: int | None) -> str:
    """Why the present placement is wrong: living without care at 16 or 17 in category 2 or 3 (IICSA 2022)."""
    if placement is None or case.category <= RiskCategory.LOW or age is None or not SIXTEEN <= age < EIGHTEEN:
        return ""
    code = find_code("placement", placement.code)
    return str(code.extra.get("alert", "")) if code else ""
