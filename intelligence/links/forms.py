"""Forms: whom to look for, and how two belong together."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.utils.http import urlencode

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import (
    DateField3,
    FilterForm,
    LongTextField,
    PortalForm,
    SearchField,
    SelectField,
    TextField,
)
from intelligence.desk.forms import with_code
from intelligence.links.selectors import End, end_of
from intelligence.links.selectors.graph import Thing, kind_of
from intelligence.links.services import Said, kinds_between

PERIODS = [("3", "Last 3 months"), ("12", "Last 12 months"), ("24", "Last 2 years")]


class TwoForm(FilterForm):
    """Whom or what to look for at either end, and over how long."""

    text = SearchField(label="First")
    q = SearchField(label="Second")
    months = SelectField(label="When", choices=PERIODS, blank="Any time")

    @property
    def asked(self) -> dict[str, Any]:
        """As the selector takes it."""
        given = self.answers
        return {**given, "months": int(given.get("months", 0))}


class EndsForm(PortalForm):
    """Which two belong together."""

    first = TextField(
        label="First", help_text="A reference, a name, a registration or a phone number.", max_length=100
    )
    second = TextField(label="Second", max_length=100)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_first(self) -> Thing:
        """The one that is meant."""
        return self._end("first")

    def clean_second(self) -> Thing:
        """The other that is meant, not the same, and of a kind that may be connected with the first."""
        first, second = self.cleaned_data.get("first"), self._end("second")
        if first == second:
            raise forms.ValidationError("These are the same. Choose another at the other end.")
        if first is not None and not kinds_between(first, second):
            words = (
                f"{kind_of(first).capitalize()} and {kind_of(second)} cannot be connected. Choose another."
            )
            raise forms.ValidationError(words)
        return second

    def _end(self, name: str) -> Thing:
        end: End = end_of(self.user, self.cleaned_data[name])
        if end.thing is None:
            words = "Several are called so" if end.found else "You can see nothing that is called so"
            raise forms.ValidationError(f"{words}. Enter the reference.")
        return end.thing

    @property
    def query(self) -> str:
        """The address says the two by their references."""
        return urlencode({name: self.cleaned_data[name].reference for name in ("first", "second")})


class ConnectionForm(PortalForm):
    """How two belong together, and who says so; below, their role and when."""

    folded = ("role", "from_on", "until_on")
    kind = SelectField(
        label="How do they belong together?", required_error="Choose how they belong together", choices=[]
    )
    source = SelectField(
        label="Which part of the child’s record says so?", choices=partial(choices, "connection-source")
    )
    report = TextField(
        label="Which report says so?", max_length=20, width=20,
        help_text="Its reference, such as IR-2026-01234.",
    )  # fmt: skip
    source_evaluation = SelectField(
        label="Source", choices=partial(with_code, "source-evaluation"), required_error="Grade the source"
    )
    assessment = SelectField(
        label="Information", choices=partial(with_code, "intelligence-assessment"),
        required_error="Grade the information",
    )  # fmt: skip
    role = TextField(
        label="Role at the time", max_length=60, required=False,
        help_text="Such as driver, passenger, present.",
    )  # fmt: skip
    from_on = DateField3(label="From", past=True, required=False)
    until_on = DateField3(label="Until", past=True, required=False, help_text="Leave it empty if it goes on.")

    def __init__(self, *args: Any, ends: Sequence[Thing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(each.code, each.label) for each in kinds_between(*ends)]
        self.fields["kind"].choices = [("", "Choose one"), *kinds]  # type: ignore[attr-defined]
        of_child = any(isinstance(each, Case) for each in ends)
        del self.fields["report" if of_child else "source"]

    @property
    def said(self) -> Said:
        """As the service takes it."""
        return Said(**self.cleaned_data)


class EndForm(PortalForm):
    """Why a connection does not hold."""

    reason = LongTextField(
        label="Why does it not hold?", max_length=500, required_error="Say why it does not hold"
    )
