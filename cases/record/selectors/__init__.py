"""One case, the one door to lists of cases, and who leads the work with a child."""

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.utils import timezone

from cases.record.choices import CaseScope, CaseStatus, CaseStatusFilter, RiskCategory
from cases.record.models.access import CaseSight
from cases.record.models.case import Case
from cases.record.models.querysets import CaseQuerySet, CaseSightQuerySet
from cases.record.selectors.steps import late_cases, step_rows
from cse_portal.access import gate
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import beginning_of, get_visible
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.selectors import clock_rule


def case_for(user: User | AnonymousUser, reference: str) -> Case:
    """The case with this reference and all its identity bar shows; NotVisible if it does not exist for this person."""
    case = get_visible(Case.objects.visible_to(user).with_banner().filter(reference=reference))
    gate.note_shown(user, Permission.CASE_VIEW, case)
    return case


def also_recorded(user: User, case: Case) -> dict[uuid.UUID, str]:
    """The references of the other records of this child that this person sees; of a case from `case_for`."""
    keys: list[uuid.UUID] = case.same_child  # type: ignore[attr-defined]
    rows = Case.objects.visible_to(user).filter(pk__in=keys).order_by("reference")
    return dict(rows.values_list("pk", "reference")) if keys else {}


PAGE_SIZE = 25
COUNTED_TO = 1000
LAST_PAGE = 400
WORDS_SEARCHED = 6
DEFAULT_SORT = "risk"
ANY = Q()
SORTS: dict[str, tuple[str, ...]] = {
    "risk": ("missing_since", "-category", "next_review_on"),
    "activity": ("last_activity_at",),
    "name": ("family_name", "given_name"),
    "review": ("next_review_on",),
}


@dataclass(frozen=True)
class CaseFilters:
    """What a caseload is narrowed by and how it is ordered. Nothing said: open cases, highest risk first."""

    scope: str = ""
    categories: tuple[int, ...] = ()
    status: str = ""
    lead_agency: Agency | None = None
    lead: User | None = None
    missing: bool = False
    overdue: bool = False
    without_step: bool = False
    silent: bool = False
    unled: bool = False
    text: str = ""
    sort: str = DEFAULT_SORT


@dataclass(frozen=True)
class Caseload:
    """One page of cases, how many there are (counted up to a cap), and whether more follow."""

    rows: list[Case] = field(default_factory=list)
    number: int = 1
    has_next: bool = False
    count: int = 0

    @property
    def capped(self) -> bool:
        """Whether there are more than anybody counted."""
        return self.count > COUNTED_TO


