"""The forms of a disruption."""

from typing import Any

from cse_portal.ui.forms import DateField3, FilterForm, LongTextField, PortalForm, RadioField
from intelligence.disruption.models import DisruptionState
from intelligence.disruption.services import Step


class DisruptionFilter(FilterForm):
    """Which disruption to show."""

    show = RadioField(label="Show", choices=[("open", "Agreed or in force"), ("over", "Over")], small=True)


class StepForm(PortalForm):
    """What became of it."""

    state = RadioField(
        label="What has become of it?", choices=DisruptionState.choices,
        reveals={DisruptionState.AGREED.value: "due_on", DisruptionState.IN_FORCE.value: "expires_on"},
        required_error="Say what has become of it",
    )  # fmt: skip
    due_on = DateField3(label="By when is it to be in force, if by another day?", future=True, required=False)
    expires_on = DateField3(label="When does it expire?", future=True, required=False)
    on = DateField3(label="Since when?", past=True, required_error="Enter the day")
    text = LongTextField(
        label="What happened?", max_length=4000, rows=4,
        help_text="What was served, refused, breached or found; and what it changed.",
        required_error="Say what happened",
    )  # fmt: skip

    field_order = ("state", "on", "text")

    @property
    def step(self) -> Step:
        """As the service takes it."""
        given: dict[str, Any] = self.cleaned_data
        state = DisruptionState(given["state"])
        due_on = given.get("due_on") if state == DisruptionState.AGREED else None
        return Step(state, given["text"], given["on"], given.get("expires_on"), due_on)
