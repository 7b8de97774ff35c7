"""Looking a record up, holding it, proposing its disposal and deciding on that."""

from typing import Any

from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.ui.forms import ConfirmField, DateField3, LongTextField, PortalForm, RadioField, TextField
from reporting.retention.models import HoldScope
from reporting.retention.selectors import Record, record_by_reference

APPROVE, STOP = "approve", "stop"


def why_field(label: str, error: str) -> LongTextField:
    """Somebody's reason, which stays when the record is gone."""
    hint = "Do not write the child’s name: this stays when the record is gone."
    return LongTextField(
        label=label, help_text=hint, max_length=500, rows=4, count=True, required_error=error
    )


class RecordForm(PortalForm):
    """A record, by its reference."""

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
        """The record with this reference, if the person may know of one."""
        said = super().clean() or self.cleaned_data
        if typed := said.get("reference"):
            try:
                self.record = record_by_reference(self.by, typed.strip().upper())
            except NotVisible:
                self.add_error("reference", "No record has this reference")
        return said


class HoldForm(PortalForm):
    """What must be kept, on whose authority, why, and when to ask again."""

    scope = RadioField(
        label="What does it cover?", required_error="Select what it covers",
        choices=[each for each in HoldScope.choices if each[0] != HoldScope.RECORD],
    )  # fmt: skip
    authority = TextField(
        label="On whose authority?", max_length=150, required_error="Say on whose authority",
        help_text="For example, the national inquiry, the police, a court, or the team that still needs it",
    )  # fmt: skip
    reason = why_field("Why must it be kept?", "Say why it must be kept")
    review_on = DateField3(
        label="When will you ask again whether it is needed?", future=True,
        required_error="Enter the day on which you will ask again",
    )  # fmt: skip

    def __init__(self, *args: Any, record: Record | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record:
            del self.fields["scope"]


class LiftForm(PortalForm):
    """Why a hold ends."""

    why = why_field("Why is it lifted?", "Say why it is lifted")


class ProposalForm(PortalForm):
    """The first of two people."""

    reason = why_field("Why may this record be disposed of?", "Say why this record may be disposed of")
    checked = ConfirmField(
        label="I have asked the agencies that hold a copy if they need it",
        required_error="Confirm that you have asked the agencies",
    )


class DecisionForm(PortalForm):
    """The second person approves or stops it; the first can only stop it."""

    decision = RadioField(
        label="Your decision", required_error="Select what you decide",
        choices=[(APPROVE, "Approve the disposal"), (STOP, "Stop the disposal")],
    )  # fmt: skip
    why = why_field("What did you check, or why do you stop it?", "Say what you checked, or why you stop it")

    def __init__(self, *args: Any, may_approve: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_approve:
            self.fields["decision"].choices = [(STOP, "Stop the disposal")]  # type: ignore[attr-defined]
