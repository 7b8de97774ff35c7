"""Changing the agenda, and showing the restricted part to a room."""

from typing import Any

from cse_portal.ui.forms import ConfirmField, PortalForm, TextField


class AddItemForm(PortalForm):
    """One more item to talk about."""

    title = TextField(
        label="What is to be talked about", max_length=150, required_error="Say what is to be talked about"
    )
    restricted = ConfirmField(label="For professionals only", required=False)

    def __init__(self, *args: Any, restricted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not restricted:
            del self.fields["restricted"]

    @property
    def added(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        return {"title": given["title"], "restricted": bool(given.get("restricted"))}


class PutOffForm(PortalForm):
    """Why an item waits for the next meeting."""

    reason = TextField(
        label="Why is it put off?", max_length=500, required_error="Say why it waits",
        help_text="It stands on the next meeting’s agenda with this reason.",
    )  # fmt: skip
