"""How long what is kept, what holds it and what goes, in words: references, classes, dates and counts."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cse_portal.reference.choices import AppliesTo, CountedFrom, RecordKind
from cse_portal.ui.presenters import Row, counted, display_date, display_datetime, short_date
from reporting.choices import DisposalState, HoldScope
from reporting.models import Disposal, LegalHold
from reporting.models.fates import FILES, LABELS, STAYS
from reporting.selectors.dry_run import DryRun
from reporting.selectors.records import Record
from reporting.selectors.retention import HeldWith

COLOURS = {
    DisposalState.PROPOSED: "orange",
    DisposalState.APPROVED: "red",
    DisposalState.REFUSED: "grey",
    DisposalState.WITHDRAWN: "grey",
    DisposalState.STOPPED: "yellow",
    DisposalState.DONE: "black",
}
BESIDE = (
    ("values", "value", "What the audit keeps of changed rows: destroyed with its key. The seals stay whole"),
)
LEFT = (
    ("events", "event", "Who looked at and did what, in the audit, by key"),
    ("changes", "note", "Which row was changed when and by whom, in the audit, by key"),
    ("copies", "entry,entries", "Who took a copy; the keys in it lead to nothing any more"),
    ("reports", "report", "Intelligence that tells of somebody else as well; its link to this record goes"),
    ("named", "person, place or vehicle,people, places or vehicles", "Named by other reports too"),
)
DONE = (
    "Disruption of a person or place that would go with it is agreed or in force, or that of a person ended within "
    "the year."
)


@dataclass(frozen=True)
class DueRow:
    """One line of the yearly list."""

    url: str
    reference: str
    kind: str
    title: str
    goes_from: str
    state: str
    colour: str


@dataclass(frozen=True)
class Counted:
    """How many of what, and what becomes of them."""

    label: str
    number: str


@dataclass(frozen=True)
class ScheduleRow:
    """One rule of the schedule."""

    title: str
    holds: str
    period: str
    ending: str
    source: str


def due_rows(records: Iterable[Record], held: Mapping[uuid.UUID, bool]) -> list[DueRow]:
    """The yearly list; `held` are those that do not go for something else, and whether that is still worked on."""
    return [_due_row(each, held=each.pk in held, is_done=held.get(each.pk, False)) for each in records]


def _due_row(record: Record, *, held: bool, is_done: bool) -> DueRow:
    state, colour = record_state(record, held=held, is_done=is_done)
    return DueRow(
        url=reverse("reporting:retention-record", args=[record.reference]),
        reference=record.reference,
        kind=RecordKind(record.kind).label,
        title=record.due.rule.title if record.due else "",
        goes_from=short_date(record.goes_from),
        state=state,
        colour=colour,
    )


def record_state(record: Record, *, held: bool, is_done: bool) -> tuple[str, str]:
    """Where it stands, gravest first, with its colour; `held`: what goes along, or what it is part of, does not go;
    `is_done`: something is done against what goes along, or was within the year, which counts in a person's own day.
    """
    today = timezone.localdate()
    if record.disposal and record.disposal.is_under_way:
        return str(record.disposal.get_state_display()), COLOURS[DisposalState(record.disposal.state)]
    is_over = record.facts.ended_on is not None
    is_own_year = is_over and is_done and record.kind == RecordKind.PERSON
    if not is_over or is_done and not record.holds and not is_own_year:
        return "Still worked on", "grey"
    if record.holds or held and not is_own_year:
        return "Held", "yellow"
    if record.is_due(today):
        return "Due", "red"
    if record.kept and record.kept.until > today:
        return "Kept longer", "grey"
    return "Not due yet", "grey"


def held_words(held: HeldWith) -> list[str]:
    """What keeps a record that nothing covers itself, a sentence each."""
    return [
        *(f"This would go with it, and is held or kept longer: {what}." for what in held.along),
        *(f"This is part of what is held or kept longer: {what}." for what in held.around),
        *([DONE] if held.is_done else []),
    ]


def record_facts(record: Record) -> list[Row]:
    """What is known of the record without reading it."""
    rows = [
        Row("What it is", RecordKind(record.kind).label),
        Row(
            "Last learned of" if record.kind == RecordKind.PERSON else "Work ended",
            display_date(record.facts.ended_on) or "Not yet: it is never due while it is worked on",
        ),
    ]
    if record.due:
        rule = record.due.rule
        rows += [
            Row("Class", rule.title),
            Row("Rule", f"{counted(rule.years, 'year')} from {CountedFrom(rule.counted_from).label}"),
            Row("Kept until", display_date(record.due.on)),
        ]
    if record.kept:
        said = f"{display_date(record.kept.until)}: {record.kept.reason} ({record.kept.decided_by.full_name})"
        rows.append(Row("Kept longer, until", said))
    return rows


def schedule_rows(rules: Iterable[Any]) -> list[ScheduleRow]:
    """The schedule as it is in force today."""
    return [
        ScheduleRow(
            rule.title, rule.holds, _period(rule), rule.get_ending_display(), rule.source
        )
        for rule in rules
    ]  # fmt: skip


def _period(rule: Any) -> str:
    if not rule.counted_from:
        return "Kept"
    length = counted(rule.years, "year") if rule.years else counted(rule.days, "day")
    return f"{length} from {rule.get_counted_from_display()}"


def hold_words(hold: LegalHold) -> str:
    """What it covers."""
    return hold.reference or str(HoldScope(hold.scope).label)


def hold_rows(found: Iterable[LegalHold]) -> list[dict[str, str]]:
    """Holds, in force or lifted."""
    return [
        {
            "covers": hold_words(hold),
            "authority": hold.authority,
            "reason": hold.reason,
            "since": f"{short_date(hold.set_at)}, {hold.set_by.full_name if hold.set_by else 'as delivered'}",
            "review": short_date(hold.review_on),
            "is_late": "yes" if hold.holds and hold.review_on < timezone.localdate() else "",
            "lifted": _lifted(hold),
            "url": reverse("reporting:retention-hold-lift", args=[hold.pk]),
        }
        for hold in found
    ]


def _lifted(hold: LegalHold) -> str:
    return (
        f"{short_date(hold.lifted_at)}, {hold.lifted_by.full_name}: {hold.lifted_why}"
        if hold.lifted_by
        else ""
    )


def goes_rows(counts: dict[str, int]) -> list[Counted]:
    """What goes, table by table, in the house's order."""
    rows = [Counted(label, f"{counts[table]:,}") for table, label in LABELS.items() if counts.get(table)]
    return rows + ([Counted("Files", f"{counts[FILES]:,}")] if counts.get(FILES) else [])


