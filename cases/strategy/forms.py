"""A strategy discussion as it is written down."""

from typing import Any

from cases.strategy.models import StrategyOutcome
from cases.strategy.selectors import agencies_that_take_part
from cases.strategy.services import Discussed
from cse_portal.ui.forms import CheckboxesField, DateField3, LongTextField, PortalForm, RadioField


class StrategyForm(PortalForm):
    """When it was held, who took part, what followed and why."""

    held_on = DateField3(label="When was the strategy discussion?", past=True)
    took_part = CheckboxesField(label="Who took part?", required_error="Select who took part")
    outcome = RadioField(
        label="What follows?", choices=StrategyOutcome.choices, small=True,
        required_error="Select what follows from the discussion",
    )  # fmt: skip
    why = LongTextField(
        label="Why this outcome?", max_length=8000, rows=4, required_error="Say why this outcome",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = agencies_that_take_part().values_list("name", "short_name")
        self.fields["took_part"].choices = list(names)  # type: ignore[attr-defined]

    @property
    def discussed(self) -> Discussed:
        """As the service takes it."""
        said = self.cleaned_data
        return Discussed(
            said["held_on"], tuple(said["took_part"]), StrategyOutcome(said["outcome"]), said["why"]
        )
