"""The forms of a problem profile."""

from collections.abc import Iterable
from typing import Any

from cases.record.forms import VersionedForm
from cse_portal.ui.forms import (
    DateField3,
    LongTextField,
    ModelSelectField,
    PortalForm,
    SelectField,
    TextField,
)
from mase.strategy.selectors import agencies_to_own
from reporting.profile.models import PartKind, ProblemProfile, ProfilePart, Section
from reporting.profile.services import WORDS, in_six_months

NAMES_NOBODY = "Name no child, and nobody who told us."
LABELS = {
    PartKind.FINDING: "What was found",
    PartKind.UNKNOWN: "What is not known, and how we will find out",
    PartKind.RECOMMENDATION: "What is recommended",
}


class StartForm(PortalForm):
    """Which year's profile to start."""

    year = SelectField(label="Financial year", choices=[], required_error="Choose the year")

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(str(each), f"{each}/{(each + 1) % 100:02d}") for each in years]  # type: ignore[attr-defined]


class WordsForm(VersionedForm):
    """What is said of the year as a whole, and who at the ROCU read it."""

    summary = LongTextField(
        label="The year in short", max_length=2000, rows=4, required=False, help_text=NAMES_NOBODY
    )
    sources = LongTextField(
        label="What it was drawn from, and what that misses", max_length=2000, rows=3, required=False
    )
    rocu = TextField(
        label="Read with, at the ROCU", max_length=200, required=False, help_text="A name and a post"
    )
    rocu_on = DateField3(label="On", required=False)

    @staticmethod
    def values_of(profile: ProblemProfile) -> dict[str, Any]:
        """The profile as it is."""
        return {name: getattr(profile, name) for name in ("version", *WORDS)}

    @property
    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        return {name: self.cleaned_data[name] for name in WORDS}


class PartForm(VersionedForm):
    """A finding, something not known, or a recommendation."""

    section = SelectField(label="Section", choices=Section.choices)
    text = LongTextField(max_length=2000, rows=4, required_error="Say it in a sentence or two")
    sanitised = LongTextField(
        label="In the sanitised version", max_length=2000, rows=3, required=False,
        help_text="Left empty, the sanitised version leaves it out. Name nobody, and give no count of 1 to 5 children.",
    )  # fmt: skip
    agency = ModelSelectField(agencies_to_own, label="Who is to do it", blank="No agency yet", required=False)
    due_on = DateField3(label="By", required=False, future=True)

    def __init__(self, *args: Any, kind: PartKind, part: ProfilePart | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = LABELS[kind]
        self.fields["text"].help_text = NAMES_NOBODY
        if kind == PartKind.RECOMMENDATION:
            self.fields["due_on"].initial = in_six_months()
        else:
            del self.fields["agency"], self.fields["due_on"]
        if part is None:
            del self.fields["version"]
        else:
            names = ("version", *(name for name in self.fields if hasattr(part, name)))
            self.initial.update({name: getattr(part, name) for name in names})

    @property
    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
