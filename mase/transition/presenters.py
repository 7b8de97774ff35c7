"""Turning 18 as a list of steps, and as parts with who and when."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import Task, TimelineEntry, display_date, display_datetime
from mase.transition.models import TransitionEntry, TransitionPart
from mase.transition.selectors import SHOWS, Step, Turning18

CODES = {TransitionPart.CONSENT: "transition-consent", TransitionPart.OUTCOME: "transition-outcome"}


@dataclass(frozen=True)
class PartRow:
    """One part: what holds, who said so and when, and where it is recorded."""

    label: str
    value: str
    who: str
    url: str


def tasks(found: Turning18, *, may_record: bool) -> list[Task]:
    """The steps in their order."""
    return [_task(found, each, may_record=may_record) for each in found.steps]


def parts(found: Turning18, *, may_record: bool) -> list[PartRow]:
    """Every part of the record, said or not."""
    return [_part(found, part, may_record=may_record) for part in TransitionPart]


def history(found: Turning18) -> list[TimelineEntry]:
    """All that was recorded, newest first."""
    return [
        TimelineEntry(
            title=TransitionPart(each.part).label,
            when=display_datetime(each.recorded_at),
            by=f"{each.recorded_by.full_name}, {each.agency.short_name}",
            body=_value(each),
        )
        for each in reversed(found.entries)
    ]


def _task(found: Turning18, each: Step, *, may_record: bool) -> Task:
    part, done = SHOWS.get(each.step), each.done_on is not None
    leads = part is not None and may_record and not done
    url = reverse("mase:transition-record", args=[found.case.reference, part]) if leads else ""
    return Task(each.label, capfirst(each.words), url=url, done=done)


def _part(found: Turning18, part: TransitionPart, *, may_record: bool) -> PartRow:
    entry = found.newest.get(part)
    url = reverse("mase:transition-record", args=[found.case.reference, part]) if may_record else ""
    if entry is None:
        return PartRow(part.label, "", "", url)
    who = f"{entry.recorded_by.full_name}, {entry.agency.short_name}, {display_date(entry.recorded_at)}"
    return PartRow(part.label, _value(entry), who, url)


def _value(entry: TransitionEntry) -> str:
    part = TransitionPart(entry.part)
    code = label(CODES[part], entry.code, entry.recorded_at.date()) if part in CODES and entry.code else ""
    day = display_date(entry.happened_on)
    return "\n".join(filter(None, [day, code, entry.text]))
