"""Opening a case in an emergency, and judging it."""

from typing import Any

from django.core.exceptions import ValidationError

from cases.choices import EmergencyKind, EmergencyVerdict
from cases.forms.concern_numbers import NhsNumberField
from cases.selectors.emergency import Sought
from cse_portal.ui.forms import ConfirmField, DateField3, LongTextField, PortalForm, RadioField, TextField

REFERENCE, NUMBER, NAME = "reference", "number", "name"
NOTHING_FITS = (
    "No single case that you can open fits this. Check the details, or try another way. "
    "If a child may be in danger, do not wait for this page: call 999 or the MASH."
)


class EmergencyForm(PortalForm):
    """Which child, what the emergency is, and why nobody who has the case can be asked."""

    way = RadioField(
        label="How do you know which child it is?",
        required_error="Choose how you know which child it is",
        choices=[
            (NAME, "Family name and date of birth"),
            (NUMBER, "NHS number"),
            (REFERENCE, "The case’s reference"),
        ],
        reveals={NAME: ("family_name", "date_of_birth"), NUMBER: "nhs_number", REFERENCE: "reference"},
    )
    family_name = TextField(
        label="Family name", max_length=100, required=False, required_when_shown="Enter the family name"
    )
    date_of_birth = DateField3(
        label="Date of birth", past=True, required=False, required_when_shown="Enter the date of birth"
    )
    nhs_number = NhsNumberField(
        label="NHS number", width=20, required=False, required_when_shown="Enter the NHS number"
    )
    reference = TextField(
        label="Case reference", help_text="For example, CSE-2026-48213", width=20, max_length=20,
        required=False, required_when_shown="Enter the case’s reference",
    )  # fmt: skip
    kind = RadioField(
        label="What is the emergency?", choices=EmergencyKind.choices, required_error="Choose the emergency"
    )
    reason = LongTextField(
        label="Why do you need to see the record now?",
        help_text="What you will do with it, and whom you tried to reach. Do not write the child’s name.",
        required_error="Say why you need to see the record now", max_length=500, rows=4, count=True,
    )  # fmt: skip
    understood = ConfirmField(
        label="I need this to protect the child, and I know that it will be reviewed",
        required_error="Confirm that you need this to protect the child",
    )

    @property
    def sought(self) -> Sought:
        """The child, identified the way that was chosen."""
        said: dict[str, Any] = self.cleaned_data
        if said["way"] == REFERENCE:
            return Sought(reference=said["reference"].strip().upper())
        if said["way"] == NUMBER:
            return Sought(nhs_number=said["nhs_number"])
        return Sought(family_name=said["family_name"], date_of_birth=said["date_of_birth"])

    def nothing_fits(self) -> None:
        """Say so beside what identifies the child, in the same words whatever the reason."""
        beside = {REFERENCE: "reference", NUMBER: "nhs_number", NAME: "family_name"}
        self.add_error(beside[self.cleaned_data["way"]], ValidationError(NOTHING_FITS))


class VerdictForm(PortalForm):
    """Whether it was right."""

    verdict = RadioField(
        label="What is your verdict?", choices=EmergencyVerdict.choices, required_error="Choose your verdict",
        hints={EmergencyVerdict.MISUSE.value: "Then tell their agency’s lead what has to follow."},
    )  # fmt: skip
    note = LongTextField(
        label="What did you find out, and from whom?", required_error="Say what you found out",
        max_length=500, rows=4, count=True,
    )  # fmt: skip
