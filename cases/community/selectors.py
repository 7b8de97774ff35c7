"""Which reports wait, one report with those that repeat it, and the ward that one names."""

import re
from dataclasses import dataclass

from django.core.paginator import Page

from cases.community.models import CommunityReport, CommunityReportQuerySet
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.reference import selectors as reference

DECIDED_SHOWN = 20


@dataclass(frozen=True)
class Inbox:
    """What waits, a page at a time, and what was decided lately."""

    waiting: Page[CommunityReport]
    decided: list[CommunityReport]


def inbox(user: User, page: str) -> Inbox:
    """The newest first."""
    rows = CommunityReport.objects.visible_to(user).order_by("-received_at", "pk")
    decided = rows.exclude(outcome="").select_related("decided_by", "concern", "joins")
    return Inbox(
        page_of(rows.waiting(), PER_PAGE, page), list(decided.order_by("-decided_at", "pk")[:DECIDED_SHOWN])
    )


def reports_waiting(user: User) -> CommunityReportQuerySet:
    """Those of which nobody has said yet what becomes of them."""
    return CommunityReport.objects.visible_to(user).waiting()


def report_for(user: User, **named: object) -> CommunityReport:
    """One report; NotVisible if it does not exist for this person."""
    rows = CommunityReport.objects.visible_to(user).select_related("decided_by", "concern", "joins")
    return get_visible(rows.filter(**named))


def repeats_of(user: User, report: CommunityReport) -> list[CommunityReport]:
    """The reports that repeat this one, oldest first."""
    return list(CommunityReport.objects.visible_to(user).filter(joins=report).order_by("received_at"))


def wards_in(text: str) -> list[str]:
    """The wards that a text names; a postcode names none, for the portal holds no register of them."""
    found = []
    for each in reference.codes("ward"):
        names = "|".join(re.escape(name) for name in {each.label, str(each.extra.get("short", each.label))})
        if re.search(rf"\b(?:{names})\b", text, re.IGNORECASE):
            found.append(each.label)
    return found
