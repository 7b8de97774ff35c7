"""One assessment on one page: signs, what is stated, what keeps the child safe, and the judgement. Its confirmation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cases.assessments.selectors import Change, Periods, Start, changes, indicative
from cases.assessments.services import Answer, Answers, Judgement
from cases.concerns.choices import IndicatorTiming
from cases.concerns.forms.signs import RARE
from cases.concerns.selectors import PERIODS, timing_of
from cases.record.choices import CATEGORIES, CATEGORY_CRITERIA, HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.presenters import shortened
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Circumstance, Period, Tier
from cse_portal.reference.models import Indicator
from cse_portal.reference.scoring import Indicative
from cse_portal.ui.forms import CheckboxesField, LongTextField, PortalForm, RadioField
from cse_portal.ui.forms.base import Option

WHEN = [(timing.value, timing.label) for timing in (IndicatorTiming.CURRENT, IndicatorTiming.EARLIER)]

SHORT = {IndicatorTiming.CURRENT.value: "now", IndicatorTiming.EARLIER.value: "in the past"}


@dataclass(frozen=True)
class Sign:
    """One line of the tick list: what it came from, and what changed since the last assessment."""

    indicator: Indicator
    option: Option
    source: str
    change: Change | None

    @property
    def asks(self) -> bool:
        """Whether when and evidence are asked, as of significant signs."""
        return self.indicator.tier == Tier.SIGNIFICANT

    @property
    def opens(self) -> bool:
        """Whether something is left to answer."""
        details = self.option.revealed
        return any(each.errors or self.asks and not each.value() for each in details)

    @property
    def summary(self) -> str:
        """When, and the first words of the evidence."""
        *when, evidence = (each.value() for each in self.option.revealed)
        times = [SHORT[one] for one in SHORT if when and one in (when[0] or ())]
        words = f"“{shortened(evidence, 70)}”" if evidence else "What did you see or hear?"
        return ": ".join(filter(None, (" and ".join(times).capitalize(), words)))


class AssessmentForm(PortalForm):
    """It starts from the last assessment, or the concerns. A sign that is not ticked is not known."""

    signs = CheckboxesField(label="Signs", required=False, small=False)
    stated = CheckboxesField(
        label="Is any of this known?", choices=Circumstance.choices, required=False, label_size="m",
        help_text="These may raise the indicative category by themselves",
    )  # fmt: skip
    protective_factors = LongTextField(
        label="What keeps the child or young person safe?", max_length=8000, label_size="m", required=False,
        help_text="People, places and habits that protect them, and what they do themselves",
    )  # fmt: skip
    category = RadioField(
        label="Your professional category", choices=CATEGORIES, label_size="m", small=True,
        hints=CATEGORY_CRITERIA,
    )  # fmt: skip
    harm_status = RadioField(label="Harm", choices=HarmStatus.choices, label_size="m", small=True)
    difference_reason = LongTextField(
        label="If your category differs from the indicative one: why?", rows=2, required=False
    )
    narrative = LongTextField(
        label="Your analysis", max_length=20_000, rows=6, label_size="m", required_error="Write your analysis",
        help_text="What worries you, and what you think will help",
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, start: Start, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(start), **kwargs)
        self.case, self.start, self.tool = case, start, reference.indicators()
        signs: Any = self.fields["signs"]
        signs.choices = [(each.code, each.label) for each in self.tool]
        signs.reveals = {each.code: self._add_details(each) for each in self.tool}

    def _add_details(self, each: Indicator) -> tuple[str, ...]:
        """Of a significant sign, when and evidence are asked; of the others evidence may be written."""
        when, evidence, asked = f"when_{each.code}", f"evidence_{each.code}", each.tier == Tier.SIGNIFICANT
        self.fields[evidence] = LongTextField(
            label="What makes you think this?", rows=2, required=False, help_text=each.guidance,
            required_when_shown=f"Say what was seen or heard: {each.label}" if asked else "",
        )  # fmt: skip
        if not asked:
            return (evidence,)
        self.fields[when] = CheckboxesField(
            label="When?", choices=WHEN, required_when_shown=f"Say when: {each.label}"
        )
        return when, evidence

    def clean(self) -> dict[str, Any]:
        """A category that differs from the arithmetic needs its reason."""
        said = self.cleaned_data
        differs = said.get("category") and int(said["category"]) != self.score.category
        if differs and not said.get("difference_reason") and "difference_reason" not in self.errors:
            self.add_error("difference_reason", "Say why your category differs from the indicative one")
        return said

    @cached_property
    def timings(self) -> Mapping[str, IndicatorTiming]:
        """What is ticked now, whether or not it was checked. A significant sign counts as now until somebody says."""
        ticked = set(self["signs"].value() or ())
        return {each.code: self._timing(each) for each in self.tool if each.code in ticked}

    def _timing(self, each: Indicator) -> IndicatorTiming:
        if each.tier != Tier.SIGNIFICANT:
            return IndicatorTiming.TICKED
        said = self[f"when_{each.code}"].value() or ()
        return timing_of(one for one in said if one in Period.values)

    @cached_property
    def score(self) -> Indicative:
        """What the ticks add up to."""
        known = [each for each in self["stated"].value() or () if each in Circumstance.values]
        return indicative(self.case, self.timings, known)

    @property
    def criteria(self) -> str:
        """What the indicative category means."""
        return CATEGORY_CRITERIA[str(self.score.category)]

    @property
    def by_total(self) -> str:
        """The category by the points alone."""
        return str(RiskCategory(self.score.category_by_total).label)

    @cached_property
    def changes(self) -> Mapping[str, Change]:
        """Each sign that is not as the last assessment said."""
        now: dict[str, Periods] = {code: PERIODS[timing] for code, timing in self.timings.items()}
        return changes(self.start.before, now) if self.start.last else {}

    @property
    def changed(self) -> list[tuple[str, str]]:
        """The same in words."""
        return [
            (str(self.changes[each.code].label), each.label)
            for each in self.tool
            if each.code in self.changes
        ]

    @cached_property
    def lines(self) -> list[Sign]:
        """Every sign in the order of the tool."""
        bound: Any = self["signs"]
        sources = {code: sign.source for code, sign in self.start.signs.items()}
        return [
            Sign(each, option, sources.get(each.code, ""), self.changes.get(each.code))
            for each, option in zip(self.tool, bound.options, strict=True)
        ]

    @property
    def ticked(self) -> list[Sign]:
        """Those that apply."""
        return [line for line in self.lines if line.option.checked]

    @property
    def unticked(self) -> list[tuple[str, list[Sign]]]:
        """The rest in the groups of the concern form, what is rare last."""
        groups: dict[str, list[Sign]] = {}
        rest = [line for line in self.lines if not line.option.checked]
        for line in sorted(rest, key=lambda each: not each.indicator.group):
            groups.setdefault(line.indicator.group or RARE, []).append(line)
        return list(groups.items())

    @property
    def answers(self) -> Answers:
        """What was answered, as the service takes it."""
        said = self.cleaned_data
        return Answers(
            {code: Answer(timing, said[f"evidence_{code}"] or "") for code, timing in self.timings.items()},
            tuple(said["stated"]),
            said["protective_factors"] or "",
        )

    @property
    def judgement(self) -> Judgement:
        """What was judged, as the service takes it."""
        said = self.cleaned_data
        return Judgement(
            category=RiskCategory(int(said["category"])),
            harm_status=HarmStatus(said["harm_status"]),
            narrative=said["narrative"],
            difference_reason=said["difference_reason"] or "",
        )


def _initial(start: Start) -> dict[str, Any]:
    given: dict[str, Any] = {"signs": list(start.signs), "stated": list(start.stated),
                             "protective_factors": start.protective_factors}  # fmt: skip
    for code, sign in start.signs.items():
        given |= {f"when_{code}": sorted(sign.periods), f"evidence_{code}": sign.evidence}
    return given


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
