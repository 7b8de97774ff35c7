"""The filters of the register of concerns."""

from typing import Any

from cases.concerns.choices import ConcernOutcome
from cases.concerns.forms.page import page_of
from cases.matching.selectors.register import WAITING, RegisterFilters, agencies_that_wrote
from cse_portal.accounts.models import User
from cse_portal.ui.forms import FilterForm, ModelSelectField, SearchField, SelectField

OUTCOMES = [(WAITING, "Waiting for a decision"), *ConcernOutcome.choices]
PERIODS = [("30", "Last 30 days"), ("91", "Last 3 months"), ("365", "Last 12 months")]


class SearchForm(FilterForm):
    """Whatever somebody knows of a child."""

    q = SearchField(label="Name, birth date, reference, phone, postcode or school")


class RegisterForm(FilterForm):
    """Words, and what the register is narrowed by. The agencies offered wrote a concern this person may see."""

    text = SearchField(
        label="Search", help_text="Name, reference, birth date (27/3/2012), school or postcode"
    )
    outcome = SelectField(label="Outcome", choices=OUTCOMES, blank="Any outcome")
    agency = ModelSelectField(None, label="Agency", blank="Any agency", to_field_name="code")
    period = SelectField(label="Sent", choices=PERIODS, blank="At any time")

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields["agency"].queryset = agencies_that_wrote(user)  # type: ignore[attr-defined]

    @property
    def filters(self) -> RegisterFilters:
        """The answers as the list takes them."""
        said = self.answers
        return RegisterFilters(
            text=said.get("text", ""), outcome=said.get("outcome", ""), agency=said.get("agency"),
            days=int(said.get("period") or 0),
        )  # fmt: skip

    @property
    def page(self) -> int:
        """The page asked for."""
        return page_of(self.data)