def caseload(user: User, filters: CaseFilters, page: int = 1) -> Caseload:
    """A page of the cases this person may see. A page past the end is the last page.

    Which cases, and in which order, is read from what was granted (`CaseSight`). The row rule is asked of each again.
    """
    counted = counted_cases(user, filters)
    count = len(counted)
    pages = LAST_PAGE if count > COUNTED_TO else max(1, -(-count // PAGE_SIZE))
    number = min(max(page, 1), pages)
    first, end = (number - 1) * PAGE_SIZE, number * PAGE_SIZE + 1
    is_counted = filters.sort == DEFAULT_SORT and end <= COUNTED_TO
    keys = counted[first:end] if is_counted else _in_order(user, filters, first, end)
    seen = Case.objects.visible_to(user).with_identity().with_aliases()
    cases = seen.in_bulk(keys[:PAGE_SIZE])
    rows = [cases[key] for key in keys[:PAGE_SIZE] if key in cases]
    return Caseload(rows, number, len(keys) > PAGE_SIZE and number < LAST_PAGE, count)


def counted_cases(user: User, filters: CaseFilters, *, also: Q = ANY) -> list[uuid.UUID]:
    """The keys of the cases that the filters leave, never more than one over the cap.

    A count of everything costs more than the page. `also` holds of `CaseSight` besides.
    """
    return _in_order(user, replace(filters, sort=DEFAULT_SORT), 0, COUNTED_TO + 1, also)


def matching_cases(user: User, filters: CaseFilters) -> CaseQuerySet:
    """The cases this person may see that the filters leave, in no order."""
    rows = Case.objects.visible_to(user).filter(
        _narrowing(user, filters, "pk"), status__in=_statuses(filters)
    )
    if lead := _lead(user, filters):
        rows = rows.of_professional(lead)
    return rows.matching(words) if (words := _words(filters)) else rows


def strip_counts(user: User, filters: CaseFilters) -> dict[str, int]:
    """How many open cases each count of the list leads to, of the same lead and scope, in one question.

    Counted up to the cap, like the list itself.
    """
    of = CaseFilters(scope=filters.scope, lead=filters.lead, lead_agency=filters.lead_agency)
    counts = {name: _count(user, replace(of, **narrowed)) for name, narrowed in STRIP.items()}  # type: ignore[arg-type]
    found = User.objects.filter(pk=user.pk).values(**counts).first() if all(counts.values()) else None
    return found or dict.fromkeys(STRIP, 0)


STRIP: dict[str, dict[str, object]] = {
    "high": {"categories": (RiskCategory.HIGH,)},
    "medium": {"categories": (RiskCategory.MEDIUM,)},
    "low": {"categories": (RiskCategory.LOW,)},
    "missing": {"missing": True},
    "overdue": {"overdue": True},
    "without_step": {"without_step": True},
}


class CountOf(Subquery):
    """How many rows another query finds."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def _count(user: User, filters: CaseFilters) -> CountOf | None:
    together = _together(user, replace(filters, sort=DEFAULT_SORT), COUNTED_TO + 1)
    return None if together is None else CountOf(together[: COUNTED_TO + 1])


def lead_agencies(user: User) -> QuerySet[Agency]:
    """The agencies that lead a case this person may see; no other agency's name is offered."""
    leads = [Exists(rows.filter(lead_agency_id=OuterRef("pk"))) for rows in CaseSight.objects.given_to(user)]
    return Agency.objects.filter(reduce(or_, leads)) if leads else Agency.objects.none()


def lead_professionals(user: User) -> QuerySet[User]:
    """The people who lead a case this person may see; no other person's name is offered."""
    cases = Case.objects.visible_to(user).open().filter(lead_professional=OuterRef("pk"))
    return User.objects.filter(Exists(cases)).order_by("full_name")


def _in_order(user: User, filters: CaseFilters, first: int, end: int, also: Q = ANY) -> list[uuid.UUID]:
    """The keys of these of the cases that the filters leave, counted in the order asked for."""
    together = _together(user, filters, end, also)
    return [] if together is None else [row[0] for row in together[first:end]]


def _together(user: User, filters: CaseFilters, end: int, also: Q = ANY) -> QuerySet[Any, Any] | None:
    """The first ones of what the filters leave, in order.

    Each part of what was granted brings its first ones in the order of an index; together they are put in order again.
    """
    columns, order = _order(filters.sort)
    parts = [
        rows.filter(also, status=status).values_list("case_id", *columns).distinct().order_by(*order)[:end]
        for rows in _granted(user, filters)
        for status in _statuses(filters)
    ]
    return parts[0].union(*parts[1:]).order_by(*order) if len(parts) > 1 else next(iter(parts), None)


def _granted(user: User, filters: CaseFilters) -> list[CaseSightQuerySet]:
    """What was granted to this person, and to their agency, as far as the filters leave it.

    Together where words are looked up: that takes longer than putting what is found in order, and is done once.
    """
    given = CaseSight.objects.given_to(user)
    given = [reduce(or_, given)] if given and _words(filters) else given
    return [_left(rows, user, filters) for rows in given]


def _left(rows: CaseSightQuerySet, user: User, filters: CaseFilters) -> CaseSightQuerySet:
    rows = rows.filter(_narrowing(user, filters, "case_id"))
    if lead := _lead(user, filters):
        rows = rows.filter(case_id__in=Case.objects.of_professional(lead).values("pk"))
    return rows.matching(words) if (words := _words(filters)) else rows


def _lead(user: User, filters: CaseFilters) -> User | None:
    return user if filters.scope == CaseScope.MINE else filters.lead


def _narrowing(user: User, filters: CaseFilters, case: str) -> Q:
    """What grants and cases are narrowed by alike; `case` names the case's key in them."""
    chosen = Q()
    if filters.missing:
        chosen &= Q(missing_since__isnull=False)
    if filters.overdue:
        late = (Q(**{f"{case}__in": rows}) for rows in late_cases(user))
        chosen &= reduce(or_, late, Q(next_review_on__lt=timezone.localdate()))
    if filters.without_step:
        stepped = (~Q(**{f"{case}__in": rows.values("step_case")}) for _, rows in step_rows(user))
        chosen &= reduce(and_, stepped, Q(next_review_on__isnull=True, missing_since__isnull=True))
    if filters.silent:
        chosen &= Q(last_activity_at__lt=beginning_of(silent_since()))
    if filters.unled:
        chosen &= Q(**{f"{case}__in": Case.objects.filter(lead_professional=None).values("pk")})
    if filters.categories:
        chosen &= Q(category__in=filters.categories)
    if filters.lead_agency:
        chosen &= Q(lead_agency_id=filters.lead_agency.pk)
    who = user_context(user)
    if who and filters.scope == CaseScope.AGENCY:
        chosen &= Q(lead_agency_id=who.agency.pk)
    return chosen


def silent_since() -> dt.date:
    """The day since when something should have been recorded of every open case."""
    return clock_rule("SILENT_CASE").due(timezone.now())


def _words(filters: CaseFilters) -> list[str]:
    return filters.text.split()[:WORDS_SEARCHED]


def _statuses(filters: CaseFilters) -> list[str]:
    if filters.missing or filters.overdue or filters.without_step:
        return [CaseStatus.OPEN]
    if filters.status == CaseStatusFilter.ANY:
        return list(CaseStatus)
    return [filters.status or CaseStatus.OPEN]


def _order(sort: str) -> tuple[tuple[str, ...], list[OrderBy]]:
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    columns = SORTS.get(key)
    if columns is None:
        return _order(DEFAULT_SORT)
    names = [column.removeprefix("-") for column in columns]
    # Only a review may be missing where it is sorted by; elsewhere "nulls last" would keep the index from ordering.
    last = {"nulls_last": True} if key == "review" and descending else {}
    directions = [
        F(name).desc(**last) if column.startswith("-") != descending else F(name).asc(**last)
        for name, column in zip(names, columns, strict=True)
    ]
    return (*names,), [*directions, F("case_id").asc()]


CASEWORKERS = frozenset(
    role for role, defined in ROLES.items() if Permission.CASE_CHANGE in defined.permissions
)


def leads(case: Case, holder: Holder) -> bool:
    """Whether it is the lead agency, or the lead professional who still works there.

    The person who left it leads on paper only, until somebody names the next: nothing of the case is theirs by that.
    """
    if isinstance(holder, Agency):
        return holder.pk == case.lead_agency_id
    at_work = holder.memberships.current().filter(agency=case.lead_agency_id)
    return holder.pk == case.lead_professional_id and at_work.exists()


def without_lead(people: QuerySet[Membership], case: Case) -> QuerySet[Membership]:
    """These memberships, but the lead professional's: who leads on paper only is one of the others."""
    return people.exclude(user=case.lead_professional_id, agency=case.lead_agency_id)


def working_agencies() -> QuerySet[Agency]:
    """Partners with somebody who may work on a case today."""
    at_work = Membership.objects.current().filter(role__in=CASEWORKERS, user__is_active=True)
    return Agency.objects.filter(is_active=True, pk__in=at_work.values("agency"))


def caseworkers() -> QuerySet[Membership]:
    """The memberships, by agency and name, of everyone who may be a child's lead professional."""
    at_work = Membership.objects.current().filter(role__in=CASEWORKERS, user__is_active=True)
    return at_work.select_related("user", "agency").order_by("agency__name", "user__full_name")
