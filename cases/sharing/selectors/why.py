"""Why a person can or cannot see a case: what is on record of both, beside what the gate says."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from cases.record.choices import Section
from cases.record.models.case import Case
from cases.sharing.models import Exclusion
from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.recorder import membership_of

PARTS = {"view_case": "The case", **{part.value: part.label for part in Section}}


@dataclass(frozen=True)
class Explanation:
    """What decides, in the order in which the gate asks, and its answers: of the case, and of each part of it."""

    person: User
    case: Case
    membership: Membership | None
    last_membership: Membership | None
    role_opens: bool
    exclusions: list[Exclusion]
    grants: list[tuple[str, Any]]
    sees: bool
    parts: list[tuple[Section, bool]]


def everybody() -> QuerySet[User]:
    """Anyone who has or had an account."""
    return User.objects.order_by("full_name", "pk")


def explain(user: User, person: User, case: Case) -> Explanation:
    """Everything on record about this person and this case, for the privacy officer."""
    gate.require(user, Permission.ACCESS_EXPLAIN)
    post = membership_of(person)
    worked_for = Membership.objects.filter(user=person)
    with acting.for_the_system():  # the privacy officer does not see the case
        shut = Q(user=person) | Q(agency=post.agency) if post else Q(user=person)
        exclusions = list(Exclusion.objects.holding().of(case).filter(shut).select_related("agency", "user"))
        by_name = grants.holders_rows(case, User).filter(user=person)
        to_agency = grants.holders_rows(case, Agency).filter(group__in=worked_for.values("agency__group"))
        rows = [
            *by_name.select_related("permission", "granted_by"),
            *to_agency.select_related("permission", "granted_by", "group__agency"),
        ]
    given = [(PARTS[row.permission.codename], row) for row in rows if row.permission.codename in PARTS]
    return Explanation(
        person=person,
        case=case,
        membership=post,
        last_membership=worked_for.select_related("agency").order_by("-starts_on").first(),
        role_opens=post is not None and Permission.CASE_VIEW in ROLES[Role(post.role)].permissions,
        exclusions=exclusions,
        grants=sorted(given, key=lambda each: each[1].granted_at),
        sees=gate.can(person, Permission.CASE_VIEW, case),
        parts=[(part, gate.can(person, part.opened_by, case)) for part in Section],
    )
