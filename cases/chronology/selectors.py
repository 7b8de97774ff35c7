"""The chronology of a case, as far as somebody may see it."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from cases.chronology.models import ABOUT_WORK, OF_A_SECTION, ChronologyEntry
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
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
    text: str = "",
    significant: bool = False,
    oldest_first: bool = False,
    also: Collection[uuid.UUID] = (),
) -> QuerySet[ChronologyEntry]:
    """The entries of a case that this person may see, the newest event first unless asked otherwise.

    `also`: the keys of other records of the same child, whose entries are told among them.
    """
    rows = ChronologyEntry.objects.visible_to(user, of=None if also else case)
    rows = rows.filter(case__in=[case.pk, *also]) if also else rows
    rows = rows.select_related("recorded_by", "agency")
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if since:
        rows = rows.filter(happened_on__gte=since)
    if until:
        rows = rows.filter(happened_on__lte=until)
    if text:
        rows = rows.filter(text__icontains=text)
    if significant:
        rows = rows.filter(significant=True)
    if oldest_first:
        return rows.order_by("happened_on", "recorded_at", "pk")
    return rows.order_by("-happened_on", "-recorded_at", "pk")


def for_court(
    user: User, case: Case, chosen: Sequence[uuid.UUID], *, also: Collection[uuid.UUID] = ()
) -> QuerySet[ChronologyEntry]:
    """The oldest first, without lines about the work; what was chosen, or all that is not restricted."""
    rows = chronology(user, case, oldest_first=True, also=also).exclude(kind__in=ABOUT_WORK)
    if chosen:
        return rows.filter(pk__in=chosen)
    return rows.filter(restricted=False).exclude(kind__in=OF_A_SECTION)


def entry_of(user: User, case: Case, pk: uuid.UUID) -> ChronologyEntry:
    """One entry of this very case that this person may see; NotVisible for any other."""
    return get_visible(chronology(user, case).filter(pk=pk))
