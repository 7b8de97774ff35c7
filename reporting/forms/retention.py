"""Holding a record, keeping it longer, proposing that it goes, and deciding on it."""

from typing import Any

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.ui.forms import ConfirmField, DateField3, LongTextField, PortalForm, RadioField, TextField
from reporting.choices import HoldScope
from reporting.selectors.records import Record
from reporting.selectors.retention import record_by_reference

YES, NO = "yes", "no"
NO_NAMES = "Do not write the child’s name: this stays when the record goes."


class RecordForm(PortalForm):
    """A record, by the reference it carries."""

    reference = TextField(
        label="Look a record up",
        help_text="A case, concern, submission or person of concern. For example, CSE-2026-48213",
        width=20, max_length=20, required_error="Enter the reference of a record",
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.record: Record | None = None

    def clean(self) -> dict[str, Any]:
        """The record with this reference, if there is one for this person."""
        said = super().clean() or self.cleaned_data
        if typed := said.get("reference"):
            try:
                self.record = record_by_reference(self.by, typed.strip().upper())
            except NotVisible:
                self.add_error("reference", "No record that is kept has this reference")
        return said


class HoldForm(PortalForm):
    """What nothing may be destroyed of, on whose authority, why, and when somebody asks again."""

    scope = RadioField(
        label="What does it cover?",
        required_error="Select what it covers",
        choices=[each for each in HoldScope.choices if each[0] != HoldScope.RECORD],
        hints={HoldScope.ALL: "Every case, every concern, all intelligence and every person of concern"},
    )
    authority = TextField(
        label="On whose authority?", max_length=150, required_error="Say on whose authority",
        help_text="For example, the national inquiry, the police, a court, or the board’s solicitor",
    )  # fmt: skip
    reason = LongTextField(
        label="Why must it be kept?", help_text=NO_NAMES, max_length=500, rows=4, count=True,
        required_error="Say why it must be kept",
    )  # fmt: skip
    review_on = DateField3(
        label="When will you ask again whether it is needed?", future=True,
        required_error="Enter the day on which you will ask again",
    )  # fmt: skip


class RecordHoldForm(HoldForm):
    """The same for one record."""

    scope = None  # type: ignore[assignment]


class ReasonForm(PortalForm):
    """Why a hold is lifted, or a disposal taken back."""

    why = LongTextField(
        label="Why?", help_text=NO_NAMES, max_length=500, rows=4, count=True, required_error="Say why"
    )


class KeepForm(PortalForm):
    """Needed for longer: why, and until when."""

    reason = LongTextField(
        label="Why is it needed for longer?", help_text=NO_NAMES, max_length=500, rows=4, count=True,
        required_error="Say why it is needed for longer",
    )  # fmt: skip
    until = DateField3(
        label="Until when?", future=True, required_error="Enter the day until which it is kept"
    )

    def clean_until(self) -> Any:
        """After today."""
        until = self.cleaned_data["until"]
        if until <= timezone.localdate():
            self.add_error("until", "Enter a day after today")
        return until


class ProposalForm(PortalForm):
    """The first of two people."""

    reason = LongTextField(
        label="Why may this record go?", help_text=NO_NAMES, max_length=500, rows=4, count=True,
        required_error="Say why this record may go",
    )  # fmt: skip
    checked = ConfirmField(
        label="I have asked the agencies that hold a copy whether anything speaks for keeping it",
        required_error="Confirm that you have asked the agencies",
    )


class DisposalDecisionForm(PortalForm):
    """The second person's yes or no."""

    agree = RadioField(
        label="Should this record be disposed of?", required_error="Select yes or no",
        choices=[(YES, "Yes, I answer for it as well"), (NO, "No, it stays")],
    )  # fmt: skip
    note = LongTextField(
        label="What did you check?", help_text=NO_NAMES, max_length=500, rows=4, count=True,
        required_error="Say what you checked",
    )  # fmt: skip
