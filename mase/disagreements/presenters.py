"""How a professional disagreement reads: how many there are, and how one went."""

from collections.abc import Iterable

from cse_portal.ui.presenters import TimelineEntry, counted, display_date, display_datetime
from mase.disagreements.models import (
    Disagreement,
    DisagreementAnswer,
    DisagreementStage,
    StageCause,
)
from mase.disagreements.selectors import AGENCY, ENDED, OVERDUE


def count_words(number: int, whose: str, show: str) -> str:
    """2 disagreements out of time of my agency."""
    how = {OVERDUE: " out of time", ENDED: " resolved or withdrawn"}.get(show, " open")
    of = " of your agency" if whose == AGENCY else ""
    return f"{counted(number, 'disagreement')}{how}{of}"


def history(
    each: Disagreement, stages: Iterable[DisagreementStage], answers: Iterable[DisagreementAnswer]
) -> list[TimelineEntry]:
    """Stages and answers in one, newest first."""
    moments = [(stage.started_at, 0, _stage(each, stage)) for stage in stages]
    moments += [(answer.at, 1, _answer(answer)) for answer in answers]
    if each.ended_at is not None:
        moments.append((each.ended_at, 2, _end(each)))
    return [entry for _, _, entry in sorted(moments, key=lambda moment: moment[:2], reverse=True)]


def _stage(each: Disagreement, stage: DisagreementStage) -> TimelineEntry:
    cause = StageCause(stage.cause)
    due = f"To be settled by {display_date(stage.due_on)}. {stage.due_rule}"
    called = f"Called: {stage.called}." if stage.called else ""
    words = each.about if cause == StageCause.RAISED else stage.reason
    return TimelineEntry(
        title=f"{cause.label}. {stage.stage_words}",
        when=display_datetime(stage.started_at),
        by=stage.started_by.full_name,
        body="\n\n".join(filter(None, [words, called, due])),
    )


def _answer(answer: DisagreementAnswer) -> TimelineEntry:
    return TimelineEntry(
        title=f"Answer at stage {answer.stage}",
        when=display_datetime(answer.at),
        by=f"{answer.by.full_name}, {answer.agency.short_name}",
        body=answer.text,
    )


def _end(each: Disagreement) -> TimelineEntry:
    return TimelineEntry(
        title=each.get_state_display(),
        when=display_datetime(each.ended_at),
        by=each.ended_by.full_name if each.ended_by else "",
        body=each.outcome,
    )
