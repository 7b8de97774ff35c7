"""The chronology of a case, as far as somebody may see it."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet

from cases.chronology.models import ChronologyEntry
from cases.record.models.case import Case
from cse_portal.accounts.models import User

PER_PAGE = 25
PRINTED = 2000
LATEST = 5


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
