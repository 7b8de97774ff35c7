"""The strategy's action plan in words: by P, each objective with its colour, evidence, owner and day."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from cse_portal.ui.presenters import Row, TimelineEntry, counted, display_date, display_datetime
from mase.plans.choices import PlanP
from mase.strategy.models import ObjectiveUpdate, Rag, StrategicUpdate
from mase.strategy.selectors import ObjectiveRecord

RAG_WORDS = {Rag.RED: "Off track", Rag.AMBER: "Behind", Rag.GREEN: "On track", Rag.DONE: "Done"}
RAG_COLOURS = {Rag.RED: "red", Rag.AMBER: "orange", Rag.GREEN: "green", Rag.DONE: "blue"}


@dataclass(frozen=True)
class ObjectiveRow:
    """One objective as a line of the plan."""

    url: str
    text: str
    measure: str
    section: str
    agency: str
    owner: str
    due_on: dt.date | None
    rag: str
    colour: str
    evidence: str
    reported: str
    overdue: bool


@dataclass(frozen=True)
class PlanPart:
    """One of the four Ps."""

    code: str
    title: str
    rows: list[ObjectiveRow]


def parts(records: list[ObjectiveRecord]) -> list[PlanPart]:
    """The plan under its four Ps."""
    return [
        PlanPart(p.value.lower(), p.label, [row(each) for each in records if each.objective.p == p])
        for p in PlanP
    ]


def row(record: ObjectiveRecord) -> ObjectiveRow:
    """One line."""
    objective, said = record.objective, record.reported
    return ObjectiveRow(
        url=reverse("mase:objective", args=[objective.pk]),
        text=objective.text,
        measure=objective.measure,
        section=objective.section,
        agency=objective.agency.short_name if objective.agency else "No agency yet",
        owner=objective.owner.full_name if objective.owner else "Nobody named yet",
        due_on=objective.due_on,
        rag=RAG_WORDS[record.rag] if record.rag else "Not reported yet",
        colour=RAG_COLOURS[record.rag] if record.rag else "outline",
        evidence=said.evidence if said else "",
        reported=display_date(said.at) if said else "",
        overdue=record.is_overdue,
    )


def summary(records: list[ObjectiveRecord]) -> list[tuple[str, str, str]]:
    """How many stand how: a colour, its words, a number."""
    found = [(RAG_COLOURS[rag], RAG_WORDS[rag], str(sum(each.rag is rag for each in records))) for rag in Rag]
    return [*found, ("outline", "Not reported yet", str(sum(each.rag is None for each in records)))]


def summary_words(records: list[ObjectiveRecord]) -> str:
    """13 objectives, 2 of them overdue."""
    overdue = sum(each.is_overdue for each in records)
    return f"{counted(len(records), 'objective')}, {overdue or 'none'} of them overdue."


def facts(record: ObjectiveRecord) -> list[Row]:
    """What one objective's page says."""
    objective = record.objective
    return [
        Row("Part of the plan", PlanP(objective.p).label),
        Row("How it is measured", objective.measure),
        Row("Agency", objective.agency.name if objective.agency else "No agency yet"),
        Row("Owner", objective.owner.full_name if objective.owner else "Nobody named yet"),
        Row("Due", display_date(objective.due_on) or "No date yet"),
        Row(
            "In the strategy",
            f"Section {objective.section}" if objective.section else "Added to the plan later",
        ),
    ]


def history(record: ObjectiveRecord) -> list[TimelineEntry]:
    """Everything that was reported and changed, newest first, and how it began."""
    objective = record.objective
    began = TimelineEntry("Put into the plan", display_datetime(objective.set_at), objective.set_by.full_name)
    return [*(_entry(each) for each in record.updates), began]


def _entry(update: StrategicUpdate) -> TimelineEntry:
    reported = update.kind == ObjectiveUpdate.REPORTED
    return TimelineEntry(
        title=f"Reported: {RAG_WORDS[Rag(update.rag)].lower()}" if reported else "Changed",
        when=display_datetime(update.at),
        by=f"{update.by.full_name}, {update.agency.short_name}",
        body=update.evidence,
    )
