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
from cases.concerns.selectors import OPEN, STEP_TIERS, WHEREABOUTS, Reading, StepAnswers, answers_of
from cases.record.choices import HarmStatus
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms.fields import in_sentence
from cse_portal.ui.presenters import (
    Row,
    Step,
    Task,
    TimelineEntry,
    counted,
    display_date,
    display_datetime,
    joined,
    short_date,
)

SEEN = (IndicatorTiming.CURRENT, IndicatorTiming.EARLIER)
LABELS = {
    "immediate_danger": "In immediate danger",
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
    "disclosure": "Has said they are or were exploited",
    "grooming_concern": "Being targeted or groomed",
    "network_concern": "Two or more adults who know one another",
    "harm_status": "Harm",
    "harm_evidence": "What tells so",
    "child_told": "Child or young person told",
    "child_view": "What they say or want",
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
UNKNOWN, SILENT = "Not known", "Nothing written"
ASIDE = ("immediate_danger_action", "approximate_age", "harm_evidence", "not_told_reason")


def answer_rows(step: ConcernStep, answers: StepAnswers, *, withheld: Sequence[str] = ()) -> list[Row]:
    """What one step says; of what is withheld not even whether anything was written."""
    if step in STEP_TIERS:
        return _indicator_rows(answers.indicators)
    if step == ConcernStep.MENTIONS:
        named = [Row(_mention_label(row), written(_with_details(row))) for row in answers.mentions]
        return named or [Row("Mentioned", "Nobody and nothing named")]
    return [
        Row(LABELS[name], CONFIDENTIAL if name in withheld else written(_words(name, value)))
        for name, value in answers.fields.items()
        if name not in ASIDE or value not in ("", None)
    ]


def condensed(rows: list[Row]) -> list[Row]:
    """What is known first; what is not known in one line, so that a reader sees it and need not scroll past it."""
    known = [row for row in rows if row.value not in (UNKNOWN, SILENT)]
    unknown = [in_sentence(row.label) for row in rows if row.value == UNKNOWN]
    words = joined(unknown)
    return [*known, *([Row(UNKNOWN, words[:1].upper() + words[1:])] if unknown else [])]


def written(value: object) -> object:
    """What somebody wrote, its line breaks kept and its long words broken."""
    free = isinstance(value, str) and ("\n" in value or len(value) > SHORT)
    return format_html('<span class="app-text">{}</span>', value) if free else value


def _words(name: str, value: Any) -> str:
    if value in ("", None, []):
        return SILENT if name in ("child_view", "parent_view", "others_who_know") else UNKNOWN
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
    wordings = {each.code: each.wording for each in reference.indicators()}
    shown = [
        Row(wordings.get(row["code"], row["code"]), written(_sign_words(row)))
        for row in answers
        if row["timing"] in SEEN or row["evidence"]
    ]
    counts = {
        "Not present": sum(row["timing"] == IndicatorTiming.NO for row in answers),
        "Not known": sum(row["timing"] == IndicatorTiming.NOT_KNOWN for row in answers),
    }
    if not answers:
        return [Row("Answers", "None given")]
    others = [f"{words}: {counted(count, 'sign')}" for words, count in counts.items() if count]
    return [
        *shown,
        *([Row("Others" if shown else "Answers", written("\n".join(others)))] if others else []),
    ]


def _sign_words(row: dict[str, str]) -> str:
    known = reference.label("provenance", row["provenance"]) if row["provenance"] else ""
    sure = "It is possible" if row["confidence"] == Confidence.POSSIBLE else ""
    first = ". ".join(part for part in (str(IndicatorTiming(row["timing"]).label), known, sure) if part)
    return f"{first}.\n{row['evidence']}".strip()


def _mention_label(row: dict[str, str]) -> str:
    return str(MentionKind(row["kind"]).label)


def _with_details(row: dict[str, str]) -> str:
    part = str(MentionPart(row["part"]).label) if row.get("part") else ""
    return "\n".join(filter(None, (row["name"], part, row["details"])))


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
