"""The pages of a concern that ask about danger, the child, the worry and who knows."""

from typing import Any

from django.utils import timezone

from cases.concerns.choices import ConcernStep
from cases.concerns.forms.numbers import NhsNumberField, PostcodeField, PupilNumberField
from cases.concerns.selectors import STEP_FIELDS, StepAnswers
from cse_portal.reference import selectors as reference
from cse_portal.ui import forms
from cse_portal.ui.presenters import age_on

ADULT = 18
WITHHELD = ("NOT_TOLD_RISK", "NOT_TOLD_OFFENCE")


class StepForm(forms.PortalForm):
    """One page of a concern. `seen` marks the stored answers the author had before them when they wrote."""

    step: ConcernStep
    seen = forms.HiddenField(max_length=40, required=False)

    @classmethod
    def initial_of(cls, stored: StepAnswers) -> dict[str, Any]:
        """The page's first answers: what is stored."""
        return {**stored.fields, "seen": stored.mark}

    @property
    def answers(self) -> StepAnswers:
        """What was written, as the service takes it."""
        said = self.cleaned_data
        return StepAnswers(fields={name: said[name] for name in STEP_FIELDS[self.step] if name in said})

    def seen_anew(self, mark: str) -> None:
        """What was typed stays; the next save counts from the answers now stored."""
        newest: Any = self.data.copy()  # type: ignore[attr-defined]
        newest["seen"] = mark
        self.data = newest


