"""How a professional disagreement reads in a list and on its own page."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from cse_portal.accounts.models import Agency, User
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import (
    Row,
    TimelineEntry,
    counted,
    display_date,
    display_datetime,
    due_words,
    local_date,
)
from mase.disagreements.models import (
    Disagreement,
    DisagreementAnswer,
    DisagreementStage,
    DisagreementState,
    StageCall,
    StageCause,
)
from mase.disagreements.selectors import AGENCY, ENDED, OVERDUE, Called, History

STATE_COLOURS = {
    DisagreementState.OPEN: "blue",
    DisagreementState.RESOLVED: "green",
    DisagreementState.WITHDRAWN: "grey",
}


@dataclass(frozen=True)
class DisagreementRow:
    """One line of a list."""

    url: str
    issue: str
    about: str
    sides: str
    stage: str
    state: str
    colour: str
    safety: bool
    due_on: dt.date
    ended_on: dt.date | None
    child: str = ""
    reference: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Learned:
    """What one disagreement taught, without a name: neither child nor agency."""

    issue: str
    stage: str
    days: str
    outcome: str
    learning: str


def rows(disagreements: Iterable[Disagreement], *, named: bool = True) -> list[DisagreementRow]:
    """The lines of a list."""
    return [row(each, named=named) for each in disagreements]


def row(each: Disagreement, *, named: bool = False) -> DisagreementRow:
    """One line; `named` says whose case it is."""
    return DisagreementRow(
        url=reverse("mase:disagreement", args=[each.pk]),
        issue=issue(each),
        about=each.about,
        sides=f"{each.agency.short_name} with {each.against.short_name}",
        stage=stage_words(each.stage, each.raised_at.date()),
        state=DisagreementState(each.state).label,
        colour=STATE_COLOURS[DisagreementState(each.state)],
        safety=each.immediate_safety,
        due_on=each.due_on,
        ended_on=local_date(each.ended_at),
        child=each.case.child.name if named else "",
        reference=each.case.reference if named else "",
        missing=named and each.case.missing_since is not None,
    )


def issue(each: Disagreement) -> str:
    """What it is about, in the words of its day."""
    return label("escalation-issue", each.issue, each.raised_at.date())


def stage_words(number: int, on: dt.date | None = None) -> str:
    """Stage 2: line managers."""
    return f"Stage {number}: {label('escalation-stage', str(number), on).lower()}"


def count_words(number: int, whose: str, show: str) -> str:
    """2 disagreements out of time of my agency."""
    how = {OVERDUE: " out of time", ENDED: " resolved or withdrawn"}.get(show, " open")
    of = " of your agency" if whose == AGENCY else ""
    return f"{counted(number, 'disagreement')}{how}{of}"


def facts(each: Disagreement, calls: Sequence[StageCall] = ()) -> list[Row]:
    """Who with whom, when, where it came up, and who was called to settle it at which stage."""
    meeting = each.meeting
    lines = [
        Row("Raised by", f"{each.raised_by.full_name}, {each.agency.name}"),
        Row("With", each.against.name),
        Row("Raised", display_datetime(each.raised_at)),
        Row(
            "Came up at",
            f"{meeting.get_kind_display()}, {display_date(meeting.scheduled_for)}",
            reverse("mase:meeting", args=[meeting.pk]),
            "See the meeting",
        )
        if meeting
        else None,
        *(
            Row(
                f"Called at {stage_words(call.stage, each.raised_at.date()).lower()}",
                f"{call.person.full_name}, {call.agency.short_name}, {display_datetime(call.at)}",
            )
            for call in calls
        ),
    ]
    return [line for line in lines if line is not None]


def outcome_facts(each: Disagreement) -> list[Row]:
    """What came of it; nothing while it is open."""
    if each.ended_at is None or each.ended_by is None:
        return []
    by = f"{display_datetime(each.ended_at)} by {each.ended_by.full_name}"
    if each.state == DisagreementState.WITHDRAWN:
        return [Row("Why it was withdrawn", each.outcome), Row("Withdrawn", by)]
    return [
        Row("How", label("escalation-outcome", each.outcome_code, each.ended_at.date())),
        Row("What was agreed or decided", each.outcome),
        Row("What we learn from it", each.learning),
        Row("Resolved", by),
    ]


def history(each: Disagreement, found: History) -> list[TimelineEntry]:
    """Stages and answers in one, newest first."""
    moments = [(stage.started_at, 0, _stage(each, stage)) for stage in found.stages]
    moments += [(answer.at, 1, _answer(answer)) for answer in found.answers]
    if each.ended_at is not None:
        moments.append((each.ended_at, 2, _end(each)))
    return [entry for _, _, entry in sorted(moments, key=lambda moment: moment[:2], reverse=True)]


def learned(disagreements: Iterable[Disagreement]) -> list[Learned]:
    """Each with how long it took and how far it went."""
    return [
        Learned(
            issue=issue(each),
            stage=stage_words(each.stage, each.raised_at.date()),
            days=_took((each.ended_at - each.raised_at).days),
            outcome=label("escalation-outcome", each.outcome_code, each.ended_at.date()),
            learning=each.learning,
        )
        for each in disagreements
        if each.ended_at is not None
    ]


def _took(days: int) -> str:
    return counted(days, "day") if days else "The same day"


def _stage(each: Disagreement, stage: DisagreementStage) -> TimelineEntry:
    cause = StageCause(stage.cause)
    due = f"To be settled by {display_date(stage.due_on)}. {stage.due_rule}"
    words = each.about if cause == StageCause.RAISED else stage.reason
    return TimelineEntry(
        title=f"{cause.label}. {stage_words(stage.number, stage.started_at.date())}",
        when=display_datetime(stage.started_at),
        by=stage.started_by.full_name,
        body="\n\n".join(filter(None, [words, due])),
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
        title=DisagreementState(each.state).label,
        when=display_datetime(each.ended_at),
        by=each.ended_by.full_name if each.ended_by else "",
        body=each.outcome,
    )


def call_facts(found: Called) -> list[Row]:
    """Who with whom, about what kind of thing, at which stage, until when, and where it came up."""
    row = found.disagreement
    meeting = row.meeting
    lines = [
        Row("Raised by", row.agency.name),
        Row("With", row.against.name),
        Row("About", issue(row)),
        Row("Raised", display_datetime(row.raised_at)),
        Row("Came up at", f"{meeting.get_kind_display()}, {display_date(meeting.scheduled_for)}")
        if meeting
        else None,
        Row("You were told at", stage_words(found.call.stage, row.raised_at.date())),
        Row("It is now at", stage_words(row.stage, row.raised_at.date())) if row.is_open else None,
        Row("To be settled by", f"{display_date(row.due_on)}, {due_words(row.due_on)}")
        if row.is_open
        else None,
        Row("How it ended", f"{row.get_state_display()} on {display_date(row.ended_at)}")
        if not row.is_open
        else None,
    ]
    return [line for line in lines if line is not None]


def to_ring(found: Called) -> list[Row]:
    """Who can say what it is about: who raised it, and the CSE Team Managers who may chair for the child."""
    row = found.disagreement
    return [
        Row("Who raised it", person_words(row.raised_by, row.agency)),
        *(Row("Who may chair", person_words(each)) for each in found.chairs),
    ]


def person_words(person: User, agency: Agency | None = None) -> str:
    """Hannah Okafor, named nurse, Health, 0121 496 0000."""
    where = agency.short_name if agency else ""
    return ", ".join(each for each in (person.full_name, person.job_title, where, person.phone) if each)
