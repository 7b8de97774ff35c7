"""A concern in words: its answers step by step, its state, and what happens next."""

import uuid
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from cases.concerns.choices import (
    ConcernStep,
    Confidence,
    IndicatorTiming,
    Known,
    MentionKind,
    MentionPart,
    Urgency,
)
from cases.concerns.models import Concern, ConcernAddendum
from cases.concerns.selectors import OPEN, PERIODS, WHEREABOUTS, Reading, StepAnswers, answers_of
from cases.record.choices import HarmStatus
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import (
    Row,
    Task,
    TimelineEntry,
    counted,
    display_date,
    display_datetime,
    joined,
    short_date,
)

LABELS = {
    "immediate_danger": "In immediate danger",
    "emergency_called": "Emergency services called",
    "immediate_danger_action": "What is happening, and what has been done",
    "given_name": "First names",
    "family_name": "Last name",
    "known_as": "Known as",
    "date_of_birth": "Date of birth",
    "approximate_age": "About how old",
    "sex": "Sex",
    "ethnicity": "Ethnicity",
    "disabilities": "Disabilities",
    "nhs_number": "NHS number",
    "upn": "Unique pupil number",
    "address": "Address",
    "postcode": "Postcode",
    "school": "School, college or training",
    "lives_with": "Lives with",
    "legal_status": "Plan or legal status",
    "worry": "The worry",
    "disclosure": "Says they are, or were, exploited",
    "grooming_concern": "Somebody may be targeting or grooming them",
    "network_concern": "Two or more adults involved, who know each other",
    "harm_status": "Harm",
    "harm_evidence": "What makes you think this",
    "child_told": "Child or young person told",
    "child_view": "What the child has said",
    "parent_told": "Parent or carer told",
    "parent_view": "What the parent or carer says",
    "not_told_reason": "Why somebody has not been told",
    "agreement": "Agreement to work with us",
    "lawful_basis": "Lawful basis",
    "others_who_know": "Who else knows",
}
CODED = {
    "sex": "sex", "ethnicity": "ethnicity", "disabilities": "disability", "legal_status": "legal-status-group",
    "child_told": "told", "parent_told": "told", "agreement": "agreement", "lawful_basis": "lawful-basis",
}  # fmt: skip
CHOICES = {
    "disclosure": Known, "grooming_concern": Known, "network_concern": Known, "harm_status": HarmStatus,
}  # fmt: skip
SHORT = 40
CONFIDENTIAL = "Kept confidential"
EMPTY: tuple[Any, ...] = ("", None, [], False, Known.NOT_KNOWN)
READ_AS = {ConcernStep.WORRY: "The worry", ConcernStep.SIGNS: "What was seen"}
QUOTED = (
    "immediate_danger",
    "emergency_called",
    "immediate_danger_action",
    "worry",
    "child_view",
)  # what a reader's page shows before all else


def answer_rows(
    answers: StepAnswers, *, withheld: Sequence[str] = (), without: Sequence[str] = ()
) -> list[Row]:
    """What one step says, without what is empty; of what is withheld not even whether anything was written."""
    told = [
        Row(LABELS[name], CONFIDENTIAL if name in withheld else written(_words(name, value)))
        for name, value in answers.fields.items()
        if name in withheld
        or name not in without
        and (value not in EMPTY or name == "immediate_danger" and value is False)
    ]
    named = [Row(_mention_label(row), written(_with_details(row))) for row in answers.mentions]
    return [*named, *told, *_indicator_rows(answers.indicators)]


def written(value: object) -> object:
    """What somebody wrote, its line breaks kept and its long words broken."""
    free = isinstance(value, str) and ("\n" in value or len(value) > SHORT)
    return format_html('<span class="app-text">{}</span>', value) if free else value


def _words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if name in CODED:
        codes = value if isinstance(value, list) else [value]
        return joined(reference.label(CODED[name], code) for code in codes)
    if name == "nhs_number":
        return f"{value[:3]} {value[3:6]} {value[6:]}"
    return display_date(value) if hasattr(value, "year") else str(value)


def _indicator_rows(answers: Sequence[dict[str, str]]) -> list[Row]:
    """Each sign by its short name; the tool's own wording is in small below what was seen."""
    tool = {each.code: each for each in reference.indicators()}
    known = [(tool[row["code"]], row) for row in answers if row["code"] in tool]
    known.sort(key=lambda pair: pair[0].order)
    absent = [sign.label for sign, row in known if row["timing"] == IndicatorTiming.NO]
    return [
        *(
            Row(sign.label, _sign_words(row, sign.wording if sign.wording != sign.label else ""))
            for sign, row in known
            if row["timing"] in PERIODS or row["evidence"]
        ),
        *([Row("Not present", joined(absent))] if absent else []),
    ]


