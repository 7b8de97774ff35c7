"""Adding to a concern, and filtering the list of concerns."""

from cases.concerns.choices import ConcernState
from cases.concerns.forms.page import page_of
from cse_portal.ui.forms import FilterForm, LongTextField, PortalForm, SelectField, YesNoField

SCOPES = [("agency", "My agency's concerns")]
STATES = [
    (ConcernState.SUBMITTED.value, ConcernState.SUBMITTED.label),
    (ConcernState.DECIDED.value, ConcernState.DECIDED.label),
]


class AddendumForm(PortalForm):
    """Something learned since the concern was sent."""

    text = LongTextField(
        label="What have you learned since?", max_length=20_000, rows=6, heading=True,
        help_text="The concern itself stays as it was sent. If a child is in immediate danger, call 999.",
        required_error="Write what you have learned",
    )  # fmt: skip
    changes_danger = YesNoField(
        label="Does this change the danger?", help_text="Yes tells the CSE team at once.", label_size="m",
    )  # fmt: skip


class ConcernFilterForm(FilterForm):
    """Whose concerns, and in which state."""

    scope = SelectField(label="Whose concerns", choices=SCOPES, blank="My concerns")
    state = SelectField(label="State", choices=STATES, blank="Waiting and decided")

    @property
    def page(self) -> int:
        """The page asked for."""
        return page_of(self.data)
