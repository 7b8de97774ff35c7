"""A disruption in words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import Row, TimelineEntry, display_date, display_datetime
from intelligence.disruption.models import Disruption, DisruptionState

STATE_COLOURS = {
    DisruptionState.AGREED: "blue",
    DisruptionState.IN_FORCE: "green",
    DisruptionState.ENDED: "grey",
    DisruptionState.NOT_USED: "outline",
}


@dataclass(frozen=True)
class DisruptionRow:
    """One line of a list."""

    url: str
    tactic: str
    target: str
    reference: str
    agency: str
    state: str
    colour: str
    in_force_from: dt.date | None
    expires_on: dt.date | None
    due_on: dt.date | None


def rows(found: Iterable[Disruption]) -> list[DisruptionRow]:
    """The lines of a list."""
    return [row(each) for each in found]


def row(disruption: Disruption) -> DisruptionRow:
    """One line."""
    return DisruptionRow(
        url=reverse("intelligence:disruption", args=[disruption.pk]),
        tactic=tactic_words(disruption.tactic),
        target=disruption.subject.name,
        reference=disruption.subject.reference,
        agency=disruption.agency.short_name,
        state=DisruptionState(disruption.state).label,
        colour=STATE_COLOURS[DisruptionState(disruption.state)],
        in_force_from=disruption.in_force_from,
        expires_on=disruption.expires_on if disruption.is_open else None,
        due_on=disruption.due_on if disruption.waits else None,
    )


def tactic_words(code: str) -> str:
    """The name of a tactic of the toolkit."""
    return label("disruption-tactic", code)


def facts(disruption: Disruption) -> list[Row]:
    """What its page says."""
    one = row(disruption)
    lines = [
        Row("Against", f"{one.target}, {one.reference}"),
        Row("What is to be done", disruption.text),
        Row("Agency", disruption.agency.name),
        Row("Agreed", f"{display_datetime(disruption.agreed_at)} by {disruption.agreed_by.full_name}"),
        Row("To be in force by", display_date(disruption.due_on)) if disruption.waits else None,
        Row("In force since", display_date(disruption.in_force_from)) if disruption.in_force_from else None,
        Row("Expires", display_date(disruption.expires_on)) if disruption.expires_on else None,
        Row("Over since", display_date(disruption.ended_on)) if disruption.ended_on else None,
    ]
    return [line for line in lines if line is not None]


def history(disruption: Disruption) -> list[TimelineEntry]:
    """What was reported, newest first."""
    return [
        TimelineEntry(
            title=DisruptionState(each.state).label,
            when=display_datetime(each.at),
            by=f"{each.by.full_name}, {each.agency.short_name}",
            body=each.text,
        )
        for each in reversed(disruption.updates.all())
    ]
