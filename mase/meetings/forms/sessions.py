"""Booking a session of MASE meetings."""

from typing import Any

from cse_portal.accounts.models import User
from cse_portal.ui.forms import MomentField, NumberField, SelectField
from mase.meetings.forms.scheduling import PersonField, WhereForm
from mase.meetings.models.session import MeetingSession
from mase.meetings.selectors.meetings import people_to_invite
from mase.meetings.selectors.sessions import usual_slots


class SessionForm(WhereForm):
    """When and where a session is held, who chairs it and who takes the minutes."""

    starts_at = MomentField(label="Date and time of the first child", future=True)
    chair = SelectField(label="Chair", help_text="A CSE Team Manager.")
    minute_taker = PersonField(None, label="Minute taker", blank="Nobody yet", required=False)
    slots = NumberField(label="Number of slots", min_value=1, max_value=30)
    field_order = ("starts_at", "place", "link", "chair", "minute_taker", "slots")

    def __init__(self, *args: Any, chairs: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chairs = {str(person.pk): person for person in chairs}
        self.fields["chair"].choices = [(key, person.full_name) for key, person in self.chairs.items()]  # type: ignore[attr-defined]
        self.fields["minute_taker"].queryset = people_to_invite()  # type: ignore[attr-defined]
        self.fields["slots"].help_text = f"Each has a slot of {usual_slots()[0]} minutes."

    @property
    def session(self) -> MeetingSession:
        """As the service takes it, unsaved."""
        given = self.cleaned_data
        taker = given["minute_taker"]
        return MeetingSession(
            pk=self.key, starts_at=given["starts_at"], chair=self.chairs[given["chair"]], place=given["place"] or "",
            link=given["link"] or "", minute_taker=taker.user if taker else None, slots=given["slots"],
        )  # fmt: skip
