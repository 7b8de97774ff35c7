"""A child's chronology: what every floor recorded, in the order it happened."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet

from cases.models import Case, ChronologyEntry
from cse_portal.accounts.models import User

PER_PAGE = 25
PRINTED = 2000


def chronology(
    user: User,
    case: Case,
    *,
    kinds: Sequence[str] = (),
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[ChronologyEntry]:
    """The entries of a case that this person may see, the newest event first."""
    rows = ChronologyEntry.objects.visible_to(user, of=case).select_related("recorded_by", "agency")
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if since:
        rows = rows.filter(happened_on__gte=since)
    if until:
        rows = rows.filter(happened_on__lte=until)
    return rows.order_by("-happened_on", "-recorded_at", "pk")
