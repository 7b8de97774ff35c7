"""Every step of a return: started, frozen, signed off, sent back, sent, received, corrected."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import (
    DateField3,
    HiddenField,
    LongTextField,
    PortalForm,
    RadioField,
    SelectField,
    TextField,
)
from reporting.measures.selectors.periods import Period
from reporting.returns.models import RECIPIENTS

FILES = {
    "xlsx": "Workbook (XLSX)", "pdf": "Paper (PDF)", "ods": "OpenDocument (ODS)", "csv": "Lines (CSV)",
    "json": "For programs (JSON)",
}  # fmt: skip


class StartForm(PortalForm):
    """Which quarter's return to start."""

    quarter = SelectField(
        label="Quarter",
        choices=[],
        blank="Choose a quarter",
        required_error="Choose the quarter whose return you want to start",
        error_messages={
            "invalid_choice": "Quarter: choose one that has ended and has no return yet. A quarter’s return can be "
            "started on the day after it ends"
        },
    )

    def __init__(self, *args: Any, quarters: Iterable[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", "Choose a quarter"), *((each.slug, each.label) for each in quarters)]
        self.fields["quarter"].choices = offered  # type: ignore[attr-defined]


class DaysForm(PortalForm):
    """The days that measures are worked out for."""

    since = DateField3(label="From", required_error="Enter the first day")
    until = DateField3(label="To", required_error="Enter the last day")

    def clean(self) -> dict[str, Any]:
        """An end before its beginning is named."""
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "The last day must be the first day or later")
        return given

    @property
    def period(self) -> Period:
        """The days, as the measures take them."""
        return Period.between(self.cleaned_data["since"], self.cleaned_data["until"])


class ReadForm(PortalForm):
    """Somebody has read these figures, and no others."""

    revision = HiddenField()

    def clean_revision(self) -> int:
        """The set of figures that the page was drawn with."""
        text: str = self.cleaned_data["revision"]
        if not text.isdecimal() or len(text) > 4:
            raise ValidationError("Read the figures again first")
        return int(text)


class CheckForm(ReadForm):
    """The analyst answers for the figures."""

    note = LongTextField(
        label="Note for the person who signs off",
        help_text="Say why any check that failed may stand, and what is being done about it. Name no child. It stays "
        "on the page of the return: neither the files nor the report to the board have it.",
        required=False,
        max_length=4000,
        rows=5,
        count=True,
    )


class ExplainForm(PortalForm):
    """Why a number changed so much."""

    text = LongTextField(
        label="Why did it change?",
        help_text="One sentence. It is in every file that is sent: name no child, and no number of 1 to 5 children.",
        required_error="Say why it changed, or that it is not known yet",
        max_length=300,
        rows=3,
        count=True,
    )


class SignForm(ReadForm):
    """The second person answers for the return."""


class SendBackForm(PortalForm):
    """Why it cannot be signed off as it is."""

    reason = LongTextField(
        label="What has to change?",
        help_text="The analyst reads this. Name no child.",
        required_error="Say what has to change",
        max_length=500,
        rows=4,
        count=True,
    )


class SendForm(PortalForm):
    """To whom it goes, as which file, on which day."""

    to = RadioField(label="To whom?", choices=[], required_error="Select to whom it is sent")
    file_format = RadioField(
        label="Which file?",
        choices=list(FILES.items()),
        help_text="The portal keeps this file and its fingerprint. Send it by secure mail.",
        required_error="Select which file is sent",
    )
    sent_on = DateField3(label="When is it sent?", past=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        offered = choices(RECIPIENTS)
        first = {"to": offered[0][0], "file_format": "xlsx", "sent_on": timezone.localdate()}
        super().__init__(*args, **{**kwargs, "initial": first})
        self.fields["to"].choices = offered  # type: ignore[attr-defined]


class ReceiptForm(PortalForm):
    """The region has answered."""

    receipt_reference = TextField(
        label="Their reference",
        max_length=60,
        help_text="As it is on the receipt",
        required_error="Enter the reference on the receipt",
    )
    received_on = DateField3(label="When was it received?", past=True)


class CorrectForm(PortalForm):
    """Why a return that was signed off is restated."""

    because = LongTextField(
        label="What was wrong?",
        help_text="It is in every file of the restatement: name no child, and no number of 1 to 5 children.",
        required_error="Say what was wrong",
        max_length=500,
        rows=3,
        count=True,
    )
