"""Declaring whom one is close to, and who is excluded from a child."""

from typing import Any

from django.core.exceptions import ValidationError

from cases.choices import Relation
from cases.forms.access import NO_SUCH_CASE, HolderForm
from cases.forms.concern_numbers import clean_postcode
from cases.models import Case
from cases.selectors import exclusions
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField, TextField

CONFIRM, DISMISS = "confirm", "dismiss"


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


class DecisionForm(PortalForm):
    """Whether a proposal is a conflict of interest."""

    decision = RadioField(
        label="Is it a conflict of interest?",
        choices=[(CONFIRM, "Yes: exclude them"), (DISMISS, "No: it is somebody else, or no conflict")],
        required_error="Choose whether it is a conflict of interest",
    )
    note = LongTextField(
        label="How do you know?", help_text="Write nothing of what the record says.",
        required_error="Say how you know", max_length=500, rows=3, count=True,
    )  # fmt: skip


class KnowForm(PortalForm):
    """How somebody knows the family."""

    reason = LongTextField(
        label="How do you know the family?", help_text="The privacy officer reads this, for example “She is my niece”.",
        required_error="Say how you know the family", max_length=500, rows=3, count=True,
    )  # fmt: skip


class ExclusionForm(HolderForm):
    """Exclude a person or an agency from a child, by the case's reference alone."""

    reference = TextField(
        label="Case reference", help_text="For example, CSE-2026-48213", width=20, max_length=20
    )
    reason = LongTextField(
        label="What is the conflict of interest?", help_text="Do not write anything about the child.",
        required_error="Say what the conflict of interest is", max_length=500, rows=3, count=True,
    )  # fmt: skip
    field_order = ["reference", "to", "agency", "person", "reason"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.case: Case | None = None
        self.fields["agency"].queryset = exclusions.agencies_to_exclude()  # type: ignore[attr-defined]
        self.fields["person"].queryset = exclusions.people_to_exclude()  # type: ignore[attr-defined]

    def clean_reference(self) -> str:
        """A reference that a case carries."""
        reference_typed: str = self.cleaned_data["reference"].upper()
        self.case = exclusions.case_by_reference(self.by, Permission.EXCLUSION_DECIDE, reference_typed)
        if self.case is None:
            raise ValidationError(NO_SUCH_CASE)
        return reference_typed
