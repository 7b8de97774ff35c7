"""The chronology in words: entries by month, system lines together, each with its source."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import ABOUT_WORK, OF_A_SECTION, ChronologyEntry, EntryKind
from cse_portal.ui.presenters import TimelineEntry, display_date

# The word, the shape and the tab of each source.
SOURCES = {
    EntryKind.CONCERN: ("Concern", "!", ""),
    EntryKind.CASE: ("Case", "–", ""),
    EntryKind.ASSESSMENT: ("Risk", "≡", "assessments"),
    EntryKind.REVIEW: ("Review", "≡", "assessments"),
    EntryKind.CATEGORY: ("Category", "≡", "assessments"),
    EntryKind.MEETING: ("Meeting", "◆", "meetings"),
    EntryKind.ACTION: ("Plan", "✓", "meetings"),
    EntryKind.INTELLIGENCE: ("Intelligence", "■", "intelligence"),
    EntryKind.EVENT: ("Event", "●", ""),
    EntryKind.CONTACT: ("Visit or call", "⌂", ""),
    EntryKind.DOCUMENT: ("Document", "▤", "documents"),
    EntryKind.DISAGREEMENT: ("Disagreement", "≠", ""),
    EntryKind.MISSING: ("Missing", "?", "missing"),
    EntryKind.HAND_OFF: ("Hand-off", "→", ""),
    EntryKind.VOICE: ("Their words", "“", "assessments"),
    EntryKind.STRATEGY: ("Strategy discussion", "◆", ""),
    EntryKind.COURT: ("Court", "§", "court"),
}
LATER = dt.timedelta(days=1)
CONCERN = re.compile(r"\bCON-\d+-\d+\b")
NONE: Mapping[Any, str] = MappingProxyType({})


@dataclass(frozen=True)
class EntryRow:
    """One entry as it is read; `recorded` only where that was more than a day later.

    `under` is the reference of another record of the same child, where it was recorded there.
    """

    key: uuid.UUID
    kind: str
    source: str
    shape: str
    day: str
    date: str
    first: str
    rest: str
    by: str
    recorded: str
    url: str
    significant: bool
    restricted: bool
    system: bool
    under: str = ""


@dataclass(frozen=True)
class Month:
    """The entries of a month: each by itself, system lines that follow each other together."""

    name: str
    count: int
    groups: list[list[EntryRow]] = field(default_factory=list)


def entry_rows(
    entries: Iterable[ChronologyEntry], tabs: Mapping[str, str] = NONE, also: Mapping[uuid.UUID, str] = NONE
) -> list[EntryRow]:
    """Entries in words; `tabs` are the addresses of the tabs that this person may open.

    `also` are the references of other records of the same child: what these say is on no tab of this one.
    """
    return [_row(entry, tabs, also.get(entry.case_id, "")) for entry in entries]


def _row(entry: ChronologyEntry, tabs: Mapping[str, str], under: str) -> EntryRow:
    source, shape, tab = SOURCES[EntryKind(entry.kind)]
    first, _, rest = entry.text.partition("\n") if "\n" in entry.text[:200] else _sentence(entry.text)
    recorded = timezone.localdate(entry.recorded_at)
    return EntryRow(
        key=entry.pk,
        kind=entry.kind,
        source=source,
        shape=shape,
        day=f"{entry.happened_on:%a} {entry.happened_on.day}",
        date=f"{entry.happened_on.day} {entry.happened_on:%b}",
        first=first,
        rest=rest.strip(),
        by=f"{entry.recorded_by.full_name}, {entry.agency.short_name}",
        recorded=display_date(recorded) if recorded - entry.happened_on > LATER else "",
        url="" if under else _concern(entry) or tabs.get(tab, ""),
        significant=entry.significant,
        restricted=entry.restricted or entry.kind in OF_A_SECTION,
        system=entry.kind in ABOUT_WORK,
        under=under,
    )


def _concern(entry: ChronologyEntry) -> str:
    """The page of the concern that the entry tells of: its reference is in the first line, which the portal writes."""
    named = CONCERN.search(entry.text.partition("\n")[0]) if entry.kind == EntryKind.CONCERN else None
    return reverse("cases:concern", args=[named[0]]) if named else ""


def _sentence(text: str) -> tuple[str, str, str]:
    """The first sentence, where there is one before the text grows long."""
    first, stop, rest = text.partition(". ")
    return (f"{first}.", stop, rest) if stop and len(first) < 160 else (text, "", "")


def months(
    entries: Iterable[ChronologyEntry], tabs: Mapping[str, str], also: Mapping[uuid.UUID, str]
) -> list[Month]:
    """A page of the chronology under the names of its months."""
    found = []
    for name, of_month in groupby(entries, key=lambda each: f"{each.happened_on:%B %Y}"):
        rows = entry_rows(of_month, tabs, also)
        groups = [
            group
            for system, run in groupby(rows, key=lambda each: each.system)
            for group in ([list(run)] if system else [[each] for each in run])
        ]
        found.append(Month(name, len(rows), groups))
    return found


def timeline(entries: Iterable[ChronologyEntry], also: Mapping[uuid.UUID, str] = NONE) -> list[TimelineEntry]:
    """What happened, when, and who recorded it when, and where if not on this record: for paper."""
    return [
        TimelineEntry(
            title=entry.get_kind_display(),
            when=display_date(entry.happened_on),
            by=f"{entry.recorded_by.full_name}, {entry.agency.short_name}",
            body=entry.text,
            kind=f"recorded {display_date(entry.recorded_at)}"
            + (f" under {also[entry.case_id]}" if entry.case_id in also else ""),
        )
        for entry in entries
    ]
