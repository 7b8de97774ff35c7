"""What the portal holds already of the matter of an agenda item, in words, above the notes."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from cases.casework.presenters import CONFIDENTIAL, worded
from cases.chronology.models import ChronologyEntry
from cases.missing.presenters.lists import COLOURS, due_words, lasted
from cases.missing.selectors.episodes import EpisodeRecord
from cases.record.presenters import shortened
from cse_portal.reference.selectors import codes, label
from cse_portal.ui.presenters import Row, counted, display_date, display_datetime, short_date
from mase.meetings.choices import AgendaCode, RecordCode
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.step_down import LIST, is_restricted, lowers
from mase.minutes.selectors.on_record import ENTRIES, OnRecord, Since

SHORT = 200
UNWRITTEN = "Not recorded"


@dataclass(frozen=True)
class Line:
    """One thing on record: what, where its page is, when and by whom, how it stands, and how its text begins."""

    title: str
    url: str = ""
    when: str = ""
    text: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Panel:
    """What stands above the notes of one item: a sentence, single facts, lines, and where all of it is."""

    title: str = "On record"
    words: str = ""
    facts: tuple[Row, ...] = ()
    lines: tuple[Line, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def panel(record: MeetingRecord, found: OnRecord, code: str) -> Panel | None:
    """What stands above the notes of this item; none where there is nothing for this reader to read."""
    return DRAWN[RecordCode(code)](record, found) if code in DRAWN else None


def _chronology(record: MeetingRecord, found: OnRecord) -> Panel:
    since, total = found.since, found.number or 0
    url, earlier = reverse("cases:chronology", args=[found.case.reference]), total - ENTRIES
    links = [("The whole chronology", url)]
    if earlier > 0:
        links.insert(0, (f"and {counted(earlier, 'earlier one')}", f"{url}?{_from(since.day)}"))
    return Panel(
        title=f"On record {_since_words(since)}",
        words=f"{counted(total, 'entry,entries')}." if total else "No entry of the chronology.",
        lines=tuple(_entry(url, each) for each in found.rows),
        links=tuple(links),
    )


def _entry(url: str, entry: ChronologyEntry) -> Line:
    day = entry.happened_on
    asked = f"{urlencode({'kind': entry.kind})}&{_from(day)}&{_from(day, 'until')}"
    who = f"{entry.recorded_by.full_name}, {entry.agency.short_name}"
    return Line(
        title=entry.get_kind_display(),
        url=f"{url}?{asked}",
        when=f"{display_date(day)}, recorded by {who}, {short_date(entry.recorded_at)}",
        text=shortened(entry.text, SHORT),
    )


def _missing(record: MeetingRecord, found: OnRecord) -> Panel:
    since = _since_words(found.since)
    words = f"No missing episode is on record {since}."
    if found.rows:
        words = f"{counted(len(found.rows), 'episode')} {since}."
    if found.since.meeting:
        words += f" {counted(found.number or 0, 'episode')} in the last 12 months."
    url = reverse("cases:missing", args=[found.case.reference])
    return Panel(
        words=words,
        lines=tuple(_episode(url, each) for each in found.rows),
        links=(("All missing episodes", url),),
    )


def _episode(url: str, record: EpisodeRecord) -> Line:
    episode, state = record.episode, record.state
    until = f"to {display_datetime(episode.returned_at)}" if episode.returned_at else "and not back yet"
    length = lasted(episode.missing_since, episode.returned_at or timezone.now())
    interview = (f"Return home interview: {state.label.lower()}", COLOURS[state]) if state else None
    return Line(
        title=f"{label('missing-type', episode.kind)} from {display_datetime(episode.missing_since)} {until}",
        url=f"{url}#episode-{episode.pk}",
        when=f"{length}, from {label('missing-from', episode.missing_from).lower()}",
        text=due_words(record),
        tags=(interview or ("Missing now", "red"),),
    )


def _health(record: MeetingRecord, found: OnRecord) -> Panel:
    links: tuple[tuple[str, str], ...] = ()
    if found.number is not None:
        words = f"The health detail, {counted(found.number, 'note')} of it {_since_words(found.since)}"
        links = ((words, reverse("cases:health", args=[found.case.reference])),)
    return Panel(
        words="What health lets everybody know:"
        if found.rows
        else "Health has written no sentence for the others.",
        lines=tuple(
            Line(each.text, when=f"{each.agency.short_name}, {short_date(each.recorded_at)}")
            for each in found.rows
        ),
        links=links,
    )


def _education(record: MeetingRecord, found: OnRecord) -> Panel:
    child = found.case.child
    upn = "Recorded" if child.upn else ""
    return _facts(
        found, ("school", "School, college or training", child.school), ("upn", "Unique pupil number", upn)
    )


def _placement(record: MeetingRecord, found: OnRecord) -> Panel:
    """Where the child lives is named by its ward alone, and by nothing where it is confidential."""
    child = found.case.child
    ward = CONFIDENTIAL if found.hides_home else worded("ward", child.ward)
    facts = [
        ("lives_with", "Lives with", child.lives_with),
        ("legal_status", "Legal status", worded("legal_status", child.legal_status)),
        ("ward", "Ward", ward),
    ]
    if child.placing_authority:
        facts.append(("placing_authority", "Placing authority", child.placing_authority))
    return _facts(found, *facts)


def _identity(record: MeetingRecord, found: OnRecord) -> Panel:
    child = found.case.child
    return _facts(
        found,
        ("ethnicity", "Ethnicity", worded("ethnicity", child.ethnicity)),
        ("first_language", "First language", child.first_language),
        ("disabilities", "Disabilities", worded("disabilities", child.disabilities)),
    )


def _siblings(record: MeetingRecord, found: OnRecord) -> Panel:
    """Other children at the same address whom this reader may see. That there may be others nothing says."""
    child = found.case.child
    words = ""
    if child.address and child.postcode and not found.hides_home:
        words = "No other child whose case you may see lives at the same address."
    if found.rows:
        words = "Other children at the same address whose case you may see:"
    return Panel(
        words=words,
        facts=_facts(found, ("lives_with", "Lives with", child.lives_with)).facts,
        lines=tuple(
            Line(f"{each.child.name}, {each.reference}", reverse("cases:case", args=[each.reference]))
            for each in found.rows
        ),
        links=(("Search the cases you may see", reverse("cases:list")),),
    )


def _intelligence(record: MeetingRecord, found: OnRecord) -> Panel | None:
    """Whom and what reports name is read there, by whom this part of the case was given to."""
    if not found.reads_intelligence:
        return None
    return Panel(
        links=(
            (
                "Every report about this child that you may read",
                reverse("intelligence:case-reports", args=[found.case.reference]),
            ),
            ("All disruption you may see", reverse("intelligence:disruptions")),
            ("Tell the police something", reverse("intelligence:new")),
        )
    )


def _step_down(record: MeetingRecord, found: OnRecord) -> Panel:
    """Counted from the points that this reader may read now."""
    item = record.item(AgendaCode.CATEGORY)
    to = reverse("mase:meeting", args=[record.meeting.pk])
    links = ((f"Go to {item.title}", f"{to}?item={item.code}"),) if item else ()
    if not lowers(record):
        return Panel(words="No lower category is decided, so the checklist is not asked for.", links=links)
    points = [each.code for each in codes(LIST) if record.sees_restricted or not is_restricted(each)]
    answers = [each for each in record.step_down_points if each.code in points]
    unmet = sum(not each.met for each in answers)
    words = f"The checklist: {len(answers)} of {counted(len(points), 'point')} answered, {unmet} not met."
    return Panel(words=words, links=links)


def _facts(found: OnRecord, *facts: tuple[str, str, str]) -> Panel:
    """What is not recorded is named, with the way to record it for anyone who may."""
    edit = reverse("cases:case-edit", args=[found.case.reference]) if found.may_write else ""
    rows = [
        Row(words, value) if value else Row(words, UNWRITTEN, f"{edit}#id_{name}" if edit else "", "Record")
        for name, words, value in facts
    ]
    return Panel(facts=tuple(rows), links=(("The case", reverse("cases:case", args=[found.case.reference])),))


def _since_words(since: Since) -> str:
    return f"since {'the last meeting on ' if since.meeting else ''}{display_date(since.day)}"


def _from(day: dt.date, name: str = "since") -> str:
    return urlencode({f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year})


DRAWN: dict[RecordCode, Callable[[MeetingRecord, OnRecord], Panel | None]] = {
    RecordCode.CHRONOLOGY: _chronology,
    RecordCode.SIBLINGS: _siblings,
    RecordCode.MISSING: _missing,
    RecordCode.PEOPLE_PLACES: _intelligence,
    RecordCode.INTELLIGENCE: _intelligence,
    RecordCode.DISRUPTION: _intelligence,
    RecordCode.HEALTH: _health,
    RecordCode.EDUCATION: _education,
    RecordCode.PLACEMENT: _placement,
    RecordCode.IDENTITY: _identity,
    RecordCode.STEP_DOWN: _step_down,
}
