"""Asking for a copy of people's records, deciding about one, and finding one."""

from typing import Any

from django.core.exceptions import ValidationError

from cases.exports.services import COLUMNS, Wanted
from cases.record.selectors import CaseFilters
from cases.sharing.forms import LawfulBasisField, start_with_usual_basis
from cse_portal.accounts.models import User
from cse_portal.ui.forms import CheckboxesField, LongTextField, PortalForm, RadioField, TextField
from cse_portal.ui.tabular import FORMATS

YES, NO = "yes", "no"


class ExportForm(PortalForm):
    """What the copy says of each child, in which kind of file, why and on what basis."""

    columns = CheckboxesField(
        label="What must it say of each child?", choices=[(code, column.label) for code, column in COLUMNS.items()],
        help_text="Take only what the work needs.", required_error="Select what the copy must say",
    )  # fmt: skip
    file_format = RadioField(
        label="Kind of file", choices=[(code, kind.label) for code, kind in FORMATS.items()], small=True,
        required_error="Select the kind of file",
    )  # fmt: skip
    reason = LongTextField(
        label="Why is a copy needed outside the portal?", max_length=500, count=True,
        help_text="For example, To check our register against the partnership’s before the inspection",
        required_error="Say why a copy is needed",
    )  # fmt: skip
    lawful_basis = LawfulBasisField()

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start_with_usual_basis(self, by)

    def wanted(self, filters: CaseFilters) -> Wanted:
        """As the service takes it."""
        return Wanted(filters=filters, **self.cleaned_data)


class DecisionForm(PortalForm):
    """The second person's yes or no."""

    agree = RadioField(
        label="Should this copy be made?", required_error="Select yes or no",
        choices=[(YES, "Yes, I answer for it as well"), (NO, "No")],
    )  # fmt: skip
    reason = LongTextField(
        label="Why?",
        max_length=500,
        count=True,
        required_error="Say why",
        help_text="Both of you can read this.",
    )


class FindCopyForm(PortalForm):
    """The letters printed in a file."""

    copy = TextField(
        label="Copy number", max_length=20, width=20, required_error="Enter the copy number, like K7Q4-M2XP-9T",
        help_text="It is in the first row of a file and at its foot. For example, K7Q4-M2XP-9T",
    )  # fmt: skip

    def clean_copy(self) -> str:
        """Ten letters and figures, whatever stands between them."""
        typed = str(self.cleaned_data["copy"])
        if len(typed.replace("-", "").replace(" ", "")) != 10:
            raise ValidationError("Enter the ten letters and figures of the copy number, like K7Q4-M2XP-9T")
        return typed
