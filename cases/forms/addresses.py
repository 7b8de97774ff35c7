"""Writing down a confidential address."""

from cases.choices import AddressKind, ConfidentialReason
from cse_portal.ui.forms import LongTextField, PortalForm, RadioField


class AddressForm(PortalForm):
    """An address that is sealed when it is saved."""

    kind = RadioField(
        label="Whose address is it?", choices=AddressKind.choices, small=True,
        required_error="Choose whose address it is",
    )  # fmt: skip
    address = LongTextField(
        label="Address and postcode", rows=4, max_length=500,
        help_text="With anything that somebody who goes there must know",
        required_error="Enter the address",
    )  # fmt: skip
    reason = RadioField(
        label="Why is it confidential?", choices=ConfidentialReason.choices, small=True,
        required_error="Choose why it is confidential",
    )  # fmt: skip


class NothingForm(PortalForm):
    """A page with a button and nothing to fill in."""
