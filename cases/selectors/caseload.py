"""The one door to lists of cases: the page, the API, the home page's tile and panel all read through here."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone

from cases.choices import CaseScope, CaseStatusFilter
from cases.models import Case
from cases.querysets import CaseQuerySet
from cse_portal.access.standing import standing
from cse_portal.accounts.models import Agency, User

PAGE_SIZE = 25
COUNTED_TO = 1000
LAST_PAGE = 400
WORDS_SEARCHED = 6
DEFAULT_SORT = "-activity"
SORTS: dict[str, tuple[str, ...]] = {
    "activity": ("last_activity_at",),
    "name": ("child__family_name", "child__given_name"),
    "category": ("category",),
    "review": ("next_review_on",),
}


@dataclass(frozen=True)
class CaseFilters:
    """What a caseload is narrowed by and how it is ordered. Nothing said: open cases, last active first."""

    scope: str = ""
    categories: tuple[int, ...] = ()
    status: str = ""
    lead_agency: Agency | None = None
    overdue: bool = False
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
    """A page of the cases this person may see. A page past the end is the last page."""
    rows = matching_cases(user, filters)
    count = counted_cases(rows)
    pages = LAST_PAGE if count > COUNTED_TO else max(1, -(-count // PAGE_SIZE))
    number = min(max(page, 1), pages)
    first = (number - 1) * PAGE_SIZE
    ordered = rows.with_identity().prefetch_related("child__aliases").order_by(*_order(filters.sort))
    found = list(ordered[first : first + PAGE_SIZE + 1])
    return Caseload(found[:PAGE_SIZE], number, len(found) > PAGE_SIZE and number < LAST_PAGE, count)


def matching_cases(user: User, filters: CaseFilters, today: dt.date | None = None) -> CaseQuerySet:
    """The cases this person may see that the filters leave, in no order."""
    rows = _in_scope(Case.objects.visible_to(user), user, filters.scope)
    if filters.overdue:
        rows = rows.review_overdue(today or timezone.localdate())
    elif filters.status != CaseStatusFilter.ANY:
        rows = rows.filter(status=filters.status) if filters.status else rows.open()
    if filters.categories:
        rows = rows.filter(category__in=filters.categories)
    if filters.lead_agency:
        rows = rows.led_by(filters.lead_agency)
    for word in filters.text.split()[:WORDS_SEARCHED]:
        rows = rows.matching(word)
    return rows


def counted_cases(rows: QuerySet[Case]) -> int:
    """How many, but never more than one over the cap: a count of everything costs more than the page."""
    return rows.order_by().values("pk")[: COUNTED_TO + 1].count()


def overdue_reviews(user: User) -> int:
    """The number on the home page; the list behind it is the caseload with the same filter."""
    return counted_cases(matching_cases(user, CaseFilters(overdue=True)))


def reviews_of_my_cases(user: User, within: int = 14, limit: int = 10) -> list[Case]:
    """The open cases this person leads whose review is overdue or due soon, longest overdue first."""
    soon = timezone.localdate() + dt.timedelta(days=within)
    rows = matching_cases(user, CaseFilters(scope=CaseScope.MINE)).filter(next_review_on__lte=soon)
    return list(rows.with_identity().order_by("next_review_on", "pk")[:limit])


def lead_agencies(user: User) -> QuerySet[Agency]:
    """The agencies that lead a case this person may see; no other agency's name is offered."""
    return Agency.objects.filter(pk__in=Case.objects.visible_to(user).order_by().values("lead_agency"))


def _in_scope(rows: CaseQuerySet, user: User, scope: str) -> CaseQuerySet:
    who = standing(user)
    if who is None:
        return rows.none()
    if scope == CaseScope.MINE:
        return rows.of_professional(who.user)
    return rows.led_by(who.agency) if scope == CaseScope.AGENCY else rows


def _order(sort: str) -> list[OrderBy]:
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    columns = SORTS.get(key)
    if columns is None:
        return _order(DEFAULT_SORT)
    # Only a review may be missing; elsewhere "nulls last" would keep the index from ordering the rows.
    last = {"nulls_last": True} if key == "review" else {}
    directions = [F(column).desc(**last) if descending else F(column).asc(**last) for column in columns]
    return [*directions, F("pk").asc()]
