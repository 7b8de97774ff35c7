"""What the triage page reads besides the concern: caseloads, the protocol, the queue, and until when to correct."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cases.concerns.choices import Urgency
from cases.concerns.models import Concern, ConcernAddendum, ConcernDecision
from cases.concerns.selectors import waiting_for_triage
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.selectors.steps import TO_BOOK, NextStep, steps_of
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, User
from cse_portal.paging import page_of
from cse_portal.reference import selectors as reference

PAGE_SIZE = 25
CORRECTION = "TRIAGE_CORRECTION"


@dataclass(frozen=True)
class Load:
    """How many open cases a person leads, and how many of them in category 3."""

    cases: int = 0
    high: int = 0


def case_to_add_to(user: User, reference: str) -> Case | None:
    """The case with this reference, if this person may see it."""
    return Case.objects.visible_to(user).with_identity().filter(reference=reference).first()


def caseloads(user: User, people: Sequence[User]) -> dict[User, Load]:
    """The present caseload of each, of the cases that this reader may see. One query."""
    rows = Case.objects.visible_to(user).filter(status=CaseStatus.OPEN, lead_professional__in=people)
    by_lead = rows.order_by().values("lead_professional").annotate(
        cases=Count("pk"), high=Count("pk", filter=Q(category=RiskCategory.HIGH))
    )  # fmt: skip
    found = {each["lead_professional"]: Load(each["cases"], each["high"]) for each in by_lead}
    return {person: found.get(person.pk, Load()) for person in people}


def meeting_to_book(user: User, opened: Case) -> NextStep | None:
    """The first meeting of a case, where this person sees the case: what they may do there would tell of another."""
    cases = list(Case.objects.visible_to(user).filter(pk=opened.pk))
    steps = (each for found in steps_of(user, cases).values() for each in found)
    return next((each for each in steps if each.kind.slug == TO_BOOK), None)


def protocol() -> dict[str, list[str]]:
    """By category, the kinds of agency that a new case is shared with."""
    return {code.code: code.extra.get("kinds", []) for code in reference.codes("share-protocol")}


def agencies_to_share_with(author_agency: Agency, asked: Any = ()) -> list[Agency]:
    """The kinds that the protocol names, youth offending, the author's agency, and those asked to help before.

    Of a kind with several agencies, such as schools, only the author's: nobody shares with every school in one press.
    """
    kinds = {kind for kinds in protocol().values() for kind in kinds} | {AgencyKind.YOUTH_OFFENDING}
    rows = Agency.objects.filter(is_active=True).exclude(kind=AgencyKind.CSE_TEAM)
    found = list(rows.filter(Q(kind__in=kinds) | Q(pk=author_agency.pk) | Q(pk__in=asked)).order_by("name"))
    number = Counter(each.kind for each in found)
    return [each for each in found if number[each.kind] == 1 or each == author_agency]


def correctable_until(decision: ConcernDecision) -> dt.date:
    """The last day on which the decision may be corrected."""
    return reference.clock_rule(CORRECTION).due(decision.decided_at)


UNREAD = ConcernAddendum.objects.filter(concern=OuterRef("pk"), read_at__isnull=True)
NARROWED: dict[str, Q] = {
    "danger": Q(urgency=Urgency.IMMEDIATE) | Q(Exists(UNREAD.filter(changes_danger=True))),
    "new": Q(Exists(UNREAD)),
    "nobody": Q(handled_by__isnull=True),
}


def queue(user: User, narrowed: str = "") -> QuerySet[Concern]:
    """What waits for a decision, ranked; narrowed by `danger`, `overdue`, `new` information or `nobody` has it."""
    return waiting_for_triage(user).filter(_narrowing(narrowed)).by_urgency()


def queue_page(user: User, narrowed: str, page: int) -> Page[Concern]:
    """A page of the queue with all that its lines say.

    `news_at` and `news_text` are of what was added last and nobody has read; `asks_danger`, that some of it changes
    the danger.
    """
    unread = UNREAD.order_by("-added_at")
    rows = queue(user, narrowed).annotate(
        news_at=Subquery(unread.values("added_at")[:1]),
        news_text=Subquery(unread.values("text")[:1]),
    )
    rows = rows.select_related("author", "author_agency", "handled_by").prefetch_related("hand_offs__agency")
    return page_of(rows, PAGE_SIZE, page)


def queue_counts(user: User) -> dict[str, int]:
    """How many wait, in all and by what the list is narrowed by. One query."""
    counts = {
        name: Count("pk", filter=_narrowing(name)) if name else Count("pk")
        for name in ("", "danger", "overdue", "new", "nobody")
    }
    found = waiting_for_triage(user).aggregate(**{f"n_{name}": count for name, count in counts.items()})
    return {name: found[f"n_{name}"] for name in counts}


def _narrowing(name: str) -> Q:
    return Q(decide_by__lt=timezone.localdate()) if name == "overdue" else NARROWED.get(name, Q())


@dataclass(frozen=True)
class Place:
    """Where a concern is in the queue, and which is next."""

    number: int
    count: int
    next: Concern | None


def place_of(user: User, concern: Concern) -> Place | None:
    """Its place among all that wait, or None when it does not wait."""
    names = ("reference", "given_name", "family_name", "known_as")
    waiting = list(queue(user).only("pk", *names))
    number = next((at for at, each in enumerate(waiting, 1) if each.pk == concern.pk), None)
    if number is None:
        return None
    after = waiting[number] if number < len(waiting) else waiting[0] if number > 1 else None
    return Place(number, len(waiting), after)
