"""What is on record of the matter of an agenda item, for one reader, while a meeting is open. No part of its record.

None of it is read for a screen that others see: anyone who asks has made sure that this one is its reader's own.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Window, prefetch_related_objects
from django.utils import timezone

from cases.chronology.selectors import chronology
from cases.family.selectors import OF_THE_CHILD, health_notes
from cases.missing.selectors.episodes import record_of
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import beginning_of
from cse_portal.accounts.models import User
from cse_portal.reference.working_days import add_months
from mase.meetings.choices import RecordCode
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.record import MeetingRecord

ENTRIES = 20
MONTHS, A_YEAR = 3, 12  # without an earlier meeting: so many months of chronology, of anything else


@dataclass(frozen=True)
class Since:
    """What counts as new: since the moment the child's last meeting ended, or, without one, for so many months."""

    moment: dt.datetime
    meeting: bool

    @property
    def day(self) -> dt.date:
        """The day in this country."""
        return timezone.localdate(self.moment)


@dataclass(frozen=True)
class OnRecord:
    """What is beside one item.

    `rows`: the newest entries of the chronology, missing episodes, health's sentences for everybody, or children at
    the same address. `number`: of the entries how many there are in all, of the episodes how many began within a year,
    of the health detail how much was added, where this reader was given it.
    """

    case: Case
    since: Since
    rows: Sequence[Any]
    number: int | None
    reads_intelligence: bool
    hides_home: bool
    may_write: bool


def on_record(user: User, record: MeetingRecord, code: str) -> OnRecord:
    """For the item with this code, in as many questions for a little as for a lot."""
    meeting, case = record.meeting, record.meeting.case
    held = Meeting.objects.ended().filter(case=case).exclude(pk=meeting.pk).order_by("-ended_at").first()
    since = _since(held.ended_at if held else None, MONTHS if code == RecordCode.CHRONOLOGY else A_YEAR)
    sealed = case.confidential_addresses.filter(ended_at__isnull=True, kind__in=OF_THE_CHILD).exists()
    rows, number = READ[code](user, record, since) if code in READ else ([], None)
    return OnRecord(
        case=case,
        since=since,
        rows=[] if sealed and code == RecordCode.SIBLINGS else rows,
        number=number,
        reads_intelligence=gate.can(user, Permission.CASE_INTELLIGENCE_VIEW, case)
        or gate.can(user, Permission.INTELLIGENCE_GRADE),
        hides_home=sealed,
        may_write=case.is_open and gate.can(user, Permission.CASE_CHANGE, case),
    )


def _since(last: dt.datetime | None, months: int) -> Since:
    if last is not None:
        return Since(timezone.localtime(last), meeting=True)
    return Since(beginning_of(add_months(timezone.localdate(), -months)), meeting=False)


Found = tuple[Sequence[Any], int | None]


def _entries(user: User, record: MeetingRecord, since: Since) -> Found:
    found = chronology(user, record.meeting.case, since=since.day).annotate(total=Window(Count("pk")))
    rows = list(found[:ENTRIES])
    return rows, rows[0].total if rows else 0


def _episodes(user: User, record: MeetingRecord, since: Since) -> Found:
    """Who was missing when the last meeting ended, or came back after it, is new to this one too; newest first."""
    a_year_ago = beginning_of(add_months(timezone.localdate(), -A_YEAR))
    found = list(record.meeting.case.missing_episodes.prefetch_related("interviews"))
    rows = [
        record_of(each, list(each.interviews.all()))
        for each in found
        if each.returned_at is None or each.returned_at >= since.moment
    ]
    return rows, sum(each.missing_since >= a_year_ago for each in found)


def _health(user: User, record: MeetingRecord, since: Since) -> Found:
    case, summaries = record.meeting.case, record.health
    prefetch_related_objects(summaries, "agency")
    reads = gate.can(user, Permission.HEALTH_VIEW, case)
    return summaries, health_notes(user, case).filter(happened_on__gte=since.day).count() if reads else None


def _at_home(user: User, record: MeetingRecord, since: Since) -> Found:
    """Children at the same open address on record; their cases as far as this person may see them."""
    child = record.meeting.case.child
    if not (child.address and child.postcode):
        return [], None
    same = Q(child__postcode=child.postcode, child__address__iexact=child.address)
    rows = Case.objects.visible_to(user).filter(same).exclude(pk=record.meeting.case.pk)
    by_age = rows.order_by(F("child__date_of_birth").asc(nulls_last=True), "pk")
    return list(by_age.select_related("child")), None


READ: dict[str, Callable[[User, MeetingRecord, Since], Found]] = {
    RecordCode.CHRONOLOGY: _entries,
    RecordCode.MISSING: _episodes,
    RecordCode.HEALTH: _health,
    RecordCode.SIBLINGS: _at_home,
}