class WorryForm(StepForm):
    """Danger first, then the worry, and what the child has said."""

    step = ConcernStep.WORRY
    immediate_danger = forms.YesNoField(
        label="Is the child or young person in danger right now?", label_size="m"
    )
    emergency_called = forms.ConfirmField(label="Emergency services have been called", required=False)
    immediate_danger_action = forms.LongTextField(
        label="What is happening, and what has been done?", rows=2, required=False
    )
    worry = forms.LongTextField(
        label="What are you worried about?", max_length=20_000, rows=8, label_size="m",
        help_text="What you saw or heard, when, and who told you.",
        required_error="Write what you are worried about",
    )  # fmt: skip
    child_view = forms.LongTextField(
        label="What has the child said? (optional)", rows=2, required=False, label_size="m",
        help_text="In their own words.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Danger now: call before writing on. Without danger nobody was called."""
        said = self.cleaned_data
        if not said.get("immediate_danger"):
            said.update(emergency_called=False, immediate_danger_action="")
            self.errors.pop("immediate_danger_action", None)
        elif not said.get("emergency_called"):
            self.add_error("emergency_called", "Danger right now: call 999 first, then tick the box")
        return said


class ChildForm(StepForm):
    """The child: a name and an age. Any other box left empty is kept as not known."""

    step = ConcernStep.CHILD
    folded = ("sex", "ethnicity", "disabilities", "nhs_number", "upn", "legal_status")
    given_name = forms.TextField(label="First names", max_length=100, required=False, width=20)
    family_name = forms.TextField(label="Last name", max_length=100, required=False, width=20)
    known_as = forms.TextField(
        label="Known as",
        max_length=150,
        required=False,
        width=20,
        help_text="A nickname, or “girl in the red car”",
    )
    date_of_birth = forms.DateField3(label="Date of birth", past=True, required=False)
    approximate_age = forms.NumberField(
        label="About how old?", width=2, min_value=0, max_value=120, required=False,
        help_text="If you do not know the date of birth",
    )  # fmt: skip
    adult = forms.ConfirmField(
        label="Yes, I want to log a concern about someone who is 18 or over", required=False, small=True
    )
    sex = forms.SelectField(label="Sex", blank="Not known", required=False)
    ethnicity = forms.SelectField(
        label="Ethnicity",
        blank="Not known",
        required=False,
        help_text="In the child or young person's own words",
    )
    disabilities = forms.CheckboxesField(
        label="Disabilities", required=False, help_text="Leave empty if you do not know"
    )
    nhs_number = NhsNumberField(
        label="NHS number", max_length=20, required=False, width=10, help_text="10 digits, like 999 000 0018"
    )
    upn = PupilNumberField(
        label="Unique pupil number", max_length=20, required=False, width=20, help_text="The school has it"
    )
    address = forms.TextField(label="Address", max_length=300, required=False)
    postcode = PostcodeField(label="Postcode", max_length=20, required=False, width=10)
    school = forms.TextField(label="School, college or training", max_length=150, required=False)
    lives_with = forms.TextField(label="Lives with", required=False)
    legal_status = forms.SelectField(
        label="Plan or legal status",
        blank="Not known",
        required=False,
        help_text="If social care has told you",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sexes = [(code, words) for code, words in reference.choices("sex") if code != "0"]
        offer(self, "sex", sexes, "Not known")
        offer(self, "ethnicity", reference.choices("ethnicity"), "Not known")
        offer(self, "legal_status", known_codes("legal-status-group"), "Not known")
        offer(self, "disabilities", known_codes("disability"))

    @classmethod
    def initial_of(cls, stored: StepAnswers) -> dict[str, Any]:
        """An adult who was confirmed once is not asked about again."""
        born, about = stored.fields.get("date_of_birth"), stored.fields.get("approximate_age")
        return {**super().initial_of(stored), "adult": is_adult(born, about)}

    def clean(self) -> dict[str, Any]:
        """A name and an age, as far as known. An adult is rarely meant; "no disability" excludes any other."""
        said = self.cleaned_data
        if not any(
            said.get(name) or name in self.errors for name in ("given_name", "family_name", "known_as")
        ):
            self.add_error("given_name", "Child’s name: enter any name they are known by")
        dated = said.get("date_of_birth") or said.get("approximate_age") is not None
        if not dated and not {"date_of_birth", "approximate_age"} & set(self.errors):
            self.add_error("approximate_age", "Age: enter about how old, or the date of birth")
        if is_adult(said.get("date_of_birth"), said.get("approximate_age")) and not said.get("adult"):
            self.add_error("adult", "This person is 18 or over. Check the age, or tick the box to go on")
        disabilities = said.get("disabilities") or []
        if "NONE" in disabilities and len(disabilities) > 1:
            self.add_error("disabilities", "Select “No disability”, or the disabilities, not both")
        return said

    @property
    def asks_adult(self) -> bool:
        """Whether the question about an adult belongs on the page."""
        return bool(self.errors.get("adult") or self["adult"].value())


class OthersForm(StepForm):
    """Who knows of the concern, what they think of it, and why it may be shared. What is named has rows of its own."""

    step = ConcernStep.OTHERS
    folded = ("parent_view", "others_who_know", "agreement")
    child_told = forms.RadioField(
        label="Has the child or young person been told?", label_size="m", small=True
    )
    parent_told = forms.RadioField(label="Has a parent or carer been told?", label_size="m", small=True)
    parent_view = forms.LongTextField(label="What does the parent or carer say?", rows=2, required=False)
    not_told_reason = forms.LongTextField(
        label="If somebody has not been told, why not?", max_length=2000, rows=2, required=False,
        help_text="Needed if telling would put someone at risk or harm an investigation",
    )  # fmt: skip
    agreement = forms.SelectField(
        label="Does the family agree to work with us?", required=False,
        help_text="Agreement is good practice. It is not what makes sharing lawful.",
    )  # fmt: skip
    lawful_basis = forms.SelectField(
        label="Lawful basis", required=False,
        help_text="Your agency’s usual one. You do not need consent to protect a child.",
    )  # fmt: skip
    others_who_know = forms.LongTextField(
        label="Who else knows?", max_length=2000, rows=2, required=False,
        help_text="The school, the GP or the police, with an incident number",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, code in SHARING_LISTS.items():
            offer(self, name, reference.choices(code), "Not known" if name == "agreement" else "")

    def clean(self) -> dict[str, Any]:
        """Keeping a concern from a child or parent needs its reason; the lawful basis is the agency's own."""
        said = self.cleaned_data
        said["lawful_basis"] = said.get("lawful_basis") or self.initial.get("lawful_basis") or ""
        withheld = said.get("child_told") in WITHHELD or said.get("parent_told") in WITHHELD
        if withheld and not said.get("not_told_reason") and "not_told_reason" not in self.errors:
            self.add_error("not_told_reason", "Say why they have not been told")
        return said


SHARING_LISTS = {
    "child_told": "told", "parent_told": "told", "agreement": "agreement", "lawful_basis": "lawful-basis",
}  # fmt: skip


def offer(form: forms.PortalForm, name: str, choices: list[tuple[str, str]], blank: str = "") -> None:
    """Give a field the entries of a reference list that hold today, and what is stored already."""
    field: Any = form.fields[name]
    stored = form.initial.get(name) or []
    known = {code for code, _ in choices}
    kept = [(code, code) for code in (stored if isinstance(stored, list) else [stored]) if code not in known]
    field.choices = [*([("", blank)] if blank else []), *choices, *kept]


def known_codes(list_code: str) -> list[tuple[str, str]]:
    """The entries of a list that say something; what is not known is left empty instead."""
    return [(code, words) for code, words in reference.choices(list_code) if code != "NOT_KNOWN"]


def is_adult(born: Any, about: int | None) -> bool:
    """Whether the person is 18 or over today, by the date of birth, else by the age the author judged."""
    age = age_on(born, timezone.localdate()) if born else about
    return age is not None and age >= ADULT
