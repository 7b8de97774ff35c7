"""The strategy's action plan in words: by P, how many objectives stand how, and the history of one."""

from cse_portal.ui.presenters import TimelineEntry, counted, display_datetime
from mase.plans.choices import PlanP
from mase.strategy.models import Rag, StrategicUpdate
from mase.strategy.selectors import ObjectiveRecord, parts_of


def parts(records: list[ObjectiveRecord]) -> list[tuple[PlanP, list[ObjectiveRecord]]]:
    """The plan under its four Ps."""
    return [(p, [each for each in records if each.objective.p == p]) for p in PlanP]


def summary(records: list[ObjectiveRecord]) -> list[tuple[Rag, int]]:
    """How many objectives stand how."""
    return [(rag, sum(each.rag is rag for each in records)) for rag in Rag]


def summary_words(records: list[ObjectiveRecord]) -> str:
    """13 objectives and 4 actions, 2 of them overdue."""
    both, overdue = parts_of(records), sum(each.is_overdue for each in parts_of(records))
    actions = counted(len(both) - len(records), "action")
    return f"{counted(len(records), 'objective')} and {actions}, {overdue or 'none'} of them overdue."


def history(record: ObjectiveRecord) -> list[TimelineEntry]:
    """Everything that was reported and changed, newest first, and how it began."""
    objective = record.objective
    began = TimelineEntry("Put into the plan", display_datetime(objective.set_at), objective.set_by.full_name)
    return [*(_entry(each, objective.unit) for each in record.updates), began]


def _entry(update: StrategicUpdate, unit: str) -> TimelineEntry:
    title = "Changed"
    if update.rag:
        value = "" if update.value is None else f", {update.value} {unit}"
        title = f"Reported: {Rag(update.rag).label.lower()}{value}"
    return TimelineEntry(
        title=title, when=display_datetime(update.at), by=f"{update.by.full_name}, {update.agency.short_name}",
        body=update.evidence,
    )  # fmt: skip
