"""A risk assessment in two steps: the answers, then the judgement; and the confirmation of a category."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from cases.assessments.services import Answer, Answers, Judgement
from cases.concerns.choices import IndicatorTiming
from cases.record.choices import CATEGORIES, CATEGORY_CRITERIA, HarmStatus, RiskCategory
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Circumstance, Tier
from cse_portal.reference.models import Indicator
from cse_portal.ui.forms import CheckboxesField, LongTextField, PortalBoundField, PortalForm, RadioField

TIMING_WORDS = [
    (IndicatorTiming.CURRENT.value, "Current or past 6 months"),
    (IndicatorTiming.EARLIER.value, "Earlier"),
    (IndicatorTiming.NOT_KNOWN.value, "Not known"),
    (IndicatorTiming.NO.value, "No"),
]
SEEN = (IndicatorTiming.CURRENT, IndicatorTiming.EARLIER)


@dataclass(frozen=True)
class Question:
    """One indicator as the page draws it: its answer and its evidence."""

    indicator: Indicator
    answer: PortalBoundField
    evidence: PortalBoundField
    last_time: str = ""

    @property
    def open(self) -> bool:
        """Whether the evidence is shown from the start."""
        return bool(self.evidence.value() or self.evidence.errors)


class AnswersForm(PortalForm):
    """Every indicator of the tool in force. One left unanswered is kept as not known."""

    stated = CheckboxesField(
        label="Is any of this known?", choices=Circumstance.choices, required=False, label_size="m",
        help_text="These may raise the indicative category by themselves.",
    )  # fmt: skip

    def __init__(self, *args: Any, last: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = last or {}
        self.tool = reference.indicator_set()
        for each in reference.indicators():
            self.fields[answer_name(each)] = RadioField(
                label=each.wording, help_text=each.guidance, choices=TIMING_WORDS, required=False, inline=True,
                small=True,
            )  # fmt: skip
            self.fields[evidence_name(each)] = LongTextField(
                label="What was seen or heard, by whom and when?", max_length=4000, rows=2, required=False
            )

    def clean(self) -> dict[str, Any]:
        """A significant indicator that applies says what was seen."""
        for each in reference.indicators():
            applies = self.cleaned_data.get(answer_name(each)) in SEEN
            silent = not self.cleaned_data.get(evidence_name(each)) and evidence_name(each) not in self.errors
            if each.tier == Tier.SIGNIFICANT and applies and silent:
                self.add_error(evidence_name(each), f"Say what was seen or heard: {each.wording}")
        return self.cleaned_data

    @property
    def tiers(self) -> Iterator[tuple[str, list[Question]]]:
        """The questions, tier by tier."""
        for tier in Tier:
            yield (
                f"{tier.label}s",
                [self._question(each) for each in reference.indicators() if each.tier == tier],
            )

    @property
    def answers(self) -> Answers:
        """What was answered, as the service takes it."""
        said = self.cleaned_data
        return Answers(
            indicators={
                each.code: Answer(
                    IndicatorTiming(said.get(answer_name(each)) or IndicatorTiming.NOT_KNOWN),
                    said.get(evidence_name(each)) or "",
                )
                for each in reference.indicators()
            },
            circumstances=tuple(said.get("stated") or ()),
        )

    @property
    def carried(self) -> SafeString:
        """Every answer as hidden fields, for the second step to post again."""
        return SafeString("".join(bound.as_hidden() for bound in self if bound.value()))

    def _question(self, each: Indicator) -> Question:
        words = dict(TIMING_WORDS).get(self.last.get(each.code, ""), "")
        answer: Any = self[answer_name(each)]
        evidence: Any = self[evidence_name(each)]
        return Question(each, answer, evidence, words)


class JudgementForm(PortalForm):
    """The practitioner's own view, with the arithmetic before their eyes."""

    category = RadioField(
        label="Your professional category", choices=CATEGORIES, label_size="m", hints=CATEGORY_CRITERIA,
        help_text="Your judgement counts. If it differs from the indicative category, say why.",
    )  # fmt: skip
    difference_reason = LongTextField(
        label="Why does your category differ?", max_length=4000, rows=3, required=False,
        help_text="Leave this empty if it is the same as the indicative category",
    )  # fmt: skip
    harm_status = RadioField(
        label="Harm", choices=HarmStatus.choices, label_size="m",
        help_text="Harm is recorded beside risk. A child at lower risk may still have been harmed.",
    )  # fmt: skip
    narrative = LongTextField(
        label="Your analysis", max_length=20_000, rows=8, label_size="m",
        help_text="What worries you, what keeps the child or young person safe, what they say themselves",
        required_error="Write your analysis",
    )  # fmt: skip

    def __init__(self, *args: Any, indicative: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicative = indicative

    def clean(self) -> dict[str, Any]:
        """A category that differs from the arithmetic needs its reason."""
        chosen, reason = self.cleaned_data.get("category"), self.cleaned_data.get("difference_reason")
        if (
            chosen
            and int(chosen) != self.indicative
            and not reason
            and "difference_reason" not in self.errors
        ):
            self.add_error("difference_reason", "Say why your category differs from the indicative one")
        return self.cleaned_data

    @property
    def judgement(self) -> Judgement:
        """What was judged, as the service takes it."""
        said = self.cleaned_data
        return Judgement(
            category=RiskCategory(int(said["category"])),
            harm_status=HarmStatus(said["harm_status"]),
            narrative=said["narrative"],
            difference_reason=said["difference_reason"],
        )


class ConfirmCategoryForm(PortalForm):
    """The category the CSE team confirms on an assessment."""

    category = RadioField(
        label="Confirmed category", choices=CATEGORIES, label_size="m", hints=CATEGORY_CRITERIA
    )
    harm_status = RadioField(label="Harm", choices=HarmStatus.choices, label_size="m")
    rationale = LongTextField(
        label="Why?",
        max_length=8000,
        rows=5,
        label_size="m",
        required_error="Say why you confirm this category",
    )

    def clean_category(self) -> RiskCategory:
        """As the decision keeps it."""
        return RiskCategory(int(self.cleaned_data["category"]))


def answer_name(each: Indicator) -> str:
    """The name of an indicator's answer."""
    return f"answer_{each.code}"


def evidence_name(each: Indicator) -> str:
    """The name of an indicator's evidence."""
    return f"evidence_{each.code}"
