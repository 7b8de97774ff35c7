"""The forms of a disruption."""

from typing import Any

from cse_portal.ui.forms import DateField3, FilterForm, LongTextField, PortalForm, RadioField
from intelligence.choices import DisruptionState
from intelligence.services.disruption import Step


class DisruptionFilter(FilterForm):
    """Which disruption to show."""

    show = RadioField(label="Show", choices=[("open", "Agreed or in force"), ("over", "Over")], small=True)


class StepForm(PortalForm):
    """What became of it."""

    state = RadioField(
        label="What has become of it?", choices=DisruptionState.choices,
        reveals={DisruptionState.IN_FORCE.value: "expires_on"}, required_error="Say what has become of it",
    )  # fmt: skip
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
        return Step(state, given["text"], given["on"], given.get("expires_on"))
