"""Writing down a confidential address and health detail."""

from cases.family.models import AddressKind, ConfidentialReason, HealthTopic
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField


class HealthForm(PortalForm):
    """One fact of the child's health, and what the others may know of it."""

    topic = RadioField(
        label="What is it about?",
        choices=HealthTopic.choices,
        small=True,
        required_error="Choose what it is about",
    )
    happened_on = DateField3(label="When was it?", past=True)
    text = LongTextField(
        label="What do you know?", max_length=4000, rows=5, count=True,
        help_text="Facts that others need to keep the child or young person safe. Not the whole record",
        required_error="Say what you know",
    )  # fmt: skip
    for_others = LongTextField(
        label="What may everybody who sees this case know?", max_length=500, rows=2, count=True, required=False,
        help_text="One sentence without the detail. It is shown in meetings. For example, Health sees her every "
        "two weeks and is content with how she is cared for",
    )  # fmt: skip


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
