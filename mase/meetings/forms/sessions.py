"""Booking a session of MASE meetings."""

from typing import Any

from cse_portal.ui.forms import MomentField, NumberField
from mase.meetings.forms.scheduling import ChairedForm, PersonField, WhereForm
from mase.meetings.selectors.meetings import people_to_invite
from mase.meetings.selectors.sessions import usual_slots
from mase.meetings.services.sessions import SessionDetails


class SessionForm(ChairedForm, WhereForm):
    """When and where a session is held, who chairs it and who takes the minutes."""

    starts_at = MomentField(label="Date and time of the first child", future=True)
    minute_taker = PersonField(None, label="Minute taker", blank="Nobody yet", required=False)
    slots = NumberField(label="Number of slots", min_value=1, max_value=30)
    field_order = ("starts_at", "place", "link", "chair", "minute_taker", "slots")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].help_text = "A CSE Team Manager."
        self.fields["minute_taker"].queryset = people_to_invite()  # type: ignore[attr-defined]
        self.fields["slots"].help_text = f"Each has a slot of {usual_slots()[0]} minutes."

    @property
    def details(self) -> SessionDetails:
        """As the service takes it."""
        given = self.cleaned_data
        taker = given["minute_taker"]
        return SessionDetails(
            given["starts_at"], self.chosen_chair, given["place"] or "", given["link"] or "",
            taker.user if taker else None, given["slots"],
        )  # fmt: skip
