"""The strategy's action plan in words: by P, how many objectives stand how, and the history of one."""

from cse_portal.ui.presenters import TimelineEntry, counted, display_datetime
from mase.plans.choices import PlanP
from mase.strategy.models import ObjectiveUpdate, Rag, StrategicUpdate
from mase.strategy.selectors import ObjectiveRecord


def parts(records: list[ObjectiveRecord]) -> list[tuple[PlanP, list[ObjectiveRecord]]]:
    """The plan under its four Ps."""
    return [(p, [each for each in records if each.objective.p == p]) for p in PlanP]


def summary(records: list[ObjectiveRecord]) -> list[tuple[Rag | None, int]]:
    """How many stand how; last those that nobody has reported on."""
    return [(rag, sum(each.rag is rag for each in records)) for rag in (*Rag, None)]


def summary_words(records: list[ObjectiveRecord]) -> str:
    """13 objectives, 2 of them overdue."""
    overdue = sum(each.is_overdue for each in records)
    return f"{counted(len(records), 'objective')}, {overdue or 'none'} of them overdue."


def history(record: ObjectiveRecord) -> list[TimelineEntry]:
    """Everything that was reported and changed, newest first, and how it began."""
    objective = record.objective
    began = TimelineEntry("Put into the plan", display_datetime(objective.set_at), objective.set_by.full_name)
    return [*(_entry(each) for each in record.updates), began]


def _entry(update: StrategicUpdate) -> TimelineEntry:
    reported = update.kind == ObjectiveUpdate.REPORTED
    return TimelineEntry(
        title=f"Reported: {Rag(update.rag).words.lower()}" if reported else "Changed",
        when=display_datetime(update.at),
        by=f"{update.by.full_name}, {update.agency.short_name}",
        body=update.evidence,
    )