def _sign_words(row: dict[str, str], wording: str) -> object:
    known = reference.label("provenance", row["provenance"]) if row["provenance"] else ""
    sure = "It is possible" if row["confidence"] == Confidence.POSSIBLE else ""
    first = ". ".join(part for part in (str(IndicatorTiming(row["timing"]).label), known, sure) if part)
    seen = f"{first}.\n{row['evidence']}".strip()
    return format_html('{}<br><span class="app-muted app-small">{}</span>', written(seen), wording)


def _mention_label(row: dict[str, str]) -> str:
    return str(MentionKind(row["kind"]).label)


def _with_details(row: dict[str, str]) -> str:
    part = str(MentionPart(row["part"]).label) if row.get("part") else ""
    return "\n".join(filter(None, (row["name"], part, row["details"])))


DECIDED = "Decided"


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


def sections(concern: Concern, *, reading: Reading = OPEN, without: Sequence[str] = ()) -> list[Section]:
    """The whole concern, step by step, without what is empty and what the page has said already."""
    withheld = WHEREABOUTS if reading.hides_home else ()
    answers = {step: answers_of(concern, step) for step in ConcernStep}
    rows = {step: answer_rows(answers[step], withheld=withheld, without=without) for step in answers}
    return [Section(READ_AS.get(step, str(step.label)), rows[step]) for step in rows if rows[step]]


def sections_to_check(concern: Concern) -> list[Section]:
    """The same for its author still writing, with a link to each page."""
    return [_to_check(concern, step) for step in ConcernStep]


@dataclass(frozen=True)
class Progress:
    """Where the author is: the pages with what each still needs, and the boxes of the answers needed in all."""

    pages: list[tuple[str, str, str, bool]]  # its words, what it needs, its address, whether it is this one
    number: int
    boxes: list[bool]
    check_url: str

    @property
    def done(self) -> int:
        """How many of them are saved."""
        return sum(self.boxes)


def progress(concern: Concern | None, current: ConcernStep | None) -> Progress:
    """What is shown beside every page, and beside the check."""
    needed = (concern or Concern()).needed
    pages = [
        (str(step.label), _needs(needed[step]), step_url(concern, step) if concern else "", step == current)
        for step in ConcernStep
    ]
    number = list(ConcernStep).index(current) + 1 if current else 0
    boxes = sorted((saved for page in needed.values() for saved in page), reverse=True)
    check = reverse("cases:concern-check", args=[concern.reference]) if concern else ""
    return Progress(pages, number, boxes, check)


def _needs(answers: list[bool]) -> str:
    """Of one page's needed answers how many are there."""
    if not any(answers):
        return f"{counted(len(answers), 'answer')} needed" if answers else "None needed"
    return f"{sum(answers)} of {len(answers)} answered"


def step_url(concern: Concern, step: ConcernStep) -> str:
    """The page of a step."""
    return reverse("cases:concern-step", args=[concern.reference, step.value])


def concern_rows(concerns: Iterable[Concern], *, kept: Container[uuid.UUID] = ()) -> list[ConcernRow]:
    """The lines of a list, each leading to the concern; of those `kept` not what was decided."""
    return [
        ConcernRow(
            reference=concern.reference,
            url=reverse("cases:concern", args=[concern.reference]),
            child=concern.child_name,
            author=concern.author.full_name,
            agency=concern.author_agency.short_name,
            sent=short_date(concern.submitted_at),
            state=DECIDED if concern.pk in kept else state_words(concern),
            urgency=str(Urgency(concern.urgency).label),
            decide_by=concern.decide_by,
            news=has_news(concern),
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
    return step_url(concern, ConcernStep(concern.steps_left[0]))


def url_after(concern: Concern, step: ConcernStep) -> str:
    """Where the author goes once a step is kept: the next page not done, or the check when there is none."""
    later = list(ConcernStep)[list(ConcernStep).index(step) + 1 :]
    undone = [each for each in later if each.value not in concern.steps_done]
    return step_url(concern, undone[0]) if undone else next_url(concern)


def state_words(concern: Concern) -> str:
    """Where the concern stands: waiting, or what was decided."""
    return str((concern.decision.get_outcome_display if concern.decision else concern.get_state_display)())


def has_news(concern: Concern) -> bool:
    """Whether feedback waits that the author has not opened."""
    return concern.decision is not None and concern.decision.read_by_author_at is None


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
    if decision is None:
        return []
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
        TimelineEntry(
            "Added",
            display_datetime(row.added_at),
            by=row.added_by.full_name,
            body=row.text,
            tag="Changes the danger" if row.changes_danger else "",
        )  # fmt: skip
        for row in rows
    ]


def _to_check(concern: Concern, step: ConcernStep) -> Section:
    rows = answer_rows(answers_of(concern, step))
    unfinished = step.value in concern.steps_left
    shown = [Row("Answers", "Not finished yet")] if unfinished else rows or [Row("Answers", "Nothing ticked")]
    return Section(str(step.label), shown, step_url(concern, step), unfinished)
