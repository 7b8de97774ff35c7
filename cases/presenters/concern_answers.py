"""What each step of a concern says, in words."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html

from cases.choices import (
    ConcernStep,
    Confidence,
    HarmStatus,
    IndicatorTiming,
    Known,
    MentionKind,
    MentionPart,
)
from cases.selectors.concerns import STEP_TIERS, StepAnswers
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms.fields import in_sentence
from cse_portal.ui.presenters import Row, counted, display_date, joined

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
