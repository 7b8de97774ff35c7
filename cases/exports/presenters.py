"""Copies of people's records in words."""

from cases.exports.models import ExportState, PeopleExport
from cases.exports.selectors import TakenPaper, Trace
from cases.exports.services import COLUMNS
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import Row, TimelineEntry, counted, display_datetime, joined
from cse_portal.ui.tabular import FORMATS

NEXT = {
    ExportState.WAITING: "It is above the day’s allowance: another person who may export must agree, and was told.",
    ExportState.MAKING: "It is being made. This takes a few seconds.",
    ExportState.READY: "It can be downloaded until a day after it was made. Then the file is deleted.",
    ExportState.REFUSED: "It was not made.",
    ExportState.WITHDRAWN: "You may no longer see a child who would be in it. The file is gone; ask for a new copy.",
    ExportState.ENDED: "The file was deleted a day after it was made. Ask for a new copy if you still need one.",
}


def export_facts(export: PeopleExport) -> list[Row]:
    """Who asked for what, why, and who agreed."""
    rows = [
        Row("Asked for by", f"{export.requested_by.full_name}, {export.agency.name}"),
        Row("Asked for on", display_datetime(export.requested_at)),
        Row("Records", counted(export.records, "record")),
        Row("Says of each child", joined(COLUMNS[code].label for code in COLUMNS if code in export.columns)),
        Row("Kind of file", FORMATS[export.file_format].label),
        Row("Why", export.reason),
        Row("Lawful basis", reference.label("lawful-basis", export.lawful_basis)),
    ]
    if export.decided_by:
        word = "Refused by" if export.state == ExportState.REFUSED else "Agreed to by"
        rows.append(Row(word, f"{export.decided_by.full_name}, {display_datetime(export.decided_at)}"))
        rows.append(Row("Their reason", export.decision_reason))
    return rows


def paper_facts(found: TakenPaper) -> list[Row]:
    """Who took a copy of minutes or papers, of which case, and when."""
    event = found.event
    return [
        Row("What it is", event.get_action_display()),
        Row("Taken by", event.actor.full_name if event.actor else "Nobody who is known"),
        Row("For", event.agency.name if event.agency else ""),
        Row("On", display_datetime(event.at)),
        Row("Case", found.reference),
    ]


def trace_entries(trace: Trace) -> list[TimelineEntry]:
    """Everything that was done with a copy, first to last."""
    return [
        TimelineEntry(
            title=event.get_action_display(),
            when=display_datetime(event.at),
            by=", ".join(str(each) for each in (event.actor and event.actor.full_name, event.agency) if each)
            or "The portal",
        )
        for event in trace.events
    ]
