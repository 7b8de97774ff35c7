"""Declaring whom one is close to, and deciding on what the portal found."""

from cases.choices import ConflictOutcome, Relation
from cases.forms.concern_numbers import clean_postcode
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField, TextField


class DeclarationForm(PortalForm):
    """One person: oneself at home, or somebody close."""

    relation = RadioField(label="Who is it?", choices=Relation.choices, required_error="Choose who it is")
    given_name = TextField(label="Given name", max_length=100, required=False)
    family_name = TextField(label="Family name", required_error="Enter the family name", max_length=100)
    date_of_birth = DateField3(label="Date of birth, if you know it", past=True, required=False)
    address = TextField(
        label="House number and street",
        help_text="Where they live, if you know it",
        max_length=200,
        required=False,
    )
    postcode = TextField(
        label="Postcode",
        help_text="For example, B70 9LD",
        width=10,
        max_length=10,
        required=False,
    )

    def clean_postcode(self) -> str:
        """As it is written on an envelope."""
        return clean_postcode(self.cleaned_data["postcode"])


class FindingForm(PortalForm):
    """Whether it is a conflict of interest."""

    outcome = RadioField(
        label="What did you find out?",
        choices=ConflictOutcome.choices,
        required_error="Choose what you found out",
    )
    note = LongTextField(
        label="How do you know?", help_text="Write nothing of what the record says.",
        required_error="Say how you know", max_length=500, rows=3, count=True,
    )  # fmt: skip
