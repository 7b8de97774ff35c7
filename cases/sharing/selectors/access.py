"""Who can see a child's case, and through what: guardian's grants, which are the sharing ledger too."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.record.choices import Section
from cases.record.models.case import Case
from cases.record.selectors import CountOf, caseworkers, without_lead, working_agencies
from cases.sharing.models import Exclusion
from cse_portal import acting
from cse_portal.access import gate, grants, rows
from cse_portal.access.grants import Holder
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.recorder import know_memberships, membership_of, read_memberships
from cse_portal.errors import NotVisible

LOOKED_BACK = dt.timedelta(days=90)


@dataclass(frozen=True)
class Access:
    """One source of one holder's access; `agency` is where a person works today, None if nowhere."""

    holder: Holder
    agency: Agency | None
    sees: bool
    may_change: bool
    parts: list[Section]
    source: GrantSource
    reason: str
    lawful_basis: str
    granted_by: User
    granted_at: dt.datetime
    expires_at: dt.datetime | None

    @property
    def is_person(self) -> bool:
        """A person by name, rather than everyone at an agency."""
        return isinstance(self.holder, User)


def who_has_access(case: Case) -> list[Access]:
    """Every unexpired grant, agencies first, the oldest first. Exclusions are not told here: they beat all of it."""
    to_agencies = _unexpired(case, Agency).select_related("group__agency", "permission", "granted_by")
    to_people = list(_unexpired(case, User).select_related("user", "permission", "granted_by"))
    at_work = Membership.objects.current().filter(user__in={row.user_id for row in to_people})
    agencies = {each.user_id: each.agency for each in at_work.select_related("agency")}
    return [
        *_merged([(row.group.agency, row.group.agency, row) for row in to_agencies]),
        *_merged([(row.user, agencies.get(row.user_id), row) for row in to_people]),
    ]


@dataclass(frozen=True)
class ViewCount:
    """How often people of one agency, in one role, looked at a case, and when last."""

    agency: str
    role: Role
    people: int
    looks: int
    latest: dt.datetime


def recent_viewers(case: Case, user: User) -> list[ViewCount]:
    """The last ninety days, the person who looked last first: for the lead professional, and PostgreSQL asks again."""
    if case.lead_professional_id != user.pk:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM gate.who_looked(%s, %s)", [case.pk, timezone.now() - LOOKED_BACK])
        return [
            ViewCount(agency, Role(role), people, looks, latest)
            for agency, role, people, looks, latest in cursor.fetchall()
            if role
        ]


def holder_of(case: Case, kind: str, pk: uuid.UUID) -> Holder:
    """Anyone who holds access to this case under this key; NotVisible if nobody does."""
    kinds = {"agency": Agency, "person": User}
    for access in who_has_access(case):
        if access.holder.pk == pk and isinstance(access.holder, kinds.get(kind, ())):
            return access.holder
    raise NotVisible


def agencies_to_share_with(case: Case) -> QuerySet[Agency]:
    """Partners who may be given this case; the lead agency has it."""
    return working_agencies().exclude(pk=case.lead_agency_id)


def people_to_name(case: Case) -> QuerySet[Membership]:
    """Who may stay on a case that is about to be restricted: those who work on it through themselves or an agency."""
    agencies = _unexpired(case, Agency).values("group_id")
    people = _unexpired(case, User).values("user_id")
    return caseworkers().filter(Q(agency__group__in=agencies) | Q(user__in=people))


def agencies_who_see(case: Case) -> QuerySet[Agency]:
    """The agencies that have this case, beside its lead."""
    rows = _unexpired(case, Agency).filter(permission__codename="view_case")
    held = Agency.objects.filter(group__in=rows.values("group_id")).exclude(pk=case.lead_agency_id)
    return held.none() if case.is_restricted else held.order_by("name")


def people_who_see(case: Case) -> QuerySet[Membership]:
    """The people who have this case by name, but its lead professional while they work for the lead agency."""
    rows = _unexpired(case, User).filter(permission__codename="view_case")
    return without_lead(caseworkers().filter(user__in=rows.values("user_id")), case)


def named_people(case: Case) -> QuerySet[Membership]:
    """Who has this case by name, the lead professional too; each with how many people and agencies see it in all."""
    by_name, by_agency = (
        _unexpired(case, kind).filter(permission__codename="view_case") for kind in (User, Agency)
    )
    through = Q(agency__group__in=by_agency.values("group_id")) if not case.is_restricted else Q()
    named = caseworkers().filter(user__in=by_name.values("user_id"))
    seeing = caseworkers().filter(Q(user__in=by_name.values("user_id")) | through).order_by()
    return named.annotate(
        people=CountOf(seeing.values("user").distinct()), agencies=CountOf(seeing.values("agency").distinct())
    )


def contributors(case: Case) -> QuerySet[Membership]:
    """Those who may contribute to the case: at the agencies that may, and by name."""
    to_agencies, to_people = (
        _unexpired(case, kind).filter(permission__codename="change_case") for kind in (Agency, User)
    )
    may = Q(user__in=to_people.values("user_id"))
    may |= Q(agency__group__in=to_agencies.values("group_id")) if not case.is_restricted else Q()
    return caseworkers().filter(may)


def parts_to_show(user: User, case: Case) -> list[Section]:
    """The parts kept apart that this person sees themselves, and may therefore show to others."""
    return [part for part in Section if gate.can(user, part.opened_by, case)]


def _unexpired(case: Case, kind: type[User] | type[Agency]) -> QuerySet[Any]:
    rows = grants.holders_rows(case, kind).order_by("granted_at", "pk")
    return rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()))


def _merged(rows: list[tuple[Holder, Agency | None, Any]]) -> list[Access]:
    """One line per holder and source: guardian keeps a row for each permission."""
    lines: dict[tuple[Any, ...], list[tuple[Holder, Agency | None, Any]]] = {}
    for holder, agency, row in rows:
        lines.setdefault((holder.pk, row.source, row.source_id), []).append((holder, agency, row))
    return [_access(group) for group in lines.values()]


def _access(group: list[tuple[Holder, Agency | None, Any]]) -> Access:
    holder, agency, row = group[0]
    codenames = {each.permission.codename for _, _, each in group}
    return Access(
        holder=holder,
        agency=agency,
        sees="view_case" in codenames,
        may_change="change_case" in codenames,
        parts=[part for part in Section if part.value in codenames],
        source=GrantSource(row.source),
        reason=row.reason,
        lawful_basis=row.lawful_basis,
        granted_by=row.granted_by,
        granted_at=row.granted_at,
        expires_at=row.expires_at,
    )


@dataclass(frozen=True)
class AccessSummary:
    """Of some people, by key: who sees the case at all, and who of them reads one part of it."""

    case: frozenset[uuid.UUID]
    part: frozenset[uuid.UUID]


def access_summary(
    case: Case, part: Section, people: list[User], agencies: Iterable[Agency] = ()
) -> AccessSummary:
    """What the gate would say of each of them, asked about together; anyone who asks was shown the case.

    Of agencies, whether their people may know of it, no matter who they are.
    """
    see = _granted(case, people, Permission.CASE_VIEW, "view_case", agencies)
    return AccessSummary(see, see & _granted(case, people, part.opened_by, part.value))


def _granted(
    case: Case, people: list[User], permission: Permission, codename: str, agencies: Iterable[Agency] = ()
) -> frozenset[uuid.UUID]:
    know_memberships(read_memberships(people))
    able = [who for who in map(user_context, people) if who and permission in ROLES[who.role].permissions]
    return frozenset(rows.people_who_see(case, able, codename=codename, agencies=agencies))


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
