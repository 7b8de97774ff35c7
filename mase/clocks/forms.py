"""What is asked about a meeting's clock: a pause, its end, or why the meeting is late."""

from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import DateField3, PortalForm, SelectField
from mase.clocks.models import ClockState


class PauseForm(PortalForm):
    """Since when a clock stands still, and why."""

    reason = SelectField(
        label="Why is it paused?", choices=lambda: choices("pause-reason"), blank="Choose a reason",
        required_error="Say why it is paused",
    )  # fmt: skip
    day = DateField3(label="Since when?", past=True, required_error="Enter the day since when it is paused")
    button = "Pause"


class ResumeForm(PortalForm):
    """Since when a clock runs again."""

    day = DateField3(
        label="Since when does it run again?",
        past=True,
        required_error="Enter the day since when it runs again",
    )
    button = "Let it run again"


class LateForm(PortalForm):
    """Why a meeting is late."""

    reason = SelectField(
        label="Why is it late?", choices=lambda: choices("late-reason"), blank="Choose a reason",
        required_error="Say why it is late",
    )  # fmt: skip
    button = "Save the reason"


FORMS = {ClockState.RUNNING: PauseForm, ClockState.PAUSED: ResumeForm, ClockState.LATE: LateForm}
