"""The screening tool's indicators, a tier a page, and what the concern mentions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cases.concerns.choices import ConcernStep, Confidence, IndicatorTiming, MentionKind, MentionPart
from cases.concerns.forms.steps import StepForm
from cases.concerns.selectors import STEP_TIERS, StepAnswers, indicators_of
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Tier
from cse_portal.reference.models import Indicator
from cse_portal.ui.forms import (
    LongTextField,
    PortalBoundField,
    PortalForm,
    RadioField,
    SelectField,
    TextField,
    add_another,
)

TIMINGS = [
    (IndicatorTiming.CURRENT.value, "Now or in the last 6 months"),
    (IndicatorTiming.EARLIER.value, "Earlier"),
    (IndicatorTiming.NOT_KNOWN.value, "Not known"),
    (IndicatorTiming.NO.value, "No"),
]
SURE = [(Confidence.YES.value, "Sure"), (Confidence.POSSIBLE.value, "It is possible")]
PARTS = ("timing", "evidence", "provenance", "confidence")
SEEN = (IndicatorTiming.CURRENT, IndicatorTiming.EARLIER)


@dataclass(frozen=True)
class Question:
    """One indicator as the page draws it."""

    indicator: Indicator
    timing: PortalBoundField
    details: tuple[PortalBoundField, ...]

    @property
    def open(self) -> bool:
        """Whether what was seen stands open from the start."""
        return any(bound.value() or bound.errors for bound in self.details)


class IndicatorsForm(StepForm):
    """One tier of the tool in force. An indicator left unanswered is kept as not known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = indicators_of(STEP_TIERS[self.step])
        for each in self.asked:
            self.fields.update(_fields(each))

    @classmethod
    def initial_of(cls, stored: StepAnswers) -> dict[str, Any]:
        """The rows that are stored, field by field."""
        rows = {part_name(row["code"], part): row[part] for row in stored.indicators for part in PARTS}
        return {**rows, "seen": stored.mark}

    def clean(self) -> dict[str, Any]:
        """A significant sign that applies says what was seen or heard."""
        if STEP_TIERS[self.step] != Tier.SIGNIFICANT:
            return self.cleaned_data
        for each in self.asked:
            name = part_name(each.code, "evidence")
            applies = self.cleaned_data.get(part_name(each.code, "timing")) in SEEN
            if applies and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, f"Say what was seen or heard: {each.wording}")
        return self.cleaned_data

    @property
    def questions(self) -> Iterator[Question]:
        """The tier's questions in the order of the form."""
        for each in self.asked:
            timing, *details = (self[part_name(each.code, part)] for part in PARTS)
            yield Question(each, timing, tuple(details))  # type: ignore[arg-type]

    @property
    def answers(self) -> StepAnswers:
        """Every indicator with its answer; details only where it applies."""
        return StepAnswers(indicators=[self._row(each) for each in self.asked])

    def _row(self, each: Indicator) -> dict[str, str]:
        said = {part: self.cleaned_data.get(part_name(each.code, part)) or "" for part in PARTS}
        said["timing"] = said["timing"] or IndicatorTiming.NOT_KNOWN.value
        if said["timing"] not in SEEN:
            said |= {"provenance": "", "confidence": ""}
        return {"code": each.code, **said}


class SignificantForm(IndicatorsForm):
    """The signs that weigh most."""

    step = ConcernStep.SIGNIFICANT


class RiskForm(IndicatorsForm):
    """Further signs of risk."""

    step = ConcernStep.RISK


class VulnerabilityForm(IndicatorsForm):
    """What makes the child easier to reach."""

    step = ConcernStep.VULNERABILITY


class MentionsForm(StepForm):
    """The page on which people, places, vehicles, phones and accounts are listed; all its answers are rows."""

    step = ConcernStep.MENTIONS

    @property
    def answers(self) -> StepAnswers:
        """Nothing of its own: the rows hold it all."""
        return StepAnswers()


class MentionForm(PortalForm):
    """One person, place, vehicle, phone or account."""

    kind = SelectField(label="What is it?", choices=MentionKind.choices, blank="Choose one")
    part = SelectField(
        label="If it is a person, what part do they play?", choices=MentionPart.choices, blank="Not known",
        required=False,
        help_text="A colleague whom you worry about is not “works with the child”: choose what you worry about",
    )  # fmt: skip
    name = TextField(
        label="Name, number or address", max_length=200,
        help_text="A name or nickname, an address, a number plate, a phone number or an account name",
    )  # fmt: skip
    details = LongTextField(
        label="What do you know?", max_length=2000, rows=3, required=False,
        help_text="What they look like, how they are linked to the child, when they were seen",
    )  # fmt: skip


MentionForms = add_another(MentionForm, noun="person or place", maximum=30)


def part_name(code: str, part: str) -> str:
    """The name of one part of an indicator's answer."""
    return f"{part}_{code}"


def _fields(each: Indicator) -> dict[str, Any]:
    return {
        part_name(each.code, "timing"): RadioField(
            label=each.wording, help_text=each.guidance, choices=TIMINGS, required=False, inline=True, small=True
        ),
        part_name(each.code, "evidence"): LongTextField(
            label="What was seen or heard, and when?", max_length=4000, rows=2, required=False
        ),
        part_name(each.code, "provenance"): SelectField(
            label="How do you know?", choices=lambda: reference.choices("provenance"), required=False,
            blank="Choose one",
        ),
        part_name(each.code, "confidence"): SelectField(
            label="How sure are you?", choices=SURE, required=False, blank="Choose one"
        ),
    }  # fmt: skip
