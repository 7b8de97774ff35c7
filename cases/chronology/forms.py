"""An event of the chronology, and the filter of its list."""

from cases.chronology.models import EntryKind
from cse_portal.ui.forms import CheckboxesField, DateField3, FilterForm, LongTextField, PortalForm, RadioField

WRITTEN = [(kind.value, kind.label) for kind in (EntryKind.EVENT, EntryKind.CONTACT)]


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
