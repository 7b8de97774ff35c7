"""Choosing a letter, its words, its sending, and the board's own wording."""

from typing import Any

from django.utils import timezone

from cases.family.models import NetworkMember, YesNoUnknown
from cases.letters.choices import ENGLISH, GAPS, LetterKind, Reader, SentHow
from cases.letters.models import Letter
from cases.letters.services import unknown_gaps
from cases.record.forms import VersionedForm
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField, SelectField, TextField

CHILD = "child"
UNSAFE: dict[str, str] = {
    YesNoUnknown.NO: "do not contact",
    YesNoUnknown.UNKNOWN: "nobody has asked whether contact is safe",
}


class NewLetterForm(PortalForm):
    """What letter, to whom, in which language. The first language of the reader is offered."""

    kind = RadioField(
        label="What is the letter for?",
        choices=LetterKind.choices,
        small=True,
        required_error="Choose a letter",
    )
    recipient = RadioField(label="Who is it to?", small=True, required_error="Choose who it is to")

    def __init__(self, *args: Any, family: list[NetworkMember], child: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family = {str(each.pk): each for each in family}
        offered: Any = self.fields["recipient"]
        offered.choices = [(CHILD, child), *((key, _named(each)) for key, each in self.family.items())]

    @property
    def to(self) -> NetworkMember | None:
        """Somebody of the family; None for the child."""
        return self.family.get(self.cleaned_data["recipient"])


def _named(person: NetworkMember) -> str:
    """With the language they read, and whether it is safe to contact them."""
    name = f"{person.name} ({person.first_language})" if person.first_language else person.name
    return name if person.contact_safe == YesNoUnknown.YES else f"{name}: {UNSAFE[person.contact_safe]}"


class LetterForm(VersionedForm):
    """The words of one letter."""

    heading = TextField(label="Heading", max_length=150, required_error="Enter a heading")
    body = LongTextField(
        label="Letter", max_length=6000, rows=22, count=True, required_error="Enter the letter",
        help_text="“# ” begins a heading, “- ” an item, “| ” a row. Words in square brackets are still to be written",
    )  # fmt: skip

    @property
    def words(self) -> dict[str, str]:
        """The answers as the service takes them."""
        return {name: self.cleaned_data[name] for name in ("heading", "body")}


class SentForm(PortalForm):
    """That the letter reached its reader."""

    sent_on = DateField3(label="When was it sent or given?", past=True)
    sent_how = RadioField(
        label="How?", choices=SentHow.choices, small=True, required_error="Choose how it was sent or given"
    )

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, initial={"sent_on": timezone.localdate()}, **kwargs)
        self.letter = letter


class WordingForm(PortalForm):
    """The board's own words for one kind of letter."""

    kind = SelectField(label="Letter", choices=LetterKind.choices, required_error="Choose a letter")
    reader = SelectField(label="For", choices=Reader.choices, required_error="Choose for whom")
    language = TextField(
        label="Language", max_length=60, width=20, initial=ENGLISH, required_error="Enter the language"
    )
    heading = TextField(label="Heading", max_length=150, required_error="Enter a heading")
    body = LongTextField(
        label="Wording", max_length=6000, rows=18, count=True, required_error="Enter the wording",
        help_text=f"Gaps: {', '.join(f'{{{each}}}' for each in GAPS)}",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Every gap is one that can be filled."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("heading", "body"):
            unknown = unknown_gaps(str(said.get(name, "")))
            if unknown:
                known = ", ".join(f"{{{each}}}" for each in GAPS)
                self.add_error(name, f"{{{unknown[0]}}} is no gap. Use {known}")
        return said
