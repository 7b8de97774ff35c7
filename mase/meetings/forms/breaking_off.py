"""What is asked before a meeting starts on another day than it is booked for, and when its start is taken back."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import HiddenField, MomentField, PortalForm, RadioField, SelectField, TextField
from cse_portal.ui.presenters import display_date, display_datetime
from mase.clocks.models import ClockPause
from mase.clocks.selectors.clocks import is_late, moved_on
from mase.meetings.models.meeting import MaseMeeting

SAME, ANOTHER, NONE = "same", "another", "none"


class AnotherDayForm(PortalForm):
    """Yes, today."""

    another_day = HiddenField()


class BreakOffForm(PortalForm):
    """Why a meeting that was started is not held after all or is broken off, and when it is held instead."""

    reason = TextField(
        label="Why was it not held after all, or broken off?", max_length=500,
        help_text="Anyone who reads what was written at the meeting reads this. The chronology does not say it.",
        required_error="Say why it was not held, or was broken off",
    )  # fmt: skip
    when = RadioField(
        label="When is it held?", reveals={ANOTHER: "day"}, required_error="Say when it is held"
    )
    day = MomentField(
        label="Its new date and time", future=True, required=False,
        required_when_shown="Enter the new date and time",
    )  # fmt: skip
    late_reason = SelectField(
        label="Why is it late?", choices=lambda: choices("late-reason"), blank="It is in time", required=False
    )

    def __init__(
        self, *args: Any, meeting: MaseMeeting, paused: Sequence[ClockPause] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.paused = meeting, paused
        answers = [(ANOTHER, "On another day"), (NONE, "No day is known yet: cancel this meeting")]
        if meeting.scheduled_for > timezone.now():
            answers.insert(0, (SAME, f"As it is booked, on {display_datetime(meeting.scheduled_for)}"))
        self.fields["when"].choices = answers  # type: ignore[attr-defined]
        due = f"This meeting is due by {display_date(meeting.due_on)}."
        self.fields["late_reason"].help_text = f"{due} Answer only if it is held on a later day."

    @property
    def to(self) -> dt.datetime | None:
        """The time for which it is booked from now on; none where it is cancelled."""
        chosen = {SAME: self.meeting.scheduled_for, ANOTHER: self.cleaned_data.get("day")}
        return chosen.get(self.cleaned_data.get("when", ""))

    def clean(self) -> dict[str, Any]:
        """A reason where it is late by then."""
        cleaned = super().clean() or self.cleaned_data
        day = timezone.localdate(self.to) if self.to else None
        if day and is_late(self.meeting.due_on, self.paused, day) and not cleaned.get("late_reason"):
            last = moved_on(self.meeting.due_on, self.paused, moved=True, until=day)
            self.add_error("late_reason", f"This is after {display_date(last)}. Say why it is late")
        return cleaned
