"""Publishing a board report."""

from cse_portal.ui.forms import ConfirmField, LongTextField, PortalForm


class PublishForm(PortalForm):
    """The analyst's words, and that no child can be known from them."""

    narrative = LongTextField(
        label="What should the board know about this quarter?",
        help_text="Write what changed, why as far as you know, and what partners are doing about it. "
        "It stands in the summary, before the figures. Leave a blank line between paragraphs.",
        required=False,
        max_length=3000,
        rows=10,
        count=True,
    )
    checked = ConfirmField(
        label="No child, family or member of staff can be known from what I have written",
        required_error="Read your words again and confirm that nobody can be known from them",
    )
