"""Starting, checking, signing off and sending back a return; publishing a board report."""

from collections.abc import Iterable
from typing import Any

from cse_portal.reference.quarters import Quarter
from cse_portal.ui.forms import ConfirmField, DateField3, HiddenField, LongTextField, PortalForm, SelectField
from reporting.measures.selectors.periods import Period


class StartForm(PortalForm):
    """Which quarter's return to start."""

    quarter = SelectField(
        label="Quarter",
        choices=[],
        blank="Choose a quarter",
        required_error="Choose the quarter whose return you want to start",
    )

    def __init__(self, *args: Any, quarters: Iterable[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", "Choose a quarter"), *((each.slug, each.label) for each in quarters)]
        self.fields["quarter"].choices = offered  # type: ignore[attr-defined]


class DaysForm(PortalForm):
    """The days that measures are worked out for."""

    since = DateField3(label="From", required_error="Enter the first day")
    until = DateField3(label="To", required_error="Enter the last day")

    def clean(self) -> dict[str, Any]:
        """An end before its beginning is named."""
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "The last day must be the first day or later")
        return given

    @property
    def period(self) -> Period:
        """The days, as the measures take them."""
        return Period.between(self.cleaned_data["since"], self.cleaned_data["until"])


class CheckForm(PortalForm):
    """The analyst answers for the figures."""

    revision = HiddenField()
    note = LongTextField(
        label="Note for the person who signs off",
        help_text="Say why any check that failed may stand, and what is being done about it. Name no child. It stays "
        "on the page of the return: neither the files nor the report to the board have it.",
        required=False,
        max_length=4000,
        rows=5,
        count=True,
    )
    read = ConfirmField(
        label="I have read the figures and the result of every check",
        required_error="Read the figures and the checks, then confirm that you have",
    )


class ExplainForm(PortalForm):
    """Why a number changed so much."""

    text = LongTextField(
        label="Why did it change?",
        help_text="One sentence, for the person who signs off and for later readers of the return. Name no child.",
        required_error="Say why it changed, or that it is not known yet",
        max_length=300,
        rows=3,
        count=True,
    )


class SignForm(PortalForm):
    """The second person answers for the return."""

    revision = HiddenField()
    agree = ConfirmField(
        label="I have read this return and sign it off for the partnership",
        required_error="Confirm that you have read the return and sign it off",
    )


class SendBackForm(PortalForm):
    """Why it cannot be signed off as it is."""

    reason = LongTextField(
        label="What has to change?",
        help_text="The analyst reads this. Name no child.",
        required_error="Say what has to change",
        max_length=500,
        rows=4,
        count=True,
    )


class PublishForm(PortalForm):
    """The analyst's words, and that no child can be known from them."""

    narrative = LongTextField(
        label="What should the board know about this quarter?",
        help_text="Write what changed, why as far as you know, and what partners are doing about it. "
        "It is in the summary, before the figures. Leave a blank line between paragraphs.",
        required=False,
        max_length=3000,
        rows=10,
        count=True,
    )
    checked = ConfirmField(
        label="No child, family or member of staff can be known from what I have written",
        required_error="Read your words again and confirm that nobody can be known from them",
    )
