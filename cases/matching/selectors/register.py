"""The register of concerns: all that were sent, searched and filtered."""

import datetime as dt
import operator
from dataclasses import dataclass
from functools import reduce

from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from cases.concerns.choices import ConcernState
from cases.concerns.models import Concern, ConcernQuerySet
from cases.concerns.selectors import hidden_outcomes, reading_of
from cases.matching.selectors.asked import WORDS_SEARCHED, Asked
from cse_portal.accounts.models import Agency, User
from cse_portal.paging import page_of

PAGE_SIZE = 25
MOST_LOOKED_AT = 200
LONG_ENOUGH = 4  # to be mistyped, as in the search for cases
WAITING = "waiting"


@dataclass(frozen=True)
class RegisterFilters:
    """What the register is narrowed by."""

    text: str = ""
    outcome: str = ""
    agency: Agency | None = None
    days: int = 0


def register(user: User, filters: RegisterFilters, page: int = 1) -> Page[Concern]:
    """Every concern that was sent, whatever became of it, that this person may see; the newest first."""
    rows = Concern.objects.visible_to(user).exclude(state=ConcernState.DRAFT)
    if filters.outcome == WAITING:
        rows = rows.waiting()
    elif filters.outcome:
        rows = _with_outcome(user, rows, filters.outcome)
    if filters.agency:
        rows = rows.filter(author_agency=filters.agency)
    if filters.days:
        rows = rows.filter(submitted_at__gte=timezone.now() - dt.timedelta(days=filters.days))
    if filters.text:
        rows = _named(user, rows, filters.text.strip())
    rows = rows.select_related("author", "author_agency", "decision", "case").order_by("-submitted_at", "pk")
    return page_of(rows, PAGE_SIZE, page)


def agencies_that_wrote(user: User) -> QuerySet[Agency]:
    """The agencies whose concerns this person may see."""
    seen = Concern.objects.visible_to(user).exclude(state=ConcernState.DRAFT)
    return Agency.objects.filter(pk__in=seen.values("author_agency")).order_by("name")


def _with_outcome(user: User, rows: ConcernQuerySet, outcome: str) -> ConcernQuerySet:
    """Not what was decided into a restricted case that this person does not see."""
    found = rows.filter(decision__outcome=outcome)
    kept = hidden_outcomes(user, found.filter(case__isnull=False))
    return found.exclude(pk__in=kept)


def _named(user: User, rows: ConcernQuerySet, text: str) -> ConcernQuerySet:
    """By a birth date, a postcode, a reference, or words of a name or a school, as the search for cases takes them.

    Places find no concern whose home is kept from this person.
    """
    asked = Asked(text)
    if asked.looks_like_a_day:
        return rows.filter(date_of_birth=asked.day) if asked.day else rows.none()
    rows = rows.alias(given=Lower("given_name"), family=Lower("family_name"), known=Lower("known_as"))
    words = [word.lower() for word in text.split()[:WORDS_SEARCHED]]
    named = reduce(operator.and_, (_word_in_name(word) for word in words))
    places = Q(school__icontains=text)
    if asked.postcode:
        places |= Q(postcode=asked.postcode)
    there = rows.filter(places).exclude(named)
    hidden = [each.pk for each in there[:MOST_LOOKED_AT] if reading_of(user, each).hides_home]
    return rows.filter(named | Q(pk__in=there.values("pk"))).exclude(pk__in=hidden)


def _word_in_name(word: str) -> Q:
    found = Q(reference__icontains=word)
    for name in ("given", "family", "known"):
        found |= Q(**{f"{name}__contains": word})
        if len(word) >= LONG_ENOUGH:
            found |= Q(**{f"{name}__trigram_similar": word})
    return found
