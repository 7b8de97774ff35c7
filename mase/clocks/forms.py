"""What is asked about a clock: a pause, its end, or why a step was late."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import DateField3, PortalForm, SelectField
from cse_portal.ui.presenters import display_date
from mase.clocks.selectors.clocks import Clock


class PauseForm(PortalForm):
    """Since when a clock stands still, and why."""

    reason = SelectField(
        label="Why is it paused?", choices=lambda: choices("pause-reason"), blank="Choose a reason",
        required_error="Say why it is paused",
    )  # fmt: skip
    day = DateField3(label="Since when?", past=True, required_error="Enter the day since when it is paused")
    button = "Pause"

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clock = clock

    def clean_day(self) -> dt.date | None:
        """Within the time the clock has run."""
        day: dt.date | None = self.cleaned_data["day"]
        if day and not self.clock.since <= day <= self.clock.due_on:
            first, last = display_date(self.clock.since), display_date(self.clock.due_on)
            self.add_error("day", f"Enter a day from {first} to {last}")
        return day


class ResumeForm(PortalForm):
    """Since when a clock runs again."""

    day = DateField3(
        label="Since when does it run again?",
        past=True,
        required_error="Enter the day since when it runs again",
    )
    button = "Let it run again"

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clock = clock

    def clean_day(self) -> dt.date | None:
        """Not before it was paused."""
        day: dt.date | None = self.cleaned_data["day"]
        paused = self.clock.paused
        if day and paused and day < paused.starts_on:
            self.add_error("day", f"Enter {display_date(paused.starts_on)} or a later day")
        return day


class LateForm(PortalForm):
    """Why a step was late."""

    reason = SelectField(
        label="Why is it late?", choices=lambda: choices("late-reason"), blank="Choose a reason",
        required_error="Say why it is late",
    )  # fmt: skip
    button = "Save the reason"

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


ClockForm = PauseForm | ResumeForm | LateForm


def clock_form(clock: Clock, data: Any = None) -> ClockForm | None:
    """The one question that a clock in this state asks; none when there is nothing to say."""
    if clock.may_pause:
        return PauseForm(data, clock=clock, initial={"day": timezone.localdate()})
    if clock.may_resume:
        return ResumeForm(data, clock=clock, initial={"day": timezone.localdate()})
    return LateForm(data, clock=clock) if clock.may_explain else None
