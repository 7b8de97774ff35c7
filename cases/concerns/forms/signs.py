"""The screening tool's indicators in one list, and what the concern mentions."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html

from cases.concerns.choices import ConcernStep, Known, MentionKind, MentionPart
from cases.concerns.forms.steps import StepForm
from cases.concerns.selectors import PERIODS, STEP_FIELDS, StepAnswers, timing_of
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Period, Tier
from cse_portal.reference.models import Indicator
from cse_portal.ui import forms

WHEN = [(Period.CURRENT.value, "Last 6 months"), (Period.EARLIER.value, "Earlier")]
TOLD, RARE = "Told or feared", "More about home and the child"


@dataclass(frozen=True)
class Sign:
    """One line of the list, and what it opens once it is ticked."""

    tick: forms.PortalBoundField
    indicator: Indicator | None = None
    more: tuple[forms.PortalBoundField, ...] = ()
    saved: str = ""

    @property
    def open(self) -> bool:
        """A significant sign asks at once when it was, and what was seen; one that was saved is folded."""
        wrong = any(bound.errors for bound in self.more)
        return (
            wrong or not self.saved and self.indicator is not None and self.indicator.tier == Tier.SIGNIFICANT
        )


@dataclass
class Group:
    """Signs that belong together."""

    title: str
    signs: list[Sign] = field(default_factory=list)

    @property
    def rare(self) -> bool:
        """Whether it is folded until one of its signs is ticked."""
        return self.title == RARE

    @property
    def ticked(self) -> bool:
        """Whether one of its signs is."""
        return any(sign.tick.value() for sign in self.signs)


class SignsForm(StepForm):
    """What was seen, ticked in one list. Nothing is required; what is not ticked is not known, never a no."""

    step = ConcernStep.SIGNS
    disclosure = forms.ConfirmField(label="Says they are, or were, exploited", required=False)
    grooming_concern = forms.ConfirmField(label="Somebody may be targeting or grooming them", required=False)
    network_concern = forms.ConfirmField(
        label="Two or more adults involved, who know each other", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = reference.indicators()
        for each in self.asked:
            self.fields.update(_fields(each))

    @classmethod
    def initial_of(cls, stored: StepAnswers) -> dict[str, Any]:
        """What is stored, ticked."""
        said: dict[str, Any] = {name: stored.fields.get(name) == Known.YES for name in STEP_FIELDS[cls.step]}
        for row in stored.indicators:
            periods = sorted(PERIODS.get(row["timing"], ()))
            said |= {row["code"]: bool(periods), f"evidence_{row['code']}": row["evidence"]}
            said[f"when_{row['code']}"] = [period.value for period in periods]
        return {**said, "seen": stored.mark}

    @property
    def groups(self) -> list[Group]:
        """The list as it is drawn: what was told first, what is rare last."""
        told = [Sign(self._bound(name)) for name in STEP_FIELDS[self.step]]
        groups, rare = {TOLD: Group(TOLD, told)}, Group(RARE)
        for each in self.asked:
            more = [f"{part}_{each.code}" for part in ("when", "evidence")]
            bound = tuple(self._bound(name) for name in more if name in self.fields)
            sign = Sign(self._bound(each.code), each, bound, self._saved(each.code))
            (groups.setdefault(each.group, Group(each.group)) if each.group else rare).signs.append(sign)
        return [*groups.values(), rare]

    def _bound(self, name: str) -> forms.PortalBoundField:
        return self[name]  # type: ignore[return-value]

    def _saved(self, code: str) -> str:
        """What a sign that was saved says in a line: when it was, and how its evidence begins."""
        if not self.initial.get(code):
            return ""
        evidence = str(self.initial.get(f"evidence_{code}") or "")
        when = [words for value, words in WHEN if value in self.initial.get(f"when_{code}", ())]
        begins = f"“{evidence[:40]}{'…' if len(evidence) > 40 else ''}”" if evidence else "Add what you saw"
        return " · ".join([*([" and ".join(when)] if f"when_{code}" in self.fields else []), begins])

    @property
    def answers(self) -> StepAnswers:
        """The signs that were ticked."""
        said = self.cleaned_data
        told = {name: Known.YES if said[name] else Known.NOT_KNOWN for name in STEP_FIELDS[self.step]}
        ticked = sorted(each.code for each in self.asked if said[each.code])
        return StepAnswers(told, [self._row(code) for code in ticked])

    def _row(self, code: str) -> dict[str, str]:
        evidence = self.cleaned_data[f"evidence_{code}"]
        return {
            "code": code,
            "timing": timing_of(self.cleaned_data.get(f"when_{code}") or ()).value,
            "evidence": evidence,
            "provenance": "",
            "confidence": "",
        }


class MentionForm(forms.PortalForm):
    """One person, place, vehicle, phone or account."""

    kind = forms.SelectField(label="What is it?", choices=MentionKind.choices)
    part = forms.SelectField(
        label="If it is a person, what part do they play?", choices=MentionPart.choices, blank="Not known",
        required=False,
        help_text="A colleague whom you worry about is not “works with the child”: choose what you worry about",
    )  # fmt: skip
    name = forms.TextField(
        label="Name, number or address",
        help_text="A name or nickname, an address, a number plate, a phone number or an account name",
    )  # fmt: skip
    details = forms.LongTextField(
        label="What do you know?", max_length=2000, required=False,
        help_text="What they look like, how they are linked to the child, when they were seen",
    )  # fmt: skip


MentionForms = forms.add_another(MentionForm, noun="person or place", maximum=30)


def _fields(each: Indicator) -> dict[str, Any]:
    """Its tick, when it was, and what was seen. What makes a child easier to reach has no time."""
    what = format_html('<span class="govuk-visually-hidden">: {}</span>', each.label)
    too_long = {"max_length": f"{each.label}: shorten this to 4,000 characters or fewer"}
    when = forms.CheckboxesField(
        label=format_html("When?{}", what), choices=WHEN, initial=[Period.CURRENT.value], required=False
    )
    evidence = forms.LongTextField(
        label=format_html("What makes you think this?{}", what), help_text=each.guidance, rows=2, required=False,
        error_messages=too_long,
    )  # fmt: skip
    return {
        each.code: forms.ConfirmField(label=each.label, required=False),
        **({} if each.tier == Tier.VULNERABILITY else {f"when_{each.code}": when}),
        f"evidence_{each.code}": evidence,
    }
