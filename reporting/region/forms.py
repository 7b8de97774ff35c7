"""The form by which the analyst uploads another authority's return."""

from typing import Any

from django.conf import settings

from cse_portal.reference.quarters import Quarter
from cse_portal.ui.forms import PortalForm, SelectField, UploadField
from reporting.region.selectors.reading import ReturnRefused, read_return
from reporting.region.selectors.region import authorities, quarters


def _others() -> list[tuple[str, str]]:
    return [("", "Choose one"), *(each for each in authorities() if each[1] != settings.BOARD_AREA)]


def _ended() -> list[tuple[str, str]]:
    return [(each.slug, each.label) for each in quarters()]


class AuthorityReturnForm(PortalForm):
    """Whose return, of which quarter, and the file. What is wrong in it stands beside the field."""

    authority = SelectField(label="Authority", choices=_others)
    quarter = SelectField(label="Quarter", choices=_ended)
    file = UploadField(
        label="Their return", extensions=("json", "csv"), max_bytes=5 * 1024 * 1024,
        help_text="A JSON or CSV file as this portal writes them. Nothing is kept unless all of it is right.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The file, held against the authority and the quarter."""
        said = super().clean() or self.cleaned_data
        if {"authority", "quarter", "file"} <= said.keys():
            said["content"] = said["file"].read()
            try:
                said["found"] = read_return(
                    said["file"].name, said["content"], authority=said["authority"],
                    quarter=Quarter.parse(said["quarter"]),
                )  # fmt: skip
            except ReturnRefused as refused:
                self.add_error("file", str(refused))
        return said
