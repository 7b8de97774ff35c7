"""Retention in words: references, classes, dates and counts."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.text import capfirst

from cse_portal.reference.choices import RecordKind
from cse_portal.ui.presenters import Row, counted, display_date, display_datetime
from reporting.choices import DisposalState
from reporting.models import Disposal
from reporting.selectors.records import Record
from reporting.services.retention import rule_words

COLOURS = {
    DisposalState.PROPOSED: "orange",
    DisposalState.APPROVED: "red",
    DisposalState.STOPPED: "grey",
    DisposalState.DONE: "black",
}


def record_state(record: Record, *, held: bool) -> tuple[str, str]:
    """How far a record is, with its colour."""
    if record.disposal and record.disposal.is_under_way:
        return str(record.disposal.state.label), COLOURS[record.disposal.state]
    if record.facts.ended_on is None:
        return "In use", "grey"
    if held:
        return "Held", "yellow"
    return ("Due", "red") if record.is_due(timezone.localdate()) else ("Not due yet", "grey")


def due_rows(records: Iterable[Record]) -> list[dict[str, Any]]:
    """The yearly list."""
    rows = [(each, record_state(each, held=bool(each.holds))) for each in records]
    return [{"record": each, "state": state, "colour": colour} for each, (state, colour) in rows]


def record_facts(record: Record) -> list[Row]:
    """What is known of the record without reading it."""
    return [
        Row("What it is", RecordKind(record.kind).label),
        Row("Last used", display_date(record.facts.ended_on) or "Still in use, so never due"),
        Row("Kept", rule_words(record) or "No day yet"),
    ]


def schedule_rows(rules: Iterable[Any]) -> list[dict[str, Any]]:
    """The schedule in force today."""
    return [{"rule": rule, "period": _period(rule)} for rule in rules]


def _period(rule: Any) -> str:
    if not rule.counted_from:
        return "Kept"
    length = counted(rule.years, "year") if rule.years else counted(rule.days, "day")
    return f"{length} from {rule.get_counted_from_display()}"


def count_rows(counts: dict[str, int], files: int = 0) -> list[tuple[str, int]]:
    """How many rows of which kind, the children's own first; and files."""
    labels = {model._meta.db_table: capfirst(model._meta.verbose_name) for model in apps.get_models()}
    rows = [(str(labels.get(table, table)), number) for table, number in sorted(counts.items()) if number]
    return rows + ([("File", files)] if files else [])


def disposal_rows(found: Iterable[Disposal]) -> list[dict[str, Any]]:
    """The register of disposals."""
    return [{"disposal": each, "colour": COLOURS[each.state]} for each in found]


def disposal_facts(disposal: Disposal) -> list[Row]:
    """What both people sign, and who did what."""
    steps = (
        ("Proposed", disposal.proposed_by, disposal.proposed_at, disposal.reason),
        ("Approved", disposal.approved_by, disposal.approved_at, disposal.approved_why),
        ("Stopped", disposal.stopped_by, disposal.stopped_at, disposal.stopped_why),
    )
    return [
        Row("Record", f"{RecordKind(disposal.record).label}, {disposal.reference}"),
        Row("Class and rule", disposal.rule),
        *(
            Row(what, f"{who.full_name if who else 'The portal'}, {display_datetime(at)}: {why}")
            for what, who, at, why in steps
            if at
        ),
        *([Row("Disposed of", display_datetime(disposal.done_at))] if disposal.done_at else []),
    ]


def next_words(disposal: Disposal) -> str:
    """What happens next."""
    return {
        DisposalState.PROPOSED: "Another person must decide. Until then nothing happens.",
        DisposalState.APPROVED: f"The record is deleted in the night after {display_date(disposal.goes_at)}. "
        "Until then it can be stopped.",
        DisposalState.STOPPED: "Nothing is deleted. It can be proposed again from the record’s page.",
        DisposalState.DONE: f"The record was deleted on {display_date(disposal.done_at)}.",
    }[disposal.state]


def year_words(before: dt.date) -> str:
    """The financial year that ends before this 1 April: 2026/27."""
    return f"{before.year - 1}/{before.year % 100:02d}"
