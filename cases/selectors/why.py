"""Why a person can or cannot see a case: the gate's questions one by one, each with what it found."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from cases.choices import Section
from cases.models import Case, Exclusion
from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import beginning_of
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.recorder import membership_of


@dataclass(frozen=True)
class GrantSeen:
    """One row of the sharing ledger, and what keeps it from counting, if anything does."""

    row: Any
    to_agency: Agency | None
    stopped_by: str


@dataclass(frozen=True)
class PartSeen:
    """One part kept apart: what gives it, and what the gate and PostgreSQL say."""

    part: Section
    grants: list[GrantSeen]
    gate_says: bool
    database_says: bool


@dataclass(frozen=True)
class Explanation:
    """What each layer found. `gate_says` and `database_says` must agree: a test holds them to it.

    `standing` is where they work today, also while their account is switched off.
    """

    person: User
    case: Case
    standing: Standing | None
    last_membership: Membership | None
    exclusions: list[Exclusion]
    role_opens: bool
    grants: list[GrantSeen]
    gate_says: bool
    database_says: bool
    parts: list[PartSeen]

    @property
    def disagrees(self) -> bool:
        """Whether the gate says one thing, of the case or of a part, and PostgreSQL another."""
        parts = any(each.gate_says != each.database_says for each in self.parts)
        return parts or self.gate_says != self.database_says


EXPIRED, OTHER_AGENCY, RESTRICTED, NOT_THEIR_AGENCY = (
    "expired",
    "other agency",
    "restricted",
    "not their agency",
)


def everybody() -> QuerySet[User]:
    """Whoever has or had an account."""
    return User.objects.order_by("full_name", "pk")


def explain(user: User, person: User, case: Case) -> Explanation:
    """Every layer's answer about this person and this case, for the privacy officer."""
    gate.require(user, Permission.ACCESS_EXPLAIN)
    who, post = standing(person), membership_of(person)
    # Each layer answers its own question: whose account is switched off works where they work.
    at_work = Standing(person, post) if post else None
    with acting.for_the_system():  # the privacy officer does not see the case
        seen = _given(case, person, at_work, "view_case")
        given = {part: _given(case, person, at_work, part.value) for part in Section}
        shut = Exclusion.objects.holding().of(case).select_related("agency", "user", "decided_by")
        shut_out = [
            each
            for each in shut
            if each.user_id == person.pk or at_work and each.agency_id == at_work.agency.pk
        ]
    last = Membership.objects.filter(user=person).select_related("agency").order_by("-starts_on").first()
    return Explanation(
        person=person,
        case=case,
        standing=at_work,
        last_membership=last,
        exclusions=shut_out,
        role_opens=at_work is not None and Permission.CASE_VIEW in ROLES[at_work.role].permissions,
        grants=seen,
        gate_says=gate.can(person, Permission.CASE_VIEW, case),
        database_says=_database_says(who, case),
        parts=[
            PartSeen(part, given[part], gate.can(person, part.opened_by, case), _shows_part(who, case, part))
            for part in Section
        ],
    )


def _given(case: Case, person: User, who: Standing | None, codename: str) -> list[GrantSeen]:
    return [*_to_person(case, person, who, codename), *_to_agencies(case, person, who, codename)]


def _to_person(case: Case, person: User, who: Standing | None, codename: str) -> list[GrantSeen]:
    rows = grants.holders_rows(case, User).filter(user=person, permission__codename=codename)
    return [
        GrantSeen(row, None, _stopped(row, who))
        for row in rows.select_related("granted_by").order_by("granted_at")
    ]


def _stopped(row: Any, who: Standing | None) -> str:
    if _is_past(row):
        return EXPIRED
    posts = who.posts_here if who else []
    held = any(
        beginning_of(post.starts_on) <= row.granted_at
        and (post.ends_on is None or row.granted_at < beginning_of(post.ends_on))
        for post in posts
    )
    return "" if held else OTHER_AGENCY


def _to_agencies(case: Case, person: User, who: Standing | None, codename: str) -> list[GrantSeen]:
    """Grants to the agencies they work or worked for."""
    worked_for = Membership.objects.filter(user=person).values("agency__group")
    rows = grants.holders_rows(case, Agency).filter(group__in=worked_for, permission__codename=codename)
    rows = rows.select_related("granted_by", "group__agency").order_by("granted_at")
    return [GrantSeen(row, row.group.agency, _stopped_for_agency(row, case, who)) for row in rows]


def _stopped_for_agency(row: Any, case: Case, who: Standing | None) -> str:
    if who is None or row.group_id != who.agency.group_id:
        return NOT_THEIR_AGENCY
    if _is_past(row):
        return EXPIRED
    return RESTRICTED if case.is_restricted else ""


def _is_past(row: Any) -> bool:
    return row.expires_at is not None and row.expires_at <= timezone.now()


def _database_says(who: Standing | None, case: Case) -> bool:
    """Asked of PostgreSQL as this person, without the gate's filter."""
    with acting.acting(who.actor if who else acting.NOBODY):
        return Case.objects.filter(pk=case.pk).exists()


def _shows_part(who: Standing | None, case: Case, part: Section) -> bool:
    """Asked of PostgreSQL as this person: the question its policies ask."""
    with acting.acting(who.actor if who else acting.NOBODY), connection.cursor() as cursor:
        cursor.execute(
            "SELECT gate.opens(%s) AND gate.holds(%s, %s)", [part.opened_by.name, case.pk, part.value]
        )
        return bool(cursor.fetchone()[0])
