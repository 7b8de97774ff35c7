"""What is on record of the matter of an agenda item, for one reader, while a meeting is open. No part of its record.

None of it is read for a screen that others see: anyone who asks has made sure that this one is its reader's own.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Window, prefetch_related_objects
from django.utils import timezone

from cases.chronology.models import ChronologyEntry
from cases.chronology.selectors import chronology
from cases.family.models import HealthSummary
from cases.family.selectors import OF_THE_CHILD, health_notes
from cases.missing.models import MissingEpisode, ReturnHomeInterview
from cases.missing.selectors.episodes import EpisodeRecord, record_of
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import beginning_of
from cse_portal.accounts.models import User
from cse_portal.reference.working_days import add_months
from mase.meetings.choices import RecordCode
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.together import read_together

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
class Entries:
    """The newest entries of the chronology, and how many there are in all."""

    rows: Sequence[ChronologyEntry]
    total: int
    since: Since


@dataclass(frozen=True)
class Episodes:
    """The missing episodes that began, ended or lasted since then, newest first, and how many began within a year."""

    rows: list[EpisodeRecord]
    in_a_year: int
    since: Since


@dataclass(frozen=True)
class Health:
    """What health lets everybody know; to whom the detail was given, how much was added to it, else None."""

    summaries: list[HealthSummary]
    notes: int | None
    since: Since


@dataclass(frozen=True)
class OnRecord:
    """What is beside the items asked for; None where it was not asked for, or is not this reader's to read."""

    case: Case
    entries: Entries | None
    episodes: Episodes | None
    health: Health | None
    reads_intelligence: bool
    at_home: list[Case]
    hides_home: bool
    may_write: bool


def on_record(user: User, record: MeetingRecord, wanted: Collection[str]) -> OnRecord:
    """For the items with these codes.

    The number of questions depends on the items and on who asks, never on how much there is.
    """
    meeting, case = record.meeting, record.meeting.case
    held, episodes, steps, sealed = _together(meeting)
    last = timezone.localtime(held[0].ended_at) if held else None
    return OnRecord(
        case=case,
        entries=_entries(user, case, _since(last, MONTHS)) if RecordCode.CHRONOLOGY in wanted else None,
        episodes=_episodes(episodes, steps, _since(last, A_YEAR)) if RecordCode.MISSING in wanted else None,
        health=_health(user, record, _since(last, A_YEAR)) if RecordCode.HEALTH in wanted else None,
        reads_intelligence=reads_intelligence(user, case),
        at_home=_at_home(user, case) if RecordCode.SIBLINGS in wanted and not sealed else [],
        hides_home=bool(sealed),
        may_write=case.is_open and gate.can(user, Permission.CASE_CHANGE, case),
    )


def reads_intelligence(user: User, case: Case) -> bool:
    """Whether the intelligence of this case was given to them, or they work in the unit that made it."""
    given = gate.can(user, Permission.CASE_INTELLIGENCE_VIEW, case)
    return given or gate.can(user, Permission.INTELLIGENCE_GRADE)


def _together(meeting: Meeting) -> list[list[Any]]:
    """The last meeting held, the episodes, the steps of their interviews, and what seals where the child lives."""
    case = meeting.case
    held = Meeting.objects.ended().filter(case=case).exclude(pk=meeting.pk).order_by("-ended_at")[:1]
    steps = ReturnHomeInterview.objects.filter(episode__case=case)
    sealed = case.confidential_addresses.filter(ended_at__isnull=True, kind__in=OF_THE_CHILD)
    return read_together(meeting, held, case.missing_episodes.all(), steps, sealed)


def _since(last: dt.datetime | None, months: int) -> Since:
    if last is not None:
        return Since(last, meeting=True)
    return Since(beginning_of(add_months(timezone.localdate(), -months)), meeting=False)


def _entries(user: User, case: Case, since: Since) -> Entries:
    rows = chronology(user, case, since=since.day).annotate(total=Window(Count("pk")))
    found = list(rows[:ENTRIES])
    return Entries(found, found[0].total if found else 0, since)


def _episodes(
    found: Sequence[MissingEpisode], steps: Sequence[ReturnHomeInterview], since: Since
) -> Episodes:
    """The person who was missing when the last meeting ended, or came back after it, is new to this one too."""
    a_year_ago = beginning_of(add_months(timezone.localdate(), -A_YEAR))
    done: dict[uuid.UUID, list[ReturnHomeInterview]] = {}
    for step in steps:
        done.setdefault(step.episode_id, []).append(step)
    rows = [
        record_of(each, done.get(each.pk, []))
        for each in found
        if each.returned_at is None or each.returned_at >= since.moment
    ]
    return Episodes(rows, sum(each.missing_since >= a_year_ago for each in found), since)


def _health(user: User, record: MeetingRecord, since: Since) -> Health:
    case, summaries = record.meeting.case, record.health
    prefetch_related_objects(summaries, "agency")
    reads = gate.can(user, Permission.HEALTH_VIEW, case)
    notes = health_notes(user, case).filter(happened_on__gte=since.day).count() if reads else None
    return Health(summaries, notes, since)


def _at_home(user: User, case: Case) -> list[Case]:
    """Children at the same open address on record; their cases as far as this person may see them."""
    child = case.child
    if not (child.address and child.postcode):
        return []
    same = Q(child__postcode=child.postcode, child__address__iexact=child.address)
    rows = Case.objects.visible_to(user).filter(same).exclude(pk=case.pk).select_related("child")
    return list(rows.order_by(F("child__date_of_birth").asc(nulls_last=True), "pk"))
