"""What is written on a case: health detail, a confidential address, an event; and the filter of its chronology."""

from cases.choices import AddressKind, ConfidentialReason, EntryKind, HealthTopic
from cse_portal.ui.forms import CheckboxesField, DateField3, FilterForm, LongTextField, PortalForm, RadioField

WRITTEN = [(kind.value, kind.label) for kind in (EntryKind.EVENT, EntryKind.CONTACT)]


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


class NothingForm(PortalForm):
    """A page with a button and nothing to fill in."""


class ChronologyFilter(FilterForm):
    """Which entries to show."""

    kind = CheckboxesField(label="What happened", choices=EntryKind.choices, small=True)
    since = DateField3(label="From", help_text="")
    until = DateField3(label="To", help_text="")


class EventForm(PortalForm):
    """An event in the child's life, or a contact, that no other page records."""

    kind = RadioField(label="What is it?", choices=WRITTEN)
    happened_on = DateField3(label="When did it happen?", past=True)
    text = LongTextField(
        label="What happened?",
        help_text="Write facts: what was seen or said, who was there, and how you know.",
        max_length=4000, rows=6, count=True, required_error="Say what happened",
    )  # fmt: skip
