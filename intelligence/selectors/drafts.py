"""What a submission says, page by page."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from intelligence.choices import SubmissionStep
from intelligence.models import IntelligenceSubmission, SubmissionSource
from intelligence.selectors.quality import Person, Written

STEP_FIELDS: dict[SubmissionStep, tuple[str, ...]] = {
    SubmissionStep.LEARNED: ("strands", "urgency", "learned_on"),
    SubmissionStep.SOURCE: ("provenance", "first_hand"),
    SubmissionStep.HANDLING: (
        "meeting_may_discuss", "others_who_know", "keep_from", "police_may_contact", "best_contact",
    ),
}  # fmt: skip
SOURCE_FIELDS = ("name", "relation", "contact", "reliability", "risk", "told_it_is_shared")
ROW_FIELDS: dict[str, tuple[str, ...]] = {
    "lines": ("text", "happened"),
    "subjects": ("given_name", "family_name", "other_names", "role", "date_of_birth", "age", "description"),
    "vehicles": ("registration", "make_and_model", "colour", "details"),
    "places": ("name", "address", "postcode", "details"),
    "contacts": ("kind", "value", "details"),
}
STEP_ROWS: dict[SubmissionStep, tuple[str, ...]] = {
    SubmissionStep.LEARNED: ("lines",),
    SubmissionStep.PEOPLE: ("subjects",),
    SubmissionStep.THINGS: ("vehicles", "places", "contacts"),
}


@dataclass(frozen=True)
class StepAnswers:
    """What one page says: fields of the submission, of its source, and the rows it owns."""

    fields: dict[str, Any] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """A short name for these answers: two pages that say the same have the same."""
        said = _without_blanks(asdict(self))
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def answers_of(submission: IntelligenceSubmission, step: SubmissionStep) -> StepAnswers:
    """What is stored for one page."""
    source = source_of(submission) if step == SubmissionStep.SOURCE else None
    return StepAnswers(
        fields={name: getattr(submission, name) for name in STEP_FIELDS.get(step, ())},
        source={name: getattr(source, name) for name in SOURCE_FIELDS} if source else {},
        rows={
            noun: [
                {name: getattr(row, name) for name in ROW_FIELDS[noun]}
                for row in getattr(submission, noun).all()
            ]
            for noun in STEP_ROWS.get(step, ())
        },
    )


def source_of(submission: IntelligenceSubmission) -> SubmissionSource | None:
    """Who the author has it from; ask for the submission through the gate first."""
    return getattr(submission, "source", None)


def written(submission: IntelligenceSubmission, typed: StepAnswers | None = None) -> Written:
    """What the hints look at: what is stored, or for one page what is typed into it just now.

    Pages not answered yet are left out.
    """
    said = {noun: rows for step in STEP_ROWS for noun, rows in answers_of(submission, step).rows.items()}
    typed_rows = typed.rows if typed else {}
    said |= typed_rows
    answered = {*submission.steps_done, *(step for step in STEP_ROWS if STEP_ROWS[step][0] in typed_rows)}
    source = source_of(submission)
    return Written(
        lines=[(row.get("text") or "", row.get("happened") or "") for row in said["lines"]],
        people=[_person(row) for row in said["subjects"]] if SubmissionStep.PEOPLE in answered else None,
        things=sum(len(said[noun]) for noun in STEP_ROWS[SubmissionStep.THINGS])
        if SubmissionStep.THINGS in answered
        else None,
        source_name=source.name if source else "",
    )


def _person(row: dict[str, Any]) -> Person:
    name = f"{row.get('given_name') or ''} {row.get('family_name') or ''}".strip()
    return Person(name, bool(row.get("date_of_birth") or row.get("age")))


def _without_blanks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: kept for key, each in value.items() if (kept := _without_blanks(each)) not in BLANK}
    if isinstance(value, list):
        return [_without_blanks(each) for each in value]
    return "no" if value is False else value


BLANK: tuple[Any, ...] = ("", None, [], {})
