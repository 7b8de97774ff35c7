"""Two records side by side, and whether somebody said that they are one child's."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from cases.concerns.models import Concern
from cases.family.selectors import hides_home
from cases.merging.models import ChildMerge
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cases.sharing.selectors.access import agencies_who_see
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User


@dataclass(frozen=True)
class Side:
    """What one record says of the child, as far as this person may see it."""

    case: Case
    aliases: list[ChildAlias]
    hides_home: bool
    concerns: list[Concern]
    agencies: list[str]


def side(user: User, case: Case) -> Side:
    """Which agencies see it is told to people who may read who has access."""
    told = gate.can(user, Permission.CASE_ACCESS_VIEW, case)
    return Side(
        case=case,
        aliases=list(case.child.aliases.order_by("recorded_at", "name")),
        hides_home=hides_home(case),
        concerns=list(Concern.objects.visible_to(user, of=case).order_by("-submitted_at")),
        agencies=[each.short_name for each in agencies_who_see(case)] if told else [],
    )


def other_record(user: User, case: Case, reference: str) -> Case | None:
    """Another case with this reference, if this person sees it."""
    rows = Case.objects.visible_to(user).with_banner().exclude(pk=case.pk)
    return rows.filter(reference=reference).first()


def is_alone(case: Case) -> bool:
    """Whether it is recorded with no other, also none that this person does not see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) = 1 FROM gate.kept_together(ARRAY[%s::uuid])", [case.pk])
        return bool(cursor.fetchone()[0])


def merge_of(user: User, case: Case, other: Case) -> ChildMerge | None:
    """That the two were put together, if that holds."""
    both = Q(kept=case, merged=other) | Q(kept=other, merged=case)
    rows = ChildMerge.objects.visible_to(user).holding().filter(both)
    return rows.select_related("kept", "merged", "merged_by").first()