def destroyed_rows(run: DryRun) -> list[Counted]:
    """What is destroyed with its key."""
    return _beside(run, BESIDE)


def left_rows(run: DryRun) -> list[Counted]:
    """What stays, and why."""
    return [*_beside(run, LEFT), Counted(STAYS["reporting_returnfigure"], "All signed returns")]


def _beside(run: DryRun, kinds: Iterable[tuple[str, str, str]]) -> list[Counted]:
    found = [(run.beside[key], noun, words) for key, noun, words in kinds if run.beside.get(key)]
    return [Counted(words, counted(number, noun)) for number, noun, words in found]


def disposal_rows(found: Iterable[Disposal]) -> list[dict[str, str]]:
    """The list of disposals."""
    return [
        {
            "url": reverse("reporting:disposal", args=[each.pk]),
            "reference": each.reference,
            "title": each.record_class,
            "by": each.proposed_by.full_name,
            "on": short_date(each.proposed_at),
            "state": str(each.get_state_display()),
            "colour": COLOURS[DisposalState(each.state)],
            "goes": short_date(each.goes_at) if each.state == DisposalState.APPROVED else "",
        }
        for each in found
    ]


def disposal_facts(disposal: Disposal) -> list[Row]:
    """What both people sign, and who has done what so far."""
    rows = [
        Row("Record", f"{RecordKind(disposal.record).label}, {disposal.reference}"),
        Row("Class and rule", disposal.rule_words),
        Row("Work ended", display_date(disposal.ended_on)),
        Row(
            "Proposed",
            f"{disposal.proposed_by.full_name}, {display_datetime(disposal.proposed_at)}: {disposal.reason}",
        ),
    ]
    if disposal.decided_by:
        said = "Refused" if disposal.state == DisposalState.REFUSED else "Approved"
        when = display_datetime(disposal.decided_at)
        rows.append(Row(said, f"{disposal.decided_by.full_name}, {when}: {disposal.decision_note}"))
    if disposal.withdrawn_by:
        when = display_datetime(disposal.withdrawn_at)
        rows.append(Row("Withdrawn", f"{disposal.withdrawn_by.full_name}, {when}: {disposal.withdrawn_why}"))
    if disposal.stopped_why:
        rows.append(Row("Stopped", f"Nothing went: {disposal.stopped_why}"))
    return rows


def next_words(disposal: Disposal) -> str:
    """What happens now."""
    match DisposalState(disposal.state):
        case DisposalState.PROPOSED:
            return "Another person must decide. Until then nothing happens."
        case DisposalState.APPROVED:
            goes = display_date(disposal.goes_at)
            return f"The record goes in the night after {goes}. Until then it can be withdrawn."
        case DisposalState.DONE:
            return f"The record went on {display_date(disposal.done_at)}."
        case _:
            return "Nothing goes. It can be proposed again from the record’s page."


def certificate_facts(disposal: Disposal, event: Any) -> list[Row]:
    """Reference, class, rule, people, days, and where the audit has it."""
    return [
        *disposal_facts(disposal),
        Row("Disposed of", display_datetime(disposal.done_at)),
        Row("Files", "All deleted" if not disposal.files_left else "Still being deleted"),
        Row("Number in the audit", str(event.pk) if event else "Not there"),
    ]


def year_words(before: dt.date) -> str:
    """The financial year that ends before this 1 April: 2026/27."""
    return f"{before.year - 1}/{before.year % 100:02d}"


def applies_words(rule: Any) -> str:
    """To whom a rule applies."""
    return str(AppliesTo(rule.applies_to).label)
