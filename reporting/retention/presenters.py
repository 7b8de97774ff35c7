"""Disposals in words and counts."""

from django.apps import apps
from django.utils.text import capfirst

from cse_portal.reference.choices import RecordKind
from cse_portal.ui.presenters import Row, display_date, display_datetime
from reporting.retention.models import Disposal, DisposalState


def count_rows(counts: dict[str, int], files: int = 0) -> list[tuple[str, int]]:
    """How many rows of which kind, and how many files."""
    labels = {model._meta.db_table: capfirst(model._meta.verbose_name) for model in apps.get_models()}
    rows = [(str(labels.get(table, table)), number) for table, number in sorted(counts.items())]
    return [*rows, *([("File", files)] if files else [])]


def disposal_facts(disposal: Disposal) -> list[Row]:
    """What both people sign, and who did what."""
    steps = (
        ("Proposed", disposal.proposed_by, disposal.proposed_at, disposal.reason),
        ("Approved", disposal.approved_by, disposal.approved_at, disposal.approved_why),
        ("Stopped", disposal.stopped_by, disposal.stopped_at, disposal.stopped_why),
    )
    signed = [
        Row(what, f"{who.full_name if who else 'The portal'}, {display_datetime(at)}: {why}")
        for what, who, at, why in steps
        if at
    ]
    record = Row("Record", f"{RecordKind(disposal.record).label}, {disposal.reference}")
    return [record, Row("Class and rule", disposal.rule), *signed]


def next_words(disposal: Disposal) -> str:
    """What happens next."""
    return {
        DisposalState.PROPOSED: "Another person must decide. Until then nothing happens.",
        DisposalState.APPROVED: f"The record is deleted in the night after {display_date(disposal.goes_at)}. "
        "Until then it can be stopped.",
        DisposalState.STOPPED: "Nothing is deleted. It can be proposed again from the record’s page.",
        DisposalState.DONE: f"The record was deleted on {display_date(disposal.done_at)}.",
    }[disposal.state]
