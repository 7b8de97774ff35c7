"""A concern in words: its answers step by step, its state, and what happens next."""

import uuid
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cases.choices import (
    ConcernState,
    ConcernStep,
    Urgency,
)
from cases.models import Concern, ConcernAddendum
from cases.presenters.concern_answers import answer_rows, condensed, written
from cases.selectors.concern_reading import OPEN, WHEREABOUTS, Reading
from cases.selectors.concerns import answers_of
from cse_portal.ui.presenters import (
    Row,
    Step,
    Task,
    TimelineEntry,
    counted,
    display_datetime,
    short_date,
)

DECIDED = "Decided"
READ_AS = {ConcernStep.WORRY: "The worry"}


@dataclass(frozen=True)
class Section:
    """One step of a concern as a card; `url` leads to where it can be changed."""

    title: str
    rows: list[Row]
    url: str = ""
    unfinished: bool = False


@dataclass(frozen=True)
class ConcernRow:
    """One line of a list of concerns."""

    reference: str
    url: str
    child: str
    author: str
    agency: str
    sent: str
    state: str
    urgency: str
    decide_by: Any
    news: bool = False


def sections(concern: Concern, *, editable: bool = False, reading: Reading = OPEN) -> list[Section]:
    """The whole concern, step by step; for its author still writing, with a link to each page."""
    return [_section(concern, step, editable=editable, reading=reading) for step in ConcernStep]


def steps(concern: Concern | None, current: ConcernStep | None) -> list[Step]:
    """The progress list; the check comes last."""
    done = concern.steps_done if concern else []
    listed = [
        Step(
            str(step.label),
            "current" if step == current else "done" if step.value in done else "todo",
            step_url(concern, step) if concern else "",
        )
        for step in ConcernStep
    ]
    check_url = reverse("cases:concern-check", args=[concern.reference]) if concern else ""
    return [*listed, Step("Check and send", "todo" if current else "current", check_url)]


def step_url(concern: Concern, step: ConcernStep) -> str:
    """The page of a step."""
    return reverse("cases:concern-step", args=[concern.reference, step.value])


def concern_rows(
    concerns: Iterable[Concern], *, triage: bool = False, kept: Container[uuid.UUID] = ()
) -> list[ConcernRow]:
    """The lines of a list, each leading to the concern, or to its triage; of those `kept` not what was decided."""
    name = "cases:triage-concern" if triage else "cases:concern"
    return [
        ConcernRow(
            reference=concern.reference,
            url=reverse(name, args=[concern.reference]),
            child=concern.child_name,
            author=concern.author.full_name,
            agency=concern.author_agency.short_name,
            sent=short_date(concern.submitted_at),
            state=DECIDED if concern.pk in kept else state_words(concern),
            urgency=str(Urgency(concern.urgency).label),
            decide_by=concern.decide_by,
            news=not triage and has_news(concern),
        )
        for concern in concerns
    ]


def draft_tasks(drafts: Sequence[Concern]) -> list[Task]:
    """Concerns still being written, each leading to where it goes on."""
    return [
        Task(
            title=draft.child_name,
            status=f"{counted(len(draft.steps_left), 'page')} to go" if draft.steps_left else "Ready to send",
            url=next_url(draft),
            hint=f"{draft.reference}, started {short_date(draft.created_at)}",
        )
        for draft in drafts
    ]


def next_url(concern: Concern) -> str:
    """Where a draft goes on: the first page not done, else the check."""
    if not concern.steps_left:
        return reverse("cases:concern-check", args=[concern.reference])
    step = ConcernStep(concern.steps_left[0])
    if step == ConcernStep.DANGER and concern.immediate_danger:
        return reverse("cases:concern-danger", args=[concern.reference])
    return step_url(concern, step)


def url_after(concern: Concern, step: ConcernStep) -> str:
    """Where the author goes once a step is kept: the next page not done, or the check when there is none."""
    called_for = step == ConcernStep.DANGER and concern.immediate_danger
    if called_for and concern.emergency_called_at is None:
        return reverse("cases:concern-danger", args=[concern.reference])
    order = ConcernStep.values
    later = [left for left in concern.steps_left if order.index(left) > order.index(step.value)]
    return step_url(concern, ConcernStep(later[0])) if later else next_url(concern)


def state_words(concern: Concern) -> str:
    """Where the concern stands: waiting, or what was decided."""
    decided = concern.state == ConcernState.DECIDED
    return str(concern.decision.get_outcome_display()) if decided else str(concern.get_state_display())


def has_news(concern: Concern) -> bool:
    """Whether feedback waits that the author has not opened."""
    return concern.state == ConcernState.DECIDED and concern.decision.read_by_author_at is None


def sent_rows(concern: Concern) -> list[Row]:
    """Who sent it, when, and how urgent it is."""
    return [
        Row("Sent", display_datetime(concern.submitted_at)),
        Row("By", f"{concern.author.full_name}, {concern.author_agency.name}"),
        Row("Urgency", str(Urgency(concern.urgency).label)),
    ]


def decision_rows(concern: Concern, *, with_rationale: bool, reading: Reading = OPEN) -> list[Row]:
    """What was decided; the rationale is triage's own. Of what a restricted case hides, the feedback alone."""
    decision = concern.decision
    if reading.hides_outcome:
        return [Row("Decision", DECIDED), Row("Feedback", written(decision.feedback))]
    rows = [Row("Decision", decision.get_outcome_display())]
    if decision.responsible_agency:
        rows.append(Row("Agency", decision.responsible_agency.name))
    rows.append(Row("Feedback", written(decision.feedback)))
    if with_rationale:
        rows.append(Row("Why", written(decision.rationale)))
    who = f"{decision.decided_by.full_name}, {display_datetime(decision.decided_at)}"
    return [*rows, Row("Decided by", who if decision.in_time else f"{who}, after the time allowed")]


def addenda(rows: Iterable[ConcernAddendum]) -> list[TimelineEntry]:
    """What was added since."""
    return [
        TimelineEntry("Added", display_datetime(row.added_at), by=row.added_by.full_name, body=row.text)
        for row in rows
    ]


def _section(concern: Concern, step: ConcernStep, *, editable: bool, reading: Reading) -> Section:
    rows = answer_rows(step, answers_of(concern, step), withheld=WHEREABOUTS if reading.hides_home else ())
    if not editable:
        return Section(READ_AS.get(step, str(step.label)), condensed(rows))
    unfinished = step.value in concern.steps_left
    shown = [Row("Answers", "Not finished yet")] if unfinished else rows
    return Section(str(step.label), shown, step_url(concern, step), unfinished)
