"""The search at the head of every page: children by whatever somebody knows of them, and concerns for who follows them.

Every list starts from what the person may see: nothing that is hidden is counted or hinted at.
"""

from dataclasses import dataclass, field

from django.db.models import Q

from cases.concerns.models import Concern
from cases.family.models import NetworkMember
from cases.identity.models import ContactPoint
from cases.matching.selectors.asked import WORDS_SEARCHED, Asked
from cases.matching.selectors.known import birthday_variants
from cases.matching.selectors.register import RegisterFilters, register
from cases.record.models.case import Case
from cases.record.models.querysets import CaseQuerySet
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User

MOST = 25


@dataclass(frozen=True)
class Found:
    """The cases and concerns that fit, and whether there are more; `exact` is the one that a reference names."""

    cases: list[Case] = field(default_factory=list)
    concerns: list[Concern] = field(default_factory=list)
    more_cases: bool = False
    more_concerns: bool = False
    exact: Case | Concern | None = None


def find(user: User, text: str) -> Found:
    """By a reference, birth date, phone number, postcode, school, or the words of a name, also misspelt."""
    asked = Asked(text)
    cases = list(_cases(user, asked)[: MOST + 1]) if gate.can(user, Permission.CASE_LIST) else []
    concerns: list[Concern] = []
    more = False
    if gate.can(user, Permission.CONCERN_LIST) and not asked.phone:
        page = register(user, RegisterFilters(text=text))
        concerns, more = list(page), page.has_next()
    both: list[Case | Concern] = [*cases, *concerns]
    named = [each for each in both if each.reference == text.strip().upper()]
    return Found(cases[:MOST], concerns, len(cases) > MOST, more, named[0] if len(named) == 1 else None)


def _cases(user: User, asked: Asked) -> CaseQuerySet:
    """Open ones first, then the last worked on."""
    rows = Case.objects.visible_to(user)
    if asked.day:
        exact = rows.filter(child__date_of_birth=asked.day)
        rows = exact if exact.exists() else rows.filter(child__date_of_birth__in=birthday_variants(asked.day))
    elif asked.phone:
        network = NetworkMember.objects.visible_to(user).filter(phone=asked.phone).values_list("case")
        own = ContactPoint.objects.visible_to(user).filter(value=asked.phone).values_list("case")
        rows = rows.filter(pk__in=[key for (key,) in network.union(own)])  # asked first: each has an index
    else:
        named = rows.matching(asked.text.split()[:WORDS_SEARCHED]).values("pk")
        place = (
            Q(child__postcode=asked.postcode) if asked.postcode else Q(child__school__icontains=asked.text)
        )
        rows = rows.filter(Q(pk__in=named) | place)
    return rows.with_identity().with_aliases().order_by("-status", "-last_activity_at", "pk")
